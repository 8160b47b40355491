import Correlation
import Observations
import Testing

@Suite("rekey-failed")
struct RekeyFailedTests {
  /// A tunnel that asks for new keys at these times, with packets of the other side before each repetition.
  private static func rekeying(at times: [Double], dataMeanwhile: Int = 20) -> (
    scene: Scenario, renewal: Scenario.Attempt
  ) {
    var scene = Scenario(lasting: 200)
    let session = scene.connect(at: 1)
    let renewal = scene.initiation(at: times[0], renewing: session)
    for time in times.dropFirst() {
      scene.initiation(renewal, at: time, renewing: session, dataMeanwhile: dataMeanwhile)
    }
    return (scene, renewal)
  }

  @Test(
    "requests for new keys that stay unanswered while data flows are found, surer the more there are",
    arguments: [([120.0, 125], Confidence.likely), ([120, 125, 130], .certain)])
  func found(times: [Double], confidence: Confidence) throws {
    let report = Self.rekeying(at: times).scene.peerReport()
    let finding = try #require(report.finding(.rekeyFailed))
    #expect(finding.severity == .error)
    #expect(finding.confidence == confidence)
    #expect(finding.values == ["port": 51_820, "attempts": .integer(times.count)])
    #expect(finding.frames == times.map { Int($0 * 1000) + 1 })
    #expect(report.rules == [.rekeyFailed], "the session itself was established")
    #expect(report.tunnels.first?.channel(.wireguard)?.outcome == .established)
  }

  @Test("a single request may have been lost")
  func single() { #expect(Self.rekeying(at: [120]).scene.peerReport().rules == []) }

  @Test("without data in between the peer is gone, which is another matter")
  func noData() {
    #expect(Self.rekeying(at: [120, 125, 130], dataMeanwhile: 0).scene.peerReport().findings(.rekeyFailed).isEmpty)
  }

  @Test("a request that is answered when repeated renews the keys")
  func answered() {
    var (scene, renewal) = Self.rekeying(at: [120, 125])
    scene.answer(renewal, at: 125.05)
    #expect(scene.peerReport().rules == [])
  }

  @Test("renewed keys that came into use are no stall, though the client begins anew much later", arguments: [1, 2])
  func renewedAndLater(count: Int) {
    var scene = Scenario(lasting: 900)
    let session = scene.connect(at: 1)
    for number in 1...count {
      let time = 120 * Double(number)
      let renewal = scene.initiation(at: time, renewing: session)
      scene.answer(renewal, at: time + 0.05)
      // The data that follows is the session's.
      scene.useKeys(of: renewal, at: time + 0.1)
    }
    _ = scene.connect(at: 800)
    #expect(scene.peerReport().findings(.handshakeStalled).isEmpty)
  }

  @Test("requests that are answered each time and come again stall: the answers are lost")
  func answersLost() throws {
    var (scene, renewal) = Self.rekeying(at: [120, 125, 130])
    for time in [120.05, 125.05, 130.05] { scene.answer(renewal, at: time) }
    let report = scene.peerReport()
    #expect(report.rules == [.handshakeStalled])
    #expect(try #require(report.finding(.handshakeStalled)).severity == .error)
  }
}
