import Observations
import Testing

@testable import Capture

@Suite("pcapng")
struct PcapNGTests {
  static let first: [UInt8] = [1, 2, 3, 4, 5]
  static let second: [UInt8] = Array(10..<74)

  @Test("both byte orders give the same packets", arguments: [false, true])
  func bothByteOrders(bigEndian: Bool) {
    var file = CaptureBytes.pcapng(bigEndian: bigEndian)
    file.interface(snapLength: 96, options: [(2, Array("eth0".utf8))])
    file.enhanced(Self.first, ticks: 1_700_000_000_123_456, original: 1500)
    file.enhanced(Self.second, ticks: 1_700_000_000_123_457)
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(
      capture.packets == [
        ReadPacket(
          frame: 1, bytes: Self.first, nanoseconds: 1_700_000_000_123_456_000, originalLength: 1500, interface: 0),
        ReadPacket(
          frame: 2, bytes: Self.second, nanoseconds: 1_700_000_000_123_457_000, originalLength: 64, interface: 0),
      ])
    #expect(capture.interfaces.map(\.name) == ["eth0"])
    #expect(capture.interfaces.map(\.snapLength) == [96])
    #expect(capture.format == (bigEndian ? "pcapng, big-endian" : "pcapng, little-endian"))
    #expect(capture.statistics.isComplete)
  }

  @Test("interfaces differ in link type, snap length and clock")
  func mixedInterfaces() {
    var file = CaptureBytes.pcapng()
    file.interface(linkType: 1, snapLength: 60)
    file.interface(linkType: 276, snapLength: 0, options: [(9, [9])])
    file.enhanced(Self.first, interface: 1, ticks: 5)
    file.enhanced(Self.first, interface: 0, ticks: 5)
    let capture = ReadCapture(file)
    #expect(capture.interfaces.map(\.linkType) == [.ethernet, .linuxCooked2])
    #expect(capture.interfaces.map(\.snapLength) == [60, 0])
    #expect(capture.packets.map(\.interface) == [1, 0])
    #expect(capture.packets.map(\.nanoseconds) == [5, 5000])
  }

  @Test("a later section has its own byte order and counts its own interfaces from 0")
  func sections() {
    var file = CaptureBytes.pcapng()
    file.interface(linkType: 1)
    file.enhanced(Self.first, ticks: 1)
    file.isBigEndian = true
    file.section()
    file.interface(linkType: 101)
    file.enhanced(Self.second, ticks: 2)
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(capture.packets.map(\.interface) == [0, 1])
    #expect(capture.packets.map(\.bytes) == [Self.first, Self.second])
    #expect(capture.interfaces.map(\.linkType) == [.ethernet, .rawIP])
  }

