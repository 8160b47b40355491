import Observations
import Testing

@testable import Capture

@Suite("Classic pcap")
struct PcapTests {
  static let first: [UInt8] = [1, 2, 3, 4, 5]
  static let second: [UInt8] = Array(10..<70)

  @Test(
    "captures that were joined byte by byte are read as one, whatever the batch and the window",
    arguments: [false, true], [1, 256])
  func joined(bigEndian: Bool, batch: Int) {
    var file = CaptureBytes.pcap(bigEndian: bigEndian)
    file.record(1, 0, [1, 2, 3])
    file.record(2, 0, [])
    var other = CaptureBytes.pcap(bigEndian: bigEndian)
    other.record(3, 0, [4, 5])
    file.bytes += other.bytes + other.bytes
    for windowCapacity in [64, 4_096] {
      let capture = ReadCapture(file, windowCapacity: windowCapacity, batch: batch)
      #expect(capture.error == nil && capture.statistics.isComplete)
      #expect(capture.packets.map(\.bytes) == [[1, 2, 3], [], [4, 5], [4, 5]])
      #expect(capture.packets.map(\.frame) == [1, 2, 3, 4])
    }
    // Cut inside the header in the middle.
    let cut = ReadCapture(Array(file.bytes.prefix(24 + 19 + 16 + 20)))
    #expect(cut.packets.count == 2 && cut.error?.description.contains("the file ends inside") == true)
  }

  @Test(
    "what was joined and is of another kind is told",
    arguments: [
      CaptureBytes.pcap(linkType: 101), .pcap(bigEndian: true), .pcap(magic: 0xA1B2_3C4D), .pcapng(),
    ].map(\.bytes))
  func joinedOther(other: [UInt8]) {
    var file = CaptureBytes.pcap()
    file.record(1, 0, [1, 2, 3])
    let capture = ReadCapture(file.bytes + other + [UInt8](repeating: 0, count: 16))
    #expect(capture.packets.count == 1)
    #expect(capture.error?.description.contains("joined byte by byte (cat); join them with mergecap") == true)
    let blocks = ReadCapture(CaptureBytes.pcapng().bytes + file.bytes)
    #expect(blocks.error?.description.contains("joined byte by byte (cat); join them with mergecap") == true)
  }

  @Test("zero bytes at the end are no packets: the file was copied too early", arguments: [16, 24, 65_536])
  func zeroBytes(count: Int) {
    var file = CaptureBytes.pcap()
    file.record(0, 0, [1, 2, 3])
    file.record(0, 0, [], original: 1_500)
    let capture = ReadCapture(file.bytes + [UInt8](repeating: 0, count: count))
    #expect(capture.packets.map(\.originalLength) == [3, 1_500])
    #expect(capture.error?.description.contains("zero bytes stand where frame 3 should") == true)
    var blocks = CaptureBytes.pcapng()
    blocks.interface()
    blocks.enhanced([1, 2, 3, 4])
    let cut = ReadCapture(blocks.bytes + [UInt8](repeating: 0, count: count))
    #expect(cut.packets.count == 1)
    #expect(cut.error?.description.contains("zero bytes stand where frame 2 should") == true)
  }

  @Test(
    "zero bytes with something behind them are packets of nothing, whatever the batch and the window",
    arguments: [1, 256])
  func zeroRecords(batch: Int) {
    var file = CaptureBytes.pcap()
    file.record(0, 0, [1, 2, 3])
    for _ in 0..<5 { file.record(0, 0, []) }
    file.record(1, 0, [4, 5])
    for windowCapacity in [64, 8_192] {
      let capture = ReadCapture(file, windowCapacity: windowCapacity, batch: batch)
      #expect(capture.error == nil && capture.statistics.isComplete)
      #expect(capture.packets.map(\.bytes.count) == [3, 0, 0, 0, 0, 0, 2])
      // The same with nothing behind them, and with something behind a page of them.
      for (count, behind) in [(200, 0), (70_000, 0), (70_000, 1)] {
        let zeros = [UInt8](repeating: 0, count: count) + [UInt8](repeating: 7, count: behind)
        let ends = ReadCapture(file.bytes + zeros, windowCapacity: windowCapacity, batch: batch)
        #expect(ends.packets.count == 7)
        #expect(ends.error?.description.contains("zero bytes stand where frame 8 should") == true)
      }
    }
  }

  @Test("both byte orders give the same packets", arguments: [false, true])
  func bothByteOrders(bigEndian: Bool) {
    var file = CaptureBytes.pcap(bigEndian: bigEndian)
    file.record(1_700_000_000, 123_456, Self.first, original: 1500)
    file.record(1_700_000_001, 999_999, Self.second)
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(
      capture.packets == [
        ReadPacket(
          frame: 1, bytes: Self.first, nanoseconds: 1_700_000_000_123_456_000, originalLength: 1500, interface: 0),
        ReadPacket(
          frame: 2, bytes: Self.second, nanoseconds: 1_700_000_001_999_999_000, originalLength: 60, interface: 0),
      ])
    #expect(capture.format == (bigEndian ? "pcap, big-endian" : "pcap, little-endian"))
    #expect(capture.interfaces.map(\.linkType) == [.ethernet])
    #expect(capture.interfaces.map(\.snapLength) == [65_535])
    #expect(capture.interfaces.map(\.isBigEndian) == [bigEndian])
    #expect(capture.statistics.isComplete)
  }

