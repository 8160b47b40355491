import Correlation
import Observations
import Testing

/// Peers of a site-to-site tunnel both open it.
@Suite("Handshakes that either side begins")
struct OpenedByEitherSideTests {
  /// The client's session, and openings of the gateway that nobody answers.
  private static func story(dataUntil end: Double, openings: [Double] = [20, 24, 31, 44]) -> Report {
    var scene = Scenario(lasting: 120)
    let session = scene.connect(at: 1)
    let first = scene.initiation(at: openings[0], by: .server)
    for time in openings.dropFirst() { scene.initiation(first, at: time, by: .server) }
    let totals = PayloadTotals(packets: 50, bytes: 5_000, last: scene.time(end))
    scene.summary(session, from: 1, to: end, client: totals, server: totals)
    return scene.peerReport()
  }

  @Test("openings in vain beside a tunnel that the other side opened, and that works, are a note")
  func beside() throws {
    let report = Self.story(dataUntil: 100)
    let finding = try #require(report.finding(.handshakeUnanswered))
    #expect(finding.severity == .note)
    #expect(finding.title == "WireGuard on UDP 51820 is not answered when the gateway opens it")
    #expect(finding.explanation.contains("The tunnel that the client opened works all the while."))
    #expect(report.tunnels.first?.channels.first?.outcome == .established)
    #expect(report.verdict == .healthy)
  }

  @Test("without a tunnel that works until after them they are an error, of whoever sent them")
  func alone() throws {
    let finding = try #require(Self.story(dataUntil: 10).finding(.handshakeUnanswered))
    #expect(finding.severity == .error)
    #expect(finding.explanation.hasPrefix("The gateway sent 4 initiations to 198.51.100.10 on UDP 4000"))
  }

  @Test("who had to wait for minutes until the other side opened a tunnel is warned")
  func waited() throws {
    var scene = Scenario(lasting: 400)
    let first = scene.initiation(at: 1)
    for time in stride(from: 6.0, to: 90, by: 5) { scene.initiation(first, at: time) }
    let second = scene.initiation(at: 100, by: .server)
    scene.answer(second, at: 100.1, by: .client)
    scene.data(second, from: .server, at: 100.2)
    scene.data(second, from: .client, at: 100.3)
    let totals = PayloadTotals(packets: 50, bytes: 5_000, last: scene.time(300))
    scene.summary(second, from: 100, to: 300, client: totals, server: totals)
    let finding = try #require(scene.peerReport().finding(.handshakeUnanswered))
    #expect(finding.severity == .warning)
    #expect(finding.explanation.hasSuffix("The tunnel that the gateway opened later works."))
  }

  @Test("what the client opens in vain counts by itself")
  func both() throws {
    var scene = Scenario(lasting: 120)
    let clients = scene.initiation(at: 1)
    for time in [5.0, 12] { scene.initiation(clients, at: time) }
    let gateways = scene.initiation(at: 3, by: .server)
    for time in [8.0, 14] { scene.initiation(gateways, at: time, by: .server) }
    let finding = try #require(scene.peerReport().finding(.handshakeUnanswered))
    #expect(finding.explanation.hasPrefix("The client sent 3 initiations to 203.0.113.20 on UDP 51820"))
  }
}
