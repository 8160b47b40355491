import Correlation
import Logs
import Observations
import Testing

@Suite("Findings from logs alone")
struct LogFindingsTests {
  private static func log(_ format: LogFormat, _ events: [(Double, LogEvent)]) -> LogStory {
    var log = LogStory(
      format,
      subject: format.side == .client
        ? LogSubject(gateway: Scenario.gateway, gatewayPort: 443, innerAddress: "10.20.0.50")
        : LogSubject(user: "alice", client: Scenario.client, innerAddress: "10.20.0.50"))
    for (time, event) in events { log.tell(event, at: time) }
    return log
  }

  // MARK: Silence

  @Test("a healthy session, with DTLS, tells nothing", arguments: [LogFormat.openconnect, .asaSyslog])
  func healthy(format: LogFormat) {
    let report = Self.log(
      format,
      [
        (0, .sessionEstablished(.tls, .first)), (1, .established(.tls)), (1, .established(.dtls)),
        (3_600, .tunnelEnded(reason: "User Requested", byClient: true)),
      ]
    ).report()
    #expect(report.findings.isEmpty)
    #expect(report.tunnels.first?.dtls.outcome == .established)
  }

  @Test("a login that the gateway does not accept is why there is no tunnel, unless a later one succeeds")
  func login() throws {
    let refused: [(Double, LogEvent)] = [(0, .failed(.tls, .login)), (20, .failed(.tls, .login))]
    let finding = try #require(Self.log(.openconnect, refused).report().finding(.handshakeFailed))
    #expect(finding.title == "The login over TLS fails")
    #expect(finding.severity == .error)
    #expect(finding.confidence == .certain)
    #expect(finding.remedies.first?.contains("password") == true)
    let accepted = refused + [(40, .sessionEstablished(.tls, .first)), (41, .established(.tls))]
    #expect(Self.log(.openconnect, accepted).report().findings.isEmpty)
  }

  @Test("a person who ends the client and logs in again is no reconnect")
  func restarted() {
    let report = Self.log(
      .ocserv,
      [
        (0, .sessionEstablished(.tls, .unknown)), (50, .tunnelEnded(reason: "user disconnected", byClient: true)),
        (53, .sessionEstablished(.tls, .unknown)), (110, .tunnelEnded(reason: "user disconnected", byClient: true)),
        (113, .sessionEstablished(.tls, .unknown)),
      ]
    ).report()
    #expect(report.findings.isEmpty)
  }

  @Test("two reconnects in a day of a tunnel that is well are of no interest")
  func roaming() {
    let report = Self.log(
      .asaSyslog,
      [
        (0, .sessionEstablished(.tls, .first)), (1, .established(.dtls)),
        (9_000, .sessionEstablished(.tls, .replacing)),
        (9_001, .established(.dtls)), (30_000, .sessionEstablished(.tls, .replacing)),
        (30_001, .established(.dtls)),
      ]
    ).report()
    #expect(report.findings.isEmpty)
  }

  @Test("new keys by new tunnels every half hour are a note at most")
  func rekey() {
    let report = Self.log(
      .asaSyslog,
      (0..<6).flatMap { turn -> [(Double, LogEvent)] in
        [
          (Double(turn) * 1_800, .sessionEstablished(.tls, turn == 0 ? .first : .replacing)),
          (Double(turn) * 1_800 + 1, .established(.dtls)),
        ]
      }
    ).report()
    #expect(report.problemRules.isEmpty)
  }

  // MARK: DTLS

