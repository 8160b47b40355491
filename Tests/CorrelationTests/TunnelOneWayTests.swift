import Correlation
import Observations
import Testing

@Suite("tunnel-one-way")
struct TunnelOneWayTests {
  /// A tunnel at both ends; the client hears nothing of the gateway from 60 on.
  ///
  /// - Parameters:
  ///   - last: When the gateway's own capture saw its last packet.
  ///   - until: How long the client's silence lasts.
  ///   - arriving: When the gateway's capture saw the client's last packet; nil for when the client sent it.
  private static func points(
    gatewaySendsUntil last: Double, until: Double = 95, clientArrivesUntil arriving: Double? = nil
  ) -> [Scenario] {
    var client = Scenario(lasting: 120, point: 0, name: "client.pcap")
    var gateway = Scenario(lasting: 120, point: 1, name: "gateway.pcap", delay: 0.04)
    let here = client.connect(at: 1, random: 1)
    let there = gateway.connect(at: 1, random: 1)
    client.silence(here, of: .server, lastHeard: 60, since: 60, until: until, packets: 40)
    client.summary(
      here, from: 1, to: until, client: PayloadTotals(packets: 90, last: client.time(until)),
      server: PayloadTotals(packets: 50, last: client.time(60)))
    gateway.summary(
      there, from: 1, to: 100, client: PayloadTotals(packets: 90, last: gateway.time(arriving ?? until)),
      server: PayloadTotals(packets: 90, last: gateway.time(last)))
    return [client, gateway]
  }

  private static func report(_ scenes: [Scenario]) -> Report {
    Scenario.report(of: scenes, families: Scenario.peers)
  }

  @Test("a side that is not heard at one point while the other shows its packets: its direction is dead")
  func found() throws {
    let report = Self.report(Self.points(gatewaySendsUntil: 94))
    let finding = try #require(report.finding(.tunnelOneWay))
    #expect(finding.severity == .note, "the loss is what users feel")
    #expect(finding.confidence == .certain)
    #expect(finding.values == ["port": 51_820, "dead_direction": "gateway to client"])
    #expect(finding.frames == [60_001, 70_001])
    #expect(report.problemRules == [.tunnelLost])
  }

  @Test("a side that stopped sending leaves no direction dead")
  func stopped() {
    let report = Self.report(Self.points(gatewaySendsUntil: 60))
    #expect(report.findings(.tunnelOneWay).isEmpty)
    #expect(report.finding(.tunnelLost) != nil)
  }

  @Test("a path that is dead in both directions is no dead direction, and the loss says between which points")
  func bothDirections() throws {
    let report = Self.report(Self.points(gatewaySendsUntil: 94, clientArrivesUntil: 60))
    #expect(report.findings(.tunnelOneWay).isEmpty)
    let lost = try #require(report.finding(.tunnelLost))
    #expect(lost.place == "between client.pcap and gateway.pcap, in both directions")
  }

  @Test("where what the client sends arrives and no answer leaves, the gateway is to be asked and not the path")
  func silentGateway() throws {
    let lost = try #require(Self.report(Self.points(gatewaySendsUntil: 60)).finding(.tunnelLost))
    #expect(lost.place == "at the gateway or behind gateway.pcap: packets arrive there, and no answer leaves")
    #expect(
      lost.explanation.hasSuffix("From then on what the client sends reaches gateway.pcap, and no answer leaves it."))
  }

  @Test("a gateway whose capture shows nothing of the client any more is not reached")
  func towardsGateway() throws {
    let lost = try #require(
      Self.report(Self.points(gatewaySendsUntil: 60, clientArrivesUntil: 60)).finding(.tunnelLost))
    #expect(lost.place == "between client.pcap and gateway.pcap, on the way to the gateway")
  }

  @Test("packets that were on their way when the silence began prove nothing")
  func onTheirWay() {
    #expect(Self.report(Self.points(gatewaySendsUntil: 61.9)).findings(.tunnelOneWay).isEmpty)
  }

  @Test("one point alone cannot say which direction is dead")
  func onePoint() {
    let report = Self.report([Self.points(gatewaySendsUntil: 94)[0]])
    #expect(report.findings(.tunnelOneWay).isEmpty)
    #expect(report.finding(.tunnelLost) != nil)
  }

  @Test("a silence that ended is no dead direction")
  func heardAgain() {
    var scenes = Self.points(gatewaySendsUntil: 110)
    let here = Scenario.Attempt(
      id: HandshakeID(.wireguard, firstFrame: scenes[0].frame(1)),
      flow: Flow(client: Endpoint(Scenario.client, 40_001), server: Endpoint(Scenario.gateway, 51_820)),
      random: .numbered(2001))
    scenes[0].heardAgain(here, .server, since: 60, at: 96)
    #expect(Self.report(scenes).rules == [])
  }
}
