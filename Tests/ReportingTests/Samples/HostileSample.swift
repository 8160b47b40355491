import Correlation
import Observations

@testable import Reporting

/// Names and texts as an attacker would send them.
extension Sample {
  /// Markup, quotes, an ANSI escape, a right-to-left override, a line feed, a C1 control, a zero-width space.
  static let attack =
    "<script>alert(\"1\")</script>'\u{1B}[31m\u{202E}gpj.exe\n# \u{9B}2J\u{200B}"
    + "|`*_[x](http://e.test)<!--{{{name}}}&amp;"

  static var hostileReport: Report {
    var report = blockedReport
    let tunnel = blockedTunnel
    report.captures = [
      CaptureDescription(
        index: 0, point: 0, name: attack + ".pcap", format: "pcapng, little-endian", linkTypes: ["Ethernet"],
        snapLength: 96, packets: 10, bytes: 960, start: time(0), end: time(1), isComplete: false,
        problem: attack, cutPackets: 4, shortestCut: 96, droppedPackets: 3, backwardSteps: 1, superPackets: 2,
        unread: UnreadCounts([.encryptedWiFi: 4, .linkType(300): 1]))
    ]
    report.tunnels = [
      TunnelDescription(
        id: "T1", product: attack, client: tunnel.client, gateway: tunnel.gateway,
        translatedClients: [address("192.0.2.77")], serverName: attack, users: [attack],
        channels: [hostileChannel] + tunnel.channels, mtu: tunnel.mtu, comparison: [attack])
    ]
    var finding = Finding(
      rule: RuleName("handshake-refused"), about: .channel(.dtls, port: 443), severity: .error, confidence: .likely,
      confidenceReason: attack, tunnel: "T1",
      title: "Refused: " + attack, headline: "DTLS on UDP 443 is refused by " + attack,
      explanation: attack + " " + String(repeating: "long", count: 60), remedies: [attack],
      start: time(0), end: time(1), causes: ["F1"],
      facts: [
        ("port", .integer(443)), ("icmp_type", .integer(3)), ("icmp_code", .integer(13)), ("reporter", .text(attack)),
      ],
      evidence: [Evidence(frame: frame(1), time: time(0.5), note: attack)])
    finding.id = "F6"
    report.findings.insert(finding, at: 0)
    report.timeline.insert(
      TimelineEntry(time: time(0.05), kind: .icmp, tunnel: "T1", source: .frame(frame(1)), text: attack, finding: "F6"),
      at: 0)
    report.checks.append(RuleCheck(rule: RuleName("config-risk"), outcome: .notVisible, why: attack))
    return report
  }

  private static var hostileChannel: ChannelDescription {
    ChannelDescription(
      kind: .ike, role: .control, name: attack, port: 500, transport: attack, version: attack, cipherSuite: attack,
      outcome: .rejected,
      handshakes: [.init(start: time(0), end: time(0.5), outcome: .rejected, openings: nil)],
      sessions: [.init(start: time(0.5), end: time(0.7), endReason: attack)])
  }
}
