import Correlation
import Observations
import Testing

@Suite("tunnel-fragmentation")
struct TunnelFragmentationTests {
  private static func tunnel() -> Scenario {
    var scene = Scenario(lasting: 60)
    scene.session(from: 0)
    let attempt = scene.hello(at: 1)
    scene.establish(attempt, at: 1.1)
    return scene
  }

  @Test("fragments between client and gateway on the tunnel's port are found")
  func found() throws {
    var scene = Self.tunnel()
    scene.fragments(
      from: scene.client, to: scene.gateway, ports: (40_002, 443), datagrams: 10, fragments: 20, largest: 1480, at: 5)
    let finding = try #require(scene.report().finding(.tunnelFragmentation))
    #expect(finding.severity == .warning)
    #expect(finding.confidence == .certain)
    #expect(finding.tunnel == "T1")
    #expect(
      finding.values == [
        "datagrams": 10, "fragments": 20, "largest_fragment": 1480, "source": "198.51.100.10",
        "destination": "203.0.113.20",
      ])
    #expect(finding.frames == [5001])
  }

  @Test("each direction is a finding of its own")
  func bothDirections() {
    var scene = Self.tunnel()
    scene.fragments(from: scene.client, to: scene.gateway, ports: (40_002, 443), at: 5)
    scene.fragments(from: scene.gateway, to: scene.client, ports: (443, 40_002), at: 6)
    #expect(scene.report().findings(.tunnelFragmentation).count == 2)
  }

  @Test("fragments whose first piece is missing count to the tunnel between the hosts")
  func withoutPorts() {
    var scene = Self.tunnel()
    scene.fragments(from: scene.client, to: scene.gateway, ports: nil, datagrams: 0, at: 5)
    #expect(scene.report().finding(.tunnelFragmentation) != nil)
  }

  @Test("fragments of other hosts are none of the tunnel's")
  func otherHosts() {
    var scene = Self.tunnel()
    scene.fragments(from: scene.client, to: "192.0.2.99", ports: (40_002, 443), at: 5)
    scene.fragments(from: "192.0.2.99", to: scene.gateway, ports: (40_002, 443), at: 6)
    #expect(scene.report().rules == [])
  }

  @Test("fragments between the same hosts on other ports, or of other protocols, are none of the tunnel's")
  func otherPorts() {
    var scene = Self.tunnel()
    scene.fragments(from: scene.client, to: scene.gateway, ports: (5060, 5060), at: 5)
    scene.fragments(from: scene.client, to: scene.gateway, ports: nil, transport: .other, at: 6)
    #expect(scene.report().rules == [])
  }
}
