import Correlation
import Observations
import Testing

@Suite("reports on some tunnels only")
struct NarrowingTests {
  private static let second: IPAddress = "198.51.100.11"
  private static let translated: IPAddress = "192.0.2.77"

  private static func narrowing(clients: [IPAddress] = [], gateways: [IPAddress] = []) -> Narrowing {
    Narrowing(
      tunnels: TunnelSelection(clients: clients.map { IPPrefix($0) }, gateways: gateways.map { IPPrefix($0) }))
  }

  private static func report(_ scenes: [Scenario], _ narrowing: Narrowing?) -> Report {
    var correlator = Correlator(families: Scenario.families)
    for scene in scenes { correlator.absorb(scene.observations) }
    return correlator.report(captures: scenes.map(\.capture), narrowedTo: narrowing)
  }

  /// Two clients of one gateway at one point: the first one's DTLS is never answered, the second one's works, and its
  /// outer path carries 1400 bytes only.
  private static var twoClients: Scenario {
    var scene = Scenario(lasting: 120)
    scene.session(from: 0)
    scene.hellos(at: [1, 2, 4, 8])
    scene.client = second
    scene.session(from: 3)
    let attempt = scene.hello(at: 4)
    scene.establish(attempt, at: 4.1)
    scene.tooBig(
      at: 50, mtu: 1400, length: 1500, from: Endpoint(second, 50_003), to: Endpoint(Scenario.gateway, 443),
      reporter: Scenario.router)
    scene.oversized(
      from: second, to: Scenario.gateway, mtu: 1400, largest: 1500, packets: 9, afterwards: 5,
      reporter: Scenario.router, firstError: 50)
    return scene
  }

  @Test("only what is about the selected tunnels is found, and only they count")
  func findings() {
    let whole = Self.report([Self.twoClients], nil)
    #expect(whole.tunnels.count == 2)
    #expect(Set(whole.problemRules) == [.handshakeUnanswered, .oversizedDF])

    let first = Self.report([Self.twoClients], Self.narrowing(clients: [Scenario.client]))
    #expect(first.tunnels == whole.tunnels.filter { $0.client == Scenario.client })
    #expect(first.problemRules == [.handshakeUnanswered])
    #expect(first.timeline.allSatisfy { $0.tunnel == first.tunnels.first?.id && $0.kind != .icmp })
    #expect(first.narrowing?.otherTunnels == 1)

    let other = Self.report([Self.twoClients], Self.narrowing(clients: [Self.second]))
    #expect(other.tunnels.map(\.id) == ["T2"], "a tunnel keeps its name")
    #expect(other.problemRules == [.oversizedDF])
    #expect(other.findings.map(\.id) == ["F1"])
    #expect(other.timeline.contains { $0.kind == .icmp && $0.tunnel == "T2" })
  }

  @Test("nobody selected is nothing found, and nothing wrong")
  func nobody() {
    let report = Self.report([Self.twoClients], Self.narrowing(clients: ["192.0.2.200"]))
    #expect(report.tunnels.isEmpty && report.findings.isEmpty && report.timeline.isEmpty)
    #expect(!report.hasProblems)
    #expect(report.narrowing?.otherTunnels == 2)
  }

  @Test("client and gateway must both be right, one of each kind is enough")
  func both() {
    let tunnels: (Narrowing) -> Int = { Self.report([Self.twoClients], $0).tunnels.count }
    #expect(tunnels(Self.narrowing(clients: [Scenario.client], gateways: [Scenario.gateway])) == 1)
    #expect(tunnels(Self.narrowing(clients: [Scenario.client], gateways: ["203.0.113.99"])) == 0)
    #expect(tunnels(Self.narrowing(clients: [Scenario.client, Self.second])) == 2)
    #expect(tunnels(Self.narrowing(gateways: [Scenario.gateway, "203.0.113.99"])) == 2)
  }