  @Test("an interface of an earlier section is unknown in the next")
  func sectionForgetsInterfaces() {
    var file = CaptureBytes.pcapng()
    file.interface()
    file.section()
    file.enhanced(Self.first)
    let capture = ReadCapture(file)
    #expect(
      capture.error
        == .damaged(
          name: "test.pcap", offset: 76, reason: "frame 1 names interface 0, which its section does not describe",
          framesRead: 0))
  }

  @Test("a simple packet is as long as its interface's snap length lets it be, and has the last packet's time")
  func simplePackets() {
    var file = CaptureBytes.pcapng()
    file.interface(snapLength: 8)
    file.enhanced(Self.first, ticks: 77)
    file.block(3) {
      $0.add(UInt32(64))
      $0.bytes += Self.second.prefix(8)
    }
    file.block(3) {
      $0.add(UInt32(5))
      $0.bytes += Self.first
    }
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(capture.packets.map(\.bytes) == [Self.first, Array(Self.second.prefix(8)), Self.first])
    #expect(capture.packets.map(\.originalLength) == [5, 64, 5])
    #expect(capture.packets.map(\.nanoseconds) == [77_000, 77_000, 77_000])
    #expect(capture.statistics.packetsWithoutTime == 2)
    #expect(capture.statistics.backwardSteps == 0)
  }

  @Test("the obsolete packet block is read, and its drop counts are added up")
  func obsoletePackets() {
    var file = CaptureBytes.pcapng()
    file.interface()
    for drops in [UInt16(3), .max, 4] {
      file.block(2) {
        $0.add(UInt16(0))
        $0.add(drops)
        $0.add(UInt32(0))
        $0.add(UInt32(42))
        $0.add(UInt32(5))
        $0.add(UInt32(9))
        $0.bytes += Self.first
      }
    }
    let capture = ReadCapture(file)
    #expect(capture.packets.map(\.bytes) == [Self.first, Self.first, Self.first])
    #expect(capture.packets.map(\.nanoseconds) == [42_000, 42_000, 42_000])
    #expect(capture.packets.map(\.originalLength) == [9, 9, 9])
    #expect(capture.interfaces.map(\.droppedPackets) == [7])
  }

  @Test("interface statistics and packets' drop counts tell of the same losses")
  func drops() {
    var file = CaptureBytes.pcapng()
    file.interface()
    file.interface()
    file.interface()
    file.enhanced(Self.first, interface: 0, options: [(4, file.value(2))])
    file.enhanced(Self.first, interface: 0, options: [(4, file.value(3))])
    for (interface, interfaceDrops, systemDrops) in [(UInt32(0), UInt64(1), UInt64(3)), (1, 10, .max), (9, 7, 7)] {
      file.block(5) {
        $0.add(interface)
        $0.add(UInt64(0))
        $0.options([(5, $0.value(interfaceDrops)), (7, $0.value(systemDrops))])
      }
    }
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(capture.interfaces.map(\.droppedPackets) == [5, .max, nil])
    #expect(capture.statistics.droppedPackets == .max)
  }

  @Test("a capture that says nothing about drops does not say that there were none")
  func dropsUnknown() {
    var file = CaptureBytes.pcapng()
    file.interface()
    #expect(ReadCapture(file).statistics.droppedPackets == nil)
  }

  @Test("comments keep their frame; long ones are cut and too many are counted")
  func comments() {
    var file = CaptureBytes.pcapng()
    file.interface()
    file.enhanced(Self.first)
    file.enhanced(Self.first, options: [(1, Array("hello".utf8)), (1, [0xFF, 0x41])])
    let long = [UInt8](repeating: 0x78, count: 5000)
    for _ in 0..<1001 { file.enhanced([], options: [(1, long)]) }
    let capture = ReadCapture(file)
    #expect(capture.comments.prefix(2) == [
      PacketComment(frame: 2, text: "hello"), PacketComment(frame: 2, text: "\u{FFFD}A"),
    ])
    #expect(capture.comments.count == 1000)
    #expect(capture.comments.last?.frame == 1000)
    #expect(capture.comments.last?.text.utf8.count == 1024)
    #expect(capture.commentsOmitted == 3)
  }

  @Test("secrets and names are passed over; unknown and private blocks are passed over and counted")
  func ignoredBlocks() {
    var file = CaptureBytes.pcapng()
    file.interface()
    for type in [UInt32(4), 10, 0xBAD, 0x4000_0BAD, 0x8000_0001] { file.block(type) { $0.add(UInt64(1)) } }
    file.enhanced(Self.first)
    let capture = ReadCapture(file)
    #expect(capture.error == nil)
    #expect(capture.packets.count == 1)
    #expect(capture.statistics.ignoredBlocks == 3)
  }

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
  }

  @Test("interfaces beyond 65,536 are refused, not kept")
  func tooManyInterfaces() {
    var one = CaptureBytes()
    one.interface()
    var file = CaptureBytes.pcapng()
    for _ in 0..<65_536 { file.bytes += one.bytes }
    #expect(ReadCapture(file, windowCapacity: 1 << 20).error == nil)
    file.bytes += one.bytes
    let capture = ReadCapture(file, windowCapacity: 1 << 20)
    #expect(capture.interfaces.count == 65_536)
    #expect(
      capture.error
        == .unsupported(
          name: "test.pcap", reason: "more than 65536 interfaces are not supported", framesRead: 0))
  }
}
