import Correlation
import Observations
import Testing

@Suite("Checks")
struct RuleCheckTests {
  private static func outcomes(_ report: Report) -> [RuleName: RuleCheck.Outcome] {
    Dictionary(report.checks.map { ($0.rule, $0.outcome) }) { first, _ in first }
  }

  @Test("each rule is checked once, in the order of the rules, and says why where it found nothing")
  func complete() {
    let report = ReconnectCycleTests.everyMinute().report()
    #expect(report.checks.map(\.rule) == Scenario.families.rules.map { $0.name })
    #expect(report.checks.allSatisfy { ($0.outcome == .found) == $0.why.isEmpty })
  }

  @Test("what has a finding is found, what the handshakes and sessions do not show is clear")
  func found() {
    let outcomes = Self.outcomes(ReconnectCycleTests.everyMinute().report())
    #expect(outcomes[.handshakeUnanswered] == .found)
    #expect(outcomes[.reconnectCycle] == .found)
    #expect(outcomes[.handshakeRefused] == .clear)
    #expect(outcomes[.sessionReconnects] == .clear)
  }

  @Test("sizes that nobody may have tried, and a configuration that nobody read, are not visible")
  func notVisible() {
    let outcomes = Self.outcomes(ReconnectCycleTests.everyMinute().report())
    for rule in [RuleName.oversizedDF, .mssExceedsMTU, .pmtuBlackHole, .tunnelFragmentation, .configRisk] {
      #expect(outcomes[rule] == .notVisible, "\(rule)")
    }
  }

  @Test("TLS alone does not show how a data channel's handshakes do")
  func withoutDataChannel() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let outcomes = Self.outcomes(scene.report())
    #expect(outcomes[.handshakeUnanswered] == .notVisible)
    #expect(outcomes[.tunnelLost] == .notVisible)
    #expect(outcomes[.reconnectCycle] == .clear)
  }

  @Test("loss shows only by counters in clear, and a dead direction only at two points")
  func blind() {
    var scene = Scenario(lasting: 60)
    let attempt = scene.connect(at: 1)
    let without = Self.outcomes(scene.peerReport())
    #expect(without[.packetLoss] == .notVisible)
    #expect(without[.tunnelOneWay] == .notVisible)
    #expect(without[.tunnelLost] == .clear)
    scene.summary(
      attempt, from: 1, to: 50, client: PayloadTotals(packets: 200, missing: 0),
      server: PayloadTotals(packets: 200, missing: 0))
    let second = Scenario(lasting: 60, point: 1, name: "second.pcap")
    let with = Self.outcomes(Scenario.report(of: [scene, second], families: Scenario.peers))
    #expect(with[.packetLoss] == .clear)
    #expect(with[.tunnelOneWay] == .clear)
  }

  @Test("what a family does not have does not apply to its tunnels")
  func otherFamilies() {
    var scene = Scenario(lasting: 60)
    _ = scene.connect(at: 1)
    #expect(Self.outcomes(scene.peerReport())[.channelNotOffered] == .notApplicable)
    #expect(Self.outcomes(ReconnectCycleTests.everyMinute().report())[.channelNotOffered] == .notVisible)
  }

  @Test("a handshake that the capture cuts off clears nothing")
  func cutOff() {
    var scene = Scenario(lasting: 3)
    scene.session(from: 0)
    scene.hellos(at: [1])
    #expect(Self.outcomes(scene.report())[.handshakeUnanswered] == .notVisible)
  }

  @Test("without any tunnel neither channels nor sessions apply")
  func noTunnel() {
    let outcomes = Self.outcomes(Scenario(lasting: 60).report())
    #expect(outcomes[.handshakeUnanswered] == .notApplicable)
    #expect(outcomes[.reconnectCycle] == .notApplicable)
    #expect(outcomes[.mtuReconnect] == .notApplicable)
  }
}
