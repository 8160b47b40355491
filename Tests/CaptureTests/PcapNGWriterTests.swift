import Observations
import Testing

@testable import Capture

@Suite("Writing pcapng")
struct PcapNGWriterTests {
  private func write(_ body: (inout PcapNGWriter) -> Void) -> [UInt8] {
    var writer = PcapNGWriter()
    body(&writer)
    return writer.takeBytes()
  }

  @Test("the bytes are exactly those of the blocks")
  func exactBytes() {
    let bytes = write { writer in
      writer.addInterface(linkTypeNumber: 101, snapLength: 96)
      let packet: [UInt8] = [1, 2, 3, 4, 5]
      writer.addPacket(
        unsafe packet.span.bytes, originalLength: 99, time: Timestamp(nanoseconds: 0x1_0000_0002), interface: 0,
        comment: "hi")
    }
    let expected: [UInt8] =
      [0x0A, 0x0D, 0x0D, 0x0A, 28, 0, 0, 0, 0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0]
      + [UInt8](repeating: 0xFF, count: 8) + [28, 0, 0, 0]
      + [1, 0, 0, 0, 32, 0, 0, 0, 101, 0, 0, 0, 96, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0]
      + [6, 0, 0, 0, 52, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 99, 0, 0, 0]
      + [1, 2, 3, 4, 5, 0, 0, 0, 1, 0, 2, 0, 0x68, 0x69, 0, 0, 0, 0, 0, 0, 52, 0, 0, 0]
    #expect(bytes == expected)
  }

  @Test("that a host dropped a packet is written as it is read, with a comment or without", arguments: [nil, "why"])
  func verdicts(comment: String?) {
    let verdicts: [HostDrop.Verdict?] = [.xdpDrop, nil, .xdpAborted, .tcShot]
    let packet: [UInt8] = Array(0..<61)
    let bytes = write { writer in
      writer.addInterface(linkTypeNumber: 1)
      for verdict in verdicts {
        writer.addPacket(
          unsafe packet.span.bytes, originalLength: 61, time: Timestamp(nanoseconds: 5), interface: 0, comment: comment,
          verdict: verdict)
      }
    }
    let capture = ReadCapture(bytes)
    #expect(capture.error == nil && capture.packets.count == 4 && capture.comments.count == (comment == nil ? 0 : 4))
    #expect(capture.hostDrops.map(\.verdict) == verdicts.compactMap(\.self))
    #expect(capture.hostDrops.map(\.frame) == [1, 3, 4])
  }

  @Test("the number of a packet is written as it is read, with what else there is to say of it")
  func identities() {
    let packet: [UInt8] = Array(0..<61)
    let numbers: [UInt64] = [5, 0, .max, 1 << 40]
    let bytes = write { writer in
      writer.addInterface(linkTypeNumber: 1)
      for (place, number) in numbers.enumerated() {
        writer.addPacket(
          unsafe packet.span.bytes, originalLength: 61, time: Timestamp(nanoseconds: 5), interface: 0,
          comment: place > 1 ? "why" : nil, verdict: place == 3 ? .xdpDrop : nil, identity: number)
      }
    }
    let capture = ReadCapture(bytes)
    #expect(capture.error == nil && capture.identities == numbers)
    #expect(capture.comments.map(\.frame) == [3, 4] && capture.hostDrops.map(\.frame) == [4])
  }

  @Test("what is written is read back: packets, times, lengths, interfaces and comments")
  func roundTrip() {
    let packet: [UInt8] = Array(0..<61)
    let bytes = write { writer in
      writer.addInterface(linkTypeNumber: 1, snapLength: 0, name: "wlan0")
      writer.addInterface(linkTypeNumber: 276, snapLength: 128)
      writer.addPacket(
        unsafe packet.span.bytes, originalLength: 1500, time: Timestamp(nanoseconds: 1_700_000_000_123_456_789),
        interface: 1, comment: "first \u{1F50D}")
      writer.addPacket(
        unsafe packet.span.bytes.extracting(first: 0), originalLength: 0, time: Timestamp(nanoseconds: -5),
        interface: 0)
    }
    let capture = ReadCapture(bytes)
    #expect(capture.error == nil)
    #expect(
      capture.packets == [
        ReadPacket(
          frame: 1, bytes: packet, nanoseconds: 1_700_000_000_123_456_789, originalLength: 1500, interface: 1),
        ReadPacket(frame: 2, bytes: [], nanoseconds: 0, originalLength: 0, interface: 0),
      ])
    #expect(capture.interfaces.map(\.linkType) == [.ethernet, .linuxCooked2])
    #expect(capture.interfaces.map(\.name) == ["wlan0", nil])
    #expect(capture.interfaces.map(\.snapLength) == [0, 128])
    #expect(capture.comments == [PacketComment(frame: 1, text: "first \u{1F50D}")])
  }

  @Test("a comment too long for its field is cut between characters")
  func longComment() {
    let bytes = write { writer in
      writer.addInterface(linkTypeNumber: 1)
      let packet: [UInt8] = [1]
      writer.addPacket(
        unsafe packet.span.bytes, originalLength: 1, time: Timestamp(nanoseconds: 0), interface: 0,
        comment: String(repeating: "\u{20AC}", count: 30_000))
    }
    let capture = ReadCapture(bytes)
    #expect(capture.error == nil)
    #expect(capture.packets.count == 1)
    #expect(capture.comments.first?.text.utf8.count == PacketComment.longestText + 2, "one character replaced")
    // 21,845 characters of three bytes fill the field to the last byte.
    #expect(bytes.count == 28 + 28 + 4 + 32 + 4 + 4 + 65_536 + 4)
  }

  @Test("bytes are taken once, however they are taken")
  func draining() {
    var writer = PcapNGWriter(application: "tunnelscope", comment: "evidence")
    var sizes: [Int] = []
    writer.drain { sizes.append($0.byteCount) }
    writer.drain { sizes.append($0.byteCount) }
    #expect(sizes == [28 + 12 + 16 + 4, 0])
    writer.addInterface(linkTypeNumber: 1)
    #expect(writer.takeBytes().count == 32)
    #expect(writer.takeBytes().isEmpty)
  }
}
