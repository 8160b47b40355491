import Correlation
import Observations
import Testing

@testable import Logs

/// Verdicts that only a side's own words give.
@Suite("Reasons that logs give")
struct LoggedReasonsTests {
  private static func log(_ format: LogFormat, _ events: [(Double, LogEvent)]) -> LogStory {
    var log = LogStory(
      format, subject: format.side == .server ? LogStory.vpn : LogSubject(gateway: Scenario.gateway, gatewayPort: 443))
    for (second, event) in events { log.tell(event, at: second) }
    return log
  }

  private static let up: (Double, LogEvent) = (0, .sessionEstablished(.tls, .first))

  @Test("a user who has logged in and gets no session is no scanner, and has no trouble once there is one")
  func refusedUser() {
    func report(isLoggedIn: Bool, hasSession: Bool = false) -> Report {
      var log = LogStory(.ocserv, subject: LogStory.vpn)
      // One line says both.
      if isLoggedIn { log.tell(.completed(.tls), at: 0, on: 1) }
      log.tell(.failed(.tls, .rejected(reason: "session limit of 250 reached")), at: 0, on: 1)
      if hasSession { log.tell(.sessionEstablished(.tls, .first), at: 60) }
      return log.report()
    }
    #expect(report(isLoggedIn: true).rules == [.handshakeRejected])
    #expect(report(isLoggedIn: false).findings.isEmpty)
    #expect(report(isLoggedIn: true, hasSession: true).findings.isEmpty)
  }

  // MARK: Channels that never begin

  @Test("a channel that the client cannot set up is its own fault, and not a failed handshake")
  func setup() throws {
    let report = Self.log(.openconnect, [Self.up, (1, .failed(.dtls, .setup(reason: "no library")))]).report()
    #expect(report.rules == [.setupFailed])
    let finding = try #require(report.finding(.setupFailed))
    #expect(finding.channel == .dtls)
    #expect(finding.severity == .warning)
    #expect(finding.values["reason"] == "no library")
  }

  @Test("a channel that could not be set up once and then came up is nothing")
  func setupOnce() {
    let report = Self.log(
      .openconnect, [Self.up, (1, .failed(.dtls, .setup(reason: nil))), (60, .established(.dtls))]
    ).report()
    #expect(report.findings.isEmpty)
  }

  @Test("an adapter that cannot be set up is a warning", arguments: [LogFormat.openconnect, .ocserv])
  func adapter(format: LogFormat) throws {
    let report = Self.log(format, [Self.up, (1, .statement(.adapterFailed(reason: "MTU")))]).report()
    #expect(try #require(report.finding(.setupFailed)).severity == .warning)
  }

  @Test("a channel that the gateway does not offer is a warning where the client wants it, and no blocked port")
  func notOffered() throws {
    let report = Self.log(
      .openconnect, [Self.up, (1, .negotiated(.notOffered(.dtls, mayBeByClient: false)))]
    ).report()
    #expect(report.rules == [.channelNotOffered])
    #expect(try #require(report.finding(.channelNotOffered)).severity == .warning)
  }

  @Test("a channel that the client may have switched off is a note, and one that is up is nothing")
  func switchedOff() throws {
    let off = Self.log(.openconnect, [Self.up, (1, .negotiated(.notOffered(.dtls, mayBeByClient: true)))]).report()
    #expect(try #require(off.finding(.channelNotOffered)).severity == .note)
    let later = Self.log(
      .openconnect, [Self.up, (1, .negotiated(.notOffered(.dtls, mayBeByClient: false))), (60, .established(.dtls))]
    ).report()
    #expect(later.findings.isEmpty)
  }

  @Test("a gateway at which every TLS handshake fails and nobody gets in has failed handshakes")
  func nobodyGetsIn() throws {
    var log = LogStory(.ocserv)
    for second in [0.0, 12] { log.tell(.failed(.tls, .other(reason: "fatal alert")), at: second) }
    let finding = try #require(log.report().finding(.handshakeFailed))
    #expect(finding.channel == .tls)
    #expect(finding.values["attempts"] == 2)
  }

  @Test("failed TLS handshakes are nothing where clients get in, or where it is one")
  func scanners() {
    var busy = LogStory(.ocserv)
    for second in [0.0, 12, 24] { busy.tell(.failed(.tls, .other(reason: "fatal alert")), at: second) }
    busy.tell(.sessionEstablished(.tls, .first), at: 30, of: LogStory.vpn)
    #expect(busy.report().findings.isEmpty)
    var one = LogStory(.ocserv)
    one.tell(.failed(.tls, .other(reason: "fatal alert")), at: 0)
    #expect(one.report().findings.isEmpty)
  }

