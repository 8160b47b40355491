import Correlation
import Observations
import Testing

@Suite("A client that moves to another address")
struct MovedSessionTests {
  private static let elsewhere: IPAddress = "192.0.2.44"

  /// A session from second 1 to 60 whose client then falls silent while the gateway goes on for `unheard` seconds.
  private static func left(unheard: Double = 35, lasting end: Double = 300) -> (
    scene: Scenario, attempt: Scenario.Attempt
  ) {
    var scene = Scenario(lasting: end)
    let attempt = scene.connect(at: 1)
    scene.silence(attempt, of: .client, lastHeard: 60, since: 60.5, until: 60.5 + unheard, packets: Int(unheard))
    scene.whole(attempt, from: 1, to: 60, SessionMarks(first: nil, latest: [.numbered(7), .numbered(8)]))
    return (scene, attempt)
  }

  /// Data from another address, without a handshake.
  @discardableResult
  private static func goOn(
    in scene: inout Scenario, at start: Double, to finish: Double = 290, _ marks: SessionMarks,
    from client: IPAddress = elsewhere
  ) -> Scenario.Attempt {
    scene.client = client
    let attempt = Scenario.Attempt(
      id: HandshakeID(.wireguard, firstFrame: scene.frame(start)),
      flow: Flow(client: Endpoint(client, 50_000), server: Endpoint(scene.gateway, 51_820)), random: .numbered(99))
    scene.data(attempt, from: .client, at: start)
    scene.data(attempt, from: .server, at: start + 0.1)
    scene.whole(attempt, from: start, to: finish, marks, sawStart: false)
    return attempt
  }

  @Test("data with the session's marks from another address is the same tunnel: a note, and nothing was lost")
  func moves() throws {
    var (scene, _) = Self.left()
    Self.goOn(in: &scene, at: 96, SessionMarks(first: .numbered(8), latest: [.numbered(8)]))
    let report = scene.peerReport()
    #expect(report.tunnels.map(\.client) == [Scenario.client])
    #expect(report.verdict == .healthy)
    #expect(report.finding(.tunnelLost) == nil)
    let finding = try #require(report.finding(.addressChange))
    #expect(finding.severity == .note)
    #expect(finding.values == ["from": "198.51.100.10:40001", "to": "192.0.2.44:50000"])
    #expect(finding.frames == [96_001])
    #expect(report.tunnels[0].channels[0].handshakes.map(\.end) == [scene.time(290)])
  }

  @Test("a client that moves again is followed, each time")
  func movesTwice() throws {
    var (scene, _) = Self.left()
    Self.goOn(in: &scene, at: 96, to: 120, SessionMarks(first: .numbered(8), latest: [.numbered(8), .numbered(9)]))
    Self.goOn(in: &scene, at: 121, SessionMarks(first: .numbered(9), latest: [.numbered(9)]), from: "192.0.2.99")
    let report = scene.peerReport()
    #expect(report.tunnels.count == 1)
    #expect(report.finding(.addressChange)?.amount == 2)
  }

  @Test("a session that seems to move on and on is followed 64 times: what comes then is another tunnel")
  func movesForEver() {
    var (scene, _) = Self.left(lasting: 2_000)
    for move in 0..<70 {
      let start = 100 + Double(move) * 20
      Self.goOn(
        in: &scene, at: start, to: start + 15, SessionMarks(first: .numbered(8 + move), latest: [.numbered(9 + move)]),
        from: IPAddress(v4: 0xC000_0300 + UInt32(move)))
    }
    #expect(scene.peerReport().tunnels.count == 2)
  }

  @Test("what the session renews from there is its own, and a loss there is told of the one tunnel")
  func goesOn() throws {
    var (scene, _) = Self.left()
    let moved = Self.goOn(in: &scene, at: 96, to: 200, SessionMarks(first: .numbered(8), latest: [.numbered(8)]))
    let renewal = scene.initiation(at: 150, renewing: moved)
    scene.answer(renewal, at: 150.1)
    scene.useKeys(of: renewal, at: 150.2)
    scene.silence(moved, of: .server, lastHeard: 200, since: 200.5, until: 250, packets: 50)
    let report = scene.peerReport()
    #expect(report.tunnels.count == 1)
    #expect(report.findings(.tunnelLost).map(\.tunnel) == ["T1"])
    #expect(report.finding(.rekeyFailed) == nil)
  }

  @Test(
    "other marks, a session that is seen to begin, or a client that is still heard are two tunnels",
    arguments: [
      (SessionMarks(first: .numbered(5), latest: [.numbered(5)]), 96.0),
      (SessionMarks(first: nil, latest: [.numbered(8)]), 96.0),
      // An address translation shows both at once.
      (SessionMarks(first: .numbered(8), latest: [.numbered(8)]), 59.0),
    ])
  func twoTunnels(marks: SessionMarks, start: Double) {
    var (scene, _) = Self.left(unheard: 5)
    Self.goOn(in: &scene, at: start, to: start == 59 ? 60.1 : 290, marks)
    let report = scene.peerReport()
    #expect(report.tunnels.count == 2)
    #expect(report.finding(.addressChange) == nil)
  }

  @Test(
    "a mark that may come again goes on only where the packets' numbers do",
    arguments: [(501, true), (500, false), (3, false), (5_000_000, false)] as [(UInt32, Bool)])
  func numbers(first: UInt32, isSame: Bool) {
    let before = SessionMarks(first: nil, latest: [.numbered(3)], firstNumber: 1, highestNumber: 500)
    let after = SessionMarks(
      first: .numbered(3), latest: [.numbered(3)], firstNumber: first, highestNumber: first + 10)
    #expect(after.goOn(from: before) == isSame)
  }

  @Test("with new keys it may be the same client: a loss that ends when another client begins is a note that says so")
  func mayHaveMoved() throws {
    var (scene, _) = Self.left()
    scene.client = Self.elsewhere
    _ = scene.connect(at: 97)
    let finding = try #require(scene.peerReport().finding(.tunnelLost))
    #expect(finding.severity == .note && finding.confidence == .possible)
    #expect(finding.explanation.contains("may have gone on from 192.0.2.44"))
  }

  @Test(
    "a gateway that goes on sending to the silent client, or stopped long before another came, has lost it",
    arguments: [70.0, 110])
  func reallyLost(otherAt: Double) throws {
    var (scene, _) = Self.left()
    scene.client = Self.elsewhere
    _ = scene.connect(at: otherAt)
    #expect(try #require(scene.peerReport().finding(.tunnelLost)).severity == .error)
  }
}

extension Scenario {
  mutating func whole(
    _ attempt: Attempt, from start: Double, to finish: Double, _ marks: SessionMarks, sawStart: Bool = true
  ) {
    tell(
      .summary(
        ChannelSummary(
          id: attempt.id, flow: attempt.flow, start: time(start), startFrame: frame(start), sawStart: sawStart,
          token: sawStart ? attempt.random : nil, end: time(finish),
          client: PayloadTotals(packets: 50, bytes: 5_000, last: time(finish)),
          server: PayloadTotals(packets: 50, bytes: 5_000, last: time(finish)), marks: marks)),
      at: finish, toldAt: end)
  }
}
