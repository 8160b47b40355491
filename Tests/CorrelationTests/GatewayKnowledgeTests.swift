import Correlation
import Logs
import Observations
import Testing

/// What the gateway says of its ports and sizes, with captures and without.
@Suite("port-mismatch and config-risk from the gateway's own word")
struct GatewayKnowledgeTests {
  private static func commands(_ events: LogEvent...) -> LogStory {
    var log = LogStory(.asaCommands, index: 5)
    // One listing a command, as far apart as prompts make them.
    for (number, event) in events.enumerated() { log.tell(event, on: 1 + number * 10) }
    return log
  }

  private static func table(dtls: UInt16?, tls: UInt16 = 444) -> LogEvent {
    .statement(
      .listeningSockets(
        [ListeningSocket(channel: .tls, address: "172.16.11.1", port: tls)]
          + (dtls.map { [ListeningSocket(channel: .dtls, address: "172.16.11.1", port: $0)] } ?? [])))
  }

  private static let configuration = LogEvent.statement(
    .webVPN(WebVPNConfiguration(tlsPort: 444, dtlsPort: 444, interfaces: ["outside"], isAnyConnectEnabled: true)))

  private static let usualPorts = LogEvent.statement(.webVPN(WebVPNConfiguration(interfaces: ["outside"])))

  /// Hellos to UDP 444 that nobody answers.
  private static func unanswered(port: UInt16 = 444) -> Scenario {
    var scene = Scenario(lasting: 120)
    scene.session(from: 0)
    scene.hellos(at: [1, 2, 4, 8], port: port)
    return scene
  }

  @Test("the socket table proves the mismatch and names the port and the commands, in order")
  func proven() throws {
    let report = Self.commands(Self.configuration, Self.table(dtls: 443)).report(with: [Self.unanswered()])
    let finding = try #require(report.finding(.portMismatch))
    #expect(finding.confidence == .certain)
    #expect(finding.values["dtls_port"] == 444)
    #expect(finding.values["listening_port"] == 443)
    let remedy = try #require(finding.remedies.first)
    #expect(remedy.contains("`webvpn`, then `no enable outside`, then `dtls port 444`, then `enable outside`"))
    #expect(finding.logEvidence.contains { $0.line == LogLine(log: 5, number: 11) })
    #expect(!finding.frames.isEmpty, "and the hellos that fail")
    #expect(report.findings(.configRisk).isEmpty)
  }

  @Test("a table that lists the port speaks against the mismatch, and the finding says so")
  func contradicted() throws {
    let report = Self.commands(Self.configuration, Self.table(dtls: 444)).report(with: [Self.unanswered()])
    let finding = try #require(report.finding(.portMismatch))
    #expect(finding.confidence == .possible)
    #expect(finding.confidenceReason.contains("contradicts it"))
    #expect(finding.values["listening_port"] == nil)
  }

  @Test("hellos to the port the gateway listens on are no matter of ports")
  func samePort() {
    let log = Self.commands(Self.usualPorts, Self.table(dtls: 443, tls: 443))
    #expect(log.report(with: [Self.unanswered(port: 443)]).findings(.portMismatch).isEmpty)
  }

  @Test("the latest of several tables holds")
  func latest() throws {
    let mended = Self.commands(Self.configuration, Self.table(dtls: 443), Self.table(dtls: 444)).report()
    #expect(mended.findings.isEmpty)
    let broken = Self.commands(Self.table(dtls: 444), Self.configuration, Self.table(dtls: 443)).report()
    #expect(broken.rules == [.portMismatch])
  }

