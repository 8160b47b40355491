import Observations

extension RuleName {
  package static let pmtuBlackHole = RuleName("pmtu-black-hole")
}

/// Large packets that vanish without an ICMP error while small ones pass.
///
/// Recognised by DF segments that are retransmitted and never acknowledged, larger than anything of the flow that
/// was, while the receiver is heard, and without an ICMP error that would have told the sender (RFC 2923 section 2.1).
/// Behind the hop that drops them, by a gap of full-sized segments that the receiver asks for and that nothing fills.
enum PMTUBlackHole: Rule {
  static let name = RuleName.pmtuBlackHole

  static let documentation = RuleDocumentation(
    summary: "Large packets that no router may fragment disappear without an ICMP error.",
    meaning: """
      Connections open and then hang: logins work, pages and file copies stop. The sender never learns that its \
      packets are too large.
      """,
    recognisedBy: """
      Large segments (IPv4 with DF, or IPv6) retransmitted three times or more and never acknowledged, while smaller packets of the same \
      flow or path are, and no ICMP type 3 code 4 (ICMPv6 type 2) that explains it. At the receiver: a gap of full-sized segments that it \
      asks for again and again and that is never filled, while the sender's small packets come.
      """,
    notToConfuseWith: """
      A dead peer (small packets go unanswered too), a path that is down, ordinary loss (the gap is filled), a capture \
      that lost packets (the receiver has them).
      """,
    remedies: [
      allowing,
      "Lower the MSS of inner connections, or the tunnel's MTU, so that large packets never arise.",
    ])

  /// In general words; a finding says from where to where.
  private static let allowing =
    "Let ICMP type 3 code 4 (ICMPv6 type 2) pass from the gateway and every router to the senders."

  static let topic = RuleTopic.path
  static let restsOn: Set<RuleGround> = [.absence]
  static let holdSeconds = 5.0

  static func plural(_ about: FindingSubject) -> String { "lose large packets without an ICMP error" }

