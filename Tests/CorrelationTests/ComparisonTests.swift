import Correlation
import Observations
import Testing

@Suite("Comparison of two reports")
struct ComparisonTests {
  // MARK: Tunnels

  @Test("tunnels are matched by client and gateway, whatever their numbers")
  func sameTunnels() {
    let before = report([tunnel("T1", client: 1), tunnel("T2", client: 2)])
    let after = report([tunnel("T1", client: 2), tunnel("T2", client: 1)])
    let changes = compare(before, after).tunnels
    #expect(changes.map(\.after?.id) == ["T2", "T1"])
    #expect(changes.allSatisfy { $0.grounds == .clientAndGateway })
  }

  @Test("a client behind translation is the same by either of its addresses")
  func translated() {
    let before = report([tunnel("T1", client: 1, translated: [7])])
    let after = report([tunnel("T1", client: 7)])
    #expect(compare(before, after).tunnels.map(\.grounds) == [.clientAndGateway])
  }

  @Test("a client with a new address is matched by gateway and server name, if there is just one")
  func newAddress() {
    let one = compare(report([tunnel("T1", client: 1)]), report([tunnel("T1", client: 2)]))
    #expect(one.tunnels.map(\.grounds) == [.gatewayAndServerName])
    let several = compare(
      report([tunnel("T1", client: 1)]), report([tunnel("T1", client: 2), tunnel("T2", client: 3)]))
    #expect(several.tunnels.map(\.grounds) == [nil, nil, nil])
    let otherName = compare(
      report([tunnel("T1", client: 1)]), report([tunnel("T1", client: 2, serverName: "other.example")]))
    #expect(otherName.tunnels.map(\.grounds) == [nil, nil])
  }

  // MARK: What is gone

  @Test(
    "DTLS that failed is fixed when it is established, and only then",
    arguments: [RuleName.handshakeUnanswered, .handshakeRefused, .handshakeStalled, .portMismatch],
    [ChannelOutcome.established, .unanswered, .refused, .stalled, .none])
  func dtls(rule: RuleName, outcome: ChannelOutcome) {
    let before = report([tunnel("T1", client: 1)], [finding(rule)])
    let comparison = compare(before, report([tunnel("T1", client: 1, outcome: outcome)]))
    #expect(comparison.findings.map(\.status) == [outcome == .established ? .gone : .notSeen])
    #expect(comparison.verdict == (outcome == .established ? .fixed : .unproven))
    #expect(comparison.findings.allSatisfy { !$0.reason.isEmpty })
  }

  @Test("captures that do not show the tunnel prove nothing")
  func noTunnel() {
    let before = report([tunnel("T1", client: 1)], [finding(.handshakeUnanswered), finding(.reconnectCycle)])
    let comparison = compare(before, report([]))
    #expect(comparison.findings.map(\.status) == [.notSeen, .notSeen])
    #expect(comparison.findings[0].reason == "the later captures show no tunnel from 198.51.100.1 to 203.0.113.20")
    #expect(comparison.verdict == .unproven)
  }

  @Test(
    "a reconnect is gone once the tunnel was watched for longer than it took", arguments: [(80.0, false), (100, true)])
  func reconnect(watched: Double, isGone: Bool) {
    let before = report(
      [tunnel("T1", client: 1)],
      [finding(.reconnectCycle, seconds: 60)])
    let after = report([tunnel("T1", client: 1, outcome: .unanswered, seconds: watched)])
    let comparison = compare(before, after)
    #expect(comparison.findings.map(\.status) == [isGone ? .gone : .notSeen])
  }

  @Test("irregular reconnects are judged by their longest interval", arguments: [(290.0, false), (310, true)])
  func irregular(watched: Double, isGone: Bool) {
    let before = report(
      [tunnel("T1", client: 1)], [finding(.sessionReconnects, seconds: 200)])
    let after = report([tunnel("T1", client: 1, seconds: watched)])
    #expect(compare(before, after).findings.map(\.status) == [isGone ? .gone : .notSeen])
  }

