import Correlation
import Observations

@testable import Reporting

/// UDP 443 is blocked: five sessions a minute apart, five DTLS attempts, and what follows from it.
extension Sample {
  static var blockedReport: Report {
    Report(
      captures: [capture(name: "client.pcap")], tunnels: [blockedTunnel],
      findings: [chain, unanswered, cycle, oversized, quality], problems: [blockedProblem], timeline: blockedTimeline,
      checks: blockedChecks)
  }

  static var blockedProblem: Problem {
    Problem(
      id: "P1", root: "F2", findings: ["F2", "F4", "F1", "F3"], tunnels: ["T1"], severity: .error,
      place: "between client.pcap and gateway.pcap, on the way to the gateway",
      remedies: [
        "Let UDP 443 pass in both directions.",
        "Where UDP stays blocked, set the MTU to what TLS carries: `anyconnect mtu 1347` in the group policy.",
      ], stopgap: "Set `anyconnect mtu 1347` in the group policy.")
  }

  static var blockedTunnel: TunnelDescription {
    TunnelDescription(
      id: "T1", client: address("198.51.100.10"), gateway: address("203.0.113.20"), serverName: "vpn.example.com",
      channels: [
        ChannelDescription(
          kind: .tls, role: .control, name: "TLS", port: 443, transport: "TCP", version: "TLS 1.3",
          cipherSuite: "TLS_AES_256_GCM_SHA384", outcome: .established,
          sessions: (0..<5).map { index in
            let start = Double(index) * 60.02 + 0.125
            return .init(
              start: time(start), end: index < 4 ? time(start + 59.9) : nil,
              endReason: index < 4 ? "closed by the client" : "still open at the end")
          }, mtu: 1_347),
        ChannelDescription(
          kind: .dtls, role: .data, name: "DTLS", port: 443, transport: "UDP", outcome: .unanswered,
          handshakes: (0..<5).map { index in
            let start = Double(index) * 60.02 + 0.9
            return .init(start: time(start), end: time(start + 7), outcome: .unanswered, openings: 4)
          }, mtu: 1_418),
      ], mtu: .init(path: 1_400, inner: 1_418, clientMSS: 1_460, gatewayMSS: 1_380))
  }

  private static var chain: Finding {
    var finding = Finding(
      rule: RuleName("mtu-reconnect"), about: .tunnel, severity: .error, confidence: .likely,
      confidenceReason: "DTLS fails and the sessions follow each other a minute apart; no log states the reason.",
      tunnel: "T1", title: "The session reconnects every minute to apply a smaller MTU",
      headline: "it reconnects to apply a smaller MTU (adapter 1418, TLS tunnel 1347)",
      explanation: """
        The client brings its adapter up with the MTU of the DTLS tunnel, 1418 bytes. DTLS never comes up, so \
        packets travel in the TLS tunnel, which carries at most 1347 bytes. Larger packets cannot enter the tunnel, \
        and a minute after connecting the client re-establishes its session to apply the smaller MTU.
        """,
      remedies: [
        "Let UDP 443 pass between the clients and the gateway in both directions.",
        "Where UDP stays blocked, set the MTU to what TLS carries: `anyconnect mtu 1347` in the group policy.",
        "Let the gateway fragment instead of dropping: `anyconnect ssl df-bit-ignore enable`.",
      ],
      start: time(0.125), end: time(300.2), causes: ["F2"],
      facts: [("adapter_mtu", .integer(1_418)), ("tunnel_mtu", .integer(1_347))],
      evidence: [
        Evidence(frame: frame(25), time: time(0.9), note: "DTLS hello that nothing answers"),
        Evidence(frame: frame(812), time: time(60.145), note: "the session is established again"),
      ])
    finding.id = "F1"
    return finding
  }

  private static var unanswered: Finding {
    var finding = Finding(
      rule: RuleName("handshake-unanswered"), about: .channel(.dtls, port: 443), severity: .error, confidence: .certain,
      confidenceReason: "The capture holds both directions, and no ICMP error quotes these hellos.",
      tunnel: "T1", title: "DTLS is never answered on UDP 443",
      headline: "DTLS on UDP 443 gets no answer",
      explanation: """
        The client sent 20 hellos in 5 attempts to 203.0.113.20 port 443, and nothing came back. Something on the \
        path drops UDP 443, or the gateway does not listen there.
        """,
      remedies: [
        "Let UDP 443 pass in both directions.", "Check on the gateway that DTLS is enabled: `show asp table socket`.",
      ],
      start: time(0.9), end: time(247.98),
      facts: [("port", .integer(443)), ("attempts", .integer(5)), ("hellos", .integer(20))],
      evidence: [(25, 0.9), (26, 1.9), (27, 4.9), (38, 8.9), (815, 60.92)].map { number, seconds in
        Evidence(frame: frame(number), time: time(seconds), note: "DTLS hello to UDP 443")
      })
    finding.id = "F2"
    return finding
  }

