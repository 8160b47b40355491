import Families
import Observations
import Testing

@testable import Tracking

@Suite("directions of a capture")
struct DirectionTrackingTests {
  private static let hello = DTLSBytes.clientHello(random: 1)

  @Test("packets of one side alone are one way, and an answer makes them two")
  func oneWay() throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, Self.hello)
    let alone = try packets.tracked().directions
    #expect(alone.udp == .one && alone.tcp == .none && alone.isOneWay)
    packets.udp(at: 1, from: Packets.gateway, to: Packets.client, [1, 2, 3])
    let both = try packets.tracked().directions
    #expect(both.udp == .both && !both.isOneWay)
  }

  @Test("one conversation with both directions is enough, whatever others lack")
  func another() throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, Self.hello)
    let resolver = Endpoint(Packets.router, 53)
    packets.udp(at: 0, from: Packets.client, to: resolver, [1])
    packets.udp(at: 1, from: resolver, to: Packets.client, [1])
    #expect(try packets.tracked().directions.udp == .both)
  }

  @Test("TCP both ways leaves UDP one way")
  func overUDP() throws {
    var packets = Packets()
    _ = packets.open(at: 0)
    packets.udp(at: 1, from: Packets.client, to: Packets.gateway, Self.hello)
    let seen = try packets.tracked().directions
    #expect(seen.tcp == .both && seen.udp == .one && seen.isOneWayOverUDP)
  }

  @Test("an ICMP error to the client shows that what comes to it is captured")
  func error() throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, Self.hello)
    packets.unreachable(
      at: 0.1, code: 13, from: Packets.router, to: Packets.client.address,
      quoting: Packets.udpPacket(Packets.client, Packets.gateway, Self.hello))
    let seen = try packets.tracked().directions
    #expect(seen.hosts == .both && !seen.isOneWay)
  }

  @Test("one that the client sends shows nothing of the kind")
  func ownError() throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, Self.hello)
    packets.unreachable(
      at: 0.1, code: 3, from: Packets.client.address, to: Packets.gateway.address,
      quoting: Packets.udpPacket(Packets.gateway, Packets.client, Self.hello))
    #expect(try packets.tracked().directions.isOneWay)
  }

  @Test("what is sent to many hosts has no answer to miss")
  func multicast() throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Endpoint(IPAddress(v4: 0xE000_00FB), 5_353), [1])
    #expect(try packets.tracked().directions == SeenDirections())
  }

  @Test("flows that are forgotten count")
  func forgotten() throws {
    var limits = TrackingLimits()
    limits.flows = 1
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, Self.hello)
    packets.udp(at: 1, from: Packets.gateway, to: Packets.client, [1])
    packets.udp(at: 2, from: Packets.client, to: Endpoint(Packets.router, 53), [1])
    #expect(try packets.tracked(limits: limits).directions.udp == .both)
  }

  @Test("of the hosts of ARP and ICMP the first few are kept")
  func bounded() {
    var exchange = HostExchange()
    for number in 0..<100 {
      exchange.add(from: IPAddress(v4: 0x0A00_0000 + UInt32(number)), to: IPAddress(v4: 0x0B00_0000 + UInt32(number)))
    }
    #expect(!exchange.showsBothWays { _ in false })
    #expect(exchange.showsBothWays { $0 == IPAddress(v4: 0x0B00_0000) })
    #expect(!exchange.showsBothWays { $0 == IPAddress(v4: 0x0B00_0063) })
  }
}