  @Test("the chain is broken where DTLS is established, however short the capture")
  func chain() {
    let before = report([tunnel("T1", client: 1)], [finding(.mtuReconnect)])
    let established = report([tunnel("T1", client: 1, outcome: .established, seconds: 5)])
    #expect(compare(before, established).findings.map(\.status) == [.gone])
    let failing = report([tunnel("T1", client: 1, outcome: .unanswered, seconds: 5)])
    #expect(compare(before, failing).findings.map(\.status) == [.notSeen])
  }

  @Test("lost DTLS is fixed once it lasts longer than it did", arguments: [(60.0, false), (90, true)])
  func lost(lasting: Double, isGone: Bool) {
    let before = report([tunnel("T1", client: 1)], [finding(.tunnelLost, seconds: 68)])
    let after = report([tunnel("T1", client: 1, outcome: .established, seconds: lasting)])
    #expect(compare(before, after).findings.map(\.status) == [isGone ? .gone : .notSeen])
  }

  @Test(
    "sizes that nobody may have tried are never called gone",
    arguments: [RuleName.oversizedDF, .mssExceedsMTU, .pmtuBlackHole, .tunnelFragmentation], [true, false])
  func sizes(rule: RuleName, isInner: Bool) {
    let before = report([tunnel("T1", client: 1)], [finding(rule, tunnel: isInner ? nil : "T1")])
    let after = report([tunnel("T1", client: 1, outcome: .established, seconds: 3600)])
    #expect(compare(before, after).findings.map(\.status) == [.notSeen])
  }

  // MARK: What remains and what is new

  @Test("a finding that remains tells which facts changed")
  func remains() {
    let before = report(
      [tunnel("T1", client: 1)], [finding(.handshakeUnanswered, [("port", .integer(443)), ("hellos", .integer(24))])])
    let after = report(
      [tunnel("T1", client: 2), tunnel("T2", client: 1)],
      [
        finding(
          .handshakeUnanswered, tunnel: "T2",
          [("port", .integer(443)), ("hellos", .integer(4)), ("attempts", .integer(1))])
      ])
    let comparison = compare(before, after)
    #expect(comparison.verdict == .broken)
    #expect(comparison.findings.map(\.status) == [.remains])
    #expect(comparison.findings[0].changedFacts.map(\.name) == ["hellos", "attempts"])
    #expect(comparison.findings[0].changedFacts[0].before == .integer(24))
    #expect(comparison.findings[0].changedFacts[1].before == nil)
  }

  @Test("the same rule on another tunnel is another problem")
  func otherTunnel() {
    let before = report([tunnel("T1", client: 1), tunnel("T2", client: 2)], [finding(.handshakeUnanswered)])
    let after = report(
      [tunnel("T1", client: 1, outcome: .established), tunnel("T2", client: 2)],
      [finding(.handshakeUnanswered, tunnel: "T2")])
    #expect(compare(before, after).findings.map(\.status) == [.new, .gone])
  }

  @Test("of several findings by one rule, those about the same path belong together")
  func likeness() {
    func path(_ to: IPAddress) -> Finding {
      finding(
        .pmtuBlackHole, tunnel: nil, about: .path(HostPath(source: "10.0.0.80", destination: to)),
        [("destination", .text("\(to)"))])
    }
    let before = report([], [path("10.0.0.1"), path("10.0.0.2")])
    let after = report([], [path("10.0.0.2"), path("10.0.0.3")])
    let comparison = compare(before, after)
    #expect(comparison.findings.map(\.status) == [.remains, .remains])
    #expect(comparison.findings.map { $0.changedFacts.count } == [1, 0])
  }

