import Correlation
import Observations
import Testing

@Suite("reconnect-cycle")
struct ReconnectCycleTests {
  /// Sessions that follow each other, each one starting 0.2 seconds after the one before ended.
  static func sessions(
    lasting durations: [Double], ending: ConnectionEnding = .clientClosed, turns: Int = 10, start: Double = 0,
    in scene: inout Scenario
  ) {
    var start = start
    for duration in durations {
      scene.session(from: start, to: start + duration - 0.2, ending: ending, turns: turns)
      start += duration
    }
    scene.session(from: start, turns: turns)
  }

  /// The note's cycle: four sessions a minute apart, each with hellos that stay unanswered.
  static func everyMinute() -> Scenario {
    var scene = Scenario(lasting: 240)
    sessions(lasting: [60, 60, 60], in: &scene)
    for start in [1.0, 61, 121, 181] { scene.hellos(at: [start, start + 1, start + 3, start + 7]) }
    return scene
  }

  @Test("where the ends of sessions are not in the capture, three may be chance, and more are possible at most")
  func withoutEnds() {
    func finding(
      sessions: Int, _ directions: SeenDirections.Ways, udp: SeenDirections.Ways = .none
    ) -> Finding? {
      var scene = Scenario(lasting: 400)
      for number in 0..<sessions {
        let start = Double(number) * 66
        scene.session(
          from: start, to: start + 65, ending: .open, turns: directions == .one ? 0 : 10,
          serverPackets: directions == .one ? 0 : 50)
        let attempt = scene.hello(at: start + 1)
        scene.establish(attempt, at: start + 1.1)
      }
      scene.capture.directions = SeenDirections()
      scene.capture.directions?.tcp = directions
      scene.capture.directions?.udp = udp
      return scene.report().finding(.reconnectCycle)
    }
    #expect(finding(sessions: 3, .one) == nil)
    #expect(finding(sessions: 3, .both) == nil)
    #expect(finding(sessions: 5, .one)?.confidence == .possible)
    #expect(finding(sessions: 5, .both)?.confidence == .certain)
    // UDP both ways does not show how TCP ends.
    #expect(finding(sessions: 3, .one, udp: .both) == nil)
    #expect(finding(sessions: 5, .one, udp: .both)?.confidence == .possible)
  }

  @Test("sessions that follow each other every minute are a cycle of one minute")
  func found() throws {
    let finding = try #require(Self.everyMinute().report().finding(.reconnectCycle))
    #expect(finding.severity == .error)
    #expect(finding.confidence == .certain)
    #expect(finding.values["sessions"] == 4)
    #expect(finding.values["median_seconds"] == .number(60))
    #expect(finding.values["spread_seconds"] == .number(0))
    #expect(finding.values["one_minute"] == .boolean(true))
    #expect(finding.start == .second(0.05) && finding.end == .second(180.05))
  }

  @Test(
    "intervals within 10 % of their median are regular",
    arguments: [
      ([60.0, 54.5, 65.5], true), ([60, 66, 54], true), ([60, 68, 52], false), ([60, 40, 90, 150], false),
    ])
  func tolerance(intervals: [Double], isCycle: Bool) {
    var scene = Scenario(lasting: 400)
    Self.sessions(lasting: intervals, in: &scene)
    scene.hellos(at: [1, 2, 4, 8])
    let report = scene.report()
    #expect((report.finding(.reconnectCycle) != nil) == isCycle)
    #expect((report.finding(.sessionReconnects) != nil) == !isCycle)
  }

  @Test("a cycle's facts, words and evidence are about the sessions of its regular stretch")
  func agrees() throws {
    var scene = Scenario(lasting: 400)
    Self.sessions(lasting: [100, 60, 60.004, 60], in: &scene)
    scene.hellos(at: [1, 2, 4, 8])
    let finding = try #require(scene.report().finding(.reconnectCycle))
    #expect(finding.values["sessions"] == 4, "the first of the five lasted longer")
    #expect(finding.amount == 4)
    let sessions = finding.evidence.filter { $0.note.contains("new session") || $0.note.contains("the first of these") }
    #expect(sessions.map(\.time) == [100.05, 160.05, 220.054, 280.054].map(Timestamp.second))
    #expect(finding.start == sessions.first?.time && finding.end == sessions.last?.time)
    #expect(finding.headline.contains("(4 sessions)"))
    #expect(finding.explanation.contains("3 times, every minute (median 60 s, spread 0.004 s)"))
  }

  @Test("an interval of 70 seconds is not called a minute")
  func notAMinute() throws {
    var scene = Scenario(lasting: 300)
    Self.sessions(lasting: [69.9, 69.9, 69.9], in: &scene)
    scene.hellos(at: [1, 2, 4, 8])
    let finding = try #require(scene.report().finding(.reconnectCycle))
    #expect(finding.values["one_minute"] == .boolean(false))
    #expect(finding.title == "The session is re-established every 70 s")
  }

