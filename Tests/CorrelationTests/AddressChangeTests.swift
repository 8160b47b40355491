import Correlation
import Observations
import Testing

@Suite("address-change")
struct AddressChangeTests {
  private static func move(_ attempt: Scenario.Attempt, to: Endpoint, at seconds: Double, in scene: inout Scenario) {
    scene.tell(
      .addressChanged(AddressChange(id: attempt.id, flow: attempt.flow, from: attempt.flow.client, to: to)), at: seconds
    )
  }

  @Test("a session that goes on from another address is told, and is well")
  func found() throws {
    var scene = Scenario(lasting: 120)
    let attempt = scene.connect(at: 1)
    Self.move(attempt, to: Endpoint("192.0.2.44", 61_000), at: 60, in: &scene)
    let report = scene.peerReport()
    let finding = try #require(report.finding(.addressChange))
    #expect(finding.severity == .note)
    #expect(finding.confidence == .certain)
    #expect(finding.values == ["from": "198.51.100.10:40001", "to": "192.0.2.44:61000"])
    #expect(finding.frames == [60_001])
    #expect(report.verdict == .healthy)
    #expect(report.timeline.contains { $0.kind == .addressChange })
  }

  @Test("several changes are counted, and the first is named")
  func several() throws {
    var scene = Scenario(lasting: 120)
    let attempt = scene.connect(at: 1)
    for port in [61_000, 61_001, 61_002] as [UInt16] {
      Self.move(attempt, to: Endpoint("192.0.2.44", port), at: Double(port) - 60_950, in: &scene)
    }
    let finding = try #require(scene.peerReport().finding(.addressChange))
    #expect(finding.values["to"] == "192.0.2.44:61000")
    #expect(finding.frames == [50_001, 51_001, 52_001])
    #expect(finding.amount == 3)
  }

  @Test("a new handshake from another port is a new session, not a change")
  func newSession() {
    var scene = Scenario(lasting: 120)
    _ = scene.connect(at: 1)
    _ = scene.connect(at: 90)
    #expect(scene.peerReport().findings(.addressChange).isEmpty)
  }
}
