import Correlation
import Observations
import Testing

@Suite("handshake-failed")
struct HandshakeFailedTests {
  /// Initiations that are answered each time, and no data, as a capture next to one end of the path sees them.
  private static func answeredInVain(_ times: [Double] = [1, 6, 11], nextTo side: Side?) -> Scenario {
    var scene = Scenario(lasting: 60)
    let attempt = scene.initiation(at: times[0])
    scene.answer(attempt, at: times[0] + 0.05)
    for time in times.dropFirst() {
      scene.initiation(attempt, at: time)
      scene.answer(attempt, at: time + 0.05)
    }
    scene.summary(attempt, from: times[0], to: 12, nextTo: side)
    return scene
  }

  @Test("answers that reach the client and that it never uses are found next to the client")
  func found() throws {
    let report = Self.answeredInVain(nextTo: .client).peerReport()
    let finding = try #require(report.finding(.handshakeFailed))
    #expect(finding.severity == .error)
    #expect(finding.confidence == .likely, "the reason itself is encrypted")
    #expect(finding.channel == .wireguard)
    #expect(finding.values == ["port": 51_820, "attempts": 3])
    #expect(finding.frames == [1001, 1051, 6001, 11_001])
    #expect(report.rules == [.handshakeFailed])
    #expect(report.tunnels.first?.channel(.wireguard)?.outcome == .failed)
  }

  @Test("elsewhere an answer that is lost on its way to the client looks the same", arguments: [nil, Side.server])
  func elsewhere(side: Side?) {
    let report = Self.answeredInVain(nextTo: side).peerReport()
    #expect(report.rules == [.handshakeStalled])
  }

  @Test("one answer is not used, and the capture ends: it is not judged")
  func captureEnds() {
    #expect(Self.answeredInVain([1], nextTo: .client).peerReport().rules == [])
  }

  @Test("a channel that comes up in the end has not failed")
  func comesUp() {
    var scene = Self.answeredInVain(nextTo: .client)
    _ = scene.connect(at: 20)
    #expect(scene.peerReport().rules == [])
  }

  // MARK: Where every message is acknowledged

  private static func report(_ scene: Scenario, of family: any FamilyProfile.Type = AcknowledgingPeers.self) -> Report {
    Scenario.report(of: [scene], families: FamilyTable([family]))
  }

  /// One handshake of messages of both sides, the client's last at `last`.
  private static func messages(
    in scene: inout Scenario, from start: Double, last: Double, ending: ConnectionEnding = .open
  ) {
    let attempt = scene.initiation(at: start)
    scene.answer(attempt, at: start + 0.1)
    scene.tell(
      .message(
        HandshakeMessage(
          id: attempt.id, flow: attempt.flow, sender: .client, stage: .progress, name: MessageName("control"))),
      at: last)
    scene.summary(attempt, from: start, to: last, ending: ending)
  }

  @Test("one handshake after which the client is not heard for two minutes is a note that names the likely reason")
  func single() throws {
    var scene = Scenario(lasting: 140)
    Self.messages(in: &scene, from: 1, last: 2)
    let report = Self.report(scene)
    let finding = try #require(report.finding(.handshakeFailed))
    #expect(finding.severity == .note && finding.confidence == .possible)
    #expect(finding.title == "The WireGuard handshake fails inside the encryption")
    #expect(
      finding.headline
        == "the WireGuard handshake on UDP 51820 is answered, but the client is not heard any more")
    #expect(
      finding.confidenceReason == "one attempt, which a person may have broken off; the reason itself is encrypted")
    #expect(report.rules == [.handshakeFailed])
  }

  @Test("the same is not judged sooner, nor where a client that was let in may say nothing")
  func singleTooSoon() {
    var short = Scenario(lasting: 110)
    Self.messages(in: &short, from: 1, last: 2)
    #expect(Self.report(short).rules == [])
    var long = Scenario(lasting: 140)
    Self.messages(in: &long, from: 1, last: 2)
    #expect(Self.report(long, of: PatientPeers.self).rules == [])
  }

  @Test(
    "handshakes that a reset breaks off name in whose name it was sent, and that a device in between may have sent it",
    arguments: [
      ([.clientReset, .clientReset], "the client"), ([.serverReset, .serverReset], "the gateway"),
      ([.clientReset, .serverReset], "either side"),
    ] as [([ConnectionEnding], String)])
  func resets(endings: [ConnectionEnding], sender: String) throws {
    var scene = Scenario(lasting: 140)
    for (number, ending) in endings.enumerated() {
      let start = 1 + 5 * Double(number)
      Self.messages(in: &scene, from: start, last: start + 1, ending: ending)
    }
    let finding = try #require(Self.report(scene).finding(.handshakeFailed))
    #expect(finding.severity == .error && finding.confidence == .likely)
    #expect(finding.title == "The WireGuard handshake on UDP 51820 is broken off by a reset")
    #expect(
      finding.confidenceReason
        == "2 handshakes ended with a reset in the name of \(sender); a device in between can send one too")
    #expect(finding.explanation.contains("then a reset in the name of \(sender) ended the connection"))
    #expect(finding.remedies.first?.hasPrefix("Find out who sends the reset") ?? false)
    #expect(finding.evidence.contains { $0.note == "the reset" })
  }

  @Test("handshakes of which one ends without a reset fail for a reason inside the encryption")
  func notAllReset() throws {
    var scene = Scenario(lasting: 140)
    Self.messages(in: &scene, from: 1, last: 2, ending: .clientReset)
    Self.messages(in: &scene, from: 6, last: 7)
    let finding = try #require(Self.report(scene).finding(.handshakeFailed))
    #expect(!finding.title.contains("reset"))
  }
}

/// Peers whose handshake messages are all acknowledged, and who ping.
private enum AcknowledgingPeers: FamilyProfile {
  static let name = FamilyName.wireguard
  static let title = "Peers"
  static let channels = [acknowledging(leftSeconds: 120)]

  static func isTunnel(_ candidate: TunnelCandidate) -> Bool { !candidate.handshakes.isEmpty }
}

/// The same, who never say more than they have to.
private enum PatientPeers: FamilyProfile {
  static let name = FamilyName.wireguard
  static let title = "Peers"
  static let channels = [acknowledging(leftSeconds: nil)]

  static func isTunnel(_ candidate: TunnelCandidate) -> Bool { !candidate.handshakes.isEmpty }
}

private func acknowledging(leftSeconds: Double?) -> ChannelProfile {
  ChannelProfile(
    kind: .wireguard, role: .both, transport: "UDP", usualPort: 51_820, opening: "initiation",
    openingMessage: "initiation", acknowledges: true, patienceSeconds: 3, handshakeSeconds: 30,
    longSilenceSeconds: 45, longSilencePackets: 6, leftSeconds: leftSeconds)
}
