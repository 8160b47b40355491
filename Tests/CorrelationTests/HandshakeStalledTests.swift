import Correlation
import Observations
import Testing

@Suite("handshake-stalled")
struct HandshakeStalledTests {
  @Test("the same hello again and again although it was answered: the answers do not arrive")
  func answersLost() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    for start in [1.0, 2, 4] {
      if start > 1 { scene.hello(attempt, at: start) }
      scene.gatewaySends(.helloVerifyRequest, attempt, at: start + 0.01)
    }
    let finding = try #require(scene.report().finding(.handshakeStalled))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(
      finding.values == [
        "port": 443, "attempts": 1, "last_client_message": "ClientHello",
        "last_gateway_message": "HelloVerifyRequest",
      ])
    #expect(finding.explanation.contains("answers do not reach"))
    #expect(finding.frames == [1001, 1011, 2001, 4001])
  }

  @Test("an answer that comes in another order, and a client that makes nothing of it")
  func reordered() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.serverHello, attempt, at: 1.05)
    scene.gatewaySends(.finished, attempt, at: 1.06)
    scene.gatewaySends(.changeCipherSpec, attempt, at: 1.07)
    let finding = try #require(scene.report().finding(.handshakeStalled))
    #expect(finding.explanation.contains("nothing more comes from the client"))
    #expect(finding.explanation.contains("in another order"))
    #expect(finding.remedies.first?.contains("keep their order") == true)
  }

  @Test("an answer whose end is lost is the last word, and its direction is the one to follow")
  func answerIncomplete() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.serverHello, attempt, at: 1.05)
    let finding = try #require(scene.report().finding(.handshakeStalled))
    #expect(finding.explanation.contains("the answer does not reach it whole"))
    #expect(!finding.explanation.contains("in another order"))
    #expect(finding.remedies.first?.hasPrefix("Follow UDP 443 from") == true)
  }

  @Test("a client that goes on after its hello was verified and hears nothing more has stalled")
  func stopsAfterCookie() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.helloVerifyRequest, attempt, at: 1.05)
    for time in [1.1, 2.1, 4.1] { scene.hello(attempt, at: time, withCookie: true) }
    let finding = try #require(scene.report().finding(.handshakeStalled))
    #expect(finding.confidence == .likely)
    #expect(finding.fact("last_client_message") == "ClientHello")
    #expect(finding.fact("last_gateway_message") == "HelloVerifyRequest")
  }

  @Test("data after the client's last flight that the gateway never answers is a stall")
  func neverAnswersData() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.serverHello, attempt, at: 1.05)
    scene.clientSends(.changeCipherSpec, attempt, at: 1.06)
    scene.clientSends(.finished, attempt, at: 1.061)
    scene.data(attempt, from: .client, at: 1.1)
    scene.silence(attempt, of: .server, lastHeard: 1.05, since: 1.1, until: 40)
    let finding = try #require(scene.report().finding(.handshakeStalled))
    #expect(finding.fact("last_client_message") == "Finished")
    #expect(finding.fact("last_gateway_message") == "ServerHello")
  }

  @Test("a client that resumes a session finishes last: data in vain after that may be its last flight that was lost")
  func resumed() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.finishHandshake(attempt, at: 1.05)
    scene.data(attempt, from: .client, at: 1.1)
    scene.silence(attempt, of: .server, lastHeard: 1.06, since: 1.1, until: 40)
    #expect(scene.report().rules == [.handshakeStalled])
  }

  @Test(
    "a gateway that asks for new keys although the client answers hears nothing of the client: that is the way to follow"
  )
  func gatewayAsks() throws {
    var scene = Scenario(lasting: 120)
    let attempt = scene.connect(at: 1)
    let renewal = scene.initiation(at: 60, renewing: attempt, by: .server)
    for time in [60.0, 65, 70, 75] {
      if time > 60 { scene.initiation(renewal, at: time, renewing: attempt, by: .server) }
      scene.answer(renewal, at: time + 0.05, by: .client)
    }
    let finding = try #require(scene.peerReport().finding(.handshakeStalled))
    #expect(finding.explanation.contains("The client answers each opening, but the gateway repeats it"))
    #expect(finding.explanation.contains("from 198.51.100.10 to 203.0.113.20 is the direction"))
  }

  @Test(
    "that what gets no answer goes in IP fragments is said, and of the other side's fragments nothing",
    arguments: [true, false])
  func inFragments(fromClient: Bool) throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.helloVerifyRequest, attempt, at: 1.05)
    for time in [1.1, 2.1, 4.1] { scene.hello(attempt, at: time, withCookie: true) }
    let (source, destination) = fromClient ? (scene.client, scene.gateway) : (scene.gateway, scene.client)
    scene.fragments(from: source, to: destination, ports: (40_001, 443), at: 2.1)
    let finding = try #require(scene.report().finding(.handshakeStalled))
    #expect(finding.explanation.contains("The client's large messages go in IP fragments") == fromClient)
  }

  @Test("two attempts that stop at the same place make it certain")
  func twoAttempts() throws {
    var scene = Scenario(lasting: 120)
    scene.session(from: 0)
    for start in [1.0, 61] {
      let attempt = scene.hello(at: start)
      scene.gatewaySends(.serverHello, attempt, at: start + 0.05)
      scene.clientSends(.finished, attempt, at: start + 0.1)
    }
    let finding = try #require(scene.report().finding(.handshakeStalled))
    #expect(finding.confidence == .certain)
    #expect(finding.fact("attempts") == 2)
  }

  @Test("a handshake that one lost answer delayed is none, although no data follows yet")
  func delayedOnce() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.serverHello, attempt, at: 1.05)
    scene.hello(attempt, at: 2)
    scene.finishHandshake(attempt, at: 2.05)
    let report = scene.report()
    #expect(report.rules == [])
    #expect(report.tunnels.first?.dtls.outcome == .established)
  }

  @Test("a handshake that two lost answers delayed is none")
  func delayedTwice() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.serverHello, attempt, at: 1.05)
    scene.hello(attempt, at: 2)
    scene.gatewaySends(.serverHello, attempt, at: 2.05)
    scene.hello(attempt, at: 4)
    scene.finishHandshake(attempt, at: 4.05)
    #expect(scene.report().rules == [])
  }

  @Test("a hello repeated with the cookie that was asked for is the usual course")
  func cookie() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.helloVerifyRequest, attempt, at: 1.05)
    scene.hello(attempt, at: 1.1, withCookie: true)
    scene.establish(attempt, at: 1.15)
    #expect(scene.report().rules == [])
  }

  @Test("a handshake that the end of the capture interrupts is not judged")
  func captureEnds() {
    var scene = Scenario(lasting: 12.9)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.serverHello, attempt, at: 1.05)
    let report = scene.report()
    #expect(report.rules == [])
    #expect(report.tunnels.first?.dtls.outcome == ChannelOutcome.none)
  }

  @Test("a handshake that was under way when the capture began is not judged")
  func captureStartsInside() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.attemptUnderWay(from: 1, clientPort: 40_900)
    scene.gatewaySends(.serverHello, attempt, at: 1)
    #expect(scene.report().findings(.handshakeStalled).isEmpty)
  }

  @Test("one stalled attempt before one that succeeds is ordinary loss")
  func thenEstablished() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let first = scene.hello(at: 1)
    scene.gatewaySends(.serverHello, first, at: 1.05)
    let second = scene.hello(at: 14)
    scene.establish(second, at: 14.1)
    #expect(scene.report().rules == [])
  }
}
