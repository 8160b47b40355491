import Observations

extension OversizedDF {
  /// More tunnels than this with large packets and nothing else are told together.
  private static let mostNotes = 3

  /// What the gateway says of packets that are too large for a tunnel: 722036, and 602101 where they must not be
  /// fragmented. On a gateway that is well this happens too, until path MTU discovery has done its work; it matters
  /// where the tunnel reconnects because of it or has no DTLS.
  static func loggedFindings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    var found: [Finding] = []
    for tunnel in situation.tunnels {
      guard let packets = tunnel.log.largePackets, !earlier.about(tunnel).contains(where: { $0.rule == name }) else {
        continue
      }
      let matters = earlier.about(tunnel).contains { $0.severity != .note } || LoggedMTUChain(tunnel.log) != nil
      found.append(
        finding(packets, tunnel.log, id: tunnel.id, situation.gatewayKnowledge(of: tunnel.gateway), matters: matters))
    }
    var notes: [(LoggedTunnel, Finding)] = []
    for tunnel in situation.logs.tunnels {
      guard let packets = tunnel.log.largePackets else { continue }
      let matters = LoggedMTUChain(tunnel.log) != nil || earlier.about(tunnel.id).contains { $0.severity != .note }
      let own = finding(
        packets, tunnel.log, id: tunnel.id, situation.gatewayKnowledge(of: tunnel.gateway), matters: matters)
      if matters { found.append(own) } else { notes.append((tunnel, own)) }
    }
    return found + (notes.count <= mostNotes ? notes.map(\.1) : [summary(notes.map { ($0.0, $0.1) })])
  }

  private static func finding(
    _ packets: TunnelLog.LargePackets, _ log: TunnelLog, id: String, _ gateway: GatewayKnowledge?, matters: Bool
  ) -> Finding {
    let refused = log.refusedPackets.filter { $0.refusal.size > $0.refusal.mtu }
    let dropped = gateway?.notFragmented
    var facts: [(name: String, value: FactValue)] = [
      ("mtu", .integer(packets.threshold)), ("largest", .integer(packets.largest)),
      ("packets", .integer(packets.count)),
    ]
    if let source = refused.lazy.compactMap(\.refusal.source).first { facts.append(("source", .text("\(source)"))) }
    if let inner = refused.lazy.compactMap(\.refusal.destination).first ?? log.innerAddresses.first {
      facts.append(("destination", .text("\(inner)")))
    }
    if let dropped { facts.append(("no_fragment_drops", .integer(dropped.count))) }
    let who = log.users.first.map { "user \($0)" } ?? log.clients.first.map(\.description) ?? "the client"
    return Finding(
      rule: name, severity: matters ? .warning : .note, confidence: .certain,
      confidenceReason: refused.isEmpty
        ? "the gateway's log says so" : "the gateway's log says so, and that such packets may not be fragmented",
      tunnel: id, title: "Packets of \(packets.largest) bytes do not fit the tunnel's \(packets.threshold)",
      explanation: """
        The gateway had \(Phrase.count(packets.count, "packet")) of up to \(packets.largest) bytes for \(who); the tunnel \
        takes \(packets.threshold) (722036).\(refused.isEmpty ? "" : " They must not be fragmented: the gateway refused them and told the sender (602101).")\
        \(dropped.map { " Its counter mp-svc-no-fragment-ASP stands at \($0.count)." } ?? "")\
        \(matters ? "" : " Nothing else is wrong with this tunnel: path MTU discovery has done its work.")
        """,
      remedies: matters
        ? [
          "Set `anyconnect mtu \(packets.threshold)` in the group policy, so that the client's adapter and its MSS fit from the start.",
          "Or let the gateway fragment: `anyconnect ssl df-bit-ignore enable`.",
          "Or clamp the MSS of inner connections to \(packets.threshold - 40) (\(packets.threshold) less 40 bytes of headers).",
        ] : ["Nothing needs to change. An `anyconnect mtu \(packets.threshold)` would save the first packets."],
      start: packets.facts.first?.time, end: packets.facts.last?.time, facts: facts, evidence: [],
      logEvidence: [packets.largestFact.evidence()]
        + packets.facts.filter { $0.line != packets.largestFact.line }.evidence(3) + refused.map(\.fact).evidence(3)
        + (dropped.map { [$0.fact.evidence()] } ?? []))
  }

  private static func summary(_ notes: [(tunnel: LoggedTunnel, finding: Finding)]) -> Finding {
    let packets = notes.reduce(0) { $0 + ($1.tunnel.log.largePackets?.count ?? 0) }
    let threshold = notes.compactMap { $0.tunnel.log.largePackets?.threshold }.min() ?? 0
    let largest = notes.compactMap { $0.tunnel.log.largePackets?.largest }.max() ?? 0
    return Finding(
      rule: name, severity: .note, confidence: .certain, confidenceReason: "the gateway's log says so", tunnel: nil,
      title: "\(notes.count) tunnels had packets too large for them, and went on",
      explanation: """
        The gateway tells of \(Phrase.count(packets, "packet")) of up to \(largest) bytes that did not fit the tunnels of \
        \(notes.count) clients (722036, threshold \(threshold) at the least). Nothing else is wrong with these tunnels: \
        path MTU discovery has done its work.
        """,
      remedies: ["Nothing needs to change. An `anyconnect mtu \(threshold)` would save the first packets."],
      start: notes.compactMap(\.finding.start).min(), end: notes.compactMap(\.finding.end).max(),
      facts: [
        ("mtu", .integer(threshold)), ("largest", .integer(largest)), ("packets", .integer(packets)),
        ("tunnels", .integer(notes.count)),
      ], evidence: [], logEvidence: notes.prefix(6).flatMap { $0.finding.logEvidence.prefix(1) })
  }
}
