import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("Wireshark display filters")
struct DisplayFilterTests {
  private func subject(_ about: FindingSubject, _ tunnel: TunnelDescription? = Sample.wireGuardTunnel) -> String? {
    let finding = Finding(
      rule: RuleName("rule"), about: about, severity: .error, confidence: .certain, confidenceReason: "",
      tunnel: tunnel?.id, title: "", explanation: "", remedies: [], start: nil, end: nil, facts: [], evidence: [])
    return DisplayFilter.subject(of: finding, tunnel: tunnel)
  }

  private let hosts =
    "(ipv6.addr == 2001:db8::10 || ipv6.addr == 2001:db8:1::10) && ipv6.addr == 2001:db8::20"

  @Test("a channel is its hosts, at every address, and its port")
  func channel() {
    #expect(subject(.channel(.wireguard, port: 51_820)) == "\(hosts) && udp.port == 51820")
    #expect(subject(.channel(.wireguard, port: nil)) == hosts)
    #expect(subject(.channel(.wireguard, port: 1)) == hosts)
    #expect(subject(.tunnel) == hosts)
  }

  @Test("IKE is its hosts whatever the port: it goes on from another one")
  func ike() {
    let tunnel = TunnelDescription(
      id: "T1", family: .ipsec, client: Sample.address("192.0.2.1"), gateway: Sample.address("192.0.2.2"),
      channels: [
        ChannelDescription(kind: .ike, role: .control, name: "IKE", port: 500, transport: "UDP", outcome: .stalled)
      ], mtu: .init())
    #expect(subject(.channel(.ike, port: 500), tunnel) == "ip.addr == 192.0.2.1 && ip.addr == 192.0.2.2")
  }

  @Test("a path has a direction, a host has none")
  func path() {
    let path = HostPath(source: Sample.address("192.0.2.1"), destination: Sample.address("192.0.2.2"))
    #expect(subject(.path(path), nil) == "ip.src == 192.0.2.1 && ip.dst == 192.0.2.2")
    #expect(subject(.host(path.source), nil) == "ip.addr == 192.0.2.1")
  }

  @Test("what no packet shows has no filter")
  func none() {
    #expect(subject(.tunnel, nil) == nil)
    #expect(subject(.tunnel, Sample.logsOnlyReport.tunnels.first) == nil)
    #expect(subject(.device("gateway")) == nil)
    #expect(subject(.captures) == nil)
  }
}
