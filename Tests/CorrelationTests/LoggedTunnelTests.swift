import Correlation
import Families
import Logs
import Observations
import Testing

/// Tunnels of one channel, which carries control and data: their logs tell of sessions, of their ends and of new keys.
@Suite("Tunnels of one channel from logs alone")
struct LoggedTunnelTests {
  private static func log(_ format: LogFormat, _ events: [(Double, LogEvent)]) -> LogStory {
    var log = LogStory(
      format,
      subject: format.side == .client
        ? LogSubject(gateway: Scenario.gateway, gatewayPort: 1_194)
        : LogSubject(user: "alice", client: Scenario.client))
    for (second, event) in events { log.tell(event, at: second) }
    return log
  }

  private static func report(_ format: LogFormat, _ events: [(Double, LogEvent)]) -> Report {
    log(format, events).report()
  }

  // MARK: Losses

  @Test("a gateway that gives a client up has possibly lost it: a client may go without a word")
  func clientGone() throws {
    let finding = try #require(
      Self.report(.openvpnServer, [(0, .established(.openvpn)), (175, .deadPeer(.openvpn))]).finding(.tunnelLost))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .possible)
    #expect(finding.values["silent_side"] == "client")
    #expect(finding.values["established_seconds"] == .number(175))
  }

  @Test("a client that gives the gateway up, and does not come back, has lost it")
  func gatewayGone() throws {
    let report = Self.report(
      .charonInitiator,
      [
        (0, .opened(.ike)), (0, .established(.ike)), (60, .deadPeer(.ike)), (61, .opened(.ike)),
        (226, .failed(.ike, .timedOut)),
      ])
    let finding = try #require(report.finding(.tunnelLost))
    #expect(finding.severity == .error)
    #expect(finding.confidence == .likely)
    #expect(report.rules == [.tunnelLost], "that it cannot come back is the same matter")
  }

  @Test("a gateway that does not know a client any more that comes back after a loss is no trouble of its own")
  func rejectedAfterLoss() throws {
    let report = Self.report(
      .charonInitiator,
      [
        (0, .opened(.ike)), (0, .established(.ike)), (60, .deadPeer(.ike)), (61, .opened(.ike)),
        (81, .failed(.ike, .timedOut)), (91, .opened(.ike)), (92, .failed(.ike, .rejected(reason: "no"))),
      ])
    #expect(report.rules == [.tunnelLost])
  }

  @Test("an orderly end is no loss", arguments: [LogFormat.charonInitiator, .charonResponder])
  func orderly(format: LogFormat) {
    let report = Self.report(
      format, [(0, .opened(.ike)), (0, .established(.ike)), (60, .tunnelEnded(reason: nil, byClient: true))])
    #expect(report.findings.isEmpty)
    #expect(report.verdict == .undecided, "no line shows that data passes")
  }

  @Test("an IKE SA whose data passed both ways is healthy")
  func dataBothWays() {
    let report = Self.report(
      .charonInitiator,
      [
        (0, .opened(.ike)), (0, .established(.ike)), (59, .established(.esp)),
        (60, .tunnelEnded(reason: nil, byClient: true)),
      ])
    #expect(report.findings.isEmpty)
    #expect(report.verdict == .healthy)
  }

  // MARK: Reconnects

  private static func losses(every seconds: Double, _ count: Int) -> [(Double, LogEvent)] {
    (0..<count).flatMap { turn in
      let start = Double(turn) * seconds
      return [(start, LogEvent.established(.ike)), (start + 30, .deadPeer(.ike))]
    }
  }

  @Test(
    "sessions that dead-peer detection ends each minute are a cycle",
    arguments: [
      LogFormat.charonInitiator, .charonResponder,
    ])
  func cycle(format: LogFormat) throws {
    let report = Self.report(format, Self.losses(every: 60, 4))
    let finding = try #require(report.finding(.reconnectCycle))
    #expect(finding.severity == .error)
    #expect(finding.values["sessions"] == 4)
    #expect(finding.values["median_seconds"] == .number(60))
    #expect(report.finding(.tunnelLost) != nil)
  }

  @Test("sessions that replace each other, each before it was given up, are a cycle")
  func replaced() throws {
    let report = Self.report(
      .openvpnServer,
      (0..<5).map { turn in
        (Double(turn) * 21, turn == 0 ? .established(.openvpn) : .sessionEstablished(.openvpn, .replacing))
      })
    #expect(report.rules == [.reconnectCycle])
    #expect(try #require(report.finding(.reconnectCycle)).confidence == .certain)
  }

  @Test(
    "sessions that are taken down in an orderly way and set up again, however regularly, are none",
    arguments: [
      true, false,
    ])
  func renewedByNewSession(byClient: Bool) {
    let events = (0..<6).flatMap { turn -> [(Double, LogEvent)] in
      let start = Double(turn) * 600
      return [
        (start, .opened(.ike)), (start, .established(.ike)),
        (start + 599, .tunnelEnded(reason: nil, byClient: byClient)),
      ]
    }
    #expect(Self.report(byClient ? .charonInitiator : .charonResponder, events).findings.isEmpty)
  }

  @Test("a person who starts the client again is no reconnect")
  func restarted() {
    let report = Self.report(
      .openvpnServer,
      [
        (0, .established(.openvpn)), (47, .sessionEstablished(.openvpn, .replacing)),
        (300, .sessionEstablished(.openvpn, .replacing)),
      ])
    #expect(report.findings.isEmpty)
  }

  // MARK: New keys

  @Test(
    "new keys that are not agreed on are found, surer the more often it is said",
    arguments: [(1, Confidence.possible), (2, .likely)])
  func noKeys(times: Int, confidence: Confidence) throws {
    let report = Self.report(
      .openvpnClient,
      [(0, .opened(.openvpn)), (0, .established(.openvpn))]
        + (0..<times).map { (3_660 + Double($0) * 60, .failed(.openvpn, .renewalTimedOut)) }
        + [
          (3_800, .ended(.openvpn, reason: "no new keys were agreed on")), (3_801, .opened(.openvpn)),
          (3_861, .failed(.openvpn, .timedOut)),
        ])
    let finding = try #require(report.finding(.rekeyFailed))
    #expect(report.rules == [.rekeyFailed])
    #expect(finding.confidence == confidence)
    #expect(finding.severity == .error)
    #expect(finding.values["attempts"] == .integer(times))
  }

  @Test("new keys that fail because the peer is gone are the loss of the peer")
  func noKeysOfDeadPeer() {
    let report = Self.report(
      .openvpnClient,
      [(0, .established(.openvpn)), (3_660, .failed(.openvpn, .renewalTimedOut)), (3_700, .deadPeer(.openvpn))])
    #expect(report.rules == [.tunnelLost])
  }

  // MARK: Data

  private static func shortLives(_ seconds: [Double], announced: Int?) -> [(Double, LogEvent)] {
    seconds.enumerated().flatMap { turn, life -> [(Double, LogEvent)] in
      let start = Double(turn) * 100
      return (announced.map { [(start, .negotiated(.timers(.openvpn, ChannelTimers(deadPeerDetection: $0))))] } ?? [])
        + [(start, .established(.openvpn)), (start + life, .deadPeer(.openvpn))]
    }
  }

  @Test("sessions that each die as early as one can that hears nothing carry no data")
  func dataBlocked() throws {
    let report = Self.report(.openvpnClient, Self.shortLives([20, 21, 20], announced: 20))
    let finding = try #require(report.finding(.dataBlocked))
    #expect(finding.confidence == .likely)
    #expect(finding.values["attempts"] == 3)
    #expect(report.finding(.tunnelLost) == nil)
  }

  @Test("one such session, one that lived longer, and an unknown time are losses")
  func dataPassed() {
    for events in [
      Self.shortLives([20], announced: 20), Self.shortLives([20, 45], announced: 20),
      Self.shortLives([20, 21], announced: nil),
    ] {
      let report = Self.report(.openvpnClient, events)
      #expect(report.finding(.dataBlocked) == nil)
      #expect(report.finding(.tunnelLost) != nil)
    }
  }

  @Test("a request of a session that comes again although it was answered shows which direction is dead")
  func oneWay() throws {
    let report = Self.report(
      .charonResponder,
      [(0, .opened(.ike)), (0, .established(.ike))] + (0..<3).map { (60 + Double($0), .failed(.ike, .repeated)) })
    let finding = try #require(report.finding(.tunnelOneWay))
    #expect(finding.values["dead_direction"] == "gateway to client")
    #expect(finding.severity == .error)
  }

  // MARK: Handshakes

  @Test(
    "what the gateway says no to is rejected, with its reason",
    arguments: [
      LogFormat.charonInitiator, .charonResponder,
    ])
  func rejected(format: LogFormat) throws {
    let report = Self.report(
      format, [(0, .opened(.ike)), (0, .failed(.ike, .rejected(reason: "NO_PROPOSAL_CHOSEN")))])
    let finding = try #require(report.finding(.handshakeRejected))
    #expect(report.rules == [.handshakeRejected])
    #expect(finding.values["reason"] == "NO_PROPOSAL_CHOSEN")
    #expect(finding.severity == .error)
  }

  @Test("a gateway that says why it drops openings makes it certain that they are not answered")
  func ignored() throws {
    let report = Self.report(
      .openvpnServer, [(0, .opened(.openvpn)), (0, .failed(.openvpn, .ignored(reason: "the keys differ")))])
    let finding = try #require(report.finding(.handshakeUnanswered))
    #expect(finding.confidence == .certain)
    #expect(finding.values["reason"] == "the keys differ")
  }

  @Test("a session that the client disowns as soon as it is up never was one")
  func disowned() throws {
    let report = Self.report(
      .charonResponder,
      [(0, .opened(.ike)), (0, .established(.ike)), (0, .disowned(.ike, reason: "AUTHENTICATION_FAILED"))])
    #expect(report.rules == [.handshakeFailed])
    #expect(try #require(report.finding(.handshakeFailed)).values["reason"] == "AUTHENTICATION_FAILED")
  }

  @Test("a session that is of no use by the writer's own settings could not be set up")
  func unusable() throws {
    let report = Self.report(
      .openvpnClient,
      [
        (0, .opened(.openvpn)), (0, .established(.openvpn)),
        (30, .unusable(.openvpn, reason: "the compression settings differ")),
      ])
    #expect(report.rules == [.setupFailed])
    #expect(try #require(report.finding(.setupFailed)).values["reason"] == "the compression settings differ")
  }

  @Test("a gateway to which nobody gets through shows handshakes that stall")
  func repeated() throws {
    let report = Self.report(
      .wireguardResponder, [(0, .opened(.wireguard))] + (1...3).map { (Double($0) * 5, .failed(.wireguard, .repeated)) }
    )
    #expect(report.rules == [.handshakeStalled])
  }

  @Test("new keys that the other side refuses are found, with the reason; a session that is lost for good hides them")
  func refusedKeys() throws {
    let refused = LogEvent.failed(.ike, .renewalRejected(reason: "NO_PROPOSAL_CHOSEN"))
    let report = Self.report(
      .charonInitiator, [(0, .opened(.ike)), (0, .established(.ike)), (3_000, refused), (3_012, refused)])
    let finding = try #require(report.finding(.rekeyFailed))
    #expect(report.rules == [.rekeyFailed])
    #expect(finding.severity == .error)
    #expect(finding.values["attempts"] == .integer(2))
    #expect(finding.values["reason"] == .text("NO_PROPOSAL_CHOSEN"))
    #expect(
      Self.report(.charonInitiator, [(0, .established(.ike)), (3_000, refused), (3_100, .deadPeer(.ike))]).rules
        == [.tunnelLost])
  }
}