  @Test("a client behind translation is selected by either address, with what both points show")
  func translation() {
    var client = Scenario(lasting: 120, point: 0, name: "client.pcap")
    var gateway = Scenario(lasting: 120, point: 1, name: "gateway.pcap", delay: 0.04, client: Self.translated)
    client.session(from: 0, random: 1)
    gateway.session(from: 0, random: 1)
    client.hellos(at: [1, 2, 4, 8], random: 1)
    let whole = Self.report([client, gateway], nil)
    for address in [Scenario.client, Self.translated] {
      let report = Self.report([client, gateway], Self.narrowing(clients: [address]))
      #expect(report.tunnels == whole.tunnels && report.findings == whole.findings)
      #expect(report.tunnels.first?.translatedClients == [Self.translated])
    }
  }

  @Test("what happened behind an address that two clients share is told of either")
  func sharedAddress() {
    var scenes: [Scenario] = []
    var gateway = Scenario(lasting: 120, point: 2, name: "gateway.pcap", delay: 0.04, client: Self.translated)
    for (index, address) in [Scenario.client, Self.second].enumerated() {
      var client = Scenario(lasting: 120, point: index, name: "client\(index).pcap", client: address)
      client.session(from: Double(index), random: index + 1)
      gateway.session(from: Double(index), random: index + 1)
      scenes.append(client)
    }
    gateway.tooBig(
      at: 50, mtu: 1400, length: 1500, from: Endpoint(Self.translated, 50_001), to: Endpoint(Scenario.gateway, 443),
      reporter: Scenario.router)
    gateway.oversized(
      from: Self.translated, to: Scenario.gateway, mtu: 1400, largest: 1500, packets: 9, afterwards: 5,
      reporter: Scenario.router, firstError: 50)
    for address in [Scenario.client, Self.second] {
      let report = Self.report(scenes + [gateway], Self.narrowing(clients: [address]))
      #expect(report.tunnels.map(\.client) == [address])
      #expect(report.findings(.oversizedDF).count == 1)
    }
  }

  @Test("a capture of which no packet was selected does not reach back to 1970")
  func emptyCapture() throws {
    var first = Scenario(lasting: 120)
    first.session(from: 0, sawStart: false)
    var second = Scenario(lasting: 120, point: 1, name: "second.pcap")
    second.capture.packets = 0
    second.capture.skippedPackets = 1000
    second.capture.start = nil
    second.capture.end = nil
    let quality = try #require(Self.report([first, second], nil).finding(.captureQuality))
    #expect(quality.start == .second(0) && quality.end == .second(120))
  }

  @Test("an inner flow that no tunnel claims stays, and is not counted to the tunnel that is left")
  func inner() throws {
    var inside = Scenario(lasting: 120, point: 1, name: "inside.pcap")
    inside.noteInnerConnection(at: 30)
    let report = Self.report([Self.twoClients, inside], Self.narrowing(clients: [Scenario.client]))
    let finding = try #require(report.finding(.oversizedDF))
    #expect(finding.tunnel == nil)
    #expect(finding.values["source"] == .text("\(Scenario.insideServer)"))
  }

  @Test("an inner flow goes with the only tunnel it can belong to")
  func innerOfOther() throws {
    var client = Scenario(lasting: 120)
    client.session(from: 0)
    client.hellos(at: [1, 2, 4, 8])
    var inside = Scenario(lasting: 120, point: 1, name: "inside.pcap")
    inside.noteInnerConnection(at: 30)
    let own = Self.report([client, inside], Self.narrowing(clients: [Scenario.client]))
    #expect(try #require(own.finding(.oversizedDF)).tunnel == "T1")
    let other = Self.report([client, inside], Self.narrowing(clients: [Self.second]))
    #expect(other.findings(.oversizedDF).isEmpty && other.findings(.mssExceedsMTU).isEmpty)
    #expect(other.timeline.isEmpty)
  }
}
