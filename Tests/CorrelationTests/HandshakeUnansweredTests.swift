import Correlation
import Observations
import Testing

@Suite("handshake-unanswered")
struct HandshakeUnansweredTests {
  /// A TLS session with openconnect's four hellos beside it, and no answer to them.
  private static func blocked(lasting end: Double = 60) -> Scenario {
    var scene = Scenario(lasting: end)
    scene.session(from: 0)
    scene.hellos(at: [1, 2, 4, 8])
    return scene
  }

  @Test("a first handshake that is answered after a minute of openings in vain kept users waiting; sooner it did not")
  func lateAnswer() throws {
    func report(waiting seconds: Double) -> Report {
      var scene = Scenario(lasting: 200)
      let attempt = scene.initiation(at: 1)
      for time in stride(from: 6.0, through: 1 + seconds, by: 5) { scene.initiation(attempt, at: time) }
      scene.answer(attempt, at: 1 + seconds + 0.05)
      scene.data(attempt, from: .client, at: 1 + seconds + 0.1)
      scene.data(attempt, from: .server, at: 1 + seconds + 0.2)
      return scene.peerReport()
    }
    let finding = try #require(report(waiting: 65).finding(.handshakeUnanswered))
    #expect(finding.severity == .warning)
    #expect(finding.fact("hellos") == 13)
    #expect(finding.frames.last == 66_051)
    #expect(report(waiting: 30).rules == [])
  }

  @Test("hellos that stay unanswered while TLS works are found, with port, attempts and hellos")
  func found() throws {
    let finding = try #require(Self.blocked().report().finding(.handshakeUnanswered))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(finding.tunnel == "T1")
    #expect(finding.channel == .dtls)
    #expect(finding.values == ["port": 443, "attempts": 1, "hellos": 4])
    #expect(finding.start == .second(1) && finding.end == .second(8))
  }

  @Test("the evidence is the gateway's ServerHello and each hello")
  func evidence() throws {
    let finding = try #require(Self.blocked().report().finding(.handshakeUnanswered))
    #expect(finding.frames == [131, 1001, 2001, 4001, 8001])
    #expect(finding.evidence.map(\.time) == [0.13, 1, 2, 4, 8].map(Timestamp.second))
  }

