import Correlation
import Observations
import Testing

@Suite("oversized-df")
struct OversizedDFTests {
  /// The capture of the inside network: no tunnel in sight.
  private static func inside(afterwards: Int = 0) -> Scenario {
    var scene = Scenario(lasting: 60)
    scene.tooBig(
      at: 10, mtu: 1347, length: 1418, from: Scenario.innerFlow.server, to: Scenario.innerFlow.client,
      reporter: "10.1.0.1")
    scene.oversized(
      from: Scenario.insideServer, to: Scenario.insideClient, mtu: 1347, largest: 1418, packets: 5,
      afterwards: afterwards, errors: 1, reporter: "10.1.0.1", firstError: 10)
    return scene
  }

  @Test("packets with DF that an ICMP error calls too large are found, with sizes, hosts and reporter")
  func found() throws {
    let finding = try #require(Self.inside().report().finding(.oversizedDF))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(finding.tunnel == nil)
    #expect(
      finding.values == [
        "mtu": 1347, "largest": 1418, "packets": 5, "reporter": "10.1.0.1", "source": "10.1.0.80",
        "destination": "10.8.0.5", "icmp_errors": 1,
      ])
    #expect(finding.frames == [9_991, 10_001])
    #expect(finding.remedies.first?.contains("lower the MSS of inner connections, or the tunnel's MTU") == true)
    #expect(!finding.remedies.contains { $0.contains("anyconnect") }, "no tunnel, so no product")
    #expect(finding.remedies.contains { $0.contains("1307") })
  }

  @Test("a sender that does not learn is told apart from one that does")
  func afterwards() throws {
    #expect(try #require(Self.inside().report().finding(.oversizedDF)).explanation.contains("obeyed"))
    #expect(try #require(Self.inside(afterwards: 3).report().finding(.oversizedDF)).explanation.contains("3 of them"))
  }

  /// An ICMP error about a packet towards a host that offered an MSS of 1460, and a path that carries 1500 bytes.
  private static func merged(
    length: Int, mtu: Int = 1500, afterwards: Int = 0, transport: TransportProtocol = .tcp
  ) -> Finding? {
    var scene = Scenario(lasting: 60)
    scene.tooBig(
      at: 10, mtu: mtu, length: length, from: Scenario.innerFlow.server, to: Scenario.innerFlow.client,
      reporter: "10.1.0.1", transport: transport, offeredMSS: 1460, offeredAt: 9)
    scene.oversized(
      from: Scenario.insideServer, to: Scenario.insideClient, mtu: mtu, largest: length, packets: 1,
      afterwards: afterwards, errors: 1, reporter: "10.1.0.1", firstError: 10)
    return scene.report().finding(.oversizedDF)
  }

  @Test("a packet larger than the MSS lets its sender make it was merged on the way, and no MTU or MSS helps")
  func mergedOnReceipt() throws {
    let finding = try #require(Self.merged(length: 1665))
    #expect(finding.severity == .warning && finding.confidence == .likely)
    #expect(finding.title.contains("a device merged"))
    #expect(finding.explanation.contains("MSS of 1460") && finding.explanation.contains("did not send them so"))
    #expect(finding.remedies.first?.contains("lro off gro off") == true)
    #expect(!finding.remedies.contains { $0.contains("lower the MSS") || $0.contains("Clamp") || $0.contains("clamp") })
    #expect(finding.frames == [10_001], "the packet that the error quotes never came past")
  }

  @Test("a full segment that does not fit, UDP, and what a sender goes on sending are the sender's own")
  func notMerged() throws {
    for finding in [
      Self.merged(length: 1500, mtu: 1400), Self.merged(length: 1665, mtu: 1400),
      Self.merged(length: 1665, transport: .udp),
      Self.merged(length: 1665, afterwards: 3),
    ] {
      #expect(try #require(finding).title.contains("do not fit the path MTU"))
      #expect(try #require(finding).confidence == .certain)
      #expect(!(try #require(finding).title.contains("merged")))
    }
  }

  @Test("for IPv6 the MSS that fits is 60 bytes less")
  func ipv6() throws {
    var scene = Scenario(lasting: 60)
    let server = Endpoint("2001:db8:2::80", 80)
    let client = Endpoint("2001:db8:8::5", 51_000)
    scene.tooBig(at: 10, mtu: 1347, length: 1418, from: server, to: client, reporter: "2001:db8:2::1")
    scene.oversized(
      from: server.address, to: client.address, mtu: 1347, largest: 1418, packets: 2, reporter: "2001:db8:2::1",
      firstError: 10)
    #expect(try #require(scene.report().finding(.oversizedDF)).remedies.contains { $0.contains("1287") })
  }

  @Test("a client's DTLS probe that is answered once and respected is only a note")
  func probe() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.tooBig(
      at: 2, mtu: 1400, length: 1500, from: attempt.flow.client, to: attempt.flow.server, reporter: Scenario.router,
      transport: .udp)
    scene.oversized(
      from: scene.client, to: scene.gateway, mtu: 1400, largest: 1500, packets: 1, reporter: Scenario.router,
      firstError: 2)
    let report = scene.report()
    let finding = try #require(report.finding(.oversizedDF))
    #expect(finding.severity == .note)
    #expect(finding.tunnel == "T1")
    #expect(report.problemRules == [])
    #expect(report.tunnels.first?.mtu.path == 1400)
  }

  @Test("a probe that is not respected is a warning")
  func probeNotRespected() throws {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    scene.tooBig(
      at: 2, mtu: 1400, length: 1500, from: attempt.flow.client, to: attempt.flow.server, reporter: Scenario.router,
      transport: .udp)
    scene.oversized(
      from: scene.client, to: scene.gateway, mtu: 1400, largest: 1500, packets: 30, afterwards: 29, errors: 1,
      reporter: Scenario.router, firstError: 2)
    #expect(try #require(scene.report().finding(.oversizedDF)).severity == .warning)
  }

  @Test("packets inside that are too large are a warning even where the sender obeys at once")
  func obeyedInside() throws {
    var scene = Scenario(lasting: 60)
    scene.tooBig(
      at: 10, mtu: 1347, length: 1418, from: Scenario.innerFlow.server, to: Scenario.innerFlow.client,
      reporter: "10.1.0.1", transport: .udp)
    scene.oversized(
      from: Scenario.insideServer, to: Scenario.insideClient, mtu: 1347, largest: 1418, packets: 1,
      reporter: "10.1.0.1", firstError: 10)
    #expect(try #require(scene.report().finding(.oversizedDF)).severity == .warning)
  }

  @Test("an error about packets that fit says nothing")
  func fits() {
    var scene = Scenario(lasting: 60)
    scene.tooBig(
      at: 10, mtu: 1500, length: 1400, from: Scenario.innerFlow.server, to: Scenario.innerFlow.client,
      reporter: "10.1.0.1")
    scene.oversized(
      from: Scenario.insideServer, to: Scenario.insideClient, mtu: 1500, largest: 1400, packets: 1,
      reporter: "10.1.0.1", firstError: 10)
    #expect(scene.report().findings(.oversizedDF).isEmpty)
  }

  @Test("an inside capture beside one tunnel counts the packets to it")
  func countedToTheTunnel() throws {
    var outside = Scenario(lasting: 60, point: 0, name: "outside.pcap")
    outside.session(from: 0)
    var inside = Scenario(lasting: 60, point: 1, name: "inside.pcap")
    inside.noteInnerConnection(at: 10)
    let finding = try #require(Scenario.report(of: [outside, inside]).finding(.oversizedDF))
    #expect(finding.tunnel == "T1")
    #expect(finding.explanation.contains("the only one that was up"))
    #expect(finding.remedies.first?.contains("anyconnect mtu 1347") == true)
  }

  @Test("beside two tunnels it is not guessed whose packets they are")
  func twoTunnels() throws {
    var outside = Scenario(lasting: 60, point: 0, name: "outside.pcap")
    outside.session(from: 0)
    outside.client = "198.51.100.77"
    outside.session(from: 1)
    var inside = Scenario(lasting: 60, point: 1, name: "inside.pcap")
    inside.noteInnerConnection(at: 10)
    #expect(try #require(Scenario.report(of: [outside, inside]).finding(.oversizedDF)).tunnel == nil)
  }
}