  // MARK: Sizes, addresses, timers

  @Test("packets of the tunnel that the client's system does not send are larger than the path takes")
  func unsent() throws {
    let events = (1...3).map { (Double($0), LogEvent.sendTooLarge(.dtls)) }
    let report = Self.log(.openconnect, [Self.up, (0, .established(.dtls))] + events).report()
    let finding = try #require(report.finding(.oversizedDF))
    #expect(finding.severity == .warning && finding.channel == .dtls)
    #expect(finding.values["packets"] == 3)
    #expect(Self.log(.openconnect, [Self.up, (0, .established(.dtls)), events[0]]).report().findings.isEmpty)
  }

  @Test("another inner address after a reconnect is an error, and a warning where a session follows")
  func innerAddress() throws {
    let change = LogEvent.negotiated(.innerAddressChanged(from: "10.20.0.50", to: "10.20.0.51"))
    let events: [(Double, LogEvent)] = [Self.up, (100, .ended(.tls, reason: "cut")), (101, change)]
    let finding = try #require(Self.log(.openconnect, events).report().finding(.addressChange))
    #expect(finding.severity == .error)
    #expect(finding.values["from"] == "10.20.0.50" && finding.values["to"] == "10.20.0.51")
    let back = Self.log(.openconnect, events + [(120, .sessionEstablished(.tls, .replacing))]).report()
    #expect(try #require(back.finding(.addressChange)).severity == .warning)
  }

  @Test("dead-peer detection and keep-alives that are both off are a risk")
  func noDeadPeerDetection() throws {
    func report(_ dead: Int, _ keepalive: Int) -> Report {
      Self.log(
        .openconnect,
        [
          (0, .negotiated(.timers(.tls, ChannelTimers(deadPeerDetection: dead, keepalive: keepalive)))), Self.up,
          (1, .established(.dtls)),
        ]
      ).report()
    }
    #expect(try #require(report(0, 0).finding(.configRisk)).severity == .note)
    #expect(report(0, 20).findings.isEmpty)
    #expect(report(30, 0).findings.isEmpty)
  }

  // MARK: Hosts and sessions that go

  @Test("a channel that could not be sent beside one that was found dead is a way to the gateway that is gone")
  func noRoute() throws {
    let report = Self.log(
      .openconnect, [(0, .established(.tls)), Self.up, (0, .failed(.dtls, .sendFailed)), (40, .deadPeer(.tls))]
    ).report()
    #expect(report.rules == [.peerDead])
    #expect(try #require(report.finding(.peerDead)).severity == .error)
  }

  @Test("a channel that its own host does not send any more is refused; once is a note, and coming up again ends it")
  func unsentSinceUp() throws {
    func report(_ failures: [Double], back: Double? = nil, dead: Double? = nil) -> Report {
      Self.log(
        .openconnect,
        [Self.up, (1, .established(.dtls))] + failures.map { ($0, .failed(.dtls, .sendFailed)) }
          + (back.map { [($0, .established(.dtls))] } ?? []) + (dead.map { [($0, .deadPeer(.tls))] } ?? [])
      ).report()
    }
    let refused = try #require(report([10, 70]).finding(.handshakeRefused))
    #expect(refused.severity == .warning && refused.remedies[0].contains("routes"))
    #expect(try #require(report([10]).finding(.handshakeRefused)).severity == .note)
    #expect(report([10, 70], back: 90).findings.isEmpty)
    #expect(report([10], dead: 40).rules == [.peerDead])
    #expect(report([10], back: 20, dead: 40).finding(.peerDead) == nil)
  }

  @Test("a session that its client takes up again is told, also where the log begins after it came up")
  func brokenSession() throws {
    func report(_ first: [(Double, LogEvent)]) -> Report {
      Self.log(
        .openconnect,
        first + [(300, .brokeOff(.tls, reason: "SSL read error")), (302, .sessionEstablished(.tls, .replacing))]
      ).report()
    }
    for first in [[Self.up], []] {
      let found = try #require(report(first).finding(.sessionReconnects))
      #expect(found.severity == .note && found.values["sessions"] == 2)
    }
    #expect(report([]).finding(.sessionReconnects)?.values["intervals_seconds"] == .numbers([]))
    let down = Self.log(.openconnect, [(300, .brokeOff(.tls, reason: "SSL read error"))]).report()
    #expect(down.findings.isEmpty && down.tunnels.first?.downReason == "SSL read error")
  }

