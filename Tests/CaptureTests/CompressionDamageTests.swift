import Observations
import Testing

@testable import Capture

/// Compressed captures that are cut, damaged, packed twice, or made to grow.
@Suite("Damaged compression")
struct CompressionDamageTests {
  private static let whole = ReadCapture(StreamTests.file).packets

  /// A gzip member whose deflate blocks are stored, so that every cut leaves a known number of plain bytes.
  private struct Stored {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    /// By length of what is left: plain bytes in it.
    var plainBytes: [Int] = Array(repeating: 0, count: 10)

    init(_ plain: [UInt8], blockSize: Int = 100) {
      var done = 0
      while done < plain.count {
        let block = plain[done..<min(done + blockSize, plain.count)]
        let length = UInt16(block.count)
        let header: [UInt8] = [
          done + block.count == plain.count ? 1 : 0, UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255),
          UInt8(~length >> 8),
        ]
        for byte in header { add(byte, plain: done) }
        for byte in block {
          add(byte, plain: done)
          done += 1
        }
      }
      let sum = Self.checksum(plain)
      let trailer = [sum, UInt32(plain.count)].flatMap { word in (0..<4).map { UInt8(word >> ($0 * 8) & 255) } }
      for byte in trailer { add(byte, plain: done) }
      plainBytes.append(done)
    }

    private mutating func add(_ byte: UInt8, plain: Int) {
      bytes.append(byte)
      plainBytes.append(plain)
    }

    /// CRC-32 as RFC 1952 section 8 defines it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
      ~bytes.reduce(UInt32.max) { sum, byte in
        (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
      }
    }
  }

  @Test("wherever a gzip capture is cut, all whole packets before the cut are delivered, and then one error")
  func everyCut() throws {
    let plain = Array(StreamTests.file.bytes.prefix(3_000))
    let file = Stored(plain)
    #expect(ReadCapture(file.bytes).packets == ReadCapture(plain).packets)
    for length in 18..<file.bytes.count {
      let capture = ReadCapture(Array(file.bytes.prefix(length)))
      let left = ReadCapture(Array(plain.prefix(file.plainBytes[length])))
      #expect(capture.packets == left.packets, "cut at \(length)")
      guard case .damaged(_, let offset, let reason, let framesRead) = capture.error else {
        Issue.record("cut at \(length): \(String(describing: capture.error))")
        continue
      }
      #expect(offset == file.plainBytes[length])
      #expect(reason == "decompression: the file ends inside its gzip stream")
      #expect(framesRead == capture.packets.count)
    }
  }

  @Test("a small gzip capture that lacks its end loses no packet that is there")
  func smallCut() throws {
    let bytes = try StreamTests.compress(StreamTests.file.bytes, filter: "gzip")
    // The trailer has eight bytes: nothing of the packets is gone.
    let capture = ReadCapture(Array(bytes.dropLast(8)))
    #expect(capture.packets == Self.whole)
    #expect(capture.error != nil)
    #expect(!capture.statistics.isComplete)
  }

  @Test("one flipped bit of a gzip capture is told, whatever it hits")
  func everyBit() throws {
    let bytes = try StreamTests.compress(Array(StreamTests.file.bytes.prefix(4_000)), filter: "gzip")
    // Time, level and system, at 4 to 9, decide nothing.
    for place in bytes.indices where !(4..<10).contains(place) {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[place] ^= 1 << bit
        #expect(ReadCapture(flipped).error != nil, "byte \(place) bit \(bit)")
      }
    }
  }

  @Test("a wrong checksum or length is told after all packets, by where they end")
  func wrongTrailer() {
    let plain = StreamTests.file.bytes
    for (place, word) in [(-8, "checksum"), (-1, "length")] {
      var bytes = Stored(plain).bytes
      bytes[bytes.count + place] ^= 0x10
      let capture = ReadCapture(bytes)
      #expect(capture.packets == Self.whole)
      #expect(
        capture.error
          == .damaged(
            name: "test.pcap", offset: plain.count,
            reason: "decompression: the gzip \(word) does not match, so that something before it is damaged",
            framesRead: 300))
    }
  }

  @Test("several gzip members are one capture, zeros may follow, and nothing else")
  func members() {
    let plain = StreamTests.file.bytes
    let two = Stored(Array(plain.prefix(1_234))).bytes + Stored(Array(plain.dropFirst(1_234))).bytes
    for end in [[], [0], [UInt8](repeating: 0, count: 1_000)] {
      let capture = ReadCapture(two + end)
      #expect(capture.packets == Self.whole)
      #expect(capture.error == nil)
    }
    for end: [UInt8] in [[1], [0, 0, 7], [0x1F, 0x8B, 9], [0x1F]] {
      let capture = ReadCapture(two + end)
      #expect(capture.packets == Self.whole)
      #expect(capture.error != nil, "\(end)")
    }
  }

  @Test(
    "a capture that is compressed twice is refused, and both compressions are named",
    arguments: ["gzip", "zstd", "lz4", "xz"], ["gzip", "zstd", "lz4", "xz"])
  func twice(outer: String, inner: String) throws {
    let once = try StreamTests.compress(StreamTests.file.bytes, filter: inner)
    let capture = try ReadCapture(StreamTests.compress(once, filter: outer))
    #expect(capture.packets.isEmpty)
    #expect(capture.error?.exitCategory == .unreadableData)
    #expect(capture.error?.description.contains("compressed twice, \(inner) inside \(outer)") == true)
  }

  @Test("a capture that grows more than a thousand times is read so far and no further", arguments: ["gzip", "zstd"])
  func growth(filter: String) throws {
    var file = CaptureBytes.pcapng()
    file.interface()
    file.enhanced([1, 2, 3])
    // A block that nobody knows, of a gigabyte: it is skipped, as far as it comes.
    file.add(UInt32(0x0BAD))
    file.add(UInt32(1 << 30))
    // gzip shrinks zeros not quite a thousand and thirty times.
    let bytes = try StreamTests.compress(file.bytes, zeros: 400, filter: filter)
    #expect((file.bytes.count + 400 << 20) / bytes.count >= DecompressedStream.expansion)
    let capture = ReadCapture(bytes)
    #expect(capture.packets.map(\.bytes) == [[1, 2, 3]])
    guard case .damaged(_, let offset, let reason, 1) = capture.error else {
      Issue.record("\(String(describing: capture.error))")
      return
    }
    #expect(reason == "decompression: the data grow more than 1000 times; reading stopped there")
    #expect((DecompressedStream.expansionFloor...DecompressedStream.expansionFloor + 1 << 20).contains(offset))
  }

  @Test("what is small may grow as it likes")
  func smallGrowth() throws {
    var file = CaptureBytes.pcap()
    for index in 0..<50_000 { file.record(UInt32(index / 10_000), 0, [UInt8](repeating: 0, count: 60)) }
    let bytes = try StreamTests.compress(file.bytes, filter: "zstd")
    #expect(file.bytes.count / bytes.count >= DecompressedStream.expansion)
    let capture = ReadCapture(bytes)
    #expect(capture.error == nil)
    #expect(capture.packets.count == 50_000)
  }
}
