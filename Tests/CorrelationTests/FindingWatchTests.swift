import Observations
import Testing

@testable import Correlation

@Suite("Following findings from report to report")
struct FindingWatchTests {
  private static let client = IPAddress(v4: 0xC633_640A)
  private static let gateway = IPAddress(v4: 0xCB00_7114)

  private static func at(_ seconds: Double) -> Timestamp { Timestamp(nanoseconds: Int64(seconds * 1e9)) }

  private static func tunnel(_ outcome: ChannelOutcome, id: String = "T1") -> TunnelDescription {
    TunnelDescription(
      id: id, client: client, gateway: gateway,
      channels: [
        ChannelDescription(kind: .tls, role: .both, name: "TLS", port: 443, transport: "TCP", outcome: .established),
        ChannelDescription(kind: .dtls, role: .data, name: "DTLS", port: 443, transport: "UDP", outcome: outcome),
      ])
  }

  private static func finding(
    _ rule: RuleName, about: FindingSubject = .channel(.dtls, port: 443), severity: Severity = .warning,
    confidence: Confidence = .certain, tunnel: String? = "T1", amount: Int? = nil, seconds: Double? = nil
  ) -> Finding {
    Finding(
      rule: rule, about: about, severity: severity, confidence: confidence, confidenceReason: "", tunnel: tunnel,
      title: "title", explanation: "", remedies: [], start: at(0), end: at(0), facts: [], amount: amount,
      seconds: seconds, evidence: [])
  }

  private static func report(_ findings: [Finding], _ outcome: ChannelOutcome = .unanswered, id: String = "T1")
    -> Report
  {
    Report(tunnels: [tunnel(outcome, id: id)], findings: findings)
  }

  private static let unanswered = finding(.handshakeUnanswered, amount: 1)

  @Test("a finding is told once it has lasted, and once only")
  func toldOnce() {
    var watch = FindingWatch(families: Scenario.families)
    #expect(watch.events(in: Self.report([Self.unanswered]), at: Self.at(0)).isEmpty)
    #expect(watch.events(in: Self.report([Self.unanswered]), at: Self.at(9)).isEmpty)
    let told = watch.events(in: Self.report([Self.unanswered]), at: Self.at(10))
    #expect(told.map(\.kind) == [.found])
    #expect(told.first?.finding.id == "L1")
    #expect(watch.events(in: Self.report([Self.unanswered]), at: Self.at(11)).isEmpty)
    #expect(watch.open.count == 1)
    #expect(watch.reported == [.handshakeUnanswered: 1])
  }

  @Test("a finding that goes away before it has lasted is never told")
  func passing() {
    var watch = FindingWatch(families: Scenario.families)
    #expect(watch.events(in: Self.report([Self.unanswered]), at: Self.at(0)).isEmpty)
    #expect(watch.events(in: Self.report([]), at: Self.at(5)).isEmpty)
    #expect(watch.events(in: Self.report([Self.unanswered]), at: Self.at(11)).isEmpty)
  }

  @Test("a tunnel that another report numbers differently is the same tunnel")
  func identity() {
    var watch = FindingWatch(families: Scenario.families)
    let refused = Self.finding(.handshakeRefused)
    #expect(watch.events(in: Self.report([refused]), at: Self.at(0)).count == 1)
    let renamed = Self.finding(.handshakeRefused, tunnel: "T7")
    #expect(watch.events(in: Self.report([renamed], id: "T7"), at: Self.at(1)).isEmpty)
  }

  @Test("three sessions become four, then eight: told; five to seven are not")
  func growth() {
    var watch = FindingWatch(families: Scenario.families)
    func events(_ sessions: Int, _ time: Double) -> [FindingEvent.Kind] {
      let cycle = Self.finding(.reconnectCycle, about: .tunnel, amount: sessions, seconds: 60)
      return watch.events(in: Self.report([cycle]), at: Self.at(time)).map(\.kind)
    }
    #expect(events(3, 0) == [])
    #expect(events(3, 12) == [.found])
    #expect(events(4, 60) == [.grown])
    #expect(events(5, 61) == [])
    #expect(events(7, 62) == [])
    #expect(events(8, 63) == [.grown])
  }