  @Test("a client's log alone says that DTLS possibly goes unanswered")
  func timedOut() throws {
    let finding = try #require(
      Self.log(.openconnect, [(0, .sessionEstablished(.tls, .first)), (12, .failed(.dtls, .timedOut))]).report()
        .finding(.handshakeUnanswered))
    #expect(finding.confidence == .possible)
    #expect(finding.frames.isEmpty && !finding.logEvidence.isEmpty)
  }

  @Test("a day of handshakes that time out is counted whole, though not all of its lines are kept")
  func timedOutAllDay() throws {
    let report = LogStory.openconnect(sessions: 1_440).report()
    #expect(try #require(report.finding(.handshakeUnanswered)).values["attempts"] == 1_440)
    #expect(try #require(report.finding(.reconnectCycle)).values["sessions"] == 1_440)
  }

  @Test("a handshake that times out once beside DTLS that works is nothing")
  func timedOutOnce() {
    let report = Self.log(
      .openconnect,
      [(0, .sessionEstablished(.tls, .first)), (12, .failed(.dtls, .timedOut)), (72, .established(.dtls))]
    ).report()
    #expect(report.findings.isEmpty)
  }

  @Test("a gateway's log beside it that shows sessions and no handshake makes it likely")
  func withGateway() throws {
    let client = LogStory.openconnect(index: 0)
    var gateway = LogStory(
      .ocserv, index: 1, subject: LogSubject(user: "alice", client: Scenario.client, innerAddress: "10.20.0.50"))
    for turn in 0..<4 { gateway.tell(.sessionEstablished(.tls, turn == 0 ? .first : .replacing)) }
    let report = LogStory.report([client, gateway])
    #expect(report.tunnels.count == 1)
    #expect(try #require(report.finding(.handshakeUnanswered)).confidence == .likely)
    #expect(try #require(report.finding(.reconnectCycle)).confidence == .certain)
  }

  @Test("a gateway's log that shows the handshake makes it one that stalls")
  func stalled() throws {
    let client = LogStory.openconnect(index: 0)
    var gateway = LogStory(
      .ocserv, index: 1, subject: LogSubject(user: "alice", client: Scenario.client, innerAddress: "10.20.0.50"))
    gateway.tell(.sessionEstablished(.tls, .first))
    gateway.tell(.opened(.dtls))
    let report = LogStory.report([client, gateway])
    #expect(report.findings(.handshakeUnanswered).isEmpty)
    #expect(try #require(report.finding(.handshakeStalled)).confidence == .likely)
  }

  @Test("what is established and dead at once, again and again, never was")
  func deadAtOnce() {
    let events: [(Double, LogEvent)] = [
      (0, .sessionEstablished(.tls, .first)), (1, .established(.dtls)), (41, .deadPeer(.dtls)),
      (41, .established(.dtls)), (86, .deadPeer(.dtls)), (86, .established(.dtls)),
    ]
    #expect(Self.log(.openconnect, events).report().rules == [.handshakeStalled])
  }

  @Test("DTLS that worked for a while and whose peer is dead was lost")
  func lost() throws {
    let report = Self.log(
      .openconnect,
      [
        (0, .sessionEstablished(.tls, .first)), (1, .established(.dtls)), (110, .deadPeer(.dtls)),
        (122, .failed(.dtls, .timedOut)),
      ]
    ).report()
    let finding = try #require(report.finding(.tunnelLost))
    #expect(report.rules == [.tunnelLost])
    #expect(finding.confidence == .likely)
    #expect(finding.values["established_seconds"] == .number(109))
    #expect(finding.values["silent_side"] == "gateway")
  }

  @Test("channels that die in the same moment are a peer that is gone, not a blocked port")
  func peerDead() throws {
    let report = Self.log(
      .openconnect,
      [
        (0, .sessionEstablished(.tls, .first)), (0, .established(.tls)), (1, .established(.dtls)),
        (110, .deadPeer(.dtls)), (112, .deadPeer(.tls)),
      ]
    ).report()
    let finding = try #require(report.finding(.peerDead))
    #expect(report.rules == [.peerDead])
    #expect(finding.severity == .error)
    #expect(finding.values == ["silent_side": "gateway", "channels": 2])
  }

  @Test("channels that die minutes apart, or of which one lives on, are no dead peer")
  func notTogether() {
    for events: [(Double, LogEvent)] in [
      [(110, .deadPeer(.dtls)), (400, .deadPeer(.tls))], [(110, .deadPeer(.dtls))],
    ] {
      let report = Self.log(
        .openconnect,
        [(0, .sessionEstablished(.tls, .first)), (0, .established(.tls)), (1, .established(.dtls))] + events
      ).report()
      #expect(report.findings(.peerDead).isEmpty)
      #expect(!report.findings(.tunnelLost).isEmpty)
    }
  }

  @Test("a client that could not even send says that DTLS is possibly refused, and no ICMP type")
  func refused() throws {
    let report = Self.log(.openconnect, [(0, .sessionEstablished(.tls, .first)), (0, .failed(.dtls, .sendFailed))])
      .report()
    let finding = try #require(report.finding(.handshakeRefused))
    #expect(finding.confidence == .possible)
    #expect(finding.values["icmp_type"] == nil)
  }

  // MARK: Sizes

  @Test("a few large packets without a reconnect are a note")
  func largePackets() throws {
    let report = Self.log(
      .asaSyslog,
      [
        (0, .sessionEstablished(.tls, .first)), (1, .established(.dtls)),
        (500, .largePacket(LargePacket(towardsClient: true, size: 1_418, threshold: 1_347))),
      ]
    ).report()
    let finding = try #require(report.finding(.oversizedDF))
    #expect(finding.severity == .note)
    #expect(finding.values["mtu"] == 1347 && finding.values["largest"] == 1418 && finding.values["packets"] == 1)
    #expect(report.problemRules.isEmpty)
  }

  @Test("large packets, no DTLS and a reconnect a minute after connecting are the note's chain")
  func chain() throws {
    let report = Self.log(
      .asaSyslog,
      [
        (0, .sessionEstablished(.tls, .first)),
        (20, .largePacket(LargePacket(towardsClient: true, size: 1_418, threshold: 1_347))),
        (60, .sessionEstablished(.tls, .replacing)),
      ]
    ).report()
    let finding = try #require(report.finding(.mtuReconnect))
    #expect(finding.confidence == .likely)
    #expect(finding.values["adapter_mtu"] == 1418 && finding.values["tunnel_mtu"] == 1347)
    #expect(report.problemRules == [.mtuReconnect, .oversizedDF, .sessionReconnects])
  }

  @Test("the same with DTLS up in between is not", arguments: [60.0, 400])
  func noChain(reconnect: Double) {
    let report = Self.log(
      .asaSyslog,
      [
        (0, .sessionEstablished(.tls, .first)), (1, .established(.dtls)),
        (20, .largePacket(LargePacket(towardsClient: true, size: 1_418, threshold: 1_347))),
        (reconnect, .sessionEstablished(.tls, .replacing)), (reconnect + 1, .established(.dtls)),
      ]
    ).report()
    #expect(report.problemRules.isEmpty)
  }

  @Test("reason code 16 proves it, in a client's log alone; other reasons do not")
  func reasonCode() throws {
    let proven = Self.log(
      .dart,
      [
        (0, .statement(.reconfigured(reasonCode: 16, text: "New MTU configuration."))), (1, .reconnecting(nil)),
        (1, .statement(.adapterMTUApplied)),
      ])
    #expect(try #require(proven.report().finding(.mtuReconnect)).confidence == .certain)
    let other = Self.log(
      .dart, [(0, .statement(.reconfigured(reasonCode: 15, text: "Other"))), (1, .reconnecting(nil))])
    #expect(other.report().findings.isEmpty)
  }

  // MARK: Many

  @Test("of many users only those who reconnect every minute are named")
  func many() {
    var log = LogStory(.asaSyslog)
    for turn in 0..<30 {
      for user in 0..<60 {
        let subject = LogSubject(user: "user\(user)", client: IPAddress(v4: 0xC633_6400 + UInt32(user)))
        let affected = user < 8
        if turn == 0 || affected {
          log.tell(
            .sessionEstablished(.tls, turn == 0 ? .first : .replacing), at: Double(turn) * 60 + Double(user) / 4,
            of: subject)
        }
        if turn == 0, !affected { log.tell(.established(.dtls), at: 1 + Double(user) / 4, of: subject) }
        if turn % 7 == 0 || affected {
          log.tell(
            .largePacket(LargePacket(towardsClient: true, size: 1_418, threshold: 1_347)),
            at: Double(turn) * 60 + 20 + Double(user) / 4, of: subject)
        }
      }
    }
    let report = log.report()
    let named = Set(report.findings.filter { $0.severity != .note }.compactMap(\.tunnel))
    let users = report.tunnels.filter { named.contains($0.id) }.flatMap(\.users)
    #expect(Set(users) == Set((0..<8).map { "user\($0)" }))
    #expect(report.findings(.mtuReconnect).count == 8)
    #expect(report.findings(.oversizedDF).filter { $0.severity == .note }.count == 1, "told together")
  }
}
