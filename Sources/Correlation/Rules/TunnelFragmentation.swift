import Observations

extension RuleName {
  package static let tunnelFragmentation = RuleName("tunnel-fragmentation")
}

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
    remedies: ["Lower the tunnel's MTU so that an outer packet fits the path in one piece."])

  static let topic = RuleTopic.path

  static func plural(_ about: FindingSubject) -> String { "travel as IP fragments" }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    var found: [Finding] = []
    var judged: Set<HostPath> = []
    for point in situation.points {
      for dated in point.fragments where dated.fact.transport != .other {
        guard let tunnel = situation.tunnel(between: dated.fact.source, and: dated.fact.destination),
          isTunnelPort(dated.fact, tunnel), !isHandshake(dated.fact, tunnel, situation),
          judged.insert(HostPath(source: dated.fact.source, destination: dated.fact.destination)).inserted
        else { continue }
        found.append(finding(dated, tunnel, situation))
      }
    }
    return found
  }

  /// Large messages of the handshake travel in fragments by themselves, where data has a protocol or port of its own; it
  /// takes fewer than this, and `FragmentsDropped` judges them.
  private static let mostHandshakeDatagrams = 16

  ///
  /// Where headers of messages were cut off, only the data of such a family is recognised.
  private static func isHandshake(_ fragments: Fragments, _ tunnel: Tunnel, _ situation: Situation) -> Bool {
    fragments.transport == .udp && fragments.datagrams < mostHandshakeDatagrams
      && (tunnel.seen.contains { $0.profile.hasDataApart }
        || situation.family(of: tunnel)?.channels.first?.hasDataApart == true)
  }

  private static func isTunnelPort(_ fragments: Fragments, _ tunnel: Tunnel) -> Bool {
    let ports = tunnel.seen.compactMap(\.port)
    guard let source = fragments.sourcePort, let destination = fragments.destinationPort else { return true }
    return ports.contains(source) || ports.contains(destination)
  }

  private static func finding(
    _ dated: PointHistory.Dated<Fragments>, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding {
    let fragments = dated.fact
    let transport = fragments.transport == .udp ? "UDP" : "TCP"
    let name = tunnel.seen.first { $0.transport == transport }?.profile.name ?? "Tunnel"
    return Finding(
      rule: Self.name, about: .path(HostPath(source: fragments.source, destination: fragments.destination)),
      severity: .warning, confidence: .certain, confidenceReason: "the fragments are in the capture",
      tunnel: tunnel.id, title: "\(name) packets from \(fragments.source) travel as IP fragments",
      headline: "the tunnel's own packets travel as IP fragments",
      explanation: """
        \(Phrase.count(max(fragments.datagrams, 1), "packet")) of the tunnel from \(fragments.source) to \(fragments.destination) came \
        as \(Phrase.count(fragments.fragments, "fragment")), the largest of \(fragments.largest) bytes: the tunnel's packets \
        are larger than the path carries.
        """,
      remedies: situation.remedies(self, for: tunnel) { $0.bytes = fragments.largest }
        + ["Check that every firewall on the path passes IP fragments meanwhile."],
      start: dated.sighting.time, end: dated.sighting.time,
      facts: [
        ("datagrams", .integer(fragments.datagrams)), ("fragments", .integer(fragments.fragments)),
        ("largest_fragment", .integer(fragments.largest)), ("source", .text("\(fragments.source)")),
        ("destination", .text("\(fragments.destination)")),
      ], amount: fragments.datagrams, evidence: [dated.sighting.evidence("the first fragment of the tunnel")])
  }
}
