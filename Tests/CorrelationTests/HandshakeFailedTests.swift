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
}
