import Correlation
import Observations
import Testing

@Suite("packet-loss")
struct PacketLossTests {
  private static func tunnel(client: (packets: Int, missing: Int?), server: (packets: Int, missing: Int?)) -> Scenario {
    var scene = Scenario(lasting: 120)
    let attempt = scene.connect(at: 1)
    scene.summary(
      attempt, from: 1, to: 100, client: PayloadTotals(packets: client.packets, missing: client.missing),
      server: PayloadTotals(packets: server.packets, missing: server.missing))
    return scene
  }

  @Test("gaps in the counters of one direction are found, with its side")
  func found() throws {
    let report = Self.tunnel(client: (180, 20), server: (500, 0)).peerReport()
    let finding = try #require(report.finding(.packetLoss))
    #expect(finding.severity == .note, "counters do not say how large the missing packets were")
    #expect(finding.confidence == .certain)
    #expect(finding.values == ["port": 51_820, "lost": 20, "of": 200, "direction": "client to gateway"])
    #expect(finding.frames == [1001])
    #expect(report.tunnels.first?.channel(.wireguard)?.data.lostPackets == 20)
  }

  @Test("of two lossy directions the worse one is reported")
  func worse() throws {
    let finding = try #require(Self.tunnel(client: (190, 10), server: (160, 40)).peerReport().finding(.packetLoss))
    #expect(finding.values["direction"] == "gateway to client")
    #expect(finding.values["lost"] == 40)
  }

  @Test("a hundredth of the packets is ordinary loss, more is found", arguments: [(2, false), (3, true)])
  func share(missing: Int, isFound: Bool) {
    let report = Self.tunnel(client: (200 - missing, missing), server: (200, 0)).peerReport()
    #expect((report.finding(.packetLoss) != nil) == isFound)
  }

  @Test("a small share of fewer than 100 packets says nothing", arguments: [(99, false), (100, true)])
  func few(packets: Int, isFound: Bool) {
    let report = Self.tunnel(client: (packets - 5, 5), server: (10, 0)).peerReport()
    #expect((report.finding(.packetLoss) != nil) == isFound)
  }

  @Test("a tenth and more needs ten lost packets only", arguments: [(9, false), (10, true)])
  func large(missing: Int, isFound: Bool) {
    let report = Self.tunnel(client: (30, missing), server: (10, 0)).peerReport()
    #expect((report.finding(.packetLoss) != nil) == isFound)
  }

  @Test("from a tenth on users notice", arguments: [(19, false), (20, true)])
  func noticeable(missing: Int, isNoticed: Bool) throws {
    let report = Self.tunnel(client: (200 - missing, missing), server: (200, 0)).peerReport()
    #expect(try #require(report.finding(.packetLoss)).isNoticeable == isNoticed)
  }

  @Test("a channel without counters in clear shows no loss")
  func noCounters() {
    let report = Self.tunnel(client: (180, nil), server: (500, nil)).peerReport()
    #expect(report.rules == [])
    #expect(report.tunnels.first?.channel(.wireguard)?.data.lostPackets == nil)
  }

  /// What the client's and the gateway's capture point miss of the client's 200 packets and of the gateway's 500.
  private static func report(client: (here: Int, there: Int), server: (here: Int, there: Int)) -> Report {
    let scenes = [
      ("client.pcap", 0.0, client.here, server.here), ("gateway.pcap", 0.04, client.there, server.there),
    ].enumerated().map { point, seen in
      let (name, delay, ofClient, ofServer) = seen
      var scene = Scenario(lasting: 120, point: point, name: name, delay: delay)
      let attempt = scene.connect(at: 1, random: 1)
      scene.summary(
        attempt, from: 1, to: 100, client: PayloadTotals(packets: 200 - ofClient, missing: ofClient),
        server: PayloadTotals(packets: 500 - ofServer, missing: ofServer))
      return scene
    }
    return Scenario.report(of: scenes, families: Scenario.peers)
  }

  @Test("captures of both ends name the stretch that loses packets, in either direction")
  func stretch() throws {
    let towardsGateway = try #require(Self.report(client: (0, 30), server: (0, 0)).finding(.packetLoss))
    #expect(
      towardsGateway.title == "15% of the client's WireGuard packets are lost between client.pcap and gateway.pcap")
    #expect(towardsGateway.place == "between client.pcap and gateway.pcap")
    #expect(towardsGateway.values["direction"] == "client to gateway")
    #expect(towardsGateway.evidence.first?.frame?.capture == 1, "where they are missing")
    #expect(!towardsGateway.remedies.contains { $0.contains("Compare") }, "both ends are there")
    let towardsClient = try #require(Self.report(client: (0, 0), server: (100, 0)).finding(.packetLoss))
    #expect(towardsClient.title.hasSuffix("between gateway.pcap and client.pcap"))
  }

  @Test("packets that both captures miss were lost before the first of them")
  func before() throws {
    let finding = try #require(Self.report(client: (30, 32), server: (0, 0)).finding(.packetLoss))
    #expect(finding.title.hasSuffix("are lost before the capture point"))
    #expect(finding.place == nil)
  }

  @Test("a point whose capture left most packets out does not hide what another one shows")
  func leftOut() throws {
    let finding = try #require(Self.report(client: (20, 150), server: (0, 0)).finding(.packetLoss))
    #expect(finding.values["lost"] == 20)
  }

  @Test("packets that the capturing host dropped are missing in the capture only")
  func dropped() throws {
    var scene = Self.tunnel(client: (180, 20), server: (500, 0))
    scene.capture.droppedPackets = 7
    let report = scene.peerReport()
    let finding = try #require(report.finding(.packetLoss))
    #expect(finding.severity == .note)
    #expect(finding.confidence == .possible)
    #expect(report.problemRules == [])
  }
}
