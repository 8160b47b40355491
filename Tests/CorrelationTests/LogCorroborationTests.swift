import Correlation
import Logs
import Observations
import Testing

/// Packets decide what is found; logs make it surer and are cited.
@Suite("Corroboration of packets by logs")
struct LogCorroborationTests {
  /// The client's own log, of the captured client, in the captures' time.
  private static func clientLog(_ events: [(Double, LogEvent)], client: IPAddress = Scenario.client) -> LogStory {
    var log = LogStory(.openconnect, hasZone: true, subject: LogSubject(client: client, gateway: Scenario.gateway))
    for (time, event) in events { log.tell(event, at: time) }
    return log
  }

  private static let timedOut: [(Double, LogEvent)] = [
    (0, .sessionEstablished(.tls, .first)), (1, .opened(.dtls)), (13, .failed(.dtls, .timedOut)),
  ]

  private static func hellos(_ times: [Double], withTLS: Bool = true) -> Scenario {
    var scene = Scenario(lasting: 60)
    if withTLS { scene.session(from: 0) }
    scene.hellos(at: times)
    return scene
  }

  @Test("a single hello is possibly unanswered, and certainly where the client's log says that it timed out")
  func raised() throws {
    let scene = Self.hellos([1])
    #expect(try #require(scene.report().finding(.handshakeUnanswered)).confidence == .possible)
    let finding = try #require(Self.clientLog(Self.timedOut).report(with: [scene]).finding(.handshakeUnanswered))
    #expect(finding.confidence == .certain)
    #expect(finding.confidenceReason == "the client's log says that DTLS timed out")
    #expect(finding.logEvidence.map(\.line) == [LogLine(log: 0, number: 3)])
    #expect(finding.frames.suffix(1) == [1001], "packets come first")
  }

  @Test("where no other channel is seen the capture may lack a direction, and it stays likely")
  func withoutTLS() throws {
    let report = Self.clientLog(Self.timedOut).report(with: [Self.hellos([1, 2, 4], withTLS: false)])
    #expect(try #require(report.finding(.handshakeUnanswered)).confidence == .likely)
  }

  @Test("what is certain already keeps its reason and gets the lines")
  func certain() throws {
    let scene = Self.hellos([1, 2, 4, 8])
    let before = try #require(scene.report().finding(.handshakeUnanswered))
    let finding = try #require(Self.clientLog(Self.timedOut).report(with: [scene]).finding(.handshakeUnanswered))
    #expect(finding.confidence == .certain)
    #expect(
      finding.confidenceReason == before.confidenceReason + "; the client's log says that DTLS timed out")
    #expect(finding.evidence.count == before.evidence.count + 1)
  }

  @Test("no line is cited twice, in any finding")
  func once() {
    let log = LogStory.openconnect()
    for finding in log.report(with: [ReconnectCycleTests.everyMinute()]).findings {
      #expect(Set(finding.evidence.map(\.source)).count == finding.evidence.count, "\(finding.rule)")
    }
  }

  @Test("another client's log says nothing of this one")
  func stranger() throws {
    // Other times between its events, so that it is not this client behind translation either, with a clock that is off.
    let log = Self.clientLog(Self.timedOut.map { ($0.0 * 3 + 20, $0.1) }, client: "198.51.100.77")
    let finding = try #require(
      log.report(with: [Self.hellos([1])]).findings(.handshakeUnanswered).first { !$0.frames.isEmpty })
    #expect(finding.confidence == .possible)
    #expect(finding.logEvidence.isEmpty)
  }

  @Test("a client that could not send agrees with the ICMP error that refused it")
  func refused() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hellos(at: [1, 2])
    scene.refuse(attempt, at: 1.02, code: 13, reporter: Scenario.router)
    let log = Self.clientLog([(0, .sessionEstablished(.tls, .first)), (1, .failed(.dtls, .sendFailed))])
    let finding = try #require(log.report(with: [scene]).finding(.handshakeRefused))
    #expect(finding.confidenceReason.hasSuffix("could not be sent on the client's own host"))
    #expect(finding.logEvidence.count == 1)
  }

  @Test("dead-peer detection makes a loss certain while the client has not begun anew")
  func lost() throws {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.silence(attempt, of: .server, lastHeard: 100, since: 100.5, until: 131, packets: 31)
    #expect(try #require(scene.report().finding(.tunnelLost)).confidence == .likely)
    let log = Self.clientLog([
      (0, .sessionEstablished(.tls, .first)), (1, .established(.dtls)), (130, .deadPeer(.dtls)),
    ])
    let finding = try #require(log.report(with: [scene]).finding(.tunnelLost))
    #expect(finding.confidence == .certain)
    #expect(finding.logEvidence.map(\.line?.number) == [2, 3])
  }

  @Test("handshakes that time out say nothing of packets that are missing")
  func otherMatter() throws {
    var scene = Scenario(lasting: 200)
    scene.capture.droppedPackets = 7
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.summary(
      attempt, from: 1, to: 190, client: PayloadTotals(packets: 160, missing: 40),
      server: PayloadTotals(packets: 200, missing: 0))
    let log = Self.clientLog([
      (0, .sessionEstablished(.tls, .first)), (1, .opened(.dtls)), (13, .failed(.dtls, .timedOut)),
    ])
    let finding = try #require(log.report(with: [scene]).finding(.packetLoss))
    #expect(finding.confidence == .possible)
    #expect(finding.logEvidence.isEmpty)
  }
}
