import Correlation
import Observations
import Testing

@Suite("several capture points")
struct CapturePointTests {
  /// Captures at the client and at the gateway, 40 ms apart; the gateway's clock is ahead.
  private static func points(
    clockAhead: Double = 0, translated: IPAddress? = nil
  ) -> (client: Scenario, gateway: Scenario) {
    var client = Scenario(lasting: 120, point: 0, name: "client.pcap")
    var gateway = Scenario(
      lasting: 120, point: 1, name: "gateway.pcap", clockAhead: clockAhead, delay: 0.04,
      client: translated ?? Scenario.client)
    client.session(from: 0, random: 1)
    gateway.session(from: 0, random: 1)
    return (client, gateway)
  }

  // MARK: Clocks

  @Test(
    "how far the clocks are apart is estimated from hellos and answers, and times are corrected",
    arguments: [
      0, 90, -3600.5,
    ])
  func clocks(ahead: Double) throws {
    var (client, gateway) = Self.points(clockAhead: ahead)
    client.hellos(at: [1, 2, 4, 8], random: 1)
    gateway.hellos(at: [1, 2, 4, 8], random: 1)
    let report = Scenario.report(of: [client, gateway])
    let offset = try #require(report.clockOffsets.first)
    #expect(report.clockOffsets.count == 1)
    #expect(offset.point == 1 && offset.reference == 0)
    #expect(abs(offset.seconds - ahead) < 1e-9)
    #expect(offset.matches == 1, "the unanswered hellos cannot tell the path's delay from the offset")
    let finding = try #require(report.finding(.handshakeUnanswered))
    #expect(finding.evidence.allSatisfy { $0.time.map { abs($0.seconds(since: .second(0))) < 9 } ?? false })
  }

  @Test("a clock that drifts is followed over a long capture", arguments: [80, -120.0])
  func drift(partsPerMillion: Double) throws {
    var client = Scenario(lasting: 3_600, point: 0, name: "client.pcap")
    var gateway = Scenario(lasting: 3_600, point: 1, name: "gateway.pcap", clockAhead: 5, delay: 0.04)
    gateway.driftPartsPerMillion = partsPerMillion
    for number in 0..<12 {
      let start = Double(number) * 290
      client.session(from: start, to: start + 289.9, random: number + 1)
      gateway.session(from: start, to: start + 289.9, random: number + 1)
    }
    let report = Scenario.report(of: [client, gateway])
    let offset = try #require(report.clockOffsets.first)
    #expect(abs(offset.driftPartsPerMillion - partsPerMillion) < 0.5)
    #expect(report.tunnels.count == 1)
    #expect(report.tunnels.first?.tls.sessions.count == 12)
  }

  @Test("a short capture shows no drift")
  func noDrift() throws {
    let (client, gateway) = Self.points(clockAhead: 12.25)
    #expect(try #require(Scenario.report(of: [client, gateway]).clockOffsets.first).driftPartsPerMillion == 0)
  }

  @Test("with answers at both points the path's delay does not count")
  func symmetric() throws {
    let (client, gateway) = Self.points(clockAhead: 12.25)
    let offset = try #require(Scenario.report(of: [client, gateway]).clockOffsets.first)
    #expect(abs(offset.seconds - 12.25) < 1e-9)
  }

  @Test("hellos alone give an estimate that is off by the path's delay")
  func hellosOnly() throws {
    var client = Scenario(lasting: 60, point: 0, name: "client.pcap")
    var gateway = Scenario(lasting: 60, point: 1, name: "gateway.pcap", clockAhead: 12.25, delay: 0.04)
    client.hellos(at: [1, 2, 4, 8], random: 1)
    gateway.hellos(at: [1, 2, 4, 8], random: 1)
    let offset = try #require(Scenario.report(of: [client, gateway]).clockOffsets.first)
    #expect(abs(offset.seconds - 12.29) < 1e-9)
    #expect(offset.matches == 1)
  }

  @Test("evidence from a point whose clock is wrong is told in the report's time")
  func correctedEvidence() throws {
    var (client, gateway) = Self.points(clockAhead: 500)
    gateway.fragments(from: gateway.client, to: gateway.gateway, ports: (40_001, 443), at: 30)
    client.capture.packets = 1000
    let finding = try #require(Scenario.report(of: [client, gateway]).finding(.tunnelFragmentation))
    #expect(abs(try #require(finding.evidence.first?.time).seconds(since: .second(30))) < 1e-6)
    #expect(finding.evidence.first?.frame?.capture == 1)
  }

