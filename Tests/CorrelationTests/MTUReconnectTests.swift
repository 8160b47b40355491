import Correlation
import Observations
import Testing

@Suite("mtu-reconnect")
struct MTUReconnectTests {
  /// DTLS blocked, one reconnect after a minute, and what the gateway says inside.
  private static func noteCase(withInside: Bool) -> [Scenario] {
    var outside = Scenario(lasting: 200, point: 0, name: "outside.pcap")
    ReconnectCycleTests.sessions(lasting: [60], in: &outside)
    outside.hellos(at: [1, 2, 4, 8])
    guard withInside else { return [outside] }
    var inside = Scenario(lasting: 200, point: 1, name: "inside.pcap")
    inside.noteInnerConnection(at: 30)
    return [outside, inside]
  }

  @Test("the whole chain is found and names its causes")
  func wholeChain() throws {
    let report = Scenario.report(of: Self.noteCase(withInside: true))
    let finding = try #require(report.finding(.mtuReconnect))
    #expect(finding.severity == .error)
    #expect(finding.confidence == .likely)
    #expect(finding.values == ["adapter_mtu": 1418, "tunnel_mtu": 1347])
    let causes = finding.causes.compactMap { id in report.findings.first { $0.id == id }?.rule }
    #expect(causes == [.handshakeUnanswered, .oversizedDF, .mssExceedsMTU])
    let reconnect = try #require(report.finding(.sessionReconnects))
    #expect(reconnect.causes == [finding.id], "the reconnect is what comes of it")
    for rule in [RuleName.oversizedDF, .mssExceedsMTU] {
      let large = try #require(report.finding(rule))
      let isCaused = large.causes.contains { $0 == report.finding(.handshakeUnanswered)?.id }
      #expect(isCaused, "packets are too large because DTLS failed")
    }
    #expect(finding.remedies.contains { $0.contains("anyconnect mtu 1347") })
    #expect(finding.remedies.contains { $0.contains("from 1380 to 1460") && $0.contains("1427") })
    #expect(report.findings.first == finding, "what explains the breakage comes first")
  }

  @Test("the chain is one problem, which begins with DTLS and has one list of what to do")
  func oneProblem() throws {
    let report = Scenario.report(of: Self.noteCase(withInside: true))
    #expect(report.problems.count == 1)
    let problem = try #require(report.problems.first)
    let rules = problem.findings.compactMap { id in report.findings.first { $0.id == id }?.rule }
    #expect(
      rules == [.handshakeUnanswered, .mssExceedsMTU, .oversizedDF, .mtuReconnect, .sessionReconnects],
      "causes before effects")
    #expect(problem.root == problem.findings.first && problem.tunnels == ["T1"] && problem.severity == .error)
    #expect(problem.remedies.first?.hasPrefix("Allow UDP 443") ?? false, "the cure of the root comes first")
    #expect(problem.remedies.count { $0.contains("anyconnect mtu 1347") } == 1, "a setting is named once")
    #expect(!problem.remedies.contains { $0.hasPrefix("Repair DTLS first") }, "the root's own steps say how")
    #expect(problem.stopgap?.contains("`anyconnect mtu 1347`") ?? false)
  }

  @Test("an adapter's MTU is 60 bytes above the MSS of IPv6 inside")
  func innerIPv6() throws {
    var inside = Scenario(lasting: 200, point: 1, name: "inside.pcap")
    let flow = Flow(client: Endpoint("2001:db8:8::5", 51_000), server: Endpoint("2001:db8:2::80", 80))
    inside.tooBig(
      at: 30, mtu: 1347, length: 1418, from: flow.server, to: flow.client, reporter: "2001:db8:2::1",
      offeredMSS: 1358, offeredAt: 29)
    let report = Scenario.report(of: Self.noteCase(withInside: false) + [inside])
    #expect(try #require(report.finding(.mssExceedsMTU)).tunnel == "T1")
    #expect(try #require(report.finding(.mtuReconnect)).values["adapter_mtu"] == 1418)
  }

  @Test("a single reconnect without anything about sizes is only possible")
  func withoutSizes() throws {
    let finding = try #require(Scenario.report(of: Self.noteCase(withInside: false)).finding(.mtuReconnect))
    #expect(finding.confidence == .possible)
    #expect(finding.facts.isEmpty)
    #expect(finding.remedies.contains { $0.contains("anyconnect mtu 1347") }, "by arithmetic")
  }

  @Test("reconnects a minute apart with failing DTLS make it likely")
  func cycle() throws {
    let report = ReconnectCycleTests.everyMinute().report()
    let finding = try #require(report.finding(.mtuReconnect))
    #expect(finding.confidence == .likely)
    let causes = finding.causes.compactMap { id in report.findings.first { $0.id == id }?.rule }
    #expect(causes == [.handshakeUnanswered])
    #expect(report.finding(.reconnectCycle)?.causes == [finding.id])
  }

  @Test("the chain shows the same sessions as the cycle that it names")
  func sameSessions() throws {
    var scene = Scenario(lasting: 400)
    ReconnectCycleTests.sessions(lasting: [100, 60, 60, 60], in: &scene)
    for start in [1.0, 101, 161, 221, 281] { scene.hellos(at: [start, start + 1, start + 3, start + 7]) }
    let report = scene.report()
    let cycle = try #require(report.finding(.reconnectCycle))
    let chain = try #require(report.finding(.mtuReconnect))
    #expect(Set(cycle.evidence.prefix(5)).isSubset(of: chain.evidence), "three sessions, and how two of them ended")
    #expect(chain.amount == cycle.amount && chain.seconds == cycle.seconds)
  }

  @Test("DTLS that was lost and a reconnect a minute after is the same chain")
  func lostDTLS() throws {
    var scene = Scenario(lasting: 300)
    scene.session(from: 0, to: 120)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.silence(attempt, of: .server, lastHeard: 65, since: 65.5, until: 100)
    scene.session(from: 120.2)
    scene.hellos(at: [121, 122, 124, 128])
    let report = scene.report()
    #expect(report.finding(.tunnelLost) != nil)
    #expect(report.finding(.sessionReconnects) != nil)
    #expect(report.findings(.mtuReconnect).isEmpty, "the session lasted two minutes, not one")
  }

  @Test("reconnects while DTLS works are no matter of MTU")
  func dtlsWorks() {
    var scene = Scenario(lasting: 300)
    ReconnectCycleTests.sessions(lasting: [60, 60, 60], in: &scene)
    for start in [1.0, 61, 121, 181] {
      let attempt = scene.hello(at: start)
      scene.establish(attempt, at: start + 0.1)
    }
    let report = scene.report()
    #expect(report.finding(.reconnectCycle) != nil)
    #expect(report.findings(.mtuReconnect).isEmpty)
  }

  @Test("DTLS that fails without any reconnect is no matter of MTU")
  func noReconnect() {
    var scene = Scenario(lasting: 300)
    scene.session(from: 0)
    scene.hellos(at: [1, 2, 4, 8])
    #expect(scene.report().rules == [.handshakeUnanswered])
  }

  @Test("a reconnect long after DTLS failed is for another reason")
  func muchLater() {
    var scene = Scenario(lasting: 2000)
    ReconnectCycleTests.sessions(lasting: [900], in: &scene)
    scene.hellos(at: [1, 2, 4, 8])
    #expect(scene.report().findings(.mtuReconnect).isEmpty)
  }
}
