import Correlation
import Observations
import Testing

@Suite("handshake-rejected")
struct HandshakeRejectedTests {
  @Test("a fatal alert in clear is found, with who says no and why")
  func found() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.reject(attempt, by: .server, at: 1.05)
    let report = scene.report()
    let finding = try #require(report.finding(.handshakeRejected))
    #expect(finding.severity == .warning, "TLS carries the data instead")
    #expect(finding.confidence == .certain)
    #expect(finding.channel == .dtls)
    #expect(finding.values == ["port": 443, "reason": "handshake_failure", "attempts": 1])
    #expect(finding.title == "The gateway rejects the DTLS handshake: handshake_failure")
    #expect(finding.frames == [1001, 1051])
    #expect(report.rules == [.handshakeRejected], "it is neither unanswered nor stalled")
    #expect(report.tunnels.first?.dtls.outcome == .rejected)
  }

  @Test("the client says no to what the gateway chose")
  func byClient() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.gatewaySends(.serverHello, attempt, at: 1.05)
    scene.reject(attempt, by: .client, "bad_certificate", at: 1.1)
    let finding = try #require(scene.report().finding(.handshakeRejected))
    #expect(finding.title == "The client rejects the DTLS handshake: bad_certificate")
  }

  @Test("several attempts are counted")
  func severalAttempts() throws {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0)
    for start in [1.0, 61, 121] {
      let attempt = scene.hello(at: start)
      scene.reject(attempt, by: .server, at: start + 0.05)
    }
    #expect(try #require(scene.report().finding(.handshakeRejected)).values["attempts"] == 3)
  }

  @Test("where no other channel carries the data it is an error")
  func withoutFallback() throws {
    var scene = Scenario(lasting: 60)
    let attempt = scene.initiation(at: 1)
    scene.reject(attempt, by: .server, "NO_PROPOSAL_CHOSEN", at: 1.05)
    #expect(try #require(scene.peerReport().finding(.handshakeRejected)).severity == .error)
  }

  @Test("a rejection that is followed up by an attempt that succeeds is only a note")
  func followedUp() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let first = scene.hello(at: 1)
    scene.reject(first, by: .server, "illegal_parameter", at: 1.05)
    let second = scene.hello(at: 1.5)
    scene.establish(second, at: 1.6)
    let report = scene.report()
    #expect(try #require(report.finding(.handshakeRejected)).severity == .note)
    #expect(report.problemRules == [])
  }

  @Test(
    "attempts that are rejected for a minute before the first session are a warning, though one succeeds then",
    arguments: [(times: [1.0, 31, 61], Severity.warning), ([1, 4, 7], .note), ([1], .note)])
  func keptWaiting(times: [Double], severity: Severity) throws {
    var scene = Scenario(lasting: 300)
    for time in times {
      let attempt = scene.initiation(at: time)
      scene.reject(attempt, by: .server, "NO_PROPOSAL_CHOSEN", at: time + 0.05)
    }
    _ = scene.connect(at: (times.last ?? 0) + 10)
    let finding = try #require(scene.peerReport().finding(.handshakeRejected))
    #expect(finding.severity == severity)
    #expect(finding.explanation.hasSuffix(" A later attempt succeeds."))
  }

  @Test("the port is that of the attempts that were rejected, whatever port works later")
  func port() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let first = scene.hello(at: 1, port: 444)
    scene.reject(first, by: .server, at: 1.05)
    let second = scene.hello(at: 2)
    scene.establish(second, at: 2.1)
    #expect(try #require(scene.report().finding(.handshakeRejected)).values["port"] == 444)
  }

  @Test("an alert that ends a working session rejects nothing", arguments: [true, false])
  func working(withData: Bool) {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    if withData { scene.establish(attempt, at: 1.1) } else { scene.finishHandshake(attempt, at: 1.1) }
    scene.reject(attempt, by: .server, "internal_error", at: 30)
    let report = scene.report()
    #expect(report.rules == [])
    #expect(report.tunnels.first?.dtls.outcome == .established)
  }
}