  @Test("points that share no hello are not compared")
  func nothingShared() {
    var client = Scenario(lasting: 60, point: 0)
    client.session(from: 0, random: 1)
    var gateway = Scenario(lasting: 60, point: 1, clockAhead: 100)
    gateway.session(from: 0, random: 2)
    #expect(Scenario.report(of: [client, gateway]).clockOffsets.isEmpty)
  }

  @Test("a single point has nothing to compare")
  func single() { #expect(Self.points().client.report().clockOffsets.isEmpty) }

  // MARK: Where packets disappear

  @Test("a tunnel seen at both ends is one tunnel with one session")
  func oneTunnel() {
    let (client, gateway) = Self.points()
    let report = Scenario.report(of: [client, gateway])
    #expect(report.tunnels.count == 1)
    #expect(report.tunnels.first?.tls.sessions.count == 1)
    #expect(report.rules == [])
  }

  @Test("hellos that leave the client and never reach the gateway are dropped in between")
  func hellosVanish() throws {
    var (client, gateway) = Self.points()
    client.hellos(at: [1, 2, 4, 8], random: 1)
    gateway.capture.packets = 500
    let finding = try #require(Scenario.report(of: [client, gateway]).finding(.handshakeUnanswered))
    #expect(finding.explanation.contains("leave client.pcap and never reach gateway.pcap"))
  }

  @Test("hellos that reach the gateway and get no answer are said to reach it")
  func hellosArrive() throws {
    var (client, gateway) = Self.points()
    client.hellos(at: [1, 2, 4, 8], random: 1)
    gateway.hellos(at: [1, 2, 4, 8], random: 1)
    let finding = try #require(Scenario.report(of: [client, gateway]).finding(.handshakeUnanswered))
    #expect(finding.explanation.contains("do reach gateway.pcap; no answer leaves it"))
    #expect(finding.values["hellos"] == 4)
  }

  @Test("the evidence is from the client's capture, whichever file was named first", arguments: [false, true])
  func evidenceFromClient(gatewayFirst: Bool) throws {
    var client = Scenario(lasting: 120, point: gatewayFirst ? 1 : 0, name: "client.pcap")
    var gateway = Scenario(lasting: 120, point: gatewayFirst ? 0 : 1, name: "gateway.pcap", delay: 0.04)
    for index in [0, 1] {
      var scene = index == 0 ? client : gateway
      scene.session(from: 0, random: 1)
      scene.hellos(at: [1, 2, 4, 8], random: 1)
      if index == 0 { client = scene } else { gateway = scene }
    }
    let finding = try #require(Scenario.report(of: [client, gateway]).finding(.handshakeUnanswered))
    #expect(finding.evidence.allSatisfy { $0.frame?.capture == client.point })
  }

  @Test("answers that leave the gateway and never reach the client are named")
  func answersVanish() throws {
    var (client, gateway) = Self.points()
    client.hellos(at: [1, 2, 4, 8], random: 1)
    let attempt = gateway.hellos(at: [1, 2, 4, 8], random: 1)
    for time in [1.05, 2.05, 4.05, 8.05] { gateway.gatewaySends(.helloVerifyRequest, attempt, at: time) }
    let finding = try #require(Scenario.report(of: [client, gateway]).finding(.handshakeUnanswered))
    #expect(finding.explanation.contains("answers are in gateway.pcap and never reach client.pcap"))
  }

  @Test("an ICMP error that only one point sees refuses the attempt for all")
  func refusalAtOnePoint() throws {
    var (client, gateway) = Self.points()
    let attempt = client.hellos(at: [1, 2, 4], random: 1)
    client.refuse(attempt, at: 1.02, code: 13, reporter: Scenario.router)
    gateway.capture.packets = 500
    #expect(Scenario.report(of: [client, gateway]).finding(.handshakeRefused) != nil)
  }

  // MARK: Address translation

  @Test("a tunnel behind address translation is one tunnel, known by its ClientHello random")
  func translation() throws {
    var (client, gateway) = Self.points(translated: "192.0.2.44")
    client.hellos(at: [1, 2, 4, 8], random: 1)
    gateway.hellos(at: [1, 2, 4, 8], random: 1)
    let report = Scenario.report(of: [client, gateway])
    let tunnel = try #require(report.tunnels.first)
    #expect(report.tunnels.count == 1)
    #expect(tunnel.client == Scenario.client)
    #expect(tunnel.translatedClients == ["192.0.2.44"])
    #expect(tunnel.dtls.handshakes.count == 1)
  }

  @Test(
    "which point is the client's is seen by the hops that its packets have to go, also where the gateway's capture lacks an answer"
  )
  func translationByHops() throws {
    var client = Scenario(lasting: 60, point: 0, name: "client.pcap")
    var gateway = Scenario(lasting: 60, point: 1, name: "gateway.pcap", client: "192.0.2.44")
    for (number, second) in [1.0, 5, 9].enumerated() {
      let sent = client.initiation(at: second, random: number)
      client.answer(sent, at: second + 0.1)
      client.summary(sent, from: second, to: second + 0.1, nextTo: .client)
      let received = gateway.initiation(at: second, random: number)
      if second < 9 { gateway.answer(received, at: second + 0.1) }
      gateway.summary(received, from: second, to: second + 0.1, nextTo: .server)
    }
    let report = Scenario.report(of: [client, gateway], families: Scenario.peers)
    #expect(report.tunnels.map(\.client) == [Scenario.client])
    #expect(report.tunnels.first?.translatedClients == ["192.0.2.44"])
  }

  @Test(
    "a gateway that has another address than clients know is one gateway, also in attempts that only its own capture shows"
  )
  func translatedGateway() throws {
    var client = Scenario(lasting: 60, point: 0, name: "client.pcap")
    var gateway = Scenario(lasting: 90, point: 1, name: "gateway.pcap")
    gateway.gateway = "10.0.0.5"
    for (number, second) in [1.0, 5, 70].enumerated() {
      if second < 60 { client.answer(client.initiation(at: second, random: number), at: second + 0.1) }
      gateway.answer(gateway.initiation(at: second, random: number), at: second + 0.1)
    }
    let report = Scenario.report(of: [client, gateway], families: Scenario.peers)
    let tunnel = try #require(report.tunnels.first)
    #expect(report.tunnels.count == 1)
    #expect(tunnel.gateway == Scenario.gateway)
    #expect(tunnel.translatedGateways == ["10.0.0.5"])
    #expect(tunnel.comparison.contains { $0.contains("10.0.0.5 in gateway.pcap") })
  }

  @Test("two clients behind one translated address are two tunnels, each with its own attempts")
  func twoClientsTranslated() throws {
    var (client, gateway) = Self.points(translated: "192.0.2.44")
    client.hellos(at: [1, 2, 4, 8], random: 1)
    gateway.hellos(at: [1, 2, 4, 8], random: 1)
    client.client = "198.51.100.11"
    client.session(from: 20, random: 2)
    gateway.session(from: 20, random: 2)
    client.hellos(at: [21, 22, 24, 28], random: 2)
    gateway.hellos(at: [21, 22, 24, 28], random: 2)
    let report = Scenario.report(of: [client, gateway])
    #expect(report.tunnels.map(\.client) == ["198.51.100.10", "198.51.100.11"])
    #expect(report.tunnels.allSatisfy { $0.dtls.handshakes.count == 1 })
    #expect(report.findings(.handshakeUnanswered).count == 2)
  }

  // MARK: Several tunnels

  @Test("each tunnel has its own verdict")
  func severalTunnels() throws {
    var scene = Scenario(lasting: 120)
    scene.session(from: 0)
    scene.hellos(at: [1, 2, 4, 8])
    scene.client = "198.51.100.11"
    scene.session(from: 10)
    let attempt = scene.hello(at: 11)
    scene.establish(attempt, at: 11.1)
    let report = scene.report()
    #expect(report.tunnels.map(\.id) == ["T1", "T2"])
    #expect(report.tunnels.map(\.dtls.outcome) == [.unanswered, .established])
    #expect(report.findings.map(\.tunnel) == ["T1"])
  }

  @Test("a tunnel to another gateway is another tunnel")
  func twoGateways() {
    var scene = Scenario(lasting: 120)
    scene.session(from: 0)
    scene.gateway = "203.0.113.21"
    scene.session(from: 10)
    #expect(scene.report().tunnels.map(\.gateway) == ["203.0.113.20", "203.0.113.21"])
  }

  // MARK: Determinism

  @Test("the order in which points are absorbed changes nothing")
  func anyOrder() {
    var (client, gateway) = Self.points(clockAhead: 7)
    client.hellos(at: [1, 2, 4, 8], random: 1)
    let attempt = gateway.hellos(at: [1, 2, 4, 8], random: 1)
    gateway.gatewaySends(.helloVerifyRequest, attempt, at: 1.05)
    var inside = Scenario(lasting: 120, point: 2, name: "inside.pcap")
    inside.noteInnerConnection(at: 30)
    inside.stuck(
      Flow(client: Endpoint(Scenario.insideClient, 52_000), server: Endpoint("10.1.0.81", 80)), from: 40, to: 50)
    let scenes = [client, gateway, inside]
    let expected = Scenario.report(of: scenes)
    #expect(expected.findings.count >= 4)
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      var correlator = Correlator(families: Scenario.families)
      for index in order { correlator.absorb(scenes[index].observations) }
      #expect(correlator.report(captures: order.map { scenes[$0].capture }) == expected)
    }
  }

