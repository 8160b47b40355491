import Correlation
import Observations
import Testing

@Suite("Gateways that send their clients to others")
struct RedirectionTests {
  private static let other: IPAddress = "203.0.113.30"

  /// The first gateway's last word is a short one; then the client opens at the other gateway.
  private static func story(redirected: Bool?, after delay: Double = 1, from client: IPAddress? = nil) -> Report {
    var scene = Scenario(lasting: 120)
    let first = scene.initiation(at: 1)
    scene.answer(first, at: 1.05)
    scene.reject(first, by: .server, "an answer too short to accept", at: 1.2)
    scene.gateway = other
    if let client { scene.client = client }
    _ = scene.connect(at: 1.2 + delay, isRedirected: redirected)
    return scene.peerReport()
  }

  @Test("what looks like a rejection is none when the client says at the next gateway that it was redirected")
  func atTheNext() {
    let report = Self.story(redirected: true)
    #expect(report.rules.isEmpty)
    #expect(report.verdict == .healthy)
    #expect(report.tunnels.map { $0.channels.map(\.outcome) } == [[.redirected], [.established]])
  }

  @Test("a client that tries the next gateway of its own accord was rejected")
  func ofItsOwn() {
    #expect(Self.story(redirected: nil).rules == [.handshakeRejected])
  }

  @Test("another client's redirection, or one long after, says nothing of the rejection")
  func others() {
    #expect(Self.story(redirected: true, from: "198.51.100.99").rules == [.handshakeRejected])
    #expect(Self.story(redirected: true, after: 60).rules == [.handshakeRejected])
  }

  @Test("a gateway that redirects in clear has not stalled, and does not show that a tunnel works")
  func inClear() {
    var scene = Scenario(lasting: 120)
    let attempt = scene.initiation(at: 1)
    scene.redirect(attempt, at: 1.05)
    let report = scene.peerReport()
    #expect(report.rules.isEmpty)
    #expect(report.verdict == .undecided)
    #expect(report.tunnels.first?.channels.first?.outcome == .redirected)
    #expect(report.timeline.map(\.text).contains("the gateway sends the client to another one"))
  }

  @Test("a session that worked before the gateway redirected its client was established")
  func afterward() {
    var scene = Scenario(lasting: 120)
    _ = scene.connect(at: 1)
    scene.gateway = Self.other
    _ = scene.connect(at: 4, isRedirected: true)
    let report = scene.peerReport()
    #expect(report.tunnels.map { $0.channels.map(\.outcome) } == [[.established], [.established]])
  }
}