  private static var cycle: Finding {
    var finding = Finding(
      rule: RuleName("reconnect-cycle"), about: .tunnel, severity: .error, confidence: .certain,
      confidenceReason: "Five sessions follow each other, all within 0.1 s of the same interval.",
      tunnel: "T1", title: "The session is re-established every 60 seconds",
      headline: "the session is re-established every 60 seconds (5 sessions)",
      explanation: "Each of 5 TLS sessions begins when the one before it ends, every 60.02 seconds.",
      remedies: ["Remove what makes DTLS fail; see F2."], start: time(0.125), end: time(300.2), causes: ["F2", "F1"],
      facts: [
        ("sessions", .integer(5)), ("median_seconds", .number(60.02)), ("spread_seconds", .number(0.0132)),
        ("one_minute", .boolean(true)),
      ],
      evidence: (0..<5).map { index in
        Evidence(
          frame: frame(7 + index * 805), time: time(Double(index) * 60.02 + 0.125),
          note: "session \(index + 1) begins")
      })
    finding.id = "F3"
    return finding
  }

  private static var oversized: Finding {
    var finding = Finding(
      rule: RuleName("oversized-df"),
      about: .path(HostPath(source: address("198.51.100.10"), destination: address("203.0.113.20"))),
      severity: .warning, confidence: .certain,
      confidenceReason: "The ICMP errors quote packets that the capture shows.", tunnel: "T1",
      title: "Packets up to 1500 bytes must not be fragmented where the path carries 1400",
      explanation: "192.0.2.1 reports a next-hop MTU of 1400 bytes; 12 larger packets with DF were sent after that.",
      remedies: ["Lower the MTU of the sender or let the gateway clear DF."], start: time(12.5), end: time(200),
      facts: [
        ("mtu", .integer(1_400)), ("largest", .integer(1_500)), ("packets", .integer(12)),
        ("reporter", .text("192.0.2.1")), ("source", .text("198.51.100.10")), ("destination", .text("203.0.113.20")),
      ],
      evidence: [Evidence(frame: frame(120), time: time(12.5), note: "fragmentation needed, next-hop MTU 1400")])
    finding.id = "F4"
    return finding
  }

  private static var quality: Finding {
    var finding = Finding(
      rule: .captureQuality, about: .captures, severity: .note, confidence: .certain, confidenceReason: "Counted.",
      tunnel: nil,
      title: "8 packets are larger than a segment: offload on the capturing host",
      explanation:
        "The capture was taken where the network card cuts packets later; sizes of sent packets are not the wire's.",
      remedies: ["Capture elsewhere, or switch offload off while capturing: ethtool -K eth0 tso off gso off."],
      start: time(0), end: time(300.25), facts: [("super_packets", .integer(8))], evidence: [])
    finding.id = "F5"
    return finding
  }

  private static var blockedChecks: [RuleCheck] {
    [
      RuleCheck(rule: RuleName("handshake-unanswered"), outcome: .found),
      RuleCheck(rule: RuleName("oversized-df"), outcome: .found),
      RuleCheck(rule: RuleName("handshake-refused"), outcome: .clear, why: "both directions are captured"),
      RuleCheck(
        rule: RuleName("packet-loss"), outcome: .notVisible, why: "no channel that carries data has counters in clear"),
      RuleCheck(
        rule: RuleName("tunnel-lost"), outcome: .notApplicable, why: "no channel that carries data was established"),
      RuleCheck(
        rule: RuleName("rekey-failed"), outcome: .notApplicable, why: "no channel that carries data was established"),
    ]
  }

  private static var blockedTimeline: [TimelineEntry] {
    var entries: [TimelineEntry] = []
    for index in 0..<5 {
      let start = Double(index) * 60.02
      let first = 7 + index * 805
      entries.append(
        TimelineEntry(
          time: time(start + 0.125), kind: .session, tunnel: "T1", channel: .tls, source: .frame(frame(first)),
          text: "TLS session \(index + 1) begins: vpn.example.com", finding: "F3"))
      entries.append(
        TimelineEntry(
          time: time(start + 0.9), end: time(start + 7.9), count: 4, kind: .opening, tunnel: "T1", channel: .dtls,
          source: .frame(frame(first + 18)), text: "DTLS hello to UDP 443, no answer", finding: "F2"))
      if index < 4 {
        entries.append(
          TimelineEntry(
            time: time(start + 12.5), end: time(start + 13.25), count: 3, kind: .icmp, tunnel: "T1",
            source: .frame(frame(first + 113)), text: "fragmentation needed, next-hop MTU 1400, from 192.0.2.1",
            finding: "F4"))
        entries.append(
          TimelineEntry(
            time: time(start + 12.75), end: time(start + 14), count: 3, kind: .largePacket, tunnel: "T1",
            source: .frame(frame(first + 114)), text: "packet of 1500 bytes with DF, path MTU 1400", finding: "F4"))
        entries.append(
          TimelineEntry(
            time: time(start + 60.025), kind: .sessionEnd, tunnel: "T1", channel: .tls,
            source: .frame(frame(first + 801)),
            text: "TLS session \(index + 1) closed by the client"))
      }
    }
    return entries
  }
}
