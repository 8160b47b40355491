import Observations

extension RuleName {
  package static let oversizedDF = RuleName("oversized-df")
}

/// Packets that may not be fragmented and are larger than the path carries.
///
/// Recognised by an ICMP 3/4 (ICMPv6 type 2) that quotes a packet of a flow the capture shows. Super-packets of
/// segmentation offload are left out: no wire carries them.
enum OversizedDF: Rule {
  static let name = RuleName.oversizedDF

  static let documentation = RuleDocumentation(
    summary: "Packets that no router may fragment are larger than the path MTU.",
    meaning: """
      Each such packet is dropped, and the sender has to send its content again in smaller ones. Where the ICMP \
      error is filtered before it reaches the sender, the connection hangs.
      """,
    recognisedBy: """
      An IPv4 packet with DF, or any IPv6 packet, and an ICMP type 3 code 4 (ICMPv6 type 2) that quotes it and \
      names a smaller next-hop MTU (RFC 1191, RFC 8201).
      """,
    notToConfuseWith: """
      Segmentation-offload super-packets in a capture on the sending host; segments that a device on the way merged on receipt \
      (LRO, GRO) and cannot forward, which the finding then says; a client's own DTLS MTU probe that is \
      answered once and respected (a note).
      """,
    remedies: [
      "Make senders use smaller packets: lower the MSS of inner connections, or the tunnel's MTU.",
      "Never filter ICMP type 3 code 4, nor ICMPv6 type 2.",
    ])

  static let topic = RuleTopic.path

  static func plural(_ about: FindingSubject) -> String { "carry packets larger than a path MTU" }

