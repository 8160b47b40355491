import Observations
import Testing

@testable import Correlation

@Suite("How the tunnels of a live capture stand")
struct StandingsTests {
  private static func at(_ seconds: Double) -> Timestamp { Timestamp(nanoseconds: Int64(seconds * 1e9)) }

  private static func tunnel(
    _ id: String = "T1", client: UInt32 = 0xC633_640A, tls: ChannelOutcome = .established, dtls: ChannelOutcome,
    packets: Int? = nil
  ) -> TunnelDescription {
    TunnelDescription(
      id: id, client: IPAddress(v4: client), gateway: IPAddress(v4: 0xCB00_7114),
      channels: [
        ChannelDescription(kind: .tls, role: .both, name: "TLS", port: 443, transport: "TCP", outcome: tls),
        ChannelDescription(
          kind: .dtls, role: .data, name: "DTLS", port: 443, transport: "UDP", outcome: dtls,
          data: .init(clientPackets: packets, gatewayPackets: packets.map { $0 * 2 })),
      ])
  }

  private static func finding(
    _ rule: RuleName, _ severity: Severity = .warning, tunnel: String? = "T1", from start: Double = 0,
    about: FindingSubject = .channel(.dtls, port: 443)
  ) -> Finding {
    Finding(
      rule: rule, about: about, severity: severity, confidence: .certain, confidenceReason: "",
      tunnel: tunnel, title: "title", explanation: "", remedies: [], start: at(start), end: at(start), facts: [],
      evidence: [])
  }

  /// What stands after some reports, each at its second.
  private static func standings(_ reports: (Double, Report)...) -> [Standing] {
    var watch = FindingWatch(families: Scenario.families)
    var standings = Standings()
    for (second, report) in reports {
      _ = watch.events(in: report, at: at(second))
      standings.update(with: report, watch, at: at(second))
    }
    return standings.all
  }

  @Test("a tunnel without a finding is healthy where it was seen to come up, and undecided otherwise")
  func healthy() {
    let report = Report(tunnels: [
      Self.tunnel(dtls: .established), Self.tunnel("T2", client: 9, tls: .none, dtls: .none),
    ])
    #expect(Self.standings((0, report)).map(\.condition) == [.healthy, .undecided])
  }

  @Test("a tunnel fails once its finding was reported; until then it is not healthy either")
  func lasts() {
    let report = Report(tunnels: [Self.tunnel(dtls: .unanswered)], findings: [Self.finding(.handshakeUnanswered)])
    let early = Self.standings((0, report))
    #expect(early.map(\.condition) == [.undecided])
    #expect(early.first?.findings.isEmpty == true)
    let told = Self.standings((0, report), (10, report))
    #expect(told.map(\.condition) == [.warning])
    #expect(told.first?.findings.map(\.id) == ["L1"])
    #expect(told.first?.since == Self.at(0))
  }

  @Test("a tunnel that recovered is healthy although the report still tells of what was")
  func recovered() {
    let findings = [Self.finding(.handshakeUnanswered)]
    let failing = Report(tunnels: [Self.tunnel(dtls: .unanswered)], findings: findings)
    let back = Report(tunnels: [Self.tunnel(dtls: .established)], findings: findings)
    #expect(Self.standings((0, failing), (10, failing), (20, back)).map(\.condition) == [.healthy])
  }

  @Test("the worst finding decides how a tunnel stands, and what a problem begins with is said first")
  func problem() {
    var findings = [
      Self.finding(.tunnelLost, .error, from: 9), Self.finding(.handshakeRefused, from: 10),
      Self.finding(.tunnelLost, .error, from: 8, about: .tunnel), Self.finding(.sessionReconnects, .note, from: 7),
    ]
    for place in findings.indices { findings[place].id = "F\(place + 1)" }
    let report = Report(
      tunnels: [Self.tunnel(dtls: .refused)], findings: findings,
      problems: [
        Problem(id: "P1", root: "F2", findings: ["F2", "F1"], tunnels: ["T1"], severity: .error),
        Problem(id: "P2", root: "F3", findings: ["F3"], tunnels: ["T1"], severity: .error),
      ])
    let standing = Self.standings((0, report), (60, report)).first
    #expect(standing?.condition == .error)
    #expect(standing?.findings.map(\.start) == [10, 9, 8, 7].map(Self.at))
    #expect(standing?.since == Self.at(10))
  }

  @Test("what is no longer in the report and not over yet stands behind what is")
  func unexplained() {
    var refused = Self.finding(.handshakeRefused, from: 10)
    refused.id = "F1"
    let lost = Self.finding(.tunnelLost, .error, from: 9)
    let both = Report(tunnels: [Self.tunnel(dtls: .refused)], findings: [lost, refused])
    let one = Report(
      tunnels: [Self.tunnel(dtls: .refused)], findings: [refused],
      problems: [Problem(id: "P1", root: "F1", findings: ["F1"], tunnels: ["T1"], severity: .warning)])
    let standing = Self.standings((0, both), (60, both), (61, one)).first
    #expect(standing?.condition == .error)
    #expect(standing?.findings.map(\.start) == [10, 9].map(Self.at))
  }

  @Test("a finding stays with its tunnel when the report numbers that differently")
  func renamed() {
    let before = Report(
      tunnels: [Self.tunnel(client: 9, dtls: .established), Self.tunnel("T2", dtls: .refused)],
      findings: [Self.finding(.handshakeRefused, tunnel: "T2")])
    let after = Report(
      tunnels: [Self.tunnel(dtls: .refused)], findings: [Self.finding(.handshakeRefused, tunnel: "T1")])
    let standings = Self.standings((0, before), (1, after))
    #expect(standings.map(\.condition) == [.warning])
    #expect(standings.first?.findings.map(\.tunnel) == ["T1"])
    // It is no longer in the report, and not over yet; its tunnel has another's number by now.
    let missing = Report(tunnels: [Self.tunnel("T2", client: 9, dtls: .established), Self.tunnel(dtls: .refused)])
    #expect(Self.standings((0, before), (1, missing)).map(\.condition) == [.healthy, .warning])
  }

  @Test("a finding that no tunnel claims stands for itself")
  func unclaimed() {
    let path = FindingSubject.path(HostPath(source: IPAddress(v4: 1), destination: IPAddress(v4: 2)))
    let report = Report(findings: [Self.finding(.pmtuBlackHole, .error, tunnel: nil, about: path)])
    let standings = Self.standings((0, report), (60, report))
    #expect(standings.map(\.identity) == [.finding("L1")])
    #expect(standings.map(\.condition) == [.error])
  }

  @Test("rates are what was counted between two reports; none where sessions were forgotten")
  func rates() {
    func report(_ packets: Int?) -> Report { Report(tunnels: [Self.tunnel(dtls: .established, packets: packets)]) }
    #expect(Self.standings((0, report(10))).first?.rates == nil)
    let rates = Self.standings((0, report(10)), (2, report(30))).first?.rates
    #expect(rates == Standing.Rates(fromClient: 10, fromGateway: 20))
    #expect(Self.standings((0, report(10)), (2, report(3))).first?.rates == nil)
    #expect(Self.standings((0, report(nil)), (2, report(nil))).first?.rates == nil)
  }
}
