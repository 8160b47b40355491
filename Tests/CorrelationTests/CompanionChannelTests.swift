import Correlation
import Families
import Observations
import Testing

@Suite("ESP beside TLS")
struct CompanionChannelTests {
  @Test("probes that nothing answers, behind a login: the TLS tunnel lacks its ESP, and works over TLS")
  func unanswered() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    scene.probes(at: [1, 2, 3])
    let report = scene.report()
    #expect(report.tunnels.map(\.family) == [.tlsVPN])
    #expect(report.tunnels[0].product == "TLS with ESP in UDP 4501: GlobalProtect, likely")
    let finding = try #require(report.finding(.handshakeUnanswered))
    #expect(finding.channel == .esp && finding.severity == .warning && finding.confidence == .certain)
    #expect(finding.remedies.first?.contains("UDP 4501") == true)
    #expect(report.finding(.portMismatch) == nil)
  }

  @Test("ESP that no connection precedes, or one that ended long before, is IPsec's, which data alone says nothing of")
  func alone() {
    for start in [nil, 0] as [Double?] {
      var scene = Scenario(lasting: 400)
      if let start { scene.session(from: start, to: start + 30) }
      scene.probes(at: [100, 101, 102])
      let report = scene.report()
      #expect(report.tunnels.contains { $0.family == .ipsec })
      #expect(report.findings.isEmpty)
    }
  }

  @Test("ESP whose keys IKE made is IPsec's, though the gateway serves TLS too")
  func besideIKE() {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let flow = Flow(client: Endpoint(Scenario.client, 500), server: Endpoint(Scenario.gateway, 500))
    scene.tell(.opened(Opening(id: HandshakeID(.ike, firstFrame: scene.frame(0.5)), flow: flow)), at: 0.5)
    scene.probes(at: [1, 2, 3])
    #expect(Set(scene.report().tunnels.map(\.family)) == [.tlsVPN, .ipsec])
  }

  @Test("a silence is a loss once the client goes on over TLS, and not while its data merely needs no answer")
  func lost() throws {
    for goesOn in [true, false] {
      var scene = Scenario(lasting: 200)
      scene.session(from: 0, to: 1.5)
      let attempt = scene.probes(at: [1])
      scene.data(attempt, from: .server, at: 1.1)
      scene.data(attempt, from: .client, at: 1.2)
      scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 81, packets: 30)
      if goesOn { scene.session(from: 85) }
      let finding = scene.report().finding(.tunnelLost)
      #expect((finding != nil) == goesOn)
      #expect(finding.map { $0.channel == .esp && $0.explanation.contains("went on over TLS") } ?? true)
    }
  }

  @Test("short requests behind the silence, as for a check of the client's host, are no fallback")
  func shortRequests() {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, to: 1.5)
    let attempt = scene.probes(at: [1])
    scene.data(attempt, from: .server, at: 1.1)
    scene.data(attempt, from: .client, at: 1.2)
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 81, packets: 30)
    scene.session(from: 85, to: 86)
    #expect(scene.report().finding(.tunnelLost) == nil)
  }

  @Test(
    "ESP that the gateway leaves for good while the same TLS connection goes on is lost",
    arguments: [(199.5, 30, true), (199.5, 9, false), (115, 30, false)])
  func lostBesideTLS(lastOverTLS: Double, packets: Int, isFound: Bool) {
    var scene = Scenario(lasting: 200)
    scene.session(from: 0, lastFromGateway: lastOverTLS)
    let attempt = scene.probes(at: [1])
    scene.data(attempt, from: .server, at: 1.1)
    scene.data(attempt, from: .client, at: 1.2)
    scene.silence(attempt, of: .server, lastHeard: 60, since: 60.5, until: 81, packets: packets)
    let finding = scene.report().finding(.tunnelLost)
    #expect((finding != nil) == isFound)
    #expect(finding.map { $0.channel == .esp && $0.confidence == .likely } ?? true)
  }

  @Test("two capture points show one tunnel with one ESP channel")
  func twoPoints() {
    let scenes = (0...1).map { point in
      var scene = Scenario(lasting: 60, point: point)
      scene.session(from: 0, random: 1)
      scene.probes(at: [1, 2, 3])
      return scene
    }
    let report = Scenario.report(of: scenes)
    #expect(report.tunnels.map(\.family) == [.tlsVPN])
    #expect(report.findings(.handshakeUnanswered).map(\.channel) == [.esp])
  }
}