  /// A probe and its repetition; more errors than that are not a probe.
  private static let probeErrors = 3

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    // The same path seen at several points is one finding, from the point that saw most.
    var best: [HostPath: (point: Situation.Point, path: PointHistory.Dated<OversizedPackets>)] = [:]
    for point in situation.points {
      for dated in point.oversized {
        let path = HostPath(source: dated.fact.source, destination: dated.fact.destination)
        if let known = best[path], known.path.fact.packets >= dated.fact.packets { continue }
        best[path] = (point, dated)
      }
    }
    let seen = best.sorted { $0.key < $1.key }.compactMap { finding(for: $1.path, on: $0, at: $1.point, in: situation) }
    var known = earlier
    for finding in seen { known.add(finding) }
    return seen + loggedFindings(in: situation, earlier: known)
  }

  private static func finding(
    for dated: PointHistory.Dated<OversizedPackets>, on hosts: HostPath, at point: Situation.Point,
    in situation: Situation
  ) -> Finding? {
    let path = dated.fact
    guard path.largest > path.mtu else { return nil }
    let errors = point.tooBigByPath[hosts] ?? []
    guard let first = errors.first, let last = errors.last else { return nil }
    let outer = situation.tunnel(between: path.source, and: path.destination)
    let inner =
      outer == nil
      ? situation.tunnelInside(
        point, between: path.source, and: path.destination, from: first.sighting.moment, to: last.sighting.moment) : nil
    if let merged = MergedSegments(path, errors) {
      return finding(about: merged, path, on: hosts, tunnel: outer?.id ?? inner?.id, from: first, to: last)
    }
    let isProbe =
      (outer != nil || situation.showsTunnels(point)) && path.packetsAfterwards == 0 && path.errors <= probeErrors
      && errors.allSatisfy { $0.fact.quoted.transport == .udp }
    var finding = Finding(
      rule: name, about: .path(hosts), severity: isProbe ? .note : .warning, confidence: .certain,
      confidenceReason:
        "\(path.reporter) says so in \(Phrase.count(path.errors, "ICMP error")) that \(path.errors == 1 ? "quotes" : "quote") the packets",
      tunnel: outer?.id ?? inner?.id,
      title: isProbe
        ? "The path to \(path.destination) carries \(path.mtu) bytes; the sender found out and keeps to it"
        : "Packets of \(path.largest) bytes\(hosts.destination.unfragmentedMark) do not fit the path MTU of \(path.mtu)",
      headline:
        "packets that must not be fragmented are larger than the path allows (up to \(path.largest), MTU \(path.mtu))",
      explanation: """
        \(path.source) sends packets of up to \(path.largest) bytes\(path.destination.unfragmentedMark) to \(path.destination), but \
        \(path.reporter) can forward only \(path.mtu). \(Phrase.count(path.packets, "packet")) \
        \(path.packets == 1 ? "was" : "were") too large\(afterwards(path)).\(grounds(inner))
        """,
      remedies: (isProbe ? ["Nothing needs to change."] : [])
        + situation.remedies(self, for: outer ?? inner?.tunnel) { request in
          request.bytes = path.mtu
          request.isInside = outer == nil
        } + clampRemedies(path, isOuter: outer != nil, isProbe: isProbe),
      start: first.sighting.time, end: last.sighting.time, facts: facts(path),
      amount: path.packets, evidence: evidence(path, errors, at: point))
    finding.place = "at \(path.reporter), for packets from \(path.source) to \(path.destination)"
    return finding
  }

  private static func facts(_ path: OversizedPackets) -> [(name: String, value: FactValue)] {
    [
      ("mtu", .integer(path.mtu)), ("largest", .integer(path.largest)), ("packets", .integer(path.packets)),
      ("reporter", .text("\(path.reporter)")), ("source", .text("\(path.source)")),
      ("destination", .text("\(path.destination)")), ("icmp_errors", .integer(path.errors)),
    ]
  }

  private static func finding(
    about merged: MergedSegments, _ path: OversizedPackets, on hosts: HostPath, tunnel: String?,
    from first: PointHistory.Dated<PacketTooBig>, to last: PointHistory.Dated<PacketTooBig>
  ) -> Finding {
    var finding = Finding(
      rule: name, about: .path(hosts), severity: .warning, confidence: .likely,
      confidenceReason: merged.confidenceReason, tunnel: tunnel, title: merged.title, headline: merged.headline,
      explanation: merged.explanation, remedies: merged.remedies, start: first.sighting.time, end: last.sighting.time,
      facts: facts(path), amount: path.errors, evidence: merged.evidence)
    finding.place = "at \(path.reporter) or before it, for packets from \(path.source) to \(path.destination)"
    return finding
  }

  private static func afterwards(_ path: OversizedPackets) -> String {
    path.packetsAfterwards == 0
      ? "; the sender obeyed" : ", \(path.packetsAfterwards) of them sent a second or more after the first error"
  }

  /// Why an inner flow is attributed to a tunnel.
  private static func grounds(_ inner: InnerTunnel?) -> String {
    guard let inner else { return "" }
    return " They are attributed to \(inner.id), \(inner.reason)."
  }

  private static func clampRemedies(_ path: OversizedPackets, isOuter: Bool, isProbe: Bool) -> [String] {
    guard !isProbe else { return [] }
    let overhead = path.destination.segmentHeaders
    let clamp = path.mtu - overhead
    return isOuter
      ? [
        "Find out why the path carries only \(path.mtu) bytes (PPPoE, another tunnel) and clamp the outer TCP MSS to \(clamp)."
      ]
      : ["Or clamp the MSS of inner connections to \(clamp) (\(path.mtu) less \(overhead) bytes of headers)."]
  }

  private static func evidence(
    _ path: OversizedPackets, _ errors: [PointHistory.Dated<PacketTooBig>], at point: Situation.Point
  ) -> [Evidence] {
    var evidence = errors.prefix(6).map(\.evidence)
    if let frame = path.largestFrame, let time = path.largestTime ?? errors.first?.sighting.time {
      evidence.insert(
        Evidence(
          frame: frame, time: time, note: "\(path.largest) bytes\(path.destination.unfragmentedMark), too large"), at: 0
      )
    }
    return evidence
  }
}

extension OversizedDF {
  /// What the gateway's log says of large packets, beside packets that show the same.
  static func largePackets(of tunnel: Tunnel) -> Corroboration? {
    guard let packets = tunnel.log.largePackets else { return nil }
    return Corroboration(
      packets.facts.evidence() + tunnel.log.refusedPackets.map(\.fact).evidence(2),
      reason: "the gateway's log says the same",
      explanation:
        " The gateway's log shows \(Phrase.count(packets.count, "packet")) of up to \(packets.largest) bytes, with a threshold of \(packets.threshold)."
    )
  }

