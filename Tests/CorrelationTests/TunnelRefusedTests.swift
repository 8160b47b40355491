import Correlation
import Observations
import Testing

@Suite("tunnel-refused")
struct TunnelRefusedTests {
  private static func refused(at times: [Double]) -> (scene: Scenario, attempt: Scenario.Attempt) {
    var scene = Scenario(lasting: 120)
    let attempt = scene.connect(at: 1)
    for time in times { scene.refuse(attempt, at: time, code: 3, reporter: Scenario.router, quoting: .server) }
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
}