@Suite("A client that takes another kind of tunnel")
struct DetourTests {
  /// IKE that gets no answer from second 10 on.
  private static func scene(tlsFrom start: Double?) -> Scenario {
    var scene = Scenario(lasting: 200)
    if let start { scene.session(from: start) }
    let flow = Flow(client: Endpoint(Scenario.client, 500), server: Endpoint(Scenario.gateway, 500))
    let id = HandshakeID(.ike, firstFrame: scene.frame(10))
    for second in [10.0, 14, 21] { scene.tell(.opened(Opening(id: id, flow: flow)), at: second) }
    return scene
  }

  @Test("IKE that fails and TLS that works after it are one story: users have a tunnel")
  func told() throws {
    let finding = try #require(Self.scene(tlsFrom: 50).report().finding(.handshakeUnanswered))
    #expect(finding.severity == .warning)
    #expect(finding.explanation.contains("went on over TLS to the same gateway (T2) 40 s after the first attempt"))
    #expect(finding.stopgap?.contains("T2") == true)
  }

  @Test("without TLS, or beside TLS that was there before, nothing took its place")
  func noDetour() throws {
    for start in [nil, 0] as [Double?] {
      let finding = try #require(Self.scene(tlsFrom: start).report().finding(.handshakeUnanswered))
      #expect(finding.severity == .error && finding.stopgap == nil)
    }
  }

  /// WireGuard that IPv6 does not answer from second 1 to 21, and WireGuard that works over IPv4.
  private static func scene(overIPv4At start: Double, beside others: Int = 0) -> Scenario {
    var scene = Scenario(lasting: 200)
    scene.client = "2001:db8::10"
    scene.gateway = "2001:db8:1::20"
    let attempt = scene.initiation(at: 1)
    for time in [6.0, 11, 16, 21] { scene.initiation(attempt, at: time) }
    for number in 0...others {
      scene.client = IPAddress(v4: 0xC633_640A + UInt32(number))
      scene.gateway = Scenario.gateway
      _ = scene.connect(at: start + Double(number))
    }
    return scene
  }

  @Test("IPv6 that fails and IPv4 that works right after it are one story")
  func otherVersion() throws {
    let finding = try #require(Self.scene(overIPv4At: 30).report().finding(.handshakeUnanswered))
    #expect(finding.severity == .warning)
    #expect(finding.explanation.contains("A tunnel over IPv4 (T2) begins 9 s after the last attempt over IPv6"))
    #expect(finding.stopgap?.contains("T2") == true)
  }

  @Test("IPv4 that was there before, came much later, or is one of several, took nobody's place")
  func noOtherVersion() throws {
    for scene in [Self.scene(overIPv4At: 0.5), Self.scene(overIPv4At: 100), Self.scene(overIPv4At: 30, beside: 1)] {
      #expect(try #require(scene.report().finding(.handshakeUnanswered)).severity == .error)
    }
  }
}

extension Scenario {
  /// ESP's packets of a client, from the first of its stream on.
  @discardableResult
  fileprivate mutating func probes(at times: [Double]) -> Attempt {
    let flow = Flow(client: Endpoint(client, 40_000), server: Endpoint(gateway, 4_501))
    let id = HandshakeID(.esp, firstFrame: frame(times[0]))
    for time in times { tell(.opened(Opening(id: id, flow: flow)), at: time) }
    return Attempt(id: id, flow: flow, random: .numbered(0))
  }
}