  static func corroboration(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration? {
    finding.evidence.contains { $0.frame != nil } ? largePackets(of: tunnel) : nil
  }

  // MARK: What logs alone show

  /// More tunnels than this with large packets and nothing else are reported together.
  private static let mostNotes = 3

  /// What the gateway says of packets that are too large for a tunnel, and refused where they must not be fragmented. On a
  /// healthy gateway this happens too, until path MTU discovery has done its work; it matters where the tunnel reconnects
  /// because of it or has no data channel.
  private static func loggedFindings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    var found: [Finding] = []
    var notes: [(tunnel: Tunnel, finding: Finding)] = []
    for tunnel in situation.tunnels where tunnel.hasLog {
      guard let packets = tunnel.log.largePackets, !earlier.about(tunnel).contains(where: { $0.rule == name }) else {
        continue
      }
      let matters =
        earlier.about(tunnel).contains { $0.severity != .note } || LoggedMTUChain(tunnel) != nil
      let own = loggedFinding(packets, tunnel, situation, matters: matters)
      if matters || tunnel.isSeen { found.append(own) } else { notes.append((tunnel, own)) }
    }
    for tunnel in situation.tunnels where tunnel.hasLog { found += unsentFindings(about: tunnel, in: situation) }
    return found + (notes.count <= mostNotes ? notes.map(\.finding) : [summary(notes)])
  }

  /// A side's own host does not send packets of a channel: they are larger than what it knows of the path.
  private static func unsentFindings(about tunnel: Tunnel, in situation: Situation) -> [Finding] {
    let facts = Dictionary(grouping: tunnel.log.facts(.sendTooLarge)) { fact -> ChannelKind? in
      if case .sendTooLarge(let channel) = fact.event { channel } else { nil }
    }
    return facts.sorted { ($0.key?.rawValue ?? "") < ($1.key?.rawValue ?? "") }.compactMap { kind, facts in
      guard let kind, let first = facts.first, let last = facts.last, facts.count >= leastUnsent else { return nil }
      let writer = first.side == .server ? "gateway" : "client"
      let count = facts.count + (tunnel.log.beyond[.sendTooLarge]?.count ?? 0)
      return Finding(
        rule: name, about: .channel(kind, port: tunnel.channel(kind)?.port), severity: .warning, confidence: .certain,
        confidenceReason: "the \(writer)'s own system says so (EMSGSIZE)", tunnel: tunnel.id,
        title: "\(kind.name) packets are larger than the \(writer)'s path takes",
        headline: "\(kind.name) packets of the \(writer) are larger than its path takes, and are not sent",
        explanation: """
          According to its log, the \(writer)'s system refused \(Phrase.times(count)) to send a packet of \(kind.name), because it is larger \
          than the MTU of the way out. The tunnel's MTU is too large for this path: large packets are lost, small ones pass.
          """,
        remedies: situation.remedies(self, for: tunnel, channel: tunnel.channel(kind))
          + ["Meanwhile lower the MTU of the client's tunnel adapter."],
        start: first.time, end: last.time, facts: [("packets", .integer(count))], amount: count,
        evidence: facts.evidence())
    }
  }

  /// A client that probes its path sends one such packet on purpose.
  private static let leastUnsent = 2

