import Correlation
import Observations
import Testing

@Suite("session-reconnects")
struct SessionReconnectsTests {
  @Test("a session that is re-established once while DTLS fails is a warning")
  func once() throws {
    var scene = Scenario(lasting: 200)
    ReconnectCycleTests.sessions(lasting: [60], in: &scene)
    scene.hellos(at: [1, 2, 4, 8])
    let finding = try #require(scene.report().finding(.sessionReconnects))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(finding.values == ["sessions": 2, "intervals_seconds": .numbers([60])])
    #expect(finding.start == .second(0.05) && finding.end == .second(60.05))
    #expect(finding.explanation.contains("closed by the client"))
  }

  @Test("a gateway that ends the session and refuses a connection, before the client logs in again, went away")
  func gatewayOutage() throws {
    for isRefused in [true, false] {
      var scene = Scenario(lasting: 200)
      scene.session(from: 0, to: 40, ending: .serverClosed, requests: 4)
      if isRefused { scene.refusedConnection(at: 41) }
      scene.session(from: 65, requests: 4)
      let finding = scene.report().finding(.sessionReconnects)
      // Without the refusal it may be a session that was over, and a person who came back.
      #expect((finding != nil) == isRefused)
      guard let finding else { continue }
      #expect(finding.severity == .warning && finding.confidence == .certain)
      #expect(finding.values == ["sessions": 2, "intervals_seconds": .numbers([25.05])])
      #expect(finding.start == .second(40) && finding.end == .second(65.05))
    }
  }

  @Test("a gateway that went away and answers again is told although the client has not come back")
  func lastingOutage() throws {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: 40, ending: .serverClosed, requests: 4)
    scene.refusedConnection(at: 41)
    #expect(scene.report().finding(.sessionReconnects) == nil, "it refuses still")
    scene.session(from: 65, to: 66, requests: 1)
    let finding = try #require(scene.report().finding(.sessionReconnects))
    #expect(finding.severity == .warning)
    #expect(finding.title == "The gateway went away, and the client has not logged in again")
  }

  @Test("reconnects at no regular interval are told with their intervals")
  func irregular() throws {
    var scene = Scenario(lasting: 400)
    ReconnectCycleTests.sessions(lasting: [40, 70, 130], in: &scene)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    let finding = try #require(scene.report().finding(.sessionReconnects))
    #expect(finding.severity == .warning)
    #expect(finding.values == ["sessions": 4, "intervals_seconds": .numbers([40, 70, 130])])
  }

  @Test("one reconnect of a tunnel whose DTLS is well is only a note")
  func onceWithDTLS() throws {
    var scene = Scenario(lasting: 200)
    ReconnectCycleTests.sessions(lasting: [100], ending: .clientReset, in: &scene)
    for start in [1.0, 101] {
      let attempt = scene.hello(at: start)
      scene.establish(attempt, at: start + 0.1)
    }
    let report = scene.report()
    #expect(try #require(report.finding(.sessionReconnects)).severity == .note)
    #expect(report.problemRules == [])
  }

  @Test("a session that broke off and was resumed without a login is a reconnect, though later")
  func afterBreak() throws {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: 60, ending: .serverReset)
    scene.session(from: 70)
    scene.hellos(at: [1, 2, 4, 8])
    let finding = try #require(scene.report().finding(.sessionReconnects))
    #expect(finding.values["intervals_seconds"] == .numbers([70]))
  }

  @Test("an orderly end, 3 seconds and a fresh login are a person at work")
  func restart() {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: 60)
    scene.session(from: 63, requests: 4)
    for start in [1.0, 64] {
      let attempt = scene.hello(at: start)
      scene.establish(attempt, at: start + 0.1)
    }
    #expect(scene.report().rules == [])
  }

  @Test("a login connection before the tunnel is no session that was re-established")
  func login() {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: 3, requests: 4)
    scene.session(from: 3.1)
    let attempt = scene.hello(at: 4)
    scene.establish(attempt, at: 4.1)
    #expect(scene.report().rules == [])
  }

  @Test("a tunnel begun anew after more than a minute is a new tunnel")
  func muchLater() {
    var scene = Scenario(lasting: 400)
    scene.session(from: 0, to: 60, ending: .serverReset)
    scene.session(from: 130)
    let attempt = scene.hello(at: 131)
    scene.establish(attempt, at: 131.1)
    #expect(scene.report().rules == [])
  }
}

extension Scenario {
  /// An IKE handshake that succeeds at once, with data both ways.
  fileprivate mutating func ikeSession(at start: Double, random: Int) -> Attempt {
    let flow = Flow(client: Endpoint(Scenario.client, 4_500), server: Endpoint(Scenario.gateway, 4_500))
    let attempt = Attempt(id: HandshakeID(.ike, firstFrame: frame(start)), flow: flow, random: .numbered(random))
    tell(.opened(Opening(id: attempt.id, flow: flow, token: attempt.random)), at: start)
    tell(
      .message(
        HandshakeMessage(
          id: attempt.id, flow: flow, sender: .server, stage: .answer, name: MessageName("IKE_SA_INIT response"))),
      at: start + 0.01)
    tell(.established(Establishment(id: attempt.id, flow: flow)), at: start + 0.1)
    data(attempt, from: .client, at: start + 0.2)
    data(attempt, from: .server, at: start + 0.3)
    return attempt
  }
}

