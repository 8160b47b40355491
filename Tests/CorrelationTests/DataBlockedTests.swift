import Correlation
import Observations
import Testing

@Suite("data-blocked")
struct DataBlockedTests {
  /// A handshake that is answered, and data of the client.
  private static func oneSided(lasting end: Double = 60) -> (scene: Scenario, attempt: Scenario.Attempt) {
    var scene = Scenario(lasting: end)
    let attempt = scene.initiation(at: 1)
    scene.answer(attempt, at: 1.05)
    scene.data(attempt, from: .client, at: 1.1)
    return (scene, attempt)
  }

  @Test("data that nothing answers behind a handshake that works is found")
  func found() throws {
    var (scene, attempt) = Self.oneSided()
    scene.silence(attempt, of: .server, lastHeard: 1.05, since: 1.1, until: 40)
    scene.summary(attempt, from: 1, to: 40, client: PayloadTotals(packets: 31, bytes: 3_100), nextTo: .client)
    let report = scene.peerReport()
    let finding = try #require(report.finding(.dataBlocked))
    #expect(finding.severity == .error)
    #expect(finding.confidence == .certain)
    #expect(finding.values == ["port": 51_820, "sent_packets": 31, "attempts": 1])
    // The last is where the silence was noticed, so that evidence shows that it lasts.
    #expect(finding.frames == [1001, 1051, 1101, 11101])
    #expect(report.rules == [.dataBlocked])
    #expect(report.tunnels.first?.channel(.wireguard)?.outcome == .blocked)
  }

  /// DTLS whose gateway finishes last, and data of the client in vain.
  private static func finishedByGateway(at start: Double, until end: Double, in scene: inout Scenario) {
    let attempt = scene.hello(at: start)
    scene.gatewaySends(.serverHello, attempt, at: start + 0.05)
    scene.clientSends(.finished, attempt, at: start + 0.1)
    scene.gatewaySends(.finished, attempt, at: start + 0.15)
    guard end > start + 10 else { return }
    scene.data(attempt, from: .client, at: start + 0.2)
    scene.silence(attempt, of: .server, lastHeard: start + 0.15, since: start + 0.2, until: end)
  }

  @Test(
    "DTLS whose handshake the gateway finishes is up: data in vain is data that is dropped, and users go on over TLS")
  func dtls() throws {
    var scene = Scenario(lasting: 120)
    scene.session(from: 0)
    for start in [1.0, 45] { Self.finishedByGateway(at: start, until: start + 40, in: &scene) }
    // A handshake more shows nothing new.
    Self.finishedByGateway(at: 110, until: 110, in: &scene)
    let report = scene.report()
    let finding = try #require(report.finding(.dataBlocked))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(finding.fact("attempts") == 2)
    #expect(report.rules == [.dataBlocked])
    #expect(report.tunnels.first?.dtls.outcome == .blocked)
  }

  @Test("a client that begins anew after data in vain makes it likely")
  func begunAnew() throws {
    var (scene, _) = Self.oneSided()
    let second = scene.initiation(at: 16)
    scene.answer(second, at: 16.05)
    #expect(try #require(scene.peerReport().finding(.dataBlocked)).confidence == .likely)
  }

  @Test("a tunnel that nobody uses blocks nothing: a first keep-alive asks for no answer")
  func idle() {
    #expect(Self.oneSided().scene.peerReport().rules == [])
  }

  @Test("data both ways is a tunnel that works")
  func bothWays() {
    var (scene, attempt) = Self.oneSided()
    scene.data(attempt, from: .server, at: 1.15)
    #expect(scene.peerReport().rules == [])
  }

  @Test("a gateway that is heard again was only slow")
  func heardAgain() {
    var (scene, attempt) = Self.oneSided()
    scene.silence(attempt, of: .server, lastHeard: 1.05, since: 1.1, until: 15)
    scene.heardAgain(attempt, .server, since: 1.1, at: 20)
    scene.data(attempt, from: .server, at: 20)
    #expect(scene.peerReport().rules == [])
  }

  @Test("next to the gateway it cannot be told from answers that do not arrive")
  func nextToGateway() {
    var (scene, attempt) = Self.oneSided()
    scene.silence(attempt, of: .server, lastHeard: 1.05, since: 1.1, until: 40)
    scene.summary(attempt, from: 1, to: 40, nextTo: .server)
    #expect(scene.peerReport().rules == [.handshakeStalled])
  }

  @Test("a tunnel that carries data in the end is not blocked")
  func comesUp() {
    var (scene, _) = Self.oneSided()
    _ = scene.connect(at: 16)
    #expect(scene.peerReport().rules == [])
  }
}