  @Test("another regular interval is a cycle, but not of one minute")
  func halfAnHour() throws {
    var scene = Scenario(lasting: 7200)
    Self.sessions(lasting: [1800, 1800, 1800], in: &scene)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    let finding = try #require(scene.report().finding(.reconnectCycle))
    #expect(finding.values["one_minute"] == .boolean(false))
    #expect(finding.values["median_seconds"] == .number(1800))
  }

  @Test("two sessions are no cycle")
  func onlyTwo() {
    var scene = Scenario(lasting: 150)
    Self.sessions(lasting: [60], in: &scene)
    scene.hellos(at: [1, 2, 4, 8])
    #expect(scene.report().findings(.reconnectCycle).isEmpty)
  }

  @Test("short requests every minute beside a living tunnel are no reconnects")
  func poll() {
    var scene = Scenario(lasting: 600)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    for start in stride(from: 30.0, to: 590, by: 60) { scene.session(from: start, to: start + 0.4, turns: 0) }
    let report = scene.report()
    #expect(report.rules == [])
    #expect(report.tunnels.first?.tls.sessions.count == 1)
  }

  @Test("requests every minute that the server holds open for 15 seconds are no reconnects")
  func slowPoll() {
    var scene = Scenario(lasting: 600)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    for start in stride(from: 30.0, to: 570, by: 60) { scene.session(from: start, to: start + 15, turns: 1) }
    #expect(scene.report().problemRules == [])
  }

  @Test("long polling whose server closes each minute is no problem of the tunnel beside it")
  func longPollBesideTunnel() {
    var scene = Scenario(lasting: 600)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    Self.sessions(lasting: [60, 60, 60, 60, 60], ending: .serverClosed, turns: 1, start: 30, in: &scene)
    #expect(scene.report().problemRules == [])
  }

  @Test("a web client that connects anew each minute has no tunnel")
  func web() {
    var scene = Scenario(lasting: 300)
    for start in stride(from: 0.0, to: 300, by: 60) { scene.session(from: start, to: start + 60, isWeb: true) }
    scene.session(from: 5, sawStart: false)
    let report = scene.report()
    #expect(report.tunnels.count == 1, "of the one that may be a tunnel")
    #expect(report.problemRules == [])
  }

  @Test("long polling whose server closes each minute is a note at most where no tunnel is seen")
  func longPollAlone() {
    var scene = Scenario(lasting: 600)
    Self.sessions(lasting: [60, 60, 60, 60, 60], ending: .serverClosed, turns: 2, in: &scene)
    #expect(scene.report().problemRules == [])
  }

  @Test("a client that cycles beside another one's living tunnel is found by its hellos")
  func cyclingBesideLiving() throws {
    var scene = Scenario(lasting: 300)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    Self.sessions(lasting: [60, 60, 60], start: 20, in: &scene)
    for start in [21.0, 81, 141, 201] { scene.hellos(at: [start, start + 1, start + 3, start + 7]) }
    #expect(try #require(scene.report().finding(.reconnectCycle)).severity == .error)
  }

  @Test("a person who restarts the client every minute makes no cycle")
  func restarts() {
    var scene = Scenario(lasting: 300)
    for start in [0.0, 60, 120, 180] {
      scene.session(from: start, to: start + 57, requests: 4)
      let attempt = scene.hello(at: start + 1)
      scene.establish(attempt, at: start + 1.1)
    }
    #expect(scene.report().rules == [])
  }

  @Test("two clients behind one address, each with a life of its own, make no cycle")
  func twoClients() {
    var scene = Scenario(lasting: 400)
    Self.sessions(lasting: [100], in: &scene)
    Self.sessions(lasting: [150], start: 10, in: &scene)
    for start in [1.0, 11, 101, 161] {
      let attempt = scene.hello(at: start)
      scene.establish(attempt, at: start + 0.1)
    }
    let report = scene.report()
    #expect(report.findings(.reconnectCycle).isEmpty)
    #expect(report.problemRules == [])
  }

  @Test("two clients behind one address that both cycle are two cycles")
  func twoCycles() {
    var scene = Scenario(lasting: 300)
    Self.sessions(lasting: [60, 60, 60], in: &scene)
    Self.sessions(lasting: [60, 60, 60], start: 25, in: &scene)
    for start in [1.0, 26, 61, 86, 121, 146, 181, 206] { scene.hellos(at: [start, start + 1, start + 3]) }
    #expect(scene.report().findings(.reconnectCycle).count == 2)
  }

  @Test("without DTLS in sight it is likely where the sessions look like a tunnel's")
  func withoutDTLS() throws {
    var scene = Scenario(lasting: 240)
    Self.sessions(lasting: [60, 60, 60], in: &scene)
    let finding = try #require(scene.report().finding(.reconnectCycle))
    #expect(finding.severity == .error)
    #expect(finding.confidence == .likely)
  }
}
