import Observations

/// Outer tunnel packets that travel as IP fragments.
enum TunnelFragmentation: Rule {
  static let name = RuleName.tunnelFragmentation

  static let documentation = RuleDocumentation(
    summary: "The tunnel's own packets are fragmented.",
    meaning: """
      Each lost fragment loses the whole packet, and many firewalls and NAT devices drop fragments: throughput \
      suffers and large packets may vanish.
      """,
    recognisedBy: "IP fragments between the client's and the gateway's outer addresses.",
    notToConfuseWith: "Fragments of other traffic, and of packets inside the tunnel.",
    remedies: ["Lower the tunnel's MTU (`anyconnect mtu`) so that an outer packet fits the path in one piece."])

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    var found: [Finding] = []
    var judged: Set<HostPath> = []
    for point in situation.points {
      for dated in point.fragments where dated.fact.transport != .other {
        guard let tunnel = situation.tunnel(between: dated.fact.source, and: dated.fact.destination),
          isTunnelPort(dated.fact, tunnel),
          judged.insert(HostPath(source: dated.fact.source, destination: dated.fact.destination)).inserted
        else { continue }
        found.append(finding(dated, tunnel))
      }
    }
    return found
  }

  private static func isTunnelPort(_ fragments: Fragments, _ tunnel: Tunnel) -> Bool {
    let ports = [tunnel.tlsPort, tunnel.dtlsPort]
    guard let source = fragments.sourcePort, let destination = fragments.destinationPort else { return true }
    return ports.contains(source) || ports.contains(destination)
  }

  private static func finding(_ dated: PointHistory.Dated<Fragments>, _ tunnel: Tunnel) -> Finding {
    let fragments = dated.fact
    let transport = fragments.transport == .udp ? "DTLS" : "TLS"
    return Finding(
      rule: name, severity: .warning, confidence: .certain, confidenceReason: "the fragments are in the capture",
      tunnel: tunnel.id, title: "\(transport) packets from \(fragments.source) travel as IP fragments",
      explanation: """
        \(Phrase.count(max(fragments.datagrams, 1), "packet")) of the tunnel from \(fragments.source) to \(fragments.destination) came \
        as \(Phrase.count(fragments.fragments, "fragment")), the largest of \(fragments.largest) bytes: the tunnel's packets \
        are larger than the path carries.
        """,
      remedies: [
        "Set an `anyconnect mtu` that makes the outer packet at most \(fragments.largest) bytes.",
        "Check that every firewall on the path passes IP fragments meanwhile.",
      ],
      start: dated.sighting.time, end: dated.sighting.time,
      facts: [
        ("datagrams", .integer(fragments.datagrams)), ("fragments", .integer(fragments.fragments)),
        ("largest_fragment", .integer(fragments.largest)), ("source", .text("\(fragments.source)")),
        ("destination", .text("\(fragments.destination)")),
      ],
      evidence: [
        Evidence(frame: dated.sighting.frame, time: dated.sighting.time, note: "the first fragment of the tunnel")
      ])
  }
}