  @Test("a finding that becomes surer or worse is told again")
  func worse() {
    var watch = FindingWatch(families: Scenario.families)
    _ = watch.events(in: Self.report([Self.finding(.handshakeRefused, confidence: .possible)]), at: Self.at(0))
    let surer = watch.events(in: Self.report([Self.finding(.handshakeRefused)]), at: Self.at(1))
    #expect(surer.map(\.kind) == [.grown])
    let worse = watch.events(in: Self.report([Self.finding(.handshakeRefused, severity: .error)]), at: Self.at(2))
    #expect(worse.map(\.kind) == [.grown])
  }

  @Test("a tunnel whose DTLS comes up has recovered; when it fails again the finding is back")
  func recoversAndReturns() {
    var watch = FindingWatch(families: Scenario.families)
    let refused = Self.finding(.handshakeRefused)
    _ = watch.events(in: Self.report([refused], .refused), at: Self.at(0))
    let over = watch.events(in: Self.report([refused], .established), at: Self.at(30))
    #expect(over.map(\.kind) == [.recovered("DTLS is established")])
    #expect(watch.open.isEmpty)
    #expect(watch.events(in: Self.report([refused], .established), at: Self.at(31)).isEmpty)
    let again = watch.events(in: Self.report([refused], .refused), at: Self.at(90))
    #expect(again.map(\.kind) == [.again])
    #expect(again.first?.finding.id == "L1")
  }

  @Test("of a tunnel that is no longer in the report nobody says that it recovered")
  func forgotten() throws {
    var watch = FindingWatch(families: Scenario.families)
    _ = watch.events(in: Self.report([Self.finding(.handshakeRefused)]), at: Self.at(0))
    _ = watch.events(in: Report(), at: Self.at(1))
    let over = try #require(watch.events(in: Report(), at: Self.at(6)).first)
    guard case .recovered(let reason) = over.kind else {
      Issue.record("\(over.kind)")
      return
    }
    #expect(reason.contains("no longer tracked"))
    #expect(over.tunnel?.client == Self.client)
  }

  @Test("a finding that is no longer in the report is over after a few seconds")
  func gone() {
    var watch = FindingWatch(families: Scenario.families)
    _ = watch.events(in: Self.report([Self.finding(.handshakeRefused)]), at: Self.at(0))
    #expect(watch.events(in: Self.report([]), at: Self.at(1)).isEmpty)
    let over = watch.events(in: Self.report([]), at: Self.at(6))
    #expect(over.count == 1)
    #expect(over.first?.kind != .found)
    #expect(watch.open.isEmpty)
  }

  @Test("an irregular reconnect that turns out to be a cycle has not recovered")
  func replaced() {
    var watch = FindingWatch(families: Scenario.families)
    _ = watch.events(in: Self.report([Self.finding(.sessionReconnects, about: .tunnel)]), at: Self.at(0))
    _ = watch.events(in: Self.report([Self.finding(.sessionReconnects, about: .tunnel)]), at: Self.at(12))
    let cycle = Self.finding(.reconnectCycle, about: .tunnel, amount: 3, seconds: 60)
    let events = [13.0, 20, 26].flatMap { watch.events(in: Self.report([cycle]), at: Self.at($0)) }
    #expect(events.map(\.finding.rule) == [.reconnectCycle])
    #expect(events.map(\.kind) == [.found])
  }

  @Test("a clock that is set back makes a finding wait anew, not for ever")
  func clockSetBack() {
    var watch = FindingWatch(families: Scenario.families)
    _ = watch.events(in: Self.report([Self.unanswered]), at: Self.at(10_000))
    _ = watch.events(in: Self.report([Self.unanswered]), at: Self.at(100))
    #expect(watch.events(in: Self.report([Self.unanswered]), at: Self.at(110)).count == 1)
  }

  @Test("follows a bounded number of findings")
  func bounded() {
    var watch = FindingWatch(families: Scenario.families)
    let many = (0..<(FindingWatch.capacity + 50)).map { index in
      Self.finding(
        .oversizedDF,
        about: .path(HostPath(source: IPAddress(v4: UInt32(index)), destination: Self.client)), tunnel: nil)
    }
    let told = watch.events(in: Report(findings: many), at: Self.at(0))
    #expect(told.count == FindingWatch.capacity)
    #expect(watch.open.count == FindingWatch.capacity)
  }
}