  /// Whatever carries IPv4 carries this (RFC 791 section 3.2); smaller packets that vanish are no MTU matter.
  private static let smallestSuspect = 577
  /// From the first to the last retransmission: past fast retransmission and the first timeouts.
  private static let leastSeconds = 1.0

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    // The same path seen at several points is one finding, from the first point that shows it.
    var judged: Set<HostPath> = []
    return situation.points.flatMap { point -> [Finding] in
      let byPath = Dictionary(grouping: point.stuck) {
        HostPath(source: sender($0.fact).address, destination: receiver($0.fact).address)
      }
      return byPath.sorted { $0.key < $1.key }.compactMap { path, stuck in
        // An ICMP error that explains it makes it oversized-df.
        let suspects = stuck.filter { isSuspect($0.fact) }
        guard !suspects.isEmpty, point.tooBigByPath[path] == nil, judged.insert(path).inserted else { return nil }
        return finding(for: suspects, among: stuck, on: path, at: point, situation, earlier)
      }
    }
  }

  private static func sender(_ segment: StuckSegment) -> Endpoint {
    segment.sender == .client ? segment.flow.client : segment.flow.server
  }

  private static func receiver(_ segment: StuckSegment) -> Endpoint {
    segment.sender == .client ? segment.flow.server : segment.flow.client
  }

  private static func isSuspect(_ segment: StuckSegment) -> Bool {
    segment.dontFragment && !segment.acknowledged && segment.receiverAlive && segment.length >= smallestSuspect
      // A path that shrank meanwhile has carried packets of this size before.
      && (segment.length > segment.largestDelivered || segment.smallPacketsArrive)
      && segment.lastSent.seconds(since: segment.firstSent) >= leastSeconds
  }

  private static func finding(
    for stuck: [PointHistory.Dated<StuckSegment>], among all: [PointHistory.Dated<StuckSegment>],
    on path: HostPath, at point: Situation.Point, _ situation: Situation, _ earlier: EarlierFindings
  ) -> Finding? {
    let segments = stuck.map(\.fact)
    guard let start = segments.map(\.firstSent).min(), let end = segments.map(\.lastSent).max(),
      let smallest = segments.map(\.length).min()
    else { return nil }
    let delivered = all.map(\.fact.largestDelivered).filter { $0 < smallest }.max() ?? 0
    let flows = Set(segments.map(\.flow)).count
    let repeats = segments.reduce(0) { $0 + $1.retransmissions }
    let outer = situation.tunnel(between: path.source, and: path.destination)
    let inner =
      outer == nil
      ? situation.tunnelInside(
        point, between: path.source, and: path.destination, from: start, to: end) : nil
    let isCertain = flows >= 2 && delivered > 0
    return Finding(
      rule: name, about: .path(path), severity: .error, confidence: isCertain ? .certain : .likely,
      confidenceReason: isCertain
        ? "\(flows) connections lost every large packet while smaller ones arrived"
        : "\(Phrase.count(flows, "connection")); more of the same kind would make it certain",
      tunnel: outer?.id ?? inner?.id,
      title: "Packets of \(smallest) bytes or more vanish on the way to \(path.destination)",
      headline: "large packets disappear without an ICMP error"
        + (delivered > 0 ? " (the largest that arrives has \(delivered) bytes)" : ""),
      explanation: """
        \(account(of: segments, on: path, smallest: smallest, repeats: repeats, flows: flows)), while \
        \(delivered > 0 ? "packets of up to \(delivered) bytes arrive" : "the receiver is heard"). No ICMP error \
        warns the sender: a path MTU black hole.\(inner.map { " It is attributed to tunnel \($0.id), \($0.reason)." } ?? "")
        """,
      remedies: [
        "Allow \(path.destination.tooBigErrorType) from the gateway and the routers back to \(path.source).",
        "Find out what passes: `ping -M do -s \(smallest - pingHeaders(path))` from \(path.source) to \(path.destination), then with less until it is answered (Windows: `ping -f -l`).",
      ]
        + situation.remedies(self, for: outer ?? inner?.tunnel) { request in
          request.lostBytes = smallest
          request.isInside = inner != nil
        }.filter { $0 != allowing },
      start: start, end: end,
      // What carries them is too large for the path then.
      causes: inner.map { inner in earlier.about(inner.tunnel).filter { $0.rule == LargePacketsLost.name }.map(\.id) }
        ?? [],
      facts: [
        ("largest_delivered", .integer(delivered)), ("smallest_lost", .integer(smallest)), ("flows", .integer(flows)),
        ("retransmissions", .integer(repeats)), ("source", .text("\(path.source)")),
        ("destination", .text("\(path.destination)")),
      ], amount: flows,
      evidence: stuck.prefix(6).flatMap { evidence(of: $0.fact) })
  }

  /// What ICMP and IP put in front of what `ping` is told to send, in bytes.
  private static func pingHeaders(_ path: HostPath) -> Int { path.destination.isIPv4 ? 28 : 48 }

  private static func account(
    of segments: [StuckSegment], on path: HostPath, smallest: Int, repeats: Int, flows: Int
  ) -> String {
    let times = "again and again (\(repeats) times in \(Phrase.count(flows, "connection")))"
    let missing = segments.compactMap(\.missingBytes).reduce(0, +)
    return missing == 0
      ? "\(path.source) sends packets of \(smallest) bytes\(path.destination.unfragmentedMark) to \(path.destination) \(times), and none is acknowledged"
      : """
      \(path.destination) asks \(path.source) \(times) for \(missing) bytes that never come: they fill packets of \
      \(smallest) bytes, which the MSS of \(path.destination) lets \(path.source) send
      """
  }

  private static func evidence(of segment: StuckSegment) -> [Evidence] {
    let isGap = segment.missingBytes != nil
    return [
      Evidence(
        frame: segment.firstFrame, time: segment.firstSent,
        note: isGap
          ? "the receiver asks for \(segment.missingBytes ?? 0) bytes that did not come, although later ones did"
          : "\(segment.length) bytes\(receiver(segment).address.unfragmentedMark) sent again, first retransmission seen"
      ),
      Evidence(
        frame: segment.lastFrame, time: segment.lastSent,
        note: isGap
          ? "asked for \(segment.retransmissions) times, and still missing"
          : "retransmission \(segment.retransmissions), still not acknowledged"),
    ]
  }

  static func corroboration(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration? {
    OversizedDF.largePackets(of: tunnel)
  }
}
