import Correlation
import Observations
import Testing

@Suite("tunnel-lost")
struct TunnelLostTests {
  /// A tunnel whose DTLS works from second 1 to 60.
  private static func working(lasting end: Double = 200) -> (scene: Scenario, attempt: Scenario.Attempt) {
    var scene = Scenario(lasting: end)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    return (scene, attempt)
  }

  @Test("a gateway that is not heard any more over DTLS but still over TLS is found")
  func found() throws {
    var (scene, attempt) = Self.working()
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 90.5, packets: 31)
    let finding = try #require(scene.report().finding(.tunnelLost))
    #expect(finding.severity == .error)
    #expect(finding.confidence == .likely)
    #expect(finding.values["port"] == 443)
    #expect(finding.values["silent_side"] == "gateway")
    #expect(finding.values["silence_seconds"] == .number(30))
    #expect(finding.values["packets"] == 31)
    // The gateway's first data came at 1.16, and nothing answers what is sent at 60.5.
    #expect(finding.values["established_seconds"] == .number(59.34))
    #expect(finding.frames.prefix(2) == [1161, 60_501])
    #expect(!finding.explanation.contains("last been heard"))
  }

  @Test("a tunnel worked until nobody answered, though nobody had spoken for long; how long is said")
  func quietBefore() throws {
    var (scene, attempt) = Self.working()
    scene.silence(attempt, of: .server, lastHeard: 2, since: 60.5, until: 95, packets: 31)
    let finding = try #require(scene.report().finding(.tunnelLost))
    #expect(finding.values["established_seconds"] == .number(59.34))
    #expect(finding.explanation.contains("The gateway had last been heard 59 s before that."))
  }

  @Test("a session that was lost ends when the silent side was last heard; one that is heard again goes on")
  func sessionEnds() throws {
    var (scene, attempt) = Self.working()
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 90.5, packets: 31)
    let lost = try #require(scene.report().tunnels.first?.dtls.sessions.first)
    #expect(lost.endReason == "lost")
    #expect(lost.end == scene.time(60))
    scene.heardAgain(attempt, .server, since: 60.5, at: 91)
    let pause = try #require(scene.report().tunnels.first?.dtls.sessions.first)
    #expect(pause.endReason == "still open when last seen")
    #expect(pause.end == nil)
  }

  @Test("new hellos afterwards make it certain: the client gave up")
  func newHellos() throws {
    var (scene, attempt) = Self.working()
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 90)
    scene.hellos(at: [95, 96, 98])
    let finding = try #require(scene.report().finding(.tunnelLost))
    #expect(finding.confidence == .certain)
    #expect(finding.values["silence_seconds"] == .number(34.5))
    #expect(scene.report().tunnels.first?.dtls.outcome == .lost)
  }

  @Test("at the gateway's side it is the client that is not heard any more")
  func silentClient() throws {
    var (scene, attempt) = Self.working()
    scene.silence(attempt, of: .client, lastHeard: 60, since: 60.5, until: 95)
    #expect(try #require(scene.report().finding(.tunnelLost)).values["silent_side"] == "client")
  }

  @Test(
    "while the client does not give up, only a long silence to many packets is a loss",
    arguments: [
      (90.5, 10, true), (90.4, 10, false), (120, 9, false),
    ])
  func longSilence(until: Double, packets: Int, isFound: Bool) {
    var (scene, attempt) = Self.working()
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: until, packets: packets)
    #expect((scene.report().finding(.tunnelLost) != nil) == isFound)
  }

  /// A tunnel whose DTLS is quiet after second 60, while TLS came to 8, 16, 32 and 64 turns.
  private static func quiet(turns: Int, marks: [Double]) -> (scene: Scenario, attempt: Scenario.Attempt) {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, turns: turns, turnMarks: marks)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.summary(attempt, from: 1, last: 60)
    return (scene, attempt)
  }

  @Test("behind the break DTLS falls quiet in both directions, and TLS becomes busy")
  func movedToControl() throws {
    let (scene, _) = Self.quiet(turns: 100, marks: [62, 70, 80, 101])
    let report = scene.report()
    let finding = try #require(report.finding(.tunnelLost))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .likely)
    #expect(finding.values["established_seconds"] == .number(58.84))
    #expect(finding.values["silence_seconds"] == .number(139.5))
    #expect(finding.frames == [1161, 62_001, 101_001])
    #expect(finding.explanation.contains("took turns at least 92 times"))
    #expect(report.tunnels.first?.dtls.outcome == .lost)
  }

  @Test(
    "quiet DTLS beside TLS that only keeps itself alive, or was as busy before, is idle",
    arguments: [
      (39, [62.0, 90, 150]), (8, [62]), (100, [62, 70, 80, 99]), (100, [10, 20, 30, 61]), (100, [10, 20, 40, 59]),
    ])
  func quietBesideControl(turns: Int, marks: [Double]) {
    let (scene, _) = Self.quiet(turns: turns, marks: marks)
    #expect(scene.report().rules == [])
    #expect(scene.report().tunnels.first?.dtls.outcome == .established)
  }

  @Test("DTLS that takes its leave has not been lost, whatever goes over TLS then")
  func movedAfterLeave() {
    var (scene, attempt) = Self.quiet(turns: 100, marks: [62, 70, 80, 101])
    scene.alert(attempt, from: .client, at: 60)
    #expect(scene.report().rules == [])
  }

  @Test("an idle tunnel is not lost")
  func idle() {
    let (scene, _) = Self.working()
    let report = scene.report()
    #expect(report.rules == [])
    #expect(report.tunnels.first?.dtls.outcome == .established)
  }

  @Test("a silence that ends is a pause")
  func heardAgain() {
    var (scene, attempt) = Self.working()
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 75)
    scene.heardAgain(attempt, .server, since: 60.5, at: 76)
    #expect(scene.report().rules == [])
  }

  @Test("what the gateway still sends after the client's alert is not heard by anyone, in good order")
  func orderlyEnd() {
    var (scene, attempt) = Self.working()
    scene.alert(attempt, from: .client, at: 60)
    scene.silence(attempt, of: .client, lastHeard: 60, since: 60.1, until: 100)
    #expect(scene.report().rules == [])
  }

  @Test("an alert of the side that heard nothing, before new hellos in the same session, is no orderly end")
  func farewellAfterSilence() {
    var (scene, attempt) = Self.working()
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 91)
    scene.alert(attempt, from: .client, at: 91)
    scene.hellos(at: [92, 93, 95])
    #expect(scene.report().finding(.tunnelLost) != nil)
  }

  @Test("a gateway that is gone over TLS too has not lost its DTLS")
  func gatewayDies() {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, lastFromGateway: 60, lastFromClient: 150)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 100)
    #expect(scene.report().findings(.tunnelLost).isEmpty)
  }

  @Test("a gateway that was gone altogether and comes back later has not lost its DTLS")
  func gatewayRestarts() {
    var scene = Scenario(lasting: 600)
    scene.session(from: 0, to: 95, ending: .clientReset, lastFromGateway: 60, lastFromClient: 90)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 90)
    scene.session(from: 300, requests: 4)
    let second = scene.hello(at: 301)
    scene.establish(second, at: 301.1)
    #expect(scene.report().findings(.tunnelLost).isEmpty)
  }

  @Test("without TLS in the capture the gateway may be gone altogether, so it is only possible")
  func withoutTLS() throws {
    var scene = Scenario(lasting: 200)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 90)
    #expect(scene.report().findings(.tunnelLost).isEmpty, "and while the client does not give up it is not said at all")
    scene.hellos(at: [95, 96, 98])
    let finding = try #require(scene.report().finding(.tunnelLost))
    #expect(finding.confidence == .possible)
    #expect(!finding.explanation.contains("still there over TLS"))
  }

  @Test("an attempt that comes up afterwards is named")
  func comesBack() throws {
    var (scene, attempt) = Self.working()
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 90)
    let second = scene.hello(at: 92)
    scene.establish(second, at: 92.1)
    let report = scene.report()
    #expect(try #require(report.finding(.tunnelLost)).explanation.contains("DTLS came back later"))
    #expect(report.tunnels.first?.dtls.outcome == .established)
  }

  @Test(
    "a WireGuard peer that is heard again after an outage was lost; a clock that leaps over a quiet tunnel is no outage"
  )
  func leap() throws {
    var outage = Scenario(lasting: 300)
    var attempt = outage.connect(at: 1)
    outage.silence(attempt, of: .server, lastHeard: 19, since: 20, until: 80)
    outage.heardAgain(attempt, .server, since: 20, at: 81)
    #expect(outage.report().finding(.tunnelLost) != nil)
    var leap = Scenario(lasting: 4_000)
    attempt = leap.connect(at: 1)
    leap.heardAgain(attempt, .server, since: 20, at: 3_620)
    #expect(leap.report().finding(.tunnelLost) == nil)
  }
}
