import Observations
import Testing

@testable import Dissection

@Suite("which network a carried packet is of")
struct CarrierStackTests {
  typealias Shapes = CarrierShapes

  static func identity(_ frame: [UInt8]) throws -> UInt64 {
    try #require(DecapsulationTests.packet(frame)).carriers.identity
  }

  static func geneve(_ identifier: String) -> [UInt8] {
    Shapes.mirror(17, Shapes.udp(6081, Shapes.bytes("0000 6558" + identifier + "00") + Shapes.inner))
  }

  static func keyed(_ key: String, _ protocolType: Int = 0x0800) -> [UInt8] {
    Shapes.gre(protocolType, protocolType == 0x0800 ? Shapes.packet : Shapes.inner, flags: 0x2000, fields: key)
  }

  /// GRE in UDP with a key.
  static func overUDP(_ key: String) -> [UInt8] {
    Shapes.mirror(17, Shapes.udp(4754, Shapes.bytes("2000 0800" + key) + Shapes.packet))
  }

  static func mirrored(_ session: String) -> [UInt8] {
    Shapes.gre(
      0x88BE, Shapes.bytes("1064" + session + "00000000") + Shapes.inner, flags: 0x1000, fields: "00000001")
  }

  @Test("different identifiers, and equal ones of different carriers, are different networks")
  func apart() throws {
    let frames = [
      Shapes.vxlan(Shapes.inner, identifier: 7), Shapes.vxlan(Shapes.inner, identifier: 8),
      Shapes.vxlan(Shapes.inner, identifier: 0), Self.geneve("000007"), Self.geneve("000008"), Self.keyed("00000007"),
      Self.keyed("00000008"), Self.mirrored("0007"), Self.mirrored("0008"),
      Shapes.ethernet(0x88E7, Shapes.bytes("00000007") + Shapes.inner),
      Shapes.ethernet(0x88E7, Shapes.bytes("00000008") + Shapes.inner),
      Self.overUDP("0000000A"), Self.overUDP("0000000B"),
      Shapes.vxlan(Shapes.vxlan(Shapes.inner, identifier: 7), identifier: 8),
      Shapes.vxlan(Shapes.vxlan(Shapes.inner, identifier: 8), identifier: 7), Shapes.inner,
    ]
    #expect(Set(try frames.map(Self.identity)).count == frames.count)
    let numbers = try frames.map { try #require(DecapsulationTests.packet($0)).carriers.number }
    #expect(Set(numbers).count == frames.count)
    #expect(numbers.last == 0 && numbers.allSatisfy { $0 < 1 << 24 })
  }

  @Test("what is no identifier does not matter: flags, sequence numbers, classes, VLANs, ports, outer addresses")
  func together() throws {
    let vxlan = try Self.identity(Shapes.vxlan(Shapes.inner))
    #expect(try Self.identity(Shapes.vxlan(Shapes.inner, port: 8472)) == vxlan)
    #expect(try Self.identity(Shapes.vxlan(Shapes.inner, flags: "88000011")) == vxlan)
    let over6 = Shapes.ethernet(
      0x86DD, Shapes.ipv6(17, Shapes.udp(4789, Shapes.bytes("08000000 00303900") + Shapes.inner)))
    #expect(try Self.identity(over6) == vxlan)
    // Class of service and truncation stand before the session's ten bits.
    #expect(try Self.identity(Self.mirrored("E407")) == Self.identity(Self.mirrored("0007")))
  }

  @Test("NVGRE's flow ID is no network; a small key of Ethernet in GRE is one")
  func nvgre() throws {
    #expect(try Self.identity(Self.keyed("00100001", 0x6558)) == Self.identity(Self.keyed("00100002", 0x6558)))
    #expect(try Self.identity(Self.keyed("00100001", 0x6558)) != Self.identity(Self.keyed("00100101", 0x6558)))
    #expect(try Self.identity(Self.keyed("00000001", 0x6558)) != Self.identity(Self.keyed("00000002", 0x6558)))
    #expect(try Self.identity(Self.keyed("00100001")) != Self.identity(Self.keyed("00100002")))
  }

  // Half a flow would look unanswered.
  @Test("what the two directions name differently keeps no flow apart: labels, TEIDs, L2TP's IDs, being carried at all")
  func directions() throws {
    let frames = [
      Shapes.inner, Shapes.ethernet(0x8847, Shapes.bytes("00064140") + Shapes.packet),
      Shapes.ethernet(0x8847, Shapes.bytes("00074140") + Shapes.packet), Shapes.mirror(4, Shapes.packet),
      Shapes.mirror(17, Shapes.udp(6635, Shapes.bytes("00064140") + Shapes.packet)),
      Shapes.mirror(17, Shapes.udp(6635, Shapes.bytes("00074140") + Shapes.packet)),
      Shapes.mirror(17, Shapes.udp(5247, Shapes.bytes("00 100200 00000000") + Shapes.inner)),
      Shapes.mirror(17, Shapes.udp(49152, Shapes.bytes("00 104200 00000000") + Shapes.inner, source: 5247)),
      Shapes.mirror(17, Shapes.udp(1701, Shapes.bytes("0002 0001 0002 FF03 0021") + Shapes.packet)),
      Shapes.mirror(17, Shapes.udp(1701, Shapes.bytes("0002 0003 0004 FF03 0021") + Shapes.packet)),
      Shapes.mirror(
        17,
        Shapes.udp(
          2152, Shapes.bytes("30FF") + Shapes.u16(Shapes.packet.count) + Shapes.bytes("00000007") + Shapes.packet)),
      Shapes.mirror(
        17,
        Shapes.udp(
          2152, Shapes.bytes("30FF") + Shapes.u16(Shapes.packet.count) + Shapes.bytes("00000008") + Shapes.packet)),
    ]
    #expect(Set(try frames.map(Self.identity)) == [0])
  }
}