  @Test("points whose observations come mixed give the same report")
  func interleaved() {
    var (client, gateway) = Self.points(clockAhead: 7)
    client.hellos(at: [1, 2, 4, 8], random: 1)
    gateway.hellos(at: [1, 2, 4, 8], random: 1)
    var correlator = Correlator(families: Scenario.families)
    let (here, there) = (client.observations, gateway.observations)
    for index in 0..<max(here.count, there.count) {
      if index < there.count { correlator.absorb(there[index]) }
      if index < here.count { correlator.absorb(here[index]) }
    }
    #expect(
      correlator.report(captures: [client.capture, gateway.capture]) == Scenario.report(of: [client, gateway]))
  }

  @Test("a report may be asked for at any time, twice, and changes nothing")
  func twice() {
    let scene = ReconnectCycleTests.everyMinute()
    var correlator = Correlator(families: Scenario.families)
    for observation in scene.observations {
      correlator.absorb(observation)
      _ = correlator.report(captures: [scene.capture])
    }
    #expect(correlator.report(captures: [scene.capture]) == scene.report())
  }

  // MARK: Several points in one file

  private static let outside = IPAddress(v4: 0xCB00_7105)

  /// One file with the inside and the outside of an address translation, each packet a moment later outside.
  private static func bothSides(after delay: Double) -> [Scenario] {
    var inside = Scenario(lasting: 120, name: "firewall.pcap")
    var outside = Scenario(lasting: 120, name: "firewall.pcap", delay: delay, client: Self.outside)
    for random in 1...2 {
      inside.session(from: Double(random) * 10, random: random)
      outside.session(from: Double(random) * 10, random: random)
    }
    inside.hellos(at: [21, 22, 24, 28], random: 3)
    outside.hellos(at: [21, 22, 24, 28], random: 3)
    return [inside, outside]
  }

  @Test("inside and outside of an address translation in one file are one tunnel, seen at two points")
  func divided() throws {
    let scenes = Self.bothSides(after: 0.001)
    let report = Scenario.report(of: scenes)
    let tunnel = try #require(report.tunnels.first)
    #expect(report.tunnels.count == 1)
    #expect(tunnel.client == Scenario.client)
    #expect(tunnel.translatedClients == [Self.outside])
    #expect(tunnel.tls.sessions.count == 2)
    #expect(report.clockOffsets.isEmpty)
    let unanswered = report.findings.filter { $0.rule == .handshakeUnanswered }
    #expect(unanswered.count == 1)
    #expect(tunnel.comparison.contains { $0.contains("beyond the address translation") })
  }

  @Test(
    "of openings that do not arrive at first, the repetition that does shows the translation; the gateway's own do not count"
  )
  func dividedByRepetition() throws {
    var inside = Scenario(lasting: 60)
    var outside = Scenario(lasting: 60, client: Self.outside)
    let sent = inside.initiation(at: 1, random: 1)
    for second in [6.0, 11] { inside.initiation(sent, at: second) }
    outside.answer(outside.initiation(at: 11.001, random: 1), at: 11.1)
    _ = outside.initiation(at: 20, by: .server)
    _ = outside.initiation(at: 30, by: .server)
    let report = Scenario.report(of: [inside, outside], families: Scenario.peers)
    #expect(report.tunnels.map(\.client) == [Scenario.client])
    #expect(report.tunnels.first?.translatedClients == [Self.outside])
  }

  @Test("the same opening from another address a second later is no translation: the client moved")
  func moved() {
    #expect(Scenario.report(of: Self.bothSides(after: 1)).tunnels.count == 2)
  }
}