  @Test("a cycle that shows fewer sessions now is still the same reconnecting")
  func family() {
    let before = report([tunnel("T1", client: 1)], [finding(.reconnectCycle, [("sessions", .integer(5))])])
    let after = report([tunnel("T1", client: 1)], [finding(.sessionReconnects, [("sessions", .integer(2))])])
    let comparison = compare(before, after)
    #expect(comparison.findings.map(\.status) == [.remains])
    #expect(comparison.verdict == .broken)
  }

  @Test("notes are told, but break nothing")
  func notes() {
    let before = report([tunnel("T1", client: 1)])
    let after = report([tunnel("T1", client: 1)], [finding(.oversizedDF, severity: .note)])
    let comparison = compare(before, after)
    #expect(comparison.findings.map(\.status) == [.new])
    #expect(comparison.verdict == .clean)
  }

  // MARK: Caveats

  @Test("captures given in the wrong order are noticed")
  func order() {
    let early = report([], start: 0)
    let late = report([], start: 1000)
    #expect(compare(early, late).caveats.isEmpty)
    #expect(compare(late, early).caveats.count == 1)
  }

  @Test("what limits the later captures, and missing capture points, are told")
  func limits() {
    let before = report([], points: 2)
    let after = report([], [finding(.captureQuality, tunnel: nil, severity: .note)])
    let comparison = compare(before, after)
    #expect(comparison.caveats.count == 2)
    #expect(comparison.findings.isEmpty)
  }
}

private func time(_ seconds: Double) -> Timestamp { Timestamp(nanoseconds: 0).adding(seconds: seconds) }

private func tunnel(
  _ id: String, client: UInt32, translated: [UInt32] = [], serverName: String = "vpn.example.com",
  outcome: ChannelOutcome = .none, seconds: Double = 30
) -> TunnelDescription {
  func address(_ host: UInt32) -> IPAddress { IPAddress(v4: 0xC633_6400 + host) }
  let attempts =
    outcome == .none
    ? [] : [ChannelDescription.Handshake(start: time(0), end: time(seconds), outcome: outcome, openings: 1)]
  return TunnelDescription(
    id: id, client: address(client), gateway: IPAddress(v4: 0xCB00_7114), translatedClients: translated.map(address),
    serverName: serverName,
    channels: [
      ChannelDescription(
        kind: .tls, role: .both, name: "TLS", port: 443, transport: "TCP", outcome: .established,
        sessions: [.init(start: time(0), end: nil, endReason: "still open when last seen")]),
      ChannelDescription(
        kind: .dtls, role: .data, name: "DTLS", port: 443, transport: "UDP", outcome: outcome, handshakes: attempts),
    ], lastSeen: time(seconds))
}

/// A finding about what its rule is about, unless something else is given.
private func finding(
  _ rule: RuleName, tunnel: String? = "T1", about: FindingSubject? = nil, severity: Severity = .error,
  seconds: Double? = nil, _ facts: [(name: String, value: FactValue)] = []
) -> Finding {
  let isAboutChannel = Scenario.families.rules.contains { $0.name == rule && $0.topic == .channel }
  return Finding(
    rule: rule, about: about ?? (isAboutChannel ? .channel(.dtls, port: 443) : .tunnel), severity: severity,
    confidence: .certain, confidenceReason: "seen", tunnel: tunnel, title: "title", explanation: "explanation",
    remedies: [], start: time(1), end: time(2), facts: facts, seconds: seconds, evidence: [])
}

private func compare(_ before: Report, _ after: Report) -> ReportComparison {
  ReportComparison(before: before, after: after, families: Scenario.families)
}

private func report(
  _ tunnels: [TunnelDescription], _ findings: [Finding] = [], start: Double = 0, points: Int = 1
) -> Report {
  Report(
    captures: (0..<points).map { point in
      CaptureDescription(
        index: point, point: point, name: "capture", format: "pcap", linkTypes: ["Ethernet"], snapLength: 0, packets: 1,
        bytes: 60, start: time(start), end: time(start + 60))
    }, tunnels: tunnels, findings: findings)
}
