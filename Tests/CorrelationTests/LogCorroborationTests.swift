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

  /// What a firewall says of packets to a port of the gateway that it dropped, without times.
  private static func drops(_ count: Int, to port: UInt16 = 443, _ transport: TransportProtocol = .udp) -> LogStory {
    var log = LogStory(.asaCommands, hasZone: false, subject: LogSubject(device: "fw"))
    for number in 0..<count {
      log.tell(
        .packetDropped(
          DroppedPacket(
            isToDevice: false, transport: transport, source: Endpoint(Scenario.client, UInt16(50_000 + number)),
            destination: Endpoint(Scenario.gateway, port), byAccessList: true, reason: "acl-drop")))
    }
    return log
  }

  @Test("openings without an answer that a firewall says it dropped are certain, with its reason")
  func droppedOpenings() throws {
    let finding = try #require(Self.drops(1).report(with: [Self.hellos([1])]).finding(.handshakeUnanswered))
    #expect(finding.confidence == .certain)
    #expect(finding.explanation.contains("dropped 1 packet of the client to DTLS on UDP 443: acl-drop"))
    #expect(!finding.explanation.contains("dropped silently on the way"))
    #expect(finding.logEvidence.map(\.line) == [LogLine(log: 0, number: 1)])
  }

  @Test("what a firewall drops to another port or over another transport says nothing of a channel")
  func droppedElsewhere() throws {
    for log in [Self.drops(5, to: 444), Self.drops(5, .tcp)] {
      let finding = try #require(log.report(with: [Self.hellos([1])]).finding(.handshakeUnanswered))
      #expect(finding.confidence == .possible && !finding.explanation.contains("firewall, on the way"))
    }
  }

  /// The host that captured drops packets of the client to a port, at these seconds.
  private static func dropping(_ scene: Scenario, at times: [Double], to port: UInt16 = 443) -> Scenario {
    var scene = scene
    for time in times {
      scene.tell(
        .packetDropped(
          DroppedPacket(
            isToDevice: false, transport: .udp, source: Endpoint(Scenario.client, 50_000),
            destination: Endpoint(Scenario.gateway, port), byAccessList: false, reason: "XDP_DROP")), at: time)
    }
    return scene
  }

  @Test("openings that the capturing host dropped go unanswered because of that, and the answer says so")
  func droppedByHost() throws {
    let report = Self.dropping(Self.hellos([1, 2, 4]), at: [1, 2, 4]).report()
    let finding = try #require(report.finding(.handshakeUnanswered))
    #expect(finding.confidence == .certain)
    #expect(finding.headline.contains("drops it (XDP_DROP)"))
    #expect(finding.explanation.contains("dropped 3 packets of DTLS on UDP 443 itself: XDP_DROP"))
    #expect(!finding.explanation.contains("dropped silently on the way"))
    #expect(finding.remedies.first?.contains("UDP 443") == true)
  }

  @Test("what the capturing host dropped of another port, or at another time, explains nothing")
  func droppedByHostElsewhere() throws {
    for scene in [
      Self.dropping(Self.hellos([1, 2, 4]), at: [1, 2], to: 444), Self.dropping(Self.hellos([1, 2, 4]), at: [40]),
    ] {
      let finding = try #require(scene.report().finding(.handshakeUnanswered))
      #expect(!finding.headline.contains("XDP_DROP") && !finding.explanation.contains("itself"))
    }
  }

  @Test("what the capturing host drops of a healthy tunnel is no finding")
  func droppedByHostOfHealthy() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    scene.establish(scene.hello(at: 1), at: 1.1)
    #expect(Self.dropping(scene, at: [2, 3, 4, 5]).report().findings.isEmpty)
  }

  @Test("what a firewall drops of a healthy tunnel is no finding")
  func droppedOfHealthy() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    scene.establish(scene.hello(at: 1), at: 1.1)
    #expect(Self.drops(5).report(with: [scene]).findings.allSatisfy { $0.severity == .note })
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
    #expect(finding.confidenceReason.hasSuffix("could not be sent: the client's system got an error"))
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
    #expect(finding.logEvidence.map { $0.line?.number } == [2, 3])
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

  // MARK: Causes that only a side knows

  private static func gatewayLog(_ cause: HandshakeFailure.Cause, at seconds: [Double]) -> LogStory {
    var log = LogStory(.wireguardResponder, hasZone: true, subject: LogSubject(client: Scenario.client))
    for second in seconds {
      log.tell(.opened(.wireguard), at: second)
      log.tell(.failed(.wireguard, cause), at: second)
    }
    return log
  }

  @Test("why a handshake was rejected is said in the gateway's own words, with what to do about that")
  func namedCause() throws {
    var scene = Scenario(lasting: 60)
    let attempt = scene.initiation(at: 1)
    scene.reject(attempt, by: .server, "NO_PROPOSAL_CHOSEN", at: 1.05)
    let words = "NO_PROPOSAL_CHOSEN: offered AES_CBC_256, configured AES_GCM_16_256"
    let finding = try #require(
      Self.gatewayLog(.rejected(reason: words), at: [1]).report(with: [scene]).finding(.handshakeRejected))
    #expect(finding.values["reason"] == .text(words))
    #expect(finding.headline.hasSuffix("(NO_PROPOSAL_CHOSEN): offered AES_CBC_256, configured AES_GCM_16_256"))
    #expect(finding.explanation.hasSuffix("According to the gateway's log: \(words)."))
    #expect(!finding.logEvidence.isEmpty)
  }

  @Test("a gateway that says why it drops openings makes it certain that they are not answered")
  func namedSilence() throws {
    var scene = Scenario(lasting: 60)
    scene.initiation(scene.initiation(at: 1), at: 6)
    #expect(try #require(scene.peerReport().finding(.handshakeUnanswered)).confidence == .likely)
    let finding = try #require(
      Self.gatewayLog(.ignored(reason: "an unknown key"), at: [1]).report(with: [scene]).finding(.handshakeUnanswered))
    #expect(finding.confidence == .certain)
    #expect(finding.values["reason"] == "an unknown key")
  }

  @Test("a cause that no side tells leaves the finding its own words")
  func noCause() throws {
    var scene = Scenario(lasting: 60)
    let attempt = scene.initiation(at: 1)
    scene.reject(attempt, by: .server, "NO_PROPOSAL_CHOSEN", at: 1.05)
    let finding = try #require(
      Self.gatewayLog(.rejected(reason: nil), at: [1]).report(with: [scene]).finding(.handshakeRejected))
    #expect(finding.values["reason"] == "NO_PROPOSAL_CHOSEN")
    #expect(finding.headline == scene.peerReport().finding(.handshakeRejected)?.headline)
  }
}