  @Test("configuration and table alone prove it, without any tunnel")
  func configurationAlone() throws {
    let finding = try #require(
      Self.commands(Self.configuration, Self.table(dtls: 443)).report().finding(.portMismatch))
    #expect(finding.tunnel == nil)
    #expect(finding.confidence == .certain)
    #expect(finding.start == nil)
    #expect(finding.values == ["tls_port": 444, "dtls_port": 444, "port": 444, "listening_port": 443])
  }

  @Test("a port of its own without any table is a risk, with the default port it is none")
  func portRisk() throws {
    let finding = try #require(Self.commands(Self.configuration).report().finding(.configRisk))
    #expect(finding.severity == .note)
    #expect(finding.values == ["dtls_port": 444])
    #expect(Self.commands(Self.usualPorts).report().findings.isEmpty)
    #expect(Self.commands(Self.configuration, Self.table(dtls: 444)).report().findings.isEmpty)
  }

  @Test("hellos that the gateway discarded prove that nothing listens")
  func discarded() throws {
    var log = LogStory(.asaSyslog, subject: LogSubject(client: Scenario.client))
    for second in [1.0, 2, 4] {
      log.tell(
        .packetDropped(
          DroppedPacket(
            isToDevice: true, transport: .udp, source: Endpoint(Scenario.client, 40_002),
            destination: Endpoint(Scenario.gateway, 444),
            byAccessList: false)), at: second)
    }
    let report = log.report(with: [Self.unanswered()], zone: 0)
    #expect(try #require(report.finding(.portMismatch)).confidence == .certain)
    let unanswered = try #require(report.finding(.handshakeUnanswered))
    #expect(unanswered.explanation.contains("nothing listens on that port"))
    #expect(!unanswered.explanation.contains("dropped silently on the way"), "what the log says leaves nothing open")
    #expect(unanswered.logEvidence.count == 3)
  }

  // MARK: Sizes

  private static func policy(
    mtu: Int? = nil, ignoresDontFragment: Bool? = nil, isDTLSEnabled: Bool? = nil
  ) -> LogEvent {
    .statement(
      .groupPolicy(
        GroupPolicyConfiguration(
          name: "ac_policy", mtu: mtu, ignoresDontFragment: ignoresDontFragment, isDTLSEnabled: isDTLSEnabled)))
  }

  @Test("an MTU above what TLS takes is a risk")
  func mtuRisk() throws {
    let finding = try #require(
      Self.commands(Self.policy(mtu: 1_418), .statement(.tcpMSSLimit(1_380))).report().finding(.configRisk))
    #expect(finding.values["mtu"] == 1418)
    #expect(finding.values["tls_mtu"] == 1350)
    #expect(finding.values["tcpmss"] == 1380)
    #expect(finding.values["group_policy"] == "ac_policy")
    #expect(finding.severity == .note)
  }

  @Test("the gateway's own computation gives the exact number")
  func computed() throws {
    let debug = LogEvent.negotiated(.mtu(TunnelMTUAnnouncement(tls: 1_347, dtls: 1_418, tcpMSS: 1_380)))
    let finding = try #require(Self.commands(debug).report().finding(.configRisk))
    #expect(finding.values["mtu"] == 1418)
    #expect(finding.values["tls_mtu"] == 1347)
  }

  @Test(
    "what fits, is fragmented or has no DTLS is no risk of size",
    arguments: [
      [policy(mtu: 1_300), .statement(.tcpMSSLimit(1_380))], [policy(mtu: 1_418), .statement(.tcpMSSLimit(1_460))],
      [policy(mtu: 1_418, ignoresDontFragment: true), .statement(.tcpMSSLimit(1_380))], [policy()],
    ])
  func noRisk(events: [LogEvent]) {
    var log = LogStory(.asaCommands)
    for event in events { log.tell(event) }
    #expect(log.report().findings.isEmpty)
  }

  /// Tunnels to two gateways with cipher suites of their own, at one capture point.
  private static let twoGateways: Scenario = {
    var scene = Scenario(lasting: 120)
    scene.session(from: 0, suite: 0x0005, version: .tls10)
    scene.gateway = "203.0.113.21"
    scene.session(from: 1, suite: 0x002F, version: .tls12)
    return scene
  }()

  private static func risk(of address: IPAddress?) throws -> Finding {
    let sockets = [ListeningSocket(channel: .dtls, address: address, port: 443)]
    let log = commands(
      .statement(.listeningSockets(sockets)), policy(mtu: 1_418), .statement(.tcpMSSLimit(1_380)))
    return try #require(log.report(with: [twoGateways]).finding(.configRisk))
  }

  @Test(
    "with two gateways the cipher suite of the tunnels to the one that speaks decides its TLS MTU",
    arguments: [(IPAddress("203.0.113.20"), 1347), (IPAddress("203.0.113.21"), 1315)])
  func ownCipher(address: IPAddress?, mtu: Int) throws {
    #expect(try Self.risk(of: address).values["tls_mtu"] == .integer(mtu))
  }

  @Test("where it is not known which of two gateways speaks, no tunnel's suite is taken")
  func unknownGateway() throws {
    #expect(try Self.risk(of: nil).values["tls_mtu"] == 1350)
  }

  @Test("DTLS that a group policy disables is told")
  func disabled() throws {
    let finding = try #require(Self.commands(Self.policy(isDTLSEnabled: false)).report().finding(.configRisk))
    #expect(finding.values == ["group_policy": "ac_policy", "dtls_enabled": .boolean(false)])
  }

  // MARK: Certainty for captures

  @Test("reason code 16 makes the whole chain certain, and the inferred link proven")
  func reasonCode() throws {
    var log = LogStory(.dart, subject: LogSubject(gateway: Scenario.gateway))
    for turn in 1..<4 {
      log.tell(.statement(.reconfigured(reasonCode: 16, text: "New MTU configuration.")), at: Double(turn) * 60)
    }
    // The client's log names nobody; the inner address ties it to the gateway's word, and that the client's address.
    var gateway = LogStory(
      .asaSyslog, index: 1, subject: LogSubject(user: "vpn", client: Scenario.client, innerAddress: "10.9.9.9"))
    gateway.tell(.negotiated(.innerAddress), at: 0)
    log.subject.innerAddress = "10.9.9.9"
    log.tell(.statement(.reconfigured(reasonCode: 16, text: "")), at: 240)
    let scene = ReconnectCycleTests.everyMinute()
    #expect(scene.report().finding(.mtuReconnect)?.confidence == .likely)
    let finding = try #require(LogStory.report([log, gateway], with: [scene]).finding(.mtuReconnect))
    #expect(finding.confidence == .certain)
    #expect(finding.explanation.contains("reason code 16"))
  }

  @Test("722036 gives a captured tunnel its threshold")
  func threshold() throws {
    var log = LogStory(.asaSyslog, subject: LogSubject(user: "vpn", client: Scenario.client))
    log.tell(.sessionEstablished(.tls, .first), at: 0)
    for second in 10..<13 {
      log.tell(.largePacket(LargePacket(towardsClient: true, size: 1_418, threshold: 1_347)), at: Double(second))
    }
    let finding = try #require(log.report(with: [ReconnectCycleTests.everyMinute()]).finding(.oversizedDF))
    #expect(finding.severity == .warning)
    #expect(finding.values["mtu"] == 1347)
    #expect(finding.values["packets"] == 3)
  }

  @Test("confidence is never lowered by what a log leaves out")
  func neverLower() throws {
    var log = LogStory(.asaSyslog, subject: LogSubject(user: "vpn", client: Scenario.client))
    log.tell(.sessionEstablished(.tls, .first), at: 0)
    let scene = ReconnectCycleTests.everyMinute()
    let (without, with) = (scene.report(), log.report(with: [scene]))
    #expect(without.rules == with.rules)
    for (a, b) in zip(without.findings, with.findings) { #expect(b.confidence >= a.confidence) }
  }
}
