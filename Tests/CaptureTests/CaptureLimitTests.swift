import Observations
import Testing

@testable import Capture

/// Limits of what a file may claim, at their real values.
@Suite("Limits of captures")
struct CaptureLimitTests {
  @Test(
    "a packet is believed up to what its link type can hold, and not a byte more",
    arguments: [(UInt32(1), 262_144), (249, 1 << 20), (279, 8 << 20), (231, 16 << 20)])
  func credibleLength(linkType: UInt32, limit: Int) {
    var file = CaptureBytes.pcap(linkType: linkType)
    file.record(1, 0, [UInt8](repeating: 7, count: limit))
    file.record(2, 0, [1], captured: UInt32(limit + 1), original: UInt32(limit + 1))
    let capture = ReadCapture(file, windowCapacity: 1 << 20)
    #expect(capture.packets.map(\.bytes.count) == [limit])
    #expect(
      capture.error?.description.contains("frame 2 claims \(limit + 1) captured bytes, more than \(limit)") == true)
  }

  @Test("an interface's name is cut at 256 bytes")
  func interfaceName() {
    var file = CaptureBytes.pcapng()
    file.interface(options: [(2, [UInt8](repeating: 0x65, count: 300))])
    file.interface(options: [(2, [UInt8](repeating: 0x65, count: 256))])
    #expect(ReadCapture(file).interfaces.map { $0.name?.utf8.count } == [256, 256])
  }

  @Test("any number of sections is read, and nothing is kept of them")
  func sections() {
    var one = CaptureBytes()
    one.section()
    var file = CaptureBytes()
    for _ in 0..<100_000 { file.bytes += one.bytes }
    file.interface()
    file.enhanced([1, 2, 3])
    let capture = ReadCapture(file, windowCapacity: 1 << 16)
    #expect(capture.error == nil)
    #expect(capture.packets.count == 1)
    #expect(capture.interfaces.count == 1)
    #expect(capture.statistics.reachedLimits.isEmpty)
  }

  @Test("what can be looked at of a file stays 256 KiB, and becomes larger for a block that is")
  func window() {
    var window = ByteWindow(source: .memory(ByteMemory([UInt8](repeating: 1, count: 40 << 20))))
    while window.offset < 20 << 20 {
      window.fill(1_500)
      window.position += 1_500
      guard window.count <= ByteWindow.usualCapacity else {
        Issue.record("\(window.count) bytes at \(window.offset)")
        return
      }
    }
    #expect(ByteWindow.usualCapacity == 256 << 10)
    window.fill(PcapNGBlock.largestLength)
    #expect((16 << 20...17 << 20).contains(window.available))
  }
}
