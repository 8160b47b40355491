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
    let changes = ReportComparison(before: before, after: after).tunnels
    #expect(changes.map(\.after?.id) == ["T2", "T1"])
    #expect(changes.allSatisfy { $0.grounds == .clientAndGateway })
  }

  @Test("a client behind translation is the same by either of its addresses")
  func translated() {
    let before = report([tunnel("T1", client: 1, translated: [7])])
    let after = report([tunnel("T1", client: 7)])
    #expect(ReportComparison(before: before, after: after).tunnels.map(\.grounds) == [.clientAndGateway])
  }

  @Test("a client with a new address is matched by gateway and server name, if there is just one")
  func newAddress() {
    let one = ReportComparison(before: report([tunnel("T1", client: 1)]), after: report([tunnel("T1", client: 2)]))
    #expect(one.tunnels.map(\.grounds) == [.gatewayAndServerName])
    let several = ReportComparison(
      before: report([tunnel("T1", client: 1)]),
      after: report([tunnel("T1", client: 2), tunnel("T2", client: 3)]))
    #expect(several.tunnels.map(\.grounds) == [nil, nil, nil])
    let otherName = ReportComparison(
      before: report([tunnel("T1", client: 1)]), after: report([tunnel("T1", client: 2, serverName: "other.example")]))
    #expect(otherName.tunnels.map(\.grounds) == [nil, nil])
  }

  // MARK: What is gone

  @Test(
    "DTLS that failed is fixed when it is established, and only then",
    arguments: [RuleName.dtlsUnanswered, .dtlsRefused, .dtlsHandshakeStalled, .dtlsPortMismatch],
    [DTLSOutcome.established, .unanswered, .refused, .stalled, .none])
  func dtls(rule: RuleName, outcome: DTLSOutcome) {
    let before = report([tunnel("T1", client: 1)], [finding(rule)])
    let comparison = ReportComparison(before: before, after: report([tunnel("T1", client: 1, outcome: outcome)]))
    #expect(comparison.findings.map(\.status) == [outcome == .established ? .gone : .notSeen])
    #expect(comparison.verdict == (outcome == .established ? .fixed : .unproven))
    #expect(comparison.findings.allSatisfy { !$0.reason.isEmpty })
  }

  @Test("captures that do not show the tunnel prove nothing")
  func noTunnel() {
    let before = report([tunnel("T1", client: 1)], [finding(.dtlsUnanswered), finding(.reconnectCycle)])
    let comparison = ReportComparison(before: before, after: report([]))
    #expect(comparison.findings.map(\.status) == [.notSeen, .notSeen])
    #expect(comparison.findings[0].reason == "the later captures show no tunnel from 198.51.100.1 to 203.0.113.20")
    #expect(comparison.verdict == .unproven)
  }

  @Test(
    "a reconnect is gone once the tunnel was watched for longer than it took", arguments: [(80.0, false), (100, true)])
  func reconnect(watched: Double, isGone: Bool) {
    let before = report(
      [tunnel("T1", client: 1)],
      [finding(.reconnectCycle, [("sessions", .integer(5)), ("median_seconds", .number(60))])])
    let after = report([tunnel("T1", client: 1, outcome: .unanswered, seconds: watched)])
    let comparison = ReportComparison(before: before, after: after)
    #expect(comparison.findings.map(\.status) == [isGone ? .gone : .notSeen])
  }

  @Test("irregular reconnects are judged by their longest interval", arguments: [(290.0, false), (310, true)])
  func irregular(watched: Double, isGone: Bool) {
    let before = report(
      [tunnel("T1", client: 1)], [finding(.sessionReconnects, [("intervals_seconds", .numbers([20, 200, 90]))])])
    let after = report([tunnel("T1", client: 1, seconds: watched)])
    #expect(ReportComparison(before: before, after: after).findings.map(\.status) == [isGone ? .gone : .notSeen])
  }

  @Test("the chain is broken where DTLS is established, however short the capture")
  func chain() {
    let before = report([tunnel("T1", client: 1)], [finding(.mtuReconnect)])
    let established = report([tunnel("T1", client: 1, outcome: .established, seconds: 5)])
    #expect(ReportComparison(before: before, after: established).findings.map(\.status) == [.gone])
    let failing = report([tunnel("T1", client: 1, outcome: .unanswered, seconds: 5)])
    #expect(ReportComparison(before: before, after: failing).findings.map(\.status) == [.notSeen])
  }

  @Test("lost DTLS is fixed once it lasts longer than it did", arguments: [(60.0, false), (90, true)])
  func lost(lasting: Double, isGone: Bool) {
    let before = report([tunnel("T1", client: 1)], [finding(.dtlsLost, [("established_seconds", .number(68))])])
    let after = report([tunnel("T1", client: 1, outcome: .established, seconds: lasting)])
    #expect(ReportComparison(before: before, after: after).findings.map(\.status) == [isGone ? .gone : .notSeen])
  }

  @Test(
    "sizes that nobody may have tried are never called gone",
    arguments: [RuleName.oversizedDF, .mssExceedsMTU, .pmtuBlackHole, .tunnelFragmentation], [true, false])
  func sizes(rule: RuleName, isInner: Bool) {
    let before = report([tunnel("T1", client: 1)], [finding(rule, tunnel: isInner ? nil : "T1")])
    let after = report([tunnel("T1", client: 1, outcome: .established, seconds: 3600)])
    #expect(ReportComparison(before: before, after: after).findings.map(\.status) == [.notSeen])
  }

  // MARK: What remains and what is new

  @Test("a finding that remains tells which facts changed")
  func remains() {
    let before = report(
      [tunnel("T1", client: 1)], [finding(.dtlsUnanswered, [("port", .integer(443)), ("hellos", .integer(24))])])
    let after = report(
      [tunnel("T1", client: 2), tunnel("T2", client: 1)],
      [
        finding(
          .dtlsUnanswered, tunnel: "T2", [("port", .integer(443)), ("hellos", .integer(4)), ("attempts", .integer(1))])
      ])
    let comparison = ReportComparison(before: before, after: after)
    #expect(comparison.verdict == .broken)
    #expect(comparison.findings.map(\.status) == [.remains])
    #expect(comparison.findings[0].changedFacts.map(\.name) == ["hellos", "attempts"])
    #expect(comparison.findings[0].changedFacts[0].before == .integer(24))
    #expect(comparison.findings[0].changedFacts[1].before == nil)
  }

  @Test("the same rule on another tunnel is another problem")
  func otherTunnel() {
    let before = report([tunnel("T1", client: 1), tunnel("T2", client: 2)], [finding(.dtlsUnanswered)])
    let after = report(
      [tunnel("T1", client: 1, outcome: .established), tunnel("T2", client: 2)],
      [finding(.dtlsUnanswered, tunnel: "T2")])
    #expect(ReportComparison(before: before, after: after).findings.map(\.status) == [.new, .gone])
  }

  @Test("of several findings by one rule, those with the same facts belong together")
  func likeness() {
    func path(_ to: String) -> Finding { finding(.pmtuBlackHole, tunnel: nil, [("destination", .text(to))]) }
    let before = report([], [path("10.0.0.1"), path("10.0.0.2")])
    let after = report([], [path("10.0.0.2"), path("10.0.0.3")])
    let comparison = ReportComparison(before: before, after: after)
    #expect(comparison.findings.map(\.status) == [.remains, .remains])
    #expect(comparison.findings.map { $0.changedFacts.count } == [1, 0])
  }

  @Test("a cycle that shows fewer sessions now is still the same reconnecting")
  func family() {
    let before = report([tunnel("T1", client: 1)], [finding(.reconnectCycle, [("sessions", .integer(5))])])
    let after = report([tunnel("T1", client: 1)], [finding(.sessionReconnects, [("sessions", .integer(2))])])
    let comparison = ReportComparison(before: before, after: after)
    #expect(comparison.findings.map(\.status) == [.remains])
    #expect(comparison.verdict == .broken)
  }

  @Test("notes are told, but break nothing")
  func notes() {
    let before = report([tunnel("T1", client: 1)])
    let after = report([tunnel("T1", client: 1)], [finding(.oversizedDF, severity: .note)])
    let comparison = ReportComparison(before: before, after: after)
    #expect(comparison.findings.map(\.status) == [.new])
    #expect(comparison.verdict == .clean)
  }

  // MARK: Caveats

  @Test("captures given in the wrong order are noticed")
  func order() {
    let early = report([], start: 0)
    let late = report([], start: 1000)
    #expect(ReportComparison(before: early, after: late).caveats.isEmpty)
    #expect(ReportComparison(before: late, after: early).caveats.count == 1)
  }

  @Test("what limits the later captures, and missing capture points, are told")
  func limits() {
    let before = report([], points: 2)
    let after = report([], [finding(.captureQuality, tunnel: nil, severity: .note)])
    let comparison = ReportComparison(before: before, after: after)
    #expect(comparison.caveats.count == 2)
    #expect(comparison.findings.isEmpty)
  }
}

