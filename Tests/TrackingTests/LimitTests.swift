import Families
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
    #expect(tracked.events.summaries(.tls).map(\.ending) == [.clientClosed])
    #expect(tracked.events.messages(.tls).count == 1)
    #expect(tracked.events.summaries(.dtls).count == 1)
  }

  @Test("a tunnel that is forgotten is emitted as still open")
  func tunnelForgotten() throws {
    var packets = Packets()
    for number in 0..<6 {
      var connection = packets.open(
        at: Double(number), client: Endpoint(Packets.client.address, UInt16(50_000 + number)))
      packets.send(.client, TLSBytes.clientHello(random: UInt64(number)), on: &connection, at: Double(number) + 0.1)
    }
    let tracked = try packets.tracked(limits: Self.limits(flows: 4))
    #expect(tracked.counters.evictedFlows == 2)
    #expect(tracked.events.summaries(.tls).count == 6)
    #expect(tracked.events.summaries(.tls).allSatisfy { $0.ending == .open })
    #expect(tracked.events.summaries(.tls).first?.token == TLSBytes.random(0), "the oldest goes first")
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

  @Test("hellos beyond those put together at once are read from their first segment")
  func reassemblies() throws {
    var limits = TrackingLimits()
    limits.reassemblies = 2
    var packets = Packets()
    for number in 0..<5 {
      var connection = packets.open(at: 0, client: Endpoint(Packets.client.address, UInt16(50_000 + number)))
      let hello = TLSBytes.clientHello(random: UInt64(number), padding: 300)
      packets.send(.client, Array(hello.prefix(100)), on: &connection, at: 1)
    }
    let tracked = try packets.tracked(limits: limits)
    #expect(tracked.counters.skippedReassemblies == 3)
    #expect(tracked.counters.reached(limits) == [ReachedLimit(.reassemblies, limit: 2, count: 3)])
    #expect(tracked.quality.counters == tracked.counters)
    // The random stands in the first segment.
    #expect(tracked.events.openings(.tls).count == 3)
  }

  @Test("a hello longer than is kept is read as far as it is kept")
  func handshakeBytes() throws {
    var limits = TrackingLimits()
    limits.handshakeBytes = 200
    var packets = Packets()
    var connection = packets.open(at: 0)
    let hello = TLSBytes.clientHello(random: 7, padding: 900)
    for start in stride(from: 0, to: hello.count, by: 50) {
      packets.send(.client, Array(hello[start..<min(start + 50, hello.count)]), on: &connection, at: 1)
    }
    let tracked = try packets.tracked(limits: limits)
    #expect(tracked.counters.reached(limits) == [ReachedLimit(.handshakeBytes, limit: 200, count: 1)])
    #expect(tracked.events.openings(.tls).map(\.token) == [TLSBytes.random(7)])
  }

  @Test("paths whose MTU is reported beyond the limit are counted")
  func paths() throws {
    var limits = TrackingLimits()
    limits.paths = 2
    var packets = Packets()
    for number in 0..<4 {
      let server = Endpoint(IPAddress(v4: 0x0A00_0000 + UInt32(number)), 443)
      let payload = [UInt8](repeating: 1, count: 1_400)
      packets.tcp(at: 1, from: Packets.client, to: server, sequence: 1, payload)
      packets.unreachable(
        at: 2, code: 4, nextHopMTU: 1_000, from: Packets.router, to: Packets.client.address,
        quoting: Packets.tcpPacket(Packets.client, server, sequence: 1, payload))
    }
    let tracked = try packets.tracked(limits: limits)
    #expect(tracked.counters.reached(limits) == [ReachedLimit(.paths, limit: 2, count: 2)])
  }

  @Test("fragments between hosts beyond the limit are counted")
  func fragments() throws {
    var limits = TrackingLimits()
    limits.fragmentedPaths = 2
    var packets = Packets()
    for number in 0..<4 {
      packets.add(
        Packets.ip(
          protocolNumber: 17, from: Packets.client.address, to: IPAddress(v4: 0x0A00_0000 + UInt32(number)),
          [UInt8](repeating: 0, count: 16), dontFragment: false, moreFragments: true), at: 1)
    }
    let tracked = try packets.tracked(limits: limits)
    #expect(tracked.counters.reached(limits) == [ReachedLimit(.fragmentedPaths, limit: 2, count: 2)])
  }

  @Test("errors whose quoted ports are cut off are looked into up to a limit, and counted beyond it")
  func cutQuotes() throws {
    var limits = TrackingLimits()
    limits.cutQuotes = 2
    var packets = Packets()
    let hello = DTLSBytes.clientHello(random: 1)
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, hello)
    for number in 0..<5 {
      packets.unreachable(
        at: 0.1 + Double(number) / 10, code: 3, from: Packets.router, to: Packets.client.address,
        quoting: Packets.udpPacket(Packets.client, Packets.gateway, hello), keeping: 50)
    }
    let tracked = try packets.tracked(limits: limits)
    #expect(tracked.events.refusals.count == 2)
    #expect(tracked.counters.reached(limits) == [ReachedLimit(.cutQuotes, limit: 2, count: 3)])
  }

  @Test("errors about a flow are emitted up to a limit, and anew for every attempt to establish DTLS")
  func errorsPerFlow() throws {
    var limits = TrackingLimits()
    limits.errorsPerFlow = 2
    var packets = Packets()
    for attempt in 0..<3 {
      let hello = DTLSBytes.clientHello(random: UInt64(attempt + 1))
      for repetition in 0..<4 {
        let at = Double(attempt) * 60 + Double(repetition)
        packets.udp(at: at, from: Packets.client, to: Packets.gateway, hello)
        packets.unreachable(
          at: at + 0.1, code: 3, from: Packets.gateway.address, to: Packets.client.address,
          quoting: Packets.udpPacket(Packets.client, Packets.gateway, hello))
      }
    }
    let errors = try packets.tracked(limits: limits).events.refusals
    #expect(errors.count == 6)
  }
}
