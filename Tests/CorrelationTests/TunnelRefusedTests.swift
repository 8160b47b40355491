import Correlation
import Observations
import Testing

@Suite("tunnel-refused")
struct TunnelRefusedTests {
  /// A tunnel that works from 1 s on, and errors about packets of a side.
  private static func refused(
    at times: [Double], code: Int = 3, by reporter: IPAddress = Scenario.router, quoting side: Side = .server,
    lasting seconds: Double = 120
  ) -> (scene: Scenario, attempt: Scenario.Attempt) {
    var scene = Scenario(lasting: seconds)
    let attempt = scene.connect(at: 1)
    for time in times { scene.refuse(attempt, at: time, code: code, reporter: reporter, quoting: side) }
    return (scene, attempt)
  }

  @Test("errors about packets of a tunnel that worked are found, with who reports them")
  func found() throws {
    let report = Self.refused(at: [60, 62, 64]).scene.peerReport()
    let finding = try #require(report.finding(.tunnelRefused))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(
      finding.values == ["port": 51_820, "icmp_type": 3, "icmp_code": 3, "reporter": "192.0.2.1", "errors": 3])
    #expect(finding.frames == [60_001, 62_001, 64_001])
    #expect(report.problemRules == [.tunnelRefused])
  }

  @Test("two errors are about packets that were on their way")
  func two() { #expect(Self.refused(at: [60, 62]).scene.peerReport().rules == []) }

  @Test("errors about the port that a side has left when it began anew say nothing")
  func begunAnew() {
    var (scene, _) = Self.refused(at: [60, 62, 64])
    _ = scene.connect(at: 61)
    #expect(scene.peerReport().rules == [])
  }

  @Test("errors before the tunnel carried anything are about its handshake")
  func handshake() {
    var scene = Scenario(lasting: 60)
    let attempt = scene.initiation(at: 1)
    for time in [1.05, 6.05, 11.05] { scene.refuse(attempt, at: time, code: 3, reporter: Scenario.router) }
    #expect(scene.peerReport().rules == [.handshakeRefused])
  }

  @Test("a rule that forbids the client's packets from then on is an error, and where to look is said")
  func prohibited() throws {
    let scene = Self.refused(at: [60, 62, 64], code: 13, quoting: .client).scene
    let finding = try #require(scene.peerReport().finding(.tunnelRefused))
    #expect(finding.severity == .error)
    #expect(finding.explanation.contains("A rule of that device forbids them from then on."))
    #expect(
      finding.remedies.first?.hasPrefix("Allow UDP 51820 from 198.51.100.10 to 203.0.113.20 on 192.0.2.1") == true)
  }

  @Test(
    "a rule that forbids a side's packets is why that side is not heard any more, and a NAT that forgot the flow is not",
    arguments: [13, 3])
  func causeOfLoss(code: Int) throws {
    let refusing = Self.refused(at: [60, 62, 64], code: code, quoting: .client, lasting: 200)
    var scene = refusing.scene
    scene.silence(refusing.attempt, of: .client, lastHeard: 58, since: 60, until: 150)
    let report = scene.peerReport()
    let (refused, lost) = (try #require(report.finding(.tunnelRefused)), try #require(report.finding(.tunnelLost)))
    #expect(lost.causes == (code == 13 ? [refused.id] : []))
    #expect(refused.causes == (code == 13 ? [] : [lost.id]))
  }

  @Test("a gateway whose host answers that nothing listens there any more is an error, and no NAT")
  func gatewayGone() throws {
    let scene = Self.refused(at: [60, 62, 64], by: Scenario.gateway, quoting: .client).scene
    let finding = try #require(scene.peerReport().finding(.tunnelRefused))
    #expect(finding.severity == .error)
    #expect(!finding.explanation.contains("NAT"))
  }

  @Test("a handshake of the gateway's that waits for what is refused is a symptom")
  func symptom() throws {
    var scene = Self.refused(at: [60, 62, 64], code: 13, quoting: .client).scene
    let asked = scene.initiation(at: 70, by: .server)
    scene.answer(asked, at: 70.01, by: .client)
    for time in [75.0, 80, 85] {
      scene.initiation(asked, at: time, by: .server)
      scene.answer(asked, at: time + 0.01, by: .client)
    }
    let report = scene.peerReport()
    #expect(report.finding(.handshakeStalled)?.severity ?? .note == .note)
    #expect(report.finding(.tunnelRefused)?.severity == .error)
  }

  // MARK: A client that ended

  @Test("a client whose own address answers right after its last packet has ended, which is a note and no refusal")
  func clientLeft() throws {
    var scene = Scenario(lasting: 200)
    let attempt = scene.connect(at: 1)
    scene.silence(attempt, of: .client, lastHeard: 60, since: 62, until: 110, packets: 20)
    for time in [62.0, 70, 80, 90] {
      scene.refuse(attempt, at: time, code: 3, reporter: Scenario.client, quoting: .server)
    }
    let report = scene.peerReport()
    let finding = try #require(report.finding(.tunnelLost))
    #expect(finding.severity == .note)
    #expect(finding.title == "The client ended WireGuard without a word")
    #expect(finding.values["silent_side"] == "client")
    #expect(report.finding(.tunnelRefused) == nil)
  }

  @Test("what answers so only after a pause may be a NAT that forgot the client")
  func forgotten() {
    var scene = Scenario(lasting: 200)
    let attempt = scene.connect(at: 1)
    scene.silence(attempt, of: .client, lastHeard: 20, since: 62, until: 110, packets: 20)
    for time in [62.0, 70, 80, 90] {
      scene.refuse(attempt, at: time, code: 3, reporter: Scenario.client, quoting: .server)
    }
    #expect(scene.peerReport().finding(.tunnelLost)?.severity == .error)
    #expect(scene.peerReport().finding(.tunnelRefused) != nil)
  }
}
