import Observations
import Testing

@testable import Capture

@Suite("Bad blocks in pcapng")
struct PcapNGDamageTests {
  private static let first = PcapNGTests.first
  private static let second = PcapNGTests.second

  @Test("an unknown block of more than 16 MiB is passed over; a packet's is damage")
  func oversizedBlocks() {
    let large = [UInt8](repeating: 0, count: 16 << 20)
    var file = CaptureBytes.pcapng()
    file.interface()
    file.enhanced(Self.first)
    file.block(0xBAD) { $0.bytes += large }
    file.enhanced(Self.second)
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(capture.packets.map(\.bytes) == [Self.first, Self.second])
    #expect(capture.packets.map(\.frame) == [1, 2])
    #expect(capture.statistics.ignoredBlocks == 1)

    var damaged = CaptureBytes.pcapng()
    damaged.interface()
    damaged.block(6, length: 17 << 20) { $0.add(UInt64(0)) }
    #expect(
      ReadCapture(damaged).error?.description
        == "test.pcap: offset 48: an enhanced packet block of 17825792 bytes, more than 16777216; no frame was read")
  }

  @Test("a block is refused for its length, then for its second length, and says where")
  func blockChecks() throws {
    func damage(_ add: (inout CaptureBytes) -> Void) throws -> CaptureError? {
      var file = CaptureBytes.pcapng()
      file.interface()
      file.enhanced(Self.first)
      add(&file)
      file.enhanced(Self.second)
      let capture = ReadCapture(file)
      #expect(capture.packets.map(\.bytes) == [Self.first])
      return capture.error
    }
    func expected(_ reason: String) -> CaptureError {
      .damaged(name: "test.pcap", offset: 88, reason: reason, framesRead: 1)
    }
    #expect(
      try damage { $0.block(6, length: 28) { $0.add(UInt64(0)) } }
        == expected("an enhanced packet block with the impossible length 28"))
    #expect(
      try damage { $0.block(0xBAD, length: 8) { $0.add(UInt64(0)) } }
        == expected("a block of type 0xbad with the impossible length 8"))
    #expect(
      try damage { $0.block(0xBAD, length: 0) { $0.add(UInt64(0)) } }
        == expected("a block of type 0xbad with the impossible length 0"))
    #expect(
      try damage { $0.block(4, length: 22) { $0.add(UInt64(0)) } }
        == expected("a name resolution block with the impossible length 22"))
    #expect(
      try damage { $0.block(5, trailer: 28) { $0.bytes += [UInt8](repeating: 0, count: 12) } }
        == expected("an interface statistics block whose two lengths differ (24 and 28)"))
    #expect(
      try damage { $0.enhanced(Self.first, captured: 9) }
        == expected("frame 2 claims 9 captured bytes, more than its block or any packet holds"))
    #expect(
      try damage { $0.enhanced(Self.first, captured: .max) }
        == expected("frame 2 claims 4294967295 captured bytes, more than its block or any packet holds"))
    #expect(
      try damage { $0.enhanced(Self.first, interface: .max) }
        == expected("frame 2 names interface 4294967295, which its section does not describe"))
    #expect(
      try damage { $0.block(0x0A0D_0D0A) { $0.bytes += [UInt8](repeating: 7, count: 16) } }
        == expected("a section header without the byte-order magic"))
  }

  @Test("a section of another major version is refused")
  func unknownVersion() {
    var file = CaptureBytes()
    file.section(version: 2)
    #expect(
      ReadCapture(file).error
        == .unsupported(name: "test.pcap", reason: "pcapng version 2.0 is not supported", framesRead: 0))
  }

  @Test("options that do not fit, or never end, stop the options and not the capture")
  func wildOptions() {
    var file = CaptureBytes.pcapng()
    file.interface(options: [(9, [9, 9])])
    file.enhanced(Self.first, ticks: 1)
    file.block(6) {
      $0.add(UInt32(0))
      $0.add(UInt64(0))
      $0.add(UInt64(0))
      $0.add(UInt16(1))
      $0.add(UInt16.max)
    }
    let many = [(UInt16, [UInt8])](repeating: (99, []), count: 1024)
    file.enhanced(Self.first, options: many + [(1, Array("too late".utf8))])
    file.enhanced(Self.first, options: Array(many.dropLast()) + [(1, Array("just in time".utf8))])
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(capture.packets.count == 4)
    #expect(capture.packets.first?.nanoseconds == 1000, "a resolution of two bytes is none")
    #expect(capture.comments == [PacketComment(frame: 4, text: "just in time")])
    #expect(capture.statistics.reachedLimits == [ReachedLimit(.options, limit: 1024, count: 1)])
  }

  @Test("interfaces beyond 65,536 are counted, not kept, and the capture is read on")
  func tooManyInterfaces() {
    var one = CaptureBytes()
    one.interface(linkType: 101)
    var file = CaptureBytes.pcapng()
    for _ in 0..<65_536 { file.bytes += one.bytes }
    #expect(ReadCapture(file, windowCapacity: 1 << 20).statistics.reachedLimits.isEmpty)
    file.bytes += one.bytes + one.bytes
    file.enhanced(Self.first, interface: 65_535, ticks: 7)
    file.enhanced(Self.first, interface: 65_536, ticks: 9)
    file.enhanced(Self.first, interface: 65_537, ticks: 9)
    // A later section has interfaces of its own, of which none has room.
    file.section()
    file.interface()
    file.enhanced(Self.first, interface: 0, ticks: 9)
    let capture = ReadCapture(file, windowCapacity: 1 << 20)
    #expect(capture.error == nil)
    #expect(capture.interfaces.count == 65_537, "one stands for all that are left out")
    #expect(capture.interfaces.last?.linkType == .unknown(.max))
    #expect(capture.packets.map(\.interface) == [65_535, 65_536, 65_536, 65_536])
    #expect(capture.packets.map(\.nanoseconds) == [7_000, 7_000, 7_000, 7_000], "what a tick is, is not known")
    #expect(capture.statistics.packetsWithoutTime == 3)
    #expect(capture.statistics.reachedLimits == [ReachedLimit(.interfaces, limit: 65_536, count: 3)])
    file.enhanced(Self.first, interface: 1)
    #expect(ReadCapture(file, windowCapacity: 1 << 20).error != nil, "an interface that nobody described is damage")
  }
}
