import Correlation
import Observations
import Testing

@Suite("What a capture without an end forgets")
struct ForgettingTests {
  private static func address(_ number: Int) -> IPAddress { IPAddress(v4: 0x0A00_0000 + UInt32(number)) }

  /// A tunnel that reconnects every minute from the beginning on, and requests of other hosts.
  private static func correlator(sessions: Int, requests: Int) -> (Correlator, CaptureDescription) {
    var tunnel = Scenario(lasting: 100_000)
    for number in 0..<sessions { tunnel.session(from: Double(number) * 60, to: Double(number) * 60 + 59.5) }
    var correlator = Correlator(families: Scenario.families)
    correlator.absorb(tunnel.observations)
    for number in 0..<requests {
      var request = Scenario(lasting: 100_000, client: address(number))
      request.session(from: 90_000 + Double(number), to: 90_001 + Double(number), turns: 1)
      correlator.absorb(request.observations)
    }
    return (correlator, tunnel.capture)
  }

  @Test("hosts that made no tunnel go before a tunnel that ended long before them")
  func requestsFirst() {
    var (correlator, capture) = Self.correlator(sessions: 3, requests: 200)
    #expect(correlator.forgetOldest(keeping: 64, factLimit: 10) > 100)
    #expect((1...64).contains(correlator.size.entries))
    #expect(correlator.report(captures: [capture]).tunnels.map(\.tls.sessions.count) == [3])
  }

  @Test("little goes at a time")
  func littleAtATime() {
    var (correlator, _) = Self.correlator(sessions: 3, requests: 200)
    _ = correlator.forgetOldest(keeping: 160, factLimit: 10)
    #expect(correlator.size.entries == 150)
    #expect(correlator.forgetOldest(keeping: 160, factLimit: 10) == 0)
  }

  @Test("a tunnel that fills all the room loses its oldest sessions and stays")
  func olderSessions() throws {
    var (correlator, capture) = Self.correlator(sessions: 400, requests: 10)
    _ = correlator.forgetOldest(keeping: 300, factLimit: 10)
    #expect((250...300).contains(correlator.size.entries))
    let sessions = try #require(correlator.report(captures: [capture]).tunnels.first).tls.sessions
    #expect((250...300).contains(sessions.count))
    #expect(sessions.last?.start == Scenario(lasting: 1).time(399 * 60 + 0.05))
  }

  @Test("many tunnels that reconnect all stay, with their latest sessions, while older ones can go")
  func manyTunnels() {
    var correlator = Correlator(families: Scenario.families)
    for number in 0..<50 {
      var tunnel = Scenario(lasting: 100_000, client: Self.address(number))
      for turn in 0..<30 { tunnel.session(from: Double(turn) * 60, to: Double(turn) * 60 + 59.5) }
      correlator.absorb(tunnel.observations)
    }
    #expect(correlator.forgetOldest(keeping: 1_000, factLimit: 10) == 0)
    #expect((850...1_000).contains(correlator.size.entries))
    let tunnels = correlator.report(captures: [Scenario(lasting: 100_000).capture]).tunnels
    #expect(tunnels.count == 50)
    let latest = Scenario(lasting: 1).time(29 * 60 + 0.05)
    #expect(tunnels.allSatisfy { $0.tls.sessions.count >= 16 && $0.tls.sessions.last?.start == latest })
  }

  @Test("an answer to what was forgotten makes no place for its hosts")
  func answers() {
    var correlator = Correlator(families: Scenario.families)
    let flow = Flow(client: Endpoint(Self.address(1), 1), server: Endpoint(Self.address(2), 443))
    let frame = FrameReference(capture: 0, frame: 1)
    correlator.absorb(
      Observation(
        time: Timestamp(nanoseconds: 0), point: 0, frame: frame,
        event: .refused(
          Refusal(
            id: HandshakeID(.dtls, firstFrame: frame), flow: flow, kind: .icmp(type: 3, code: 3, isIPv6: false),
            reporter: Self.address(2),
            quoted: QuotedFlow(transport: .udp, source: flow.client, destination: flow.server, length: 200),
            quotedSide: .client))))
    #expect(correlator.size.pairs == 0)
  }
}
