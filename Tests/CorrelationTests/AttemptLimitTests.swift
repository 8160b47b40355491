import Observations
import Testing

@testable import Correlation

/// What is kept one by one of an attempt and of a finding, at the real limits.
@Suite("Limits of attempts and of evidence")
struct AttemptLimitTests {
  private static func attempt(in scene: Scenario) -> Association? {
    var history = PointHistory(point: 0)
    for observation in scene.observations {
      guard case .packet(let time, _, let frame) = observation.origin else { continue }
      history.absorb(observation.event, Sighting(time: time, frame: frame), at: frame)
    }
    return history.pairs.values.first?.associations(.dtls).first
  }

  @Test("64 hellos of an attempt are kept, the rest is counted")
  func hellos() throws {
    var scene = Scenario(lasting: 300)
    scene.session(from: 0)
    _ = scene.hellos(at: (1...100).map(Double.init))
    let attempt = try #require(Self.attempt(in: scene))
    #expect(attempt.openings.count == 64)
    #expect(attempt.openingCount == 100)
    #expect(try #require(scene.report().finding(.handshakeUnanswered)).values["hellos"] == 100)
  }

  @Test("64 ICMP errors about an attempt are kept")
  func refusals() throws {
    var scene = Scenario(lasting: 300)
    scene.session(from: 0)
    let attempt = scene.hellos(at: [1])
    for number in 0..<100 { scene.refuse(attempt, at: 1.5 + Double(number), code: 3, reporter: Scenario.gateway) }
    #expect(try #require(Self.attempt(in: scene)).refusals.count == 64)
    #expect(scene.report().finding(.handshakeRefused) != nil)
  }

  @Test("a finding has some tens of evidence, however much there is of it")
  func evidence() {
    var scene = Scenario(lasting: 60_100)
    for number in 0..<1_000 {
      let start = Double(number) * 60
      scene.session(from: start, to: start + 59.9)
      _ = scene.hellos(at: [1, 2, 4, 8].map { start + $0 }, random: number + 1)
      scene.noteInnerConnection(at: start + 20)
    }
    for number in 0..<100 {
      scene.stuck(Scenario.innerFlow, from: Double(number) * 60 + 1, to: Double(number) * 60 + 30)
    }
    let findings = scene.report().findings
    #expect(
      Set(findings.map(\.rule)).isSuperset(of: [.handshakeUnanswered, .reconnectCycle, .mtuReconnect, .mssExceedsMTU]))
    for finding in findings { #expect(finding.evidence.count <= 40, "\(finding.rule)") }
  }
}
