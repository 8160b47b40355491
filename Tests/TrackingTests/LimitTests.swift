import Observations
import Testing
import Tracking

@Suite("limits")
struct LimitTests {
  private static func limits(flows: Int) -> TrackingLimits {
    var limits = TrackingLimits()
    limits.flows = flows
    return limits
  }

  @Test("at its limit the table forgets plain flows first, and counts")
  func plainFirst() throws {
    var packets = Packets()
    var tunnel = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &tunnel, at: 0.1)
    packets.udp(at: 0.2, from: Packets.client, to: Packets.gateway, DTLSBytes.clientHello(random: 2))
    for number in 0..<40 {
      packets.udp(
        at: 1 + Double(number), from: Endpoint(Packets.client.address, UInt16(10_000 + number)),
        to: Endpoint(Packets.router, 53), [1, 2, 3])
    }
    packets.send(.server, TLSBytes.serverHello(), on: &tunnel, at: 100)
    packets.close(.client, on: tunnel, at: 101)
    let tracked = try packets.tracked(limits: Self.limits(flows: 4))
    #expect(tracked.counters.evictedFlows == 38, "2 of the 40 have room beside the tunnel")
    #expect(tracked.events.connections.map(\.ending) == [.clientClosed])
    #expect(tracked.events.tlsServerHellos.count == 1)
    #expect(tracked.events.associations.count == 1)
  }

  @Test("a tunnel that is forgotten is told as still open")
  func tunnelForgotten() throws {
    var packets = Packets()
    for number in 0..<6 {
      var connection = packets.open(
        at: Double(number), client: Endpoint(Packets.client.address, UInt16(50_000 + number)))
      packets.send(.client, TLSBytes.clientHello(random: UInt64(number)), on: &connection, at: Double(number) + 0.1)
    }
    let tracked = try packets.tracked(limits: Self.limits(flows: 4))
    #expect(tracked.counters.evictedFlows == 2)
    #expect(tracked.events.connections.count == 6)
    #expect(tracked.events.connections.allSatisfy { $0.ending == .open })
    #expect(tracked.events.connections.first?.clientRandom == TLSBytes.random(0), "the oldest goes first")
  }

  @Test("a limit that is not reached counts nothing")
  func notReached() throws {
    var packets = Packets()
    for number in 0..<4 {
      packets.udp(
        at: 0, from: Endpoint(Packets.client.address, UInt16(10_000 + number)), to: Packets.gateway, [1])
    }
    #expect(try packets.tracked(limits: Self.limits(flows: 4)).counters == TrackingCounters())
  }
}
