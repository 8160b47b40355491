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

  @Test("a verdict by which the host drops a packet is known, in either byte order", arguments: [false, true])
  func verdicts(bigEndian: Bool) {
    var file = CaptureBytes.pcapng(bigEndian: bigEndian)
    file.interface()
    file.interface()
    let values: [(UInt8, UInt64)] = [(2, 0), (2, 1), (2, 2), (2, 3), (1, 0), (1, 2), (1, 4), (0, 1), (3, 1)]
    for (place, value) in values.enumerated() {
      file.enhanced(
        Self.first, interface: 1, ticks: UInt64(place), original: 1_500,
        options: [(5, file.value(7)), (7, [value.0] + file.value(value.1)), (1, Array("x".utf8))])
    }
    // Of another length it is nothing that the draft knows.
    file.enhanced(Self.first, options: [(7, []), (7, [2, 1]), (7, [2] + file.value(1) + [0])])
    let capture = ReadCapture(file)
    #expect(capture.error == nil && capture.packets.count == 10 && capture.comments.count == 9)
    #expect(capture.hostDrops.map(\.verdict) == [.xdpAborted, .xdpDrop, .tcShot])
    #expect(capture.hostDrops.map(\.frame) == [1, 2, 6])
    #expect(capture.hostDrops.map(\.time.nanoseconds) == [0, 1_000, 5_000])
    #expect(capture.hostDrops.allSatisfy { $0.interface == 1 && $0.beginning == Self.first })
    #expect(capture.hostDrops.allSatisfy { $0.missingBytes == 1_500 - Self.first.count })
  }

  @Test(
    "the number of a packet is known, in either byte order and of whatever batch",
    arguments: [false, true], [1, 2, 256])
  func identities(bigEndian: Bool, batch: Int) {
    var file = CaptureBytes.pcapng(bigEndian: bigEndian)
    file.interface()
    let number: UInt64 = 0x0102_0304_0506_0708
    let lists: [[(UInt16, [UInt8])]] = [
      [], [(5, file.value(number))], [], [(7, [2] + file.value(2)), (5, file.value(7))], [],
    ]
    for options in lists { file.enhanced(Self.first, options: options) }
    // Of another length it is nothing that the draft knows.
    file.enhanced(Self.first, options: [(5, [1, 2, 3, 4])])
    let capture = ReadCapture(file, batch: batch)
    #expect(capture.error == nil && capture.identities == [0, number, 0, 7, 0, 0])
  }

  @Test("of packets that the host dropped the headers are kept, and of too many the first")
  func hostDrops() {
    var file = CaptureBytes.pcapng()
    file.interface()
    let packet = [UInt8](repeating: 0x45, count: 1_400)
    for _ in 0..<4_100 { file.enhanced(packet, options: [(7, [2] + file.value(1))]) }
    let capture = ReadCapture(file)
    #expect(capture.hostDrops.count == 4_096 && capture.hostDrops.last?.frame == 4_096)
    #expect(capture.hostDrops.allSatisfy { $0.beginning.count == 256 && $0.missingBytes == 1_144 })
    #expect(capture.statistics.reachedLimits == [ReachedLimit(.hostDrops, limit: 4_096, count: 4)])
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
    #expect(
      capture.comments.prefix(2) == [
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
}