private func time(_ seconds: Double) -> Timestamp { Timestamp(nanoseconds: 0).adding(seconds: seconds) }

private func tunnel(
  _ id: String, client: UInt32, translated: [UInt32] = [], serverName: String = "vpn.example.com",
  outcome: DTLSOutcome = .none, seconds: Double = 30
) -> TunnelDescription {
  func address(_ host: UInt32) -> IPAddress { IPAddress(v4: 0xC633_6400 + host) }
  let attempts =
    outcome == .none
    ? [] : [TunnelDescription.Attempt(start: time(0), end: time(seconds), outcome: outcome, hellos: 1)]
  return TunnelDescription(
    id: id, client: address(client), gateway: IPAddress(v4: 0xCB00_7114), translatedClients: translated.map(address),
    serverName: serverName,
    tls: .init(
      port: 443, version: .tls13, cipherSuite: nil,
      sessions: [.init(start: time(0), end: nil, endReason: "still open when last seen")]),
    dtls: .init(port: 443, version: nil, cipherSuite: nil, outcome: outcome, attempts: attempts), mtu: .init(),
    lastSeen: time(seconds))
}

private func finding(
  _ rule: RuleName, tunnel: String? = "T1", severity: Severity = .error,
  _ facts: [(name: String, value: FactValue)] = []
) -> Finding {
  Finding(
    rule: rule, severity: severity, confidence: .certain, confidenceReason: "seen", tunnel: tunnel, title: "title",
    explanation: "explanation", remedies: [], start: time(1), end: time(2), facts: facts, evidence: [])
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
