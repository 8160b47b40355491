import Observations

/// Packets that may not be fragmented and are larger than the path carries.
///
/// Recognised by an ICMP 3/4 (ICMPv6 type 2) that quotes a packet of a flow the capture shows. Super-packets of
/// segmentation offload are left out: no wire carries them.
enum OversizedDF: Rule {
  static let name = RuleName.oversizedDF

  static let documentation = RuleDocumentation(
    summary: "DF packets are larger than the path MTU.",
    meaning: """
      Each such packet is dropped, and the sender has to send its content again in smaller ones. Where the ICMP \
      error is filtered before it reaches the sender, the connection hangs.
      """,
    recognisedBy: """
      An IPv4 packet with DF, or any IPv6 packet, and an ICMP type 3 code 4 (ICMPv6 type 2) that quotes it and \
      names a smaller next-hop MTU (RFC 1191, RFC 8201).
      """,
    notToConfuseWith: """
      Segmentation-offload super-packets in a capture on the sending host; a client's own DTLS MTU probe that is \
      answered once and respected (a note).
      """,
    remedies: [
      "Make senders use smaller packets: lower the MSS (`sysopt connection tcpmss`) or the tunnel's MTU (`anyconnect mtu`).",
      "Let the gateway clear DF and fragment: `anyconnect ssl df-bit-ignore enable`.",
      "Never filter ICMP type 3 code 4.",
    ])

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
        point, between: path.source, and: path.destination, from: first.sighting.time, to: last.sighting.time) : nil
    let isProbe =
      (outer != nil || situation.showsTunnels(point)) && path.packetsAfterwards == 0 && path.errors <= probeErrors
      && errors.allSatisfy { $0.fact.quoted.transport == .udp }
    let facts: [(name: String, value: FactValue)] = [
      ("mtu", .integer(path.mtu)), ("largest", .integer(path.largest)), ("packets", .integer(path.packets)),
      ("reporter", .text("\(path.reporter)")), ("source", .text("\(path.source)")),
      ("destination", .text("\(path.destination)")), ("icmp_errors", .integer(path.errors)),
    ]
    return Finding(
      rule: name, severity: isProbe ? .note : .warning, confidence: .certain,
      confidenceReason: "\(path.reporter) says so in \(Phrase.count(path.errors, "ICMP error")) that quote the packets",
      tunnel: outer?.id ?? inner?.id,
      title: isProbe
        ? "The path to \(path.destination) carries \(path.mtu) bytes; the sender found out and keeps to it"
        : "Packets of \(path.largest) bytes with DF do not fit the path MTU of \(path.mtu)",
      explanation: """
        \(path.source) sends packets of up to \(path.largest) bytes with DF set to \(path.destination), but \
        \(path.reporter) can pass on only \(path.mtu). \(Phrase.count(path.packets, "packet")) \
        \(path.packets == 1 ? "was" : "were") too large\(afterwards(path)).\(grounds(inner))
        """,
      remedies: isProbe ? probeRemedies(path) : remedies(path, inner: inner != nil, isOuter: outer != nil),
      start: first.sighting.time, end: last.sighting.time, facts: facts,
      evidence: evidence(path, errors, at: point))
  }

  private static func afterwards(_ path: OversizedPackets) -> String {
    path.packetsAfterwards == 0
      ? "; the sender obeyed" : ", \(path.packetsAfterwards) of them sent a second or more after the first error"
  }

  /// Why an inner flow is counted to a tunnel.
  private static func grounds(_ inner: InnerTunnel?) -> String {
    guard let inner else { return "" }
    return " These packets are counted to tunnel \(inner.id), \(inner.reason)."
  }

  private static func probeRemedies(_ path: OversizedPackets) -> [String] {
    ["Nothing needs to change. An `anyconnect mtu` that fits \(path.mtu) bytes outside would save the probe."]
  }

  private static func remedies(_ path: OversizedPackets, inner: Bool, isOuter: Bool) -> [String] {
    let overhead = path.destination.isIPv4 ? 40 : 60
    let clamp = path.mtu - overhead
    guard !isOuter else {
      return [
        "Give the tunnel an MTU that fits the outer path of \(path.mtu) bytes: a smaller `anyconnect mtu` in the group policy.",
        "Find out why the path carries only \(path.mtu) bytes (PPPoE, another tunnel) and clamp the outer TCP MSS to \(clamp).",
      ]
    }
    return [
      "Set `anyconnect mtu \(path.mtu)` in the group policy, so that the client's adapter and its MSS fit from the start.",
      "Or clamp the MSS of inner connections to \(clamp) (\(path.mtu) less \(overhead) bytes of headers).",
      "Or let the gateway fragment: `anyconnect ssl df-bit-ignore enable`.",
    ]
  }

  private static func evidence(
    _ path: OversizedPackets, _ errors: [PointHistory.Dated<PacketTooBig>], at point: Situation.Point
  ) -> [Evidence] {
    var evidence = errors.prefix(6).map(\.evidence)
    if let frame = path.largestFrame, let time = path.largestTime ?? errors.first?.sighting.time {
      evidence.insert(
        Evidence(frame: frame, time: time, note: "\(path.largest) bytes with DF, too large"), at: 0)
    }
    return evidence
  }
}

extension PointHistory.Dated<PacketTooBig> {
  /// The ICMP error, as what proves a path's MTU.
  var evidence: Evidence {
    Evidence(
      frame: sighting.frame, time: sighting.time,
      note: "fragmentation needed, next-hop MTU \(fact.nextHopMTU ?? 0), about "
        + "\(fact.quoted.length) bytes to \(fact.quoted.destination)")
  }
}
