import Observations

/// A tunnel session that is re-established once, or several times at no regular interval.
enum SessionReconnects: Rule {
  static let name = RuleName.sessionReconnects

  static let documentation = RuleDocumentation(
    summary: "The session is re-established, once or irregularly.",
    meaning: "Users are interrupted for a moment each time.",
    recognisedBy: """
      A new session of the same client starts at once when the one before ends, or after it broke off, without a \
      new login; not at a regular interval.
      """,
    notToConfuseWith: """
      A person who ends the client and starts it again (an orderly end, some seconds, a new login), short HTTPS \
      requests beside a living tunnel, several clients behind one NAT address.
      """,
    remedies: [
      "Once, about a minute after connecting, with DTLS failing: the client applied the TLS MTU; see mtu-reconnect.",
      "Otherwise look at the client's network (roaming, sleep) and at the gateway's log for the time of each reconnect.",
    ])

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.flatMap { tunnel in
      tunnel.tracks.compactMap { track in
        ReconnectCycle.cycle(in: track) == nil ? finding(track, tunnel) : nil
      }
    } + situation.logs.tunnels.compactMap { finding(for: $0, in: situation) }
  }

  private static func finding(_ track: SessionTrack, _ tunnel: Tunnel) -> Finding? {
    let reconnects = track.handovers.filter { $0.kind == .reconnect }
    guard let first = reconnects.first, let last = reconnects.last else { return nil }
    // In a capture of the gateway's packets alone, what begins and ends a session is not seen.
    guard track.sessions.contains(where: \.sawStart) else { return nil }
    let intervals = reconnects.compactMap(\.interval)
    let hasDTLS = tunnel.hasDTLS(of: track)
    let looksLikeTunnel = hasDTLS || track.sessions.contains { $0.carriesTraffic && !$0.wasEndedByGateway }
    // One reconnect of a tunnel whose DTLS is well is what a change of network looks like.
    let matters = looksLikeTunnel && (reconnects.count > 1 || tunnel.dtlsOutcome != .established && hasDTLS)
    return Finding(
      rule: name, severity: matters ? .warning : .note, confidence: hasDTLS ? .certain : .likely,
      confidenceReason: hasDTLS
        ? "each new session starts when the one before ends, beside the DTLS of a tunnel"
        : "the capture shows no DTLS of this client; the sessions look like a tunnel's", tunnel: tunnel.id,
      title: "The session was re-established \(reconnects.count == 1 ? "once" : "\(reconnects.count) times")",
      explanation: """
        \(tunnel.client) re-established its session to \(tunnel.gateway) \
        \(reconnects.count == 1 ? "once\(first.interval.map { ", \(Phrase.duration($0)) after it had begun" } ?? "")" : "\(reconnects.count) times, at no regular interval"). \
        The session before was \(first.from.endReason).
        """,
      remedies: documentation.remedies, start: first.from.start, end: last.to.start,
      facts: [
        ("sessions", .integer(reconnects.count + 1)), ("intervals_seconds", .numbers(intervals)),
      ],
      evidence: ReconnectCycle.evidence(
        of: reconnects.prefix(6).flatMap { $0.from.start == first.from.start ? [$0.from, $0.to] : [$0.to] }))
  }
}
