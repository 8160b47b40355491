import Correlation
import Observations
import Testing

@Suite("handshake-refused")
struct HandshakeRefusedTests {
  private static func refused(type: Int = 3, code: Int, by reporter: IPAddress) -> Report {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hellos(at: [1, 2, 4])
    scene.refuse(attempt, at: 1.02, type: type, code: code, reporter: reporter)
    return scene.report()
  }

  @Test("an ICMP error that quotes the hello is found, with who says it and how", arguments: [2, 3, 9, 10, 13])
  func found(code: Int) throws {
    let finding = try #require(Self.refused(code: code, by: Scenario.router).finding(.handshakeRefused))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(
      finding.values == [
        "port": 443, "icmp_type": 3, "icmp_code": .integer(code), "reporter": "192.0.2.1", "attempts": 1,
      ])
    #expect(finding.frames == [1001, 1021])
  }

  @Test("ICMPv6 refuses too", arguments: [1, 4])
  func icmpv6(code: Int) throws {
    var scene = Scenario(lasting: 60, client: "2001:db8::10")
    scene.gateway = "2001:db8:1::20"
    scene.session(from: 0)
    let attempt = scene.hellos(at: [1, 2, 4])
    scene.refuse(attempt, at: 1.02, type: 1, code: code, reporter: "2001:db8:ffff::1")
    let finding = try #require(scene.report().finding(.handshakeRefused))
    #expect(finding.fact("icmp_type") == 1)
    #expect(finding.fact("icmp_code") == .integer(code))
    #expect(finding.fact("reporter") == "2001:db8:ffff::1")
  }

  @Test("an error about a message that only an answer explains refuses no opening, though the capture lacks the answer")
  func answered() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.clientSends(.changeCipherSpec, attempt, at: 1.1)
    scene.data(attempt, from: .client, at: 1.2)
    scene.refuse(attempt, at: 20, code: 3, reporter: Scenario.gateway)
    #expect(scene.report().finding(.handshakeRefused) == nil)
  }

  @Test("port unreachable from the gateway itself points at the listening port")
  func byGateway() throws {
    let finding = try #require(Self.refused(code: 3, by: Scenario.gateway).finding(.handshakeRefused))
    #expect(finding.title.contains("by the gateway"))
    #expect(finding.remedies.first?.contains("show asp table socket") == true)
  }

  @Test("a device on the way is named in title and remedy")
  func byRouter() throws {
    let finding = try #require(Self.refused(code: 13, by: Scenario.router).finding(.handshakeRefused))
    #expect(finding.title.contains("192.0.2.1"))
    #expect(finding.remedies.first?.contains("192.0.2.1") == true)
  }

  /// Connections to OpenVPN's port that the gateway's host resets, one a second.
  private static func resets(_ count: Int) -> Report {
    var scene = Scenario(lasting: 60)
    for second in 1...count {
      let flow = Flow(
        client: Endpoint(Scenario.client, UInt16(40_000 + second)), server: Endpoint(Scenario.gateway, 1_194))
      let id = HandshakeID(.openvpn, firstFrame: scene.frame(Double(second)))
      scene.tell(.opened(Opening(id: id, flow: flow, transport: .tcp)), at: Double(second))
      scene.tell(
        .refused(
          Refusal(
            id: id, flow: flow, kind: .reset, reporter: Scenario.gateway,
            quoted: QuotedFlow(transport: .tcp, source: flow.client, destination: flow.server, length: 0),
            quotedSide: .client)), at: Double(second) + 0.02)
    }
    return scene.report()
  }

  @Test("resets of OpenVPN's connections refuse it over TCP, in words for TCP")
  func resets() throws {
    let finding = try #require(Self.resets(3).finding(.handshakeRefused))
    #expect(finding.title == "OpenVPN on TCP 1194 is refused by the gateway")
    #expect(finding.severity == .error)
    #expect(finding.values == ["port": 1_194, "reporter": "203.0.113.20", "attempts": 3])
    #expect(finding.frames == [1001, 1021, 2001, 2021, 3001, 3021])
    #expect(finding.explanation.contains("TCP reset"))
    #expect(!([finding.title, finding.explanation] + finding.remedies).contains { $0.contains("UDP") })
  }

  @Test("two refused connections may be a scanner's: no tunnel, no finding", arguments: 1...2)
  func scanner(count: Int) {
    let report = Self.resets(count)
    #expect(report.tunnels.isEmpty)
    #expect(report.problemRules == [])
  }

  /// An opening and its repetitions, each refused at once.
  private static func refused(at seconds: [Double], until end: Double) throws -> Finding {
    var scene = Scenario(lasting: end)
    let attempt = scene.initiation(at: seconds[0])
    for second in seconds.dropFirst() { scene.initiation(attempt, at: second) }
    for second in seconds { scene.refuse(attempt, at: second + 0.02, code: 3, reporter: Scenario.gateway) }
    return try #require(scene.report().finding(.handshakeRefused))
  }

  @Test(
    "one opening that is refused, and that a client would have repeated, is a scanner's: a note", arguments: [20.0, 60])
  func knock(end: Double) throws {
    let finding = try Self.refused(at: [1], until: end)
    #expect(finding.severity == .note)
    #expect(finding.explanation.contains("a scanner does not"))
  }

  @Test(
    "one that is refused again and again, or right before the end of the capture, is a client's", arguments: [5.0, 60])
  func repeatedOpening(end: Double) throws {
    let finding = try Self.refused(at: end > 5 ? [1, 6] : [1], until: end)
    #expect(finding.severity == .error)
  }

  @Test("a refusal before an attempt that succeeds is only a note")
  func thenEstablished() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let first = scene.hello(at: 1)
    scene.refuse(first, at: 1.02, code: 3, reporter: Scenario.gateway)
    let second = scene.hello(at: 20)
    scene.establish(second, at: 20.1)
    let report = scene.report()
    #expect(try #require(report.finding(.handshakeRefused)).severity == .note)
    #expect(report.problemRules == [])
  }

  @Test("an error about one hello of an attempt that then succeeds says nothing")
  func sameAttemptSucceeds() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.refuse(attempt, at: 1.02, code: 1, reporter: Scenario.router)
    scene.hello(attempt, at: 2)
    scene.establish(attempt, at: 2.1)
    #expect(scene.report().rules == [])
  }

  @Test("an attempt that is answered after an error is not refused, though no data is seen yet")
  func sameAttemptAnswered() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.refuse(attempt, at: 1.02, code: 1, reporter: Scenario.router)
    scene.hello(attempt, at: 2)
    scene.finishHandshake(attempt, at: 2.1)
    let report = scene.report()
    #expect(report.rules == [])
    #expect(report.tunnels.first?.dtls.outcome == .established)
  }

  @Test("errors about other flows refuse nothing")
  func otherFlow() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    let other = scene.attemptUnderWay(from: 1.9, clientPort: 53_000, port: 53)
    scene.refuse(other, at: 2, code: 3, reporter: Scenario.gateway, quoting: .server)
    scene.refuse(other, at: 3, code: 3, reporter: Scenario.gateway)
    #expect(scene.report().rules == [])
  }
}
