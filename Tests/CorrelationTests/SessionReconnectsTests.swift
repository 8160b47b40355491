import Correlation
import Observations
import Testing

@Suite("session-reconnects")
struct SessionReconnectsTests {
  @Test("a session that is re-established once while DTLS fails is a warning")
  func once() throws {
    var scene = Scenario(lasting: 200)
    ReconnectCycleTests.sessions(lasting: [60], in: &scene)
    scene.hellos(at: [1, 2, 4, 8])
    let finding = try #require(scene.report().finding(.sessionReconnects))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(finding.values == ["sessions": 2, "intervals_seconds": .numbers([60])])
    #expect(finding.start == .second(0.05) && finding.end == .second(60.05))
    #expect(finding.explanation.contains("closed by the client"))
  }

  @Test("reconnects at no regular interval are told with their intervals")
  func irregular() throws {
    var scene = Scenario(lasting: 400)
    ReconnectCycleTests.sessions(lasting: [40, 70, 130], in: &scene)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    let finding = try #require(scene.report().finding(.sessionReconnects))
    #expect(finding.severity == .warning)
    #expect(finding.values == ["sessions": 4, "intervals_seconds": .numbers([40, 70, 130])])
  }

  @Test("one reconnect of a tunnel whose DTLS is well is only a note")
  func onceWithDTLS() throws {
    var scene = Scenario(lasting: 200)
    ReconnectCycleTests.sessions(lasting: [100], ending: .clientReset, in: &scene)
    for start in [1.0, 101] {
      let attempt = scene.hello(at: start)
      scene.establish(attempt, at: start + 0.1)
    }
    let report = scene.report()
    #expect(try #require(report.finding(.sessionReconnects)).severity == .note)
    #expect(report.problems == [])
  }

  @Test("a session that broke off and was resumed without a login is a reconnect, though later")
  func afterBreak() throws {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: 60, ending: .serverReset)
    scene.session(from: 70)
    scene.hellos(at: [1, 2, 4, 8])
    let finding = try #require(scene.report().finding(.sessionReconnects))
    #expect(finding.values["intervals_seconds"] == .numbers([70]))
  }

  @Test("an orderly end, 3 seconds and a fresh login are a person at work")
  func restart() {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: 60)
    scene.session(from: 63, requests: 4)
    for start in [1.0, 64] {
      let attempt = scene.hello(at: start)
      scene.establish(attempt, at: start + 0.1)
    }
    #expect(scene.report().rules == [])
  }

  @Test("a login connection before the tunnel is no session that was re-established")
  func login() {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: 3, requests: 4)
    scene.session(from: 3.1)
    let attempt = scene.hello(at: 4)
    scene.establish(attempt, at: 4.1)
    #expect(scene.report().rules == [])
  }

  @Test("a tunnel begun anew after more than a minute is a new tunnel")
  func muchLater() {
    var scene = Scenario(lasting: 400)
    scene.session(from: 0, to: 60, ending: .serverReset)
    scene.session(from: 130)
    let attempt = scene.hello(at: 131)
    scene.establish(attempt, at: 131.1)
    #expect(scene.report().rules == [])
  }
}
