import Correlation
import Observations
import Testing

@Suite("Verdict of a report")
struct ReportVerdictTests {
  @Test("a capture whose packets all have one time does not show that anything is well")
  func noTimes() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    #expect(scene.report().verdict == .healthy)
    scene.capture.end = scene.capture.start
    #expect(scene.report().verdict == .undecided)
  }

  @Test("an error breaks it")
  func broken() { #expect(ReconnectCycleTests.everyMinute().report().verdict == .broken) }

  @Test("a warning degrades it")
  func degraded() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    scene.hellos(at: [1, 2, 4, 8])
    #expect(scene.report().verdict == .degraded)
  }

  @Test("a tunnel that works is healthy, with notes too", arguments: [0, 7])
  func healthy(backwardSteps: Int) {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.capture.backwardSteps = backwardSteps
    let report = scene.report()
    #expect(report.findings.isEmpty == (backwardSteps == 0))
    #expect(report.verdict == .healthy)
  }

  @Test("a capture without a tunnel lets nobody say that all is well")
  func noTunnel() { #expect(Scenario(lasting: 60).report().verdict == .undecided) }

  @Test("a handshake that the end of the capture cuts off decides nothing")
  func cutOff() {
    var scene = Scenario(lasting: 3)
    _ = scene.initiation(at: 1)
    let report = scene.peerReport()
    #expect(report.tunnels.count == 1)
    #expect(report.findings.isEmpty)
    #expect(report.verdict == .undecided)
  }

  @Test("a session of a log whose data channel came up is a tunnel that worked")
  func logged() {
    var log = LogStory(.asaSyslog, subject: LogStory.vpn)
    log.tell(.sessionEstablished(.tls, .first), at: 0)
    log.tell(.established(.dtls), at: 1)
    #expect(log.report().verdict == .healthy)
  }

  @Test(
    "a session of a log that does not say what became of the data channel is undecided", arguments: [false, true])
  func unshown(begins: Bool) {
    var log = LogStory(.asaSyslog, subject: LogStory.vpn)
    log.tell(.sessionEstablished(.tls, .first), at: 0)
    if begins { log.tell(.opened(.dtls), at: 1) }
    let report = log.report()
    #expect(report.findings.isEmpty)
    #expect(report.verdict == .undecided)
  }

  @Test("a session of a log that says that the data channel is not offered, or off on purpose, is a tunnel that worked")
  func withoutDataChannel() {
    var log = LogStory(.openconnect)
    log.tell(.sessionEstablished(.tls, .first), at: 0)
    log.tell(.negotiated(.notOffered(.dtls, mayBeByClient: true)), at: 1)
    #expect(log.report().verdict == .healthy)
  }
}
