import Correlation
import Observations
import Testing

/// A control connection that dies: alone, with the data channel, or because nobody listens any more.
@Suite("lost connections")
struct ConnectionLossTests {
  /// TLS whose gateway is not heard from second 60 on, and DTLS that the gateway was heard on last at `dtlsUntil`.
  private static func dead(
    dtlsUntil: Double?, until: Double = 95, isBegunAnew: Bool = false, of side: Side = .server,
    ending: ConnectionEnding? = nil
  ) -> Report {
    var scene = Scenario(lasting: 200)
    let connection = scene.session(from: 0, to: ending == nil ? nil : until + 1, ending: ending ?? .open)
    if let dtlsUntil {
      let attempt = scene.hello(at: 1)
      scene.establish(attempt, at: 1.1)
      let heard = PayloadTotals(packets: 9, bytes: 900, last: scene.time(dtlsUntil))
      scene.summary(attempt, from: 1, to: 199, client: heard, server: heard)
    }
    scene.silence(connection, of: side, lastHeard: 60, since: 61, until: until)
    if isBegunAnew { scene.session(from: until + 2) }
    return scene.report()
  }

  @Test("TLS that dies while DTLS lives is lost")
  func alone() throws {
    let finding = try #require(Self.dead(dtlsUntil: 190).finding(.tunnelLost))
    #expect(finding.channel == .tls && finding.severity == .error && finding.confidence == .likely)
    #expect(finding.values["silent_side"] == "gateway" && finding.values["silence_seconds"] == .number(34))
    #expect(finding.explanation.contains("still there over DTLS"))
    #expect(finding.frames.contains(61_001))
  }

  @Test("TLS and DTLS that die together are a dead peer")
  func together() throws {
    let report = Self.dead(dtlsUntil: 60)
    let finding = try #require(report.finding(.peerDead))
    #expect(finding.severity == .error && finding.values["channels"] == 2)
    #expect(report.finding(.tunnelLost) == nil)
  }

  @Test("without DTLS beside it, TLS is lost; a client that begins anew makes it certain")
  func withoutData() throws {
    #expect(try #require(Self.dead(dtlsUntil: nil).finding(.tunnelLost)).confidence == .likely)
    let finding = try #require(Self.dead(dtlsUntil: nil, until: 75, isBegunAnew: true).finding(.tunnelLost))
    #expect(finding.confidence == .certain)
  }

  @Test("a client that is not heard any more may sleep: a note")
  func sleepingClient() throws {
    #expect(try #require(Self.dead(dtlsUntil: 60, of: .client).finding(.peerDead)).severity == .note)
  }

  @Test("a short silence, and one that the silent side's own end explains, are no loss")
  func noLoss() {
    #expect(Self.dead(dtlsUntil: nil, until: 75).rules.isEmpty)
    #expect(Self.dead(dtlsUntil: nil, ending: .serverClosed).rules.isEmpty)
  }

  /// A tunnel that the gateway ends, and connections that are refused afterwards.
  private static func refused(_ count: Int, comesBack: Bool = false) -> Report {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: 60, ending: .serverClosed)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    for number in 0..<count { scene.refusedConnection(at: 62 + Double(number) * 10) }
    if comesBack { scene.session(from: 120) }
    return scene.report()
  }

  @Test("a gateway that refuses all new connections after the session ended is found")
  func refusedAfterwards() throws {
    let finding = try #require(Self.refused(3).finding(.handshakeRefused))
    #expect(finding.channel == .tls && finding.severity == .error && finding.confidence == .certain)
    #expect(finding.values == ["port": 443, "reporter": "203.0.113.20", "attempts": 3])
    #expect(finding.explanation.contains("closed by the gateway"))
  }

  @Test("one refusal, and a gateway that comes back, are no finding")
  func comesBack() {
    #expect(Self.refused(1).finding(.handshakeRefused) == nil)
    #expect(Self.refused(3, comesBack: true).finding(.handshakeRefused) == nil)
  }
}