  private static func loggedFinding(
    _ packets: TunnelLog.LargePackets, _ tunnel: Tunnel, _ situation: Situation, matters: Bool
  ) -> Finding {
    let refused = tunnel.log.refusedPackets.filter { $0.refusal.size > $0.refusal.mtu }
    let dropped = situation.gatewayKnowledge(of: tunnel)?.notFragmented
    var facts: [(name: String, value: FactValue)] = [
      ("mtu", .integer(packets.threshold)), ("largest", .integer(packets.largest)),
      ("packets", .integer(packets.count)),
    ]
    let source = refused.lazy.compactMap(\.refusal.source).first
    let destination = refused.lazy.compactMap(\.refusal.destination).first ?? tunnel.log.innerAddresses.first
    if let source { facts.append(("source", .text("\(source)"))) }
    if let destination { facts.append(("destination", .text("\(destination)"))) }
    if let dropped { facts.append(("no_fragment_drops", .integer(dropped.count))) }
    let path = source.flatMap { source in destination.map { HostPath(source: source, destination: $0) } }
    return Finding(
      rule: name, about: path.map { .path($0) } ?? .tunnel, severity: matters ? .warning : .note, confidence: .certain,
      confidenceReason: refused.isEmpty
        ? "the gateway's log says so" : "the gateway's log says so, and that such packets must not be fragmented",
      tunnel: tunnel.id, title: "Packets of \(packets.largest) bytes do not fit the tunnel's \(packets.threshold)",
      headline: "packets of \(packets.largest) bytes do not fit the tunnel's \(packets.threshold)",
      explanation: """
        The gateway had \(Phrase.count(packets.count, "packet")) of up to \(packets.largest) bytes for \(tunnel.log.users.first.map { "user \($0)" } ?? tunnel.log.clients.first.map(\.description) ?? "the client"); the tunnel \
        takes \(packets.threshold).\(refused.isEmpty ? "" : " They must not be fragmented: the gateway refused them and told the sender.")\
        \(dropped.map { " Its counter of such drops stands at \($0.count)." } ?? "")\
        \(matters ? "" : " Nothing else is wrong with this tunnel: path MTU discovery has done its work.")
        """,
      remedies: matters
        ? situation.remedies(self, for: tunnel) { request in
          request.bytes = packets.threshold
          request.isInside = true
        }
          + [
            "Or clamp the MSS of inner connections to \(packets.threshold - 40) (\(packets.threshold) less 40 bytes of headers)."
          ] : ["Nothing needs to change. A tunnel MTU of \(packets.threshold) would save the first packets."],
      start: packets.facts.first?.time, end: packets.facts.last?.time, facts: facts, amount: packets.count,
      evidence: [packets.largestFact.evidence()]
        + packets.facts.filter { $0.line != packets.largestFact.line }.evidence(3) + refused.map(\.fact).evidence(3)
        + (dropped.map { [$0.fact.evidence()] } ?? []))
  }

  private static func summary(_ notes: [(tunnel: Tunnel, finding: Finding)]) -> Finding {
    let packets = notes.reduce(0) { $0 + ($1.tunnel.log.largePackets?.count ?? 0) }
    let threshold = notes.compactMap { $0.tunnel.log.largePackets?.threshold }.min() ?? 0
    let largest = notes.compactMap { $0.tunnel.log.largePackets?.largest }.max() ?? 0
    return Finding(
      rule: name, about: .device(nil), severity: .note, confidence: .certain,
      confidenceReason: "the gateway's log says so", tunnel: nil,
      title: "\(notes.count) tunnels had packets too large for them, and went on",
      explanation: """
        The gateway logged \(Phrase.count(packets, "packet")) of up to \(largest) bytes that did not fit the tunnels of \
        \(notes.count) clients (threshold \(threshold) at the least). Nothing else is wrong with these tunnels: \
        path MTU discovery has done its work.
        """,
      remedies: ["Nothing needs to change. A tunnel MTU of \(threshold) would save the first packets."],
      start: notes.compactMap(\.finding.start).min(), end: notes.compactMap(\.finding.end).max(),
      facts: [
        ("mtu", .integer(threshold)), ("largest", .integer(largest)), ("packets", .integer(packets)),
        ("tunnels", .integer(notes.count)),
      ], amount: packets, evidence: notes.prefix(6).flatMap { $0.finding.evidence.prefix(1) })
  }
}

extension PointHistory.Dated<PacketTooBig> {
  /// The ICMP error, as what proves a path's MTU.
  var evidence: Evidence {
    sighting.evidence(
      "\(fact.quoted.destination.address.tooBigError), next-hop MTU \(fact.nextHopMTU ?? 0), about "
        + "\(fact.quoted.length) bytes to \(fact.quoted.destination)")
  }
}
