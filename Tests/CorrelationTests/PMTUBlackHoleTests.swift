import Correlation
import Observations
import Testing

@Suite("pmtu-black-hole")
struct PMTUBlackHoleTests {
  private static func flow(_ port: UInt16) -> Flow {
    Flow(client: Endpoint(Scenario.insideClient, port), server: Endpoint(Scenario.insideServer, 80))
  }

  @Test("large DF segments that are never acknowledged while small ones are: a black hole")
  func found() throws {
    var scene = Scenario(lasting: 60)
    scene.stuck(Self.flow(51_001), retransmissions: 5, from: 10, to: 20, largestDelivered: 600)
    scene.stuck(Self.flow(51_002), length: 1400, retransmissions: 4, from: 12, to: 18, largestDelivered: 900)
    let finding = try #require(scene.report().finding(.pmtuBlackHole))
    #expect(finding.severity == .error)
    #expect(finding.confidence == .certain)
    #expect(
      finding.values == [
        "largest_delivered": 900, "smallest_lost": 1400, "flows": 2, "retransmissions": 9, "source": "10.1.0.80",
        "destination": "10.8.0.5",
      ])
    #expect(Set(finding.frames) == [10_001, 20_001, 12_001, 18_001])
    #expect(finding.remedies.count { $0.contains("ICMP") } == 1)
  }

  @Test("a single connection makes it likely")
  func oneFlow() throws {
    var scene = Scenario(lasting: 60)
    scene.stuck(Self.flow(51_001), from: 10, to: 20)
    #expect(try #require(scene.report().finding(.pmtuBlackHole)).confidence == .likely)
  }

  @Test("a segment that is told twice is one segment")
  func toldTwice() throws {
    var scene = Scenario(lasting: 60)
    scene.stuck(Self.flow(51_001), retransmissions: 3, from: 10, to: 13)
    scene.stuck(Self.flow(51_001), retransmissions: 6, from: 10, to: 40)
    let finding = try #require(scene.report().finding(.pmtuBlackHole))
    #expect(finding.values["retransmissions"] == 6)
    #expect(finding.values["flows"] == 1)
  }

  @Test("a segment that is acknowledged in the end is ordinary loss")
  func acknowledged() {
    var scene = Scenario(lasting: 60)
    scene.stuck(Self.flow(51_001), retransmissions: 3, from: 10, to: 13)
    scene.stuck(Self.flow(51_001), retransmissions: 4, from: 10, to: 17, acknowledged: true)
    #expect(scene.report().findings(.pmtuBlackHole).isEmpty)
  }

  @Test("a receiver that is not heard at all is dead, not behind a black hole")
  func deadReceiver() {
    var scene = Scenario(lasting: 60)
    scene.stuck(Self.flow(51_001), from: 10, to: 20, receiverAlive: false)
    #expect(scene.report().findings(.pmtuBlackHole).isEmpty)
  }

  @Test("packets that may be fragmented meet no black hole")
  func withoutDF() {
    var scene = Scenario(lasting: 60)
    scene.stuck(Self.flow(51_001), dontFragment: false, from: 10, to: 20)
    #expect(scene.report().findings(.pmtuBlackHole).isEmpty)
  }

  @Test("a segment no larger than one that arrived is lost for another reason")
  func notLarger() {
    var scene = Scenario(lasting: 60)
    scene.stuck(Self.flow(51_001), length: 1418, from: 10, to: 20, largestDelivered: 1418)
    #expect(scene.report().findings(.pmtuBlackHole).isEmpty)
  }

  @Test("a small segment is no matter of MTU", arguments: [(576, false), (577, true)])
  func small(length: Int, isFound: Bool) {
    var scene = Scenario(lasting: 60)
    scene.stuck(Self.flow(51_001), length: length, from: 10, to: 20, largestDelivered: 100)
    #expect(scene.report().findings(.pmtuBlackHole).isEmpty != isFound)
  }

  @Test("retransmissions within less than a second are fast ones, not a hang")
  func fast() {
    var scene = Scenario(lasting: 60)
    scene.stuck(Self.flow(51_001), from: 10, to: 10.9)
    #expect(scene.report().findings(.pmtuBlackHole).isEmpty)
  }

  @Test("an ICMP error that explains it makes it oversized-df instead")
  func explained() {
    var scene = Scenario(lasting: 60)
    scene.noteInnerConnection(at: 9)
    scene.stuck(Scenario.innerFlow, from: 10, to: 20)
    let report = scene.report()
    #expect(report.findings(.pmtuBlackHole).isEmpty)
    #expect(report.finding(.oversizedDF) != nil)
  }

  @Test("the same path seen at two points is one finding")
  func twoPoints() {
    var near = Scenario(lasting: 60, point: 0, name: "near.pcap")
    near.stuck(Self.flow(51_001), from: 10, to: 20)
    var far = Scenario(lasting: 60, point: 1, name: "far.pcap")
    far.stuck(Self.flow(51_001), from: 10, to: 20)
    #expect(Scenario.report(of: [near, far]).finding(.pmtuBlackHole) != nil)
  }
}
