import Testing

@testable import Families

@Suite("OpenVPN over TCP")
struct OpenVPNStreamTests {
  /// A packet with its length in front.
  private static func framed(_ packet: [UInt8]) -> [UInt8] {
    [UInt8(packet.count >> 8), UInt8(packet.count & 255)] + packet
  }

  /// The first bytes of the packets that a stream finds in segments, each with its sequence number.
  private static func opcodes(in segments: [(sequence: UInt32, bytes: [UInt8])]) -> [UInt8] {
    var stream = FramedStream<OpenVPNFraming>()
    var found: [UInt8] = []
    for segment in segments {
      unsafe stream.read(Segment(segment.bytes.span.bytes, sequence: segment.sequence, direction: 0), missing: 0) {
        bytes, _ in
        found += bytes.byteCount > 0 ? [unsafe bytes.unsafeLoad(as: UInt8.self)] : []
      }
    }
    return found
  }

  private static let data = framed(OpenVPNBytes.data(1))

  @Test("packets that span segments are found, whatever the segments")
  func spanning() {
    let stream = Self.framed(OpenVPNBytes.reset()) + Self.data + Self.data
    for size in 3...stream.count {
      let segments = stride(from: 0, to: stream.count, by: size).map {
        (UInt32($0), Array(stream[$0..<min($0 + size, stream.count)]))
      }
      #expect(Self.opcodes(in: segments) == [0x38, 0x48, 0x48], "\(size) bytes a segment")
    }
  }

  @Test("after a gap, encrypted bytes that look like a length and an opcode are no packet")
  func ciphertext() {
    // A length of 5,000 and the opcode of a soft reset, inside a packet.
    let inside: [UInt8] = [0x13, 0x88, 0x18] + [UInt8](repeating: 0xA5, count: 97)
    #expect(Self.opcodes(in: [(0, Self.data), (5_000, inside)]) == [0x48])
  }

  @Test("after a gap, the stream goes on with a segment that holds whole packets")
  func wholePackets() {
    #expect(Self.opcodes(in: [(0, Self.data), (5_000, Self.data + Self.data)]) == [0x48, 0x48, 0x48])
  }
}
