import Correlation
import Observations
import Testing

@Suite("port-mismatch")
struct PortMismatchTests {
  private static func failing(tlsPort: UInt16, dtlsPort: UInt16) -> Scenario {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0, port: tlsPort)
    scene.hellos(at: [1, 2, 4, 8], port: dtlsPort)
    return scene
  }

  @Test(
    "hellos unanswered on a port that is not 443 may be the port bug, or a firewall",
    arguments: [
      (UInt16(443), UInt16(4443)), (8443, 8443), (8443, 443),
    ])
  func found(tlsPort: UInt16, dtlsPort: UInt16) throws {
    let report = Self.failing(tlsPort: tlsPort, dtlsPort: dtlsPort).report()
    let finding = try #require(report.finding(.portMismatch))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .possible)
    #expect(finding.channel == .dtls)
    #expect(
      finding.values == [
        "tls_port": .integer(Int(tlsPort)), "dtls_port": .integer(Int(dtlsPort)), "port": .integer(Int(dtlsPort)),
      ])
    #expect(finding.explanation.contains("CSCuh61321"))
    #expect(finding.explanation.contains("firewall"))
    #expect(report.finding(.handshakeUnanswered) != nil)
  }

  @Test("a gateway that says itself that nobody listens makes it likely")
  func refusedByGateway() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1, port: 4443)
    scene.refuse(attempt, at: 1.05, code: 3, reporter: Scenario.gateway)
    #expect(try #require(scene.report().finding(.portMismatch)).confidence == .likely)
  }

  @Test("a refusal by a device on the way leaves it possible")
  func refusedByRouter() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1, port: 4443)
    scene.refuse(attempt, at: 1.05, code: 13, reporter: Scenario.router)
    #expect(try #require(scene.report().finding(.portMismatch)).confidence == .possible)
  }

  @Test("DTLS blocked on 443 beside TLS on 443 is no matter of ports")
  func usualPorts() {
    let report = Self.failing(tlsPort: 443, dtlsPort: 443).report()
    #expect(report.finding(.handshakeUnanswered) != nil)
    #expect(report.findings(.portMismatch).isEmpty)
  }

  @Test("a port of its own on which DTLS works is no mismatch")
  func works() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1, port: 4443)
    scene.establish(attempt, at: 1.1)
    #expect(scene.report().rules == [])
  }

  @Test("a port on which an answer came once is listened on")
  func answeredOnce() {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0)
    scene.hellos(at: [1, 2, 4, 8], port: 4443)
    let second = scene.hello(at: 61, port: 4443)
    scene.gatewaySends(.helloVerifyRequest, second, at: 61.05)
    for time in [62.0, 64, 68] { scene.hello(second, at: time) }
    #expect(scene.report().findings(.portMismatch).isEmpty)
  }

  @Test("a client's log that hides the gateway's address still names both ports: the same one is no mismatch")
  func hiddenGateway() {
    for tlsPort in [UInt16(10_443), 443] {
      var log = LogStory(.openconnect, subject: LogSubject(innerAddress: "10.20.0.50"))
      log.tell(.negotiated(.port(.tls, tlsPort)), at: 0)
      log.tell(.negotiated(.port(.dtls, 10_443)), at: 0)
      log.tell(.sessionEstablished(.tls, .first), at: 0.5)
      log.tell(.failed(.dtls, .timedOut), at: 13)
      log.tell(.failed(.dtls, .timedOut), at: 73)
      #expect(log.report().findings(.portMismatch).isEmpty == (tlsPort == 10_443))
    }
  }
}