  @Test("attempts begun anew with another random are counted apart")
  func severalAttempts() throws {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0)
    for start in [1.0, 61, 121] { scene.hellos(at: [start, start + 1, start + 3, start + 7]) }
    let finding = try #require(scene.report().finding(.handshakeUnanswered))
    #expect(finding.values == ["port": 443, "attempts": 3, "hellos": 12])
  }

  @Test(
    "it is surer the more hellos stay unanswered",
    arguments: [
      ([1.0], Confidence.possible), ([1, 2], .likely), ([1, 2, 4], .certain),
    ])
  func confidence(times: [Double], expected: Confidence) throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    scene.hellos(at: times)
    #expect(try #require(scene.report().finding(.handshakeUnanswered)).confidence == expected)
  }

  @Test("without any TLS in the capture it is only possible")
  func withoutTLS() throws {
    var scene = Scenario(lasting: 60)
    scene.hellos(at: [1, 2, 4, 8])
    #expect(try #require(scene.report().finding(.handshakeUnanswered)).confidence == .possible)
  }

  @Test("nothing is said when the capture ends less than 3 seconds after the hello")
  func captureEnds() {
    var scene = Scenario(lasting: 3.9)
    scene.session(from: 0)
    scene.hellos(at: [1, 2])
    let report = scene.report()
    #expect(report.findings(.handshakeUnanswered).isEmpty)
    #expect(report.tunnels.first?.dtls.outcome == ChannelOutcome.none)
  }

  @Test("3 seconds after the hello it is said")
  func captureJustLongEnough() {
    var scene = Scenario(lasting: 4)
    scene.session(from: 0)
    scene.hellos(at: [1, 2])
    #expect(scene.report().finding(.handshakeUnanswered) != nil)
  }

  /// DTLS works from second 1 to 60 and is lost; hellos follow at these seconds.
  private static func lost(then times: [[Double]], lasting end: Double) -> Scenario {
    var scene = Scenario(lasting: end)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 90)
    for hellos in times { scene.hellos(at: hellos) }
    return scene
  }

  @Test("attempts to come back after a loss are its symptoms, however long they go on")
  func aftermath() {
    let hours = stride(from: 95.0, to: 7_000, by: 300).map { [$0, $0 + 1, $0 + 3] }
    let report = Self.lost(then: hours, lasting: 7_200).report()
    #expect(report.finding(.tunnelLost) != nil)
    #expect(report.finding(.handshakeUnanswered) == nil)
  }

  @Test("an attempt hours after the client gave up is a trouble of its own, from its own start on")
  func afterRest() throws {
    let report = Self.lost(then: [[95, 96, 98], [7_300, 7_301, 7_303]], lasting: 7_400).report()
    #expect(report.finding(.tunnelLost) != nil)
    let finding = try #require(report.finding(.handshakeUnanswered))
    #expect(finding.start == .second(7_300))
    #expect(finding.values == ["port": 443, "attempts": 1, "hellos": 3])
    #expect(finding.title.contains("not answered any more"))
  }

  @Test("a second outage is told from its own start, and the first one only while nothing else is wrong")
  func secondOutage() throws {
    var scene = Scenario(lasting: 900)
    scene.session(from: 0)
    for start in [1.0, 61, 121] { scene.hellos(at: [start, start + 1, start + 3]) }
    let attempt = scene.hello(at: 181)
    scene.establish(attempt, at: 181.1)
    let first = try #require(scene.report().finding(.handshakeUnanswered))
    #expect(first.start == .second(1) && first.title.contains("for a time"))
    scene.hellos(at: [700, 701, 703])
    let second = try #require(scene.report().finding(.handshakeUnanswered))
    #expect(second.start == .second(700) && second.values["attempts"] == 1)
  }

  @Test("nothing is said of a capture that holds one direction only")
  func oneDirection() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0, serverPackets: 0)
    scene.hellos(at: [1, 2, 4, 8])
    #expect(scene.report().findings(.handshakeUnanswered).isEmpty)
  }

  @Test("a capture that ends before the gateway answers a new session's hello holds both directions all the same")
  func endsInsideOpening() throws {
    var scene = Scenario(lasting: 66.1)
    scene.session(from: 0, to: 66)
    scene.hellos(at: [1, 2, 4, 8])
    let id = HandshakeID(.tls, firstFrame: scene.frame(66.02))
    let flow = Flow(client: Endpoint(Scenario.client, 51_000), server: Endpoint(Scenario.gateway, 443))
    scene.tell(
      .opened(
        Opening(
          id: id, flow: flow, token: .numbered(99),
          connection: TCPOpening(
            synTime: scene.time(66.02), syn: scene.frame(66.02), clientMSS: 1460, synAck: scene.frame(66.03),
            serverMSS: 1380))), at: 66.05)
    scene.tell(
      .summary(
        ChannelSummary(
          id: id, flow: flow, start: scene.time(66.02), startFrame: scene.frame(66.02), sawStart: true,
          token: .numbered(99), end: scene.time(66.05),
          client: PayloadTotals(packets: 1, bytes: 300, last: scene.time(66.05)), server: PayloadTotals(),
          openingRequests: 1)), at: 66.05, toldAt: 66.1)
    #expect(scene.report().finding(.handshakeUnanswered) != nil)
    #expect(scene.report().finding(.captureQuality) == nil)
  }

  @Test("a repeated hello that is answered is not unanswered")
  func answeredWhenRepeated() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hellos(at: [1, 2, 4])
    scene.establish(attempt, at: 4.1)
    let report = scene.report()
    #expect(report.rules == [])
    #expect(report.tunnels.first?.dtls.outcome == .established)
  }

  @Test("a first hello lost by chance before an attempt that succeeds is ordinary loss")
  func lostOnce() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    scene.hellos(at: [1])
    let second = scene.hello(at: 6)
    scene.establish(second, at: 6.1)
    #expect(scene.report().rules == [])
  }

  @Test("where ICMP refused what was asked before, it did not go unanswered")
  func lateAfterRefusal() {
    var scene = Scenario(lasting: 200)
    let attempt = scene.initiation(at: 1)
    for time in stride(from: 6.0, through: 66, by: 5) { scene.initiation(attempt, at: time) }
    scene.refuse(attempt, at: 6.02, code: 3, reporter: Scenario.router)
    scene.answer(attempt, at: 66.05)
    scene.data(attempt, from: .client, at: 66.1)
    scene.data(attempt, from: .server, at: 66.2)
    #expect(scene.peerReport().finding(.handshakeUnanswered) == nil)
  }

  @Test("a hello that ICMP refuses is not called unanswered")
  func refused() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hellos(at: [1, 2, 4])
    scene.refuse(attempt, at: 1.02, code: 13, reporter: Scenario.router)
    #expect(scene.report().findings(.handshakeUnanswered).isEmpty)
  }

  @Test("an ICMP error about a packet of the gateway does not refuse the client's hello")
  func forgedError() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hellos(at: [1, 2, 4])
    scene.refuse(attempt, at: 1.02, code: 3, reporter: Scenario.router, quoting: .server)
    let report = scene.report()
    #expect(report.finding(.handshakeUnanswered) != nil)
    #expect(report.findings(.handshakeRefused).isEmpty)
  }

  @Test("hellos that offer SRTP keys are a call, not a tunnel")
  func media() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let call = scene.hello(at: 1, offersSRTP: true)
    for time in [2.0, 4, 8] { scene.hello(call, at: time, offersSRTP: true) }
    let report = scene.report()
    #expect(report.rules == [])
    #expect(report.tunnels.first?.dtls.handshakes.isEmpty == true)
  }

  @Test("DTLS to a host without TLS on a port that is not the tunnels' is no tunnel")
  func otherDTLS() {
    var scene = Scenario(lasting: 60)
    scene.hellos(at: [1, 2, 4, 8], port: 5684)
    let report = scene.report()
    #expect(report.tunnels.isEmpty)
    #expect(report.rules == [.captureQuality])
  }

  @Test("hellos after a loss belong to the loss")
  func afterLoss() {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 90)
    scene.hellos(at: [91, 92, 94, 98])
    let report = scene.report()
    #expect(report.findings(.handshakeUnanswered).isEmpty)
    #expect(report.finding(.tunnelLost) != nil)
  }
}
