import Observations
import Testing

@testable import Correlation

/// When a live capture says that a finding is over, and which outage it speaks of when it comes again.
@Suite("Recovery")
struct RecoveryTests {
  private static func events(_ watch: inout FindingWatch, _ scene: Scenario, at seconds: Double) -> [FindingEvent] {
    watch.events(in: scene.report(), at: .second(seconds))
  }

  private static func loseDTLS(_ attempt: Scenario.Attempt, at seconds: Double, in scene: inout Scenario) {
    scene.silence(attempt, of: .server, lastHeard: seconds, since: seconds + 0.5, until: seconds + 31, packets: 31)
  }

  private static func beginDTLS(at seconds: Double, in scene: inout Scenario) -> Scenario.Attempt {
    let attempt = scene.hello(at: seconds)
    scene.establish(attempt, at: seconds + 0.1)
    return attempt
  }

  @Test("a channel that is lost again is told with the times and packets of the second loss")
  func secondLoss() throws {
    var watch = FindingWatch(families: Scenario.families)
    var scene = Scenario(lasting: 1_000)
    scene.session(from: 0)
    Self.loseDTLS(Self.beginDTLS(at: 1, in: &scene), at: 60, in: &scene)
    _ = Self.events(&watch, scene, at: 92)
    let first = try #require(Self.events(&watch, scene, at: 98).first?.finding)
    #expect(first.rule == .tunnelLost && first.start == .second(60.5))

    let second = Self.beginDTLS(at: 200, in: &scene)
    let over = try #require(Self.events(&watch, scene, at: 210).first)
    #expect(over.kind == .recovered("DTLS is established"))

    Self.loseDTLS(second, at: 600, in: &scene)
    let again = try #require(Self.events(&watch, scene, at: 638).first)
    #expect(again.kind == .again && again.finding.id == first.id)
    #expect(again.finding.start == .second(600.5))
    #expect(again.finding.frames.contains(600_501) && !again.finding.frames.contains(60_501))
    #expect(again.finding.explanation.contains("lost 2 times in all"))

    // What recovers is the second loss, too.
    _ = Self.beginDTLS(at: 700, in: &scene)
    let overAgain = try #require(Self.events(&watch, scene, at: 710).first)
    #expect(overAgain.kind == .recovered("DTLS is established") && overAgain.finding.start == .second(600.5))
  }

  @Test("a session that was re-established several times is over once the latest has lasted two minutes")
  func reconnects() throws {
    var watch = FindingWatch(families: Scenario.families)
    var scene = Scenario(lasting: 1_000)
    ReconnectCycleTests.sessions(lasting: [40, 70, 130], in: &scene)
    _ = Self.beginDTLS(at: 1, in: &scene)
    _ = Self.events(&watch, scene, at: 245)
    #expect(Self.events(&watch, scene, at: 258).map(\.finding.rule) == [.sessionReconnects])
    #expect(Self.events(&watch, scene, at: 350).isEmpty)
    let over = try #require(Self.events(&watch, scene, at: 361).first)
    guard case .recovered(let reason) = over.kind else {
      Issue.record("\(over.kind)")
      return
    }
    #expect(reason.contains("no new session for"))
    #expect(watch.open.isEmpty)
  }

  @Test("a control connection that is lost has not recovered before the next session is there")
  func controlConnection() throws {
    var watch = FindingWatch(families: Scenario.families)
    var scene = Scenario(lasting: 400)
    let connection = scene.session(from: 0)
    scene.silence(connection, of: .server, lastHeard: 60, since: 61, until: 95)
    _ = Self.events(&watch, scene, at: 100)
    #expect(Self.events(&watch, scene, at: 106).map(\.kind) == [.found])
    #expect(Self.events(&watch, scene, at: 120).isEmpty)
    scene.session(from: 130)
    let over = Self.events(&watch, scene, at: 140)
    #expect(over.map(\.finding.rule) == [.tunnelLost])
    #expect(over.contains { $0.kind == .recovered("TLS was established anew") })
  }

  @Test("a tunnel all of whose channels died has recovered with the next session")
  func peer() throws {
    var watch = FindingWatch(families: Scenario.families)
    var scene = Scenario(lasting: 400)
    let connection = scene.session(from: 0)
    let attempt = Self.beginDTLS(at: 1, in: &scene)
    let heard = PayloadTotals(packets: 9, bytes: 900, last: scene.time(60))
    scene.summary(attempt, from: 1, to: 120, client: heard, server: heard)
    scene.silence(connection, of: .server, lastHeard: 60, since: 61, until: 95)
    _ = Self.events(&watch, scene, at: 100)
    #expect(Self.events(&watch, scene, at: 106).map(\.finding.rule) == [.peerDead])
    scene.session(from: 130)
    let over = Self.events(&watch, scene, at: 140)
    #expect(over.contains { $0.finding.rule == .peerDead && $0.kind == .recovered("TLS was established anew") })
  }
}
