import Correlation
import Observations

@testable import Reporting

/// A tunnel of one channel that is control and data at once, behind IPv6: established, then lost.
extension Sample {
  static var wireGuardReport: Report {
    Report(
      captures: [capture(name: "wireguard.pcapng")], tunnels: [wireGuardTunnel], findings: [lost],
      timeline: [
        TimelineEntry(
          time: time(1), kind: .opening, tunnel: "T1", channel: .wireguard, source: .frame(frame(3)),
          text: "handshake initiation to UDP 51820"),
        TimelineEntry(
          time: time(1.03), kind: .answer, tunnel: "T1", channel: .wireguard, source: .frame(frame(4)),
          text: "handshake response"),
        TimelineEntry(
          time: time(1.04), kind: .established, tunnel: "T1", channel: .wireguard, source: .frame(frame(5)),
          text: "WireGuard is established"),
        TimelineEntry(
          time: time(80), end: time(96), kind: .silence, tunnel: "T1", channel: .wireguard,
          source: .frame(frame(640)), text: "the gateway falls silent", finding: "F1"),
      ],
      checks: [RuleCheck(rule: RuleName("tunnel-lost"), outcome: .found)])
  }

  static var wireGuardTunnel: TunnelDescription {
    TunnelDescription(
      id: "T1", family: .wireguard, client: address("2001:db8::10"), gateway: address("2001:db8::20"),
      translatedClients: [address("2001:db8:1::10")],
      channels: [
        ChannelDescription(
          kind: .wireguard, role: .both, name: "WireGuard", port: 51_820, transport: "UDP", outcome: .lost,
          handshakes: [.init(start: time(1), end: time(1.04), outcome: .established, openings: 1)],
          sessions: [.init(start: time(1.04), end: time(80), endReason: "nothing more from the gateway")],
          data: .init(clientPackets: 320, gatewayPackets: 310, lostPackets: 4), mtu: 1_420)
      ], mtu: .init(inner: 1_420))
  }

  private static var lost: Finding {
    var finding = Finding(
      rule: RuleName("tunnel-lost"), about: .channel(.wireguard, port: 51_820), severity: .error, confidence: .likely,
      confidenceReason: "The capture goes on for 3 minutes.", tunnel: "T1",
      title: "WireGuard on UDP 51820 worked for 79 s, then nothing came from the gateway",
      headline: "WireGuard on UDP 51820 worked for 79 s and then nothing more came from the gateway",
      explanation: "The client went on sending and repeated its handshake.", remedies: ["Check the gateway."],
      start: time(80), end: time(96), facts: [("port", .integer(51_820)), ("silence_seconds", .number(16))],
      evidence: [Evidence(frame: frame(640), time: time(80), note: "the last packet from the gateway")])
    finding.id = "F1"
    return finding
  }

  /// A tunnel whose only packets are those of an encrypted channel with unknown beginnings.
  static var unjudgedReport: Report {
    Report(
      captures: [capture(name: "short.pcap")],
      tunnels: [
        TunnelDescription(
          id: "T1", family: .ipsec, client: address("198.51.100.10"), gateway: address("203.0.113.20"),
          channels: [
            ChannelDescription(kind: .esp, role: .data, name: "ESP", port: nil, transport: "ESP", outcome: .none)
          ])
      ],
      checks: [RuleCheck(rule: RuleName("tunnel-lost"), outcome: .notVisible, why: "the capture ends too early")])
  }
}