  /// Sessions of which each ends, if that is said, at once before the next begins.
  private static func cycle(_ seconds: Double, ends: Bool, rekey: Int? = nil) -> Report {
    let timers = rekey.map { [(0.0, LogEvent.negotiated(.timers(.tls, ChannelTimers(rekey: $0))))] } ?? []
    return log(
      .ocserv,
      timers
        + (0..<5).flatMap { turn -> [(Double, LogEvent)] in
          let start = Double(turn) * seconds
          return (turn > 0 && ends ? [(start - 1, .ended(.tls, reason: "unspecified"))] : [])
            + [(start, .sessionEstablished(.tls, turn == 0 ? .first : .replacing)), (start, .established(.dtls))]
        }
    ).report()
  }

  @Test("sessions that are cut off at a regular interval are a warning, new keys by new tunnels a note")
  func cutOff() throws {
    #expect(try #require(Self.cycle(240, ends: true).finding(.reconnectCycle)).severity == .warning)
    #expect(try #require(Self.cycle(240, ends: false).finding(.reconnectCycle)).severity == .note)
    #expect(try #require(Self.cycle(60, ends: true).finding(.reconnectCycle)).severity == .error)
  }

  @Test("a cycle at the interval that was announced for new keys is a note, and one at another is none")
  func announced() throws {
    #expect(try #require(Self.cycle(240, ends: true, rekey: 240).finding(.reconnectCycle)).severity == .note)
    #expect(try #require(Self.cycle(240, ends: true, rekey: 86_400).finding(.reconnectCycle)).severity == .warning)
  }

  // MARK: Products

  @Test("remedies are those of the product that the client's log shows")
  func product() throws {
    func remedies(_ product: Product) throws -> String {
      let report = Self.log(
        .openconnect, [(0, .statement(.product(product))), Self.up, (12, .failed(.dtls, .timedOut))]
      ).report()
      return try #require(report.finding(.handshakeUnanswered)).remedies.joined(separator: " ")
    }
    #expect(try remedies(Product("ocserv")).contains("ocserv.conf"))
    #expect(try !remedies(Product("ocserv")).contains("asp table"))
    let other = try remedies(Product("GlobalProtect"))
    #expect(!other.contains("asp table") && !other.contains("ocserv"))
  }

  // MARK: Years

  @Test("a log without a year, of which nothing says it, keeps its order and lacks the year")
  func withoutYear() throws {
    var correlator = Correlator(families: Scenario.families)
    // 1972-12-31 23:59:59 and a second later, as logs without years are read.
    let times = [94_694_399, 94_694_400].map {
      LogTime(written: Timestamp(nanoseconds: $0 * 1_000_000_000), hasZone: false, hasYear: false)
    }
    let log = Self.log(.openconnect, [Self.up, (1, .established(.dtls))])
    let moved = zip(log.observations, times).compactMap { observation, time -> Observation? in
      guard case .line(let origin) = observation.origin else { return nil }
      return Observation(time: time, line: origin.line, subject: origin.subject, event: observation.event)
    }
    correlator.absorb(moved)
    let description = LogDescription(
      index: 0, name: "log", format: .openconnect, lines: 2, understoodLines: 2, unknownLines: 0, start: times[0],
      end: times[1])
    let report = correlator.report(captures: [], logs: [description])
    let start = try #require(report.logs.first?.start)
    let end = try #require(report.logs.first?.end)
    #expect(start.lacksYear && end.lacksYear)
    #expect(end.seconds(since: start) == 1)
    #expect(report.timeline.allSatisfy { $0.time.lacksYear })
  }

  @Test("a side that cannot use what it hears has no session, whatever the other side's log says")
  func unusableAtClient() {
    var client = LogStory(.openvpnClient, subject: LogSubject(gateway: Scenario.gateway, gatewayPort: 1_194))
    for (second, event) in [
      (0, .opened(.openvpn)), (1, .established(.openvpn)), (9, .unusable(.openvpn, reason: "no")),
    ]
      as [(Double, LogEvent)]
    {
      client.tell(event, at: second)
    }
    var gateway = LogStory(.openvpnServer, index: 1, subject: LogSubject(user: "alice", client: Scenario.client))
    gateway.tell(.established(.openvpn), at: 1)
    #expect(LogStory.report([client, gateway]).rules == [.setupFailed])
  }
}