  @Test("the nanosecond magic makes the fraction nanoseconds", arguments: [false, true])
  func nanoseconds(bigEndian: Bool) {
    var file = CaptureBytes.pcap(magic: 0xA1B2_3C4D, bigEndian: bigEndian)
    file.record(7, 123_456_789, Self.first)
    let capture = ReadCapture(file)
    #expect(capture.packets.map(\.nanoseconds) == [7_123_456_789])
    #expect(capture.format == "pcap, \(bigEndian ? "big" : "little")-endian, nanosecond")
  }

  @Test("seconds are unsigned, and a fraction of more than a second is added, not refused")
  func extremeTimes() {
    var file = CaptureBytes.pcap()
    file.record(.max, .max, Self.first)
    let capture = ReadCapture(file)
    #expect(capture.packets.map(\.nanoseconds) == [4_294_971_589_967_295_000])
  }

  @Test("the modified format's records have eight more bytes of header")
  func modified() {
    var file = CaptureBytes.pcap(magic: 0xA1B2_CD34)
    let more: [UInt8] = [9, 9, 9, 9, 9, 9, 9, 9]
    file.record(1, 0, Self.first, padding: more)
    file.record(2, 0, Self.second, padding: more)
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(capture.packets.map(\.bytes) == [Self.first, Self.second])
    #expect(capture.format == "modified pcap, little-endian")
  }

  @Test("a link type is read without the bits about frame check sequences above it")
  func linkTypeBits() {
    let capture = ReadCapture(CaptureBytes.pcap(linkType: 0x5400_0071))
    #expect(capture.interfaces.map(\.linkType) == [.linuxCooked])
  }

  @Test("BSD loopback, link type 0, is a link type in either byte order", arguments: [false, true])
  func bsdLoopback(bigEndian: Bool) {
    let capture = ReadCapture(CaptureBytes.pcap(bigEndian: bigEndian, linkType: 0))
    #expect(capture.interfaces.map(\.linkType) == [.bsdNull])
  }

  @Test(
    "old versions name the original length first",
    arguments: [(UInt16(2), UInt16(2)), (2, 0), (543, 0)])
  func oldLengthOrder(version: (UInt16, UInt16)) {
    var file = CaptureBytes.pcap(version: version)
    file.record(1, 0, Self.first, captured: 1500, original: 5)
    let capture = ReadCapture(file)
    #expect(capture.packets.map(\.bytes) == [Self.first])
    #expect(capture.packets.map(\.originalLength) == [1500])
  }

  @Test("version 2.3 was written both ways, and the smaller length is the captured one")
  func ambiguousLengthOrder() {
    var file = CaptureBytes.pcap(version: (2, 3))
    file.record(1, 0, Self.first, captured: 1500, original: 5)
    file.record(2, 0, Self.first, captured: 5, original: 1500)
    let capture = ReadCapture(file)
    #expect(capture.packets.map(\.bytes) == [Self.first, Self.first])
    #expect(capture.packets.map(\.originalLength) == [1500, 1500])
  }

  @Test("a version nobody has written is refused by its number")
  func unknownVersion() {
    let capture = ReadCapture(CaptureBytes.pcap(version: (3, 1)))
    #expect(
      capture.error
        == .unsupported(name: "test.pcap", reason: "pcap version 3.1 is not supported", framesRead: 0))
  }

  @Test("a packet longer than the snap length is delivered whole")
  func longerThanSnapLength() {
    var file = CaptureBytes.pcap(snapLength: 16)
    file.record(1, 0, Self.second)
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(capture.packets.map(\.bytes) == [Self.second])
  }

  @Test("a snap length of all ones is no limit")
  func unlimitedSnapLength() {
    #expect(ReadCapture(CaptureBytes.pcap(snapLength: .max)).interfaces.map(\.snapLength) == [0])
  }

  @Test("a captured length that no packet has is damage, told with its offset and frame")
  func overlongRecord() {
    var file = CaptureBytes.pcap()
    file.record(1, 0, Self.first)
    file.record(2, 0, Self.first, captured: 262_145, original: 262_145)
    file.record(3, 0, Self.first)
    let capture = ReadCapture(file)
    #expect(capture.packets.map(\.frame) == [1])
    #expect(
      capture.error?.description
        == "test.pcap: offset 45: frame 2 claims 262145 captured bytes, more than 262144; the frame before it was read")
    #expect(!capture.statistics.isComplete)
  }

  @Test("the longest credible packet passes through a window that was much smaller")
  func longestRecord() {
    let long = [UInt8](repeating: 0xAA, count: 262_144)
    var file = CaptureBytes.pcap(snapLength: 262_144)
    file.record(1, 0, long)
    file.record(2, 0, Self.first)
    let capture = ReadCapture(file, windowCapacity: 100)
    #expect(capture.error == nil)
    #expect(capture.packets.map(\.bytes.count) == [262_144, 5])
    #expect(capture.packets.first?.bytes == long)
  }
}