@Suite("Sessions that were lost")
struct LostSessionTests {
  /// IKE sessions of which each but the last is lost 240 s before the next begins, as the client's packets show.
  private static func sessions(at starts: [Double]) -> Report {
    let end = (starts.last ?? 0) + 60
    var scene = Scenario(lasting: end)
    for (number, start) in starts.enumerated() {
      let attempt = scene.ikeSession(at: start, random: number + 1)
      let next = number + 1 < starts.count ? starts[number + 1] : nil
      if let next { scene.silence(attempt, of: .server, since: next - 240, until: next - 1, packets: 20) }
      scene.tell(
        .summary(
          ChannelSummary(
            id: attempt.id, flow: attempt.flow, start: scene.time(start), startFrame: scene.frame(start),
            sawStart: true,
            token: attempt.random, end: scene.time((next ?? end) - 1),
            client: PayloadTotals(packets: 9, bytes: 900, last: scene.time((next ?? end) - 1)),
            server: PayloadTotals(packets: 9, bytes: 900, last: scene.time(next.map { $0 - 240 } ?? end - 1)))),
        at: (next ?? end) - 1, toldAt: end)
    }
    return scene.report()
  }

  @Test("two outages that happen to be as far apart as the first is from the beginning are no cycle; three are")
  func chance() {
    #expect(Self.sessions(at: [0, 690, 1_377]).findings(.reconnectCycle).isEmpty)
    #expect(!Self.sessions(at: [0, 690, 1_377, 2_070]).findings(.reconnectCycle).isEmpty)
  }
}

@Suite("renewed sessions")
struct RenewedSessionTests {
  /// IKE sessions one after the other, each ended by `closer` in an orderly way right before the next begins.
  private static func sessions(closedBy closer: Side, gap: Double = 0.001) -> Report {
    var scene = Scenario(lasting: 200)
    for start in [0.0, 40, 80, 120] {
      let attempt = scene.ikeSession(at: start, random: Int(start) + 1)
      let end = start == 120 ? 199 : start + 40 - gap
      if start < 120 { scene.alert(attempt, from: closer, at: end) }
      scene.tell(
        .summary(
          ChannelSummary(
            id: attempt.id, flow: attempt.flow, start: scene.time(start), startFrame: scene.frame(start),
            sawStart: true,
            token: attempt.random, end: scene.time(end),
            ending: start == 120 ? .open : closer == .client ? .clientClosed : .serverClosed,
            client: PayloadTotals(packets: 9, bytes: 900, last: scene.time(end)),
            server: PayloadTotals(packets: 9, bytes: 900, last: scene.time(end)))), at: end, toldAt: 200)
    }
    return scene.report()
  }

  @Test("a client that ends each session and begins the next at once renews it: a note")
  func reauthentication() throws {
    let finding = try #require(Self.sessions(closedBy: .client).finding(.reconnectCycle))
    #expect(finding.severity == .note && finding.title == "The session is renewed every 40 s")
    #expect(finding.values["sessions"] == 4)
  }

  @Test("a gateway that ends each session is a cycle")
  func deletedByGateway() throws {
    #expect(try #require(Self.sessions(closedBy: .server).finding(.reconnectCycle)).severity == .error)
  }

  /// Two WireGuard sessions, the second from `start` on, when the first one's keys are that old.
  private static func peers(secondAt start: Double, samePort: Bool) -> Report {
    var scene = Scenario(lasting: 1_000)
    for (number, (begin, end)) in [(0, start), (start, start + 5)].enumerated() {
      let flow = Flow(
        client: Endpoint(Scenario.client, samePort ? 40_001 : UInt16(40_001 + number)),
        server: Endpoint(Scenario.gateway, 51_820))
      let attempt = Scenario.Attempt(
        id: HandshakeID(.wireguard, firstFrame: scene.frame(begin)), flow: flow, random: .numbered(number + 1))
      scene.initiation(attempt, at: begin)
      scene.answer(attempt, at: begin + 0.05)
      scene.data(attempt, from: .client, at: begin + 0.1)
      scene.data(attempt, from: .server, at: begin + 0.15)
      scene.summary(attempt, from: begin, to: end)
    }
    return scene.report()
  }

  @Test("WireGuard whose keys expired while nothing was sent begins anew when something is")
  func expiredKeys() {
    #expect(Self.peers(secondAt: 400, samePort: true).rules.isEmpty)
  }

  @Test("before keys expire, and from another port, it is a reconnect")
  func reconnects() {
    #expect(Self.peers(secondAt: 100, samePort: true).rules == [.sessionReconnects])
    #expect(Self.peers(secondAt: 400, samePort: false).rules == [.sessionReconnects])
  }
}
