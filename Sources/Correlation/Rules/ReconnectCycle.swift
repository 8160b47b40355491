import Observations

/// A tunnel session that is re-established at a regular interval.
///
/// Recognised by three or more sessions of one client to one gateway, each starting when the one before ends. Short
/// requests beside a living session, several clients behind one address and a person who restarts the client are
/// told apart in `SessionTrack` and `Handover`.
enum ReconnectCycle: Rule {
  static let name = RuleName.reconnectCycle

  static let documentation = RuleDocumentation(
    summary: "The session is re-established at a regular interval.",
    meaning: "Users are interrupted again and again; calls drop and connections through the tunnel may break.",
    recognisedBy: """
      Three or more sessions, each starting when the one before ends, at an interval that is regular within 10 %. \
      An interval of one minute is what a client shows that applies a new MTU because DTLS failed.
      """,
    notToConfuseWith: """
      Short HTTPS requests every minute beside a living tunnel, several clients behind one NAT address, a person \
      who restarts the client.
      """,
    remedies: [
      "Find out why DTLS fails (see the other findings), or make the AnyConnect MTU smaller than the TLS MTU, so that "
        + "no reconnect is needed when it does.",
      "If DTLS works: look at the gateway's session and idle timeouts and at its log for the reason.",
    ])

  /// What to do about a cycle, whoever tells of it.
  static let cycleRemedies = [
    "If DTLS fails (see the other findings), repair that first.",
    "Set an `anyconnect mtu` in the group policy that is smaller than the TLS MTU: then no reconnect is needed to apply it.",
    "If DTLS works, look in the gateway's log for why the session ends: timeouts, rekey, re-authentication.",
  ]

  /// A stretch of sessions at regular intervals.
  struct Cycle {
    let sessions: [Session]
    let stretch: RegularStretch
  }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.flatMap { tunnel in
      tunnel.tracks.compactMap { track in cycle(in: track).map { finding($0, track, tunnel) } }
    } + situation.logs.tunnels.compactMap { finding(for: $0, in: situation) }
  }

  /// The longest regular stretch of a track, if it is most of what its reconnects are.
  static func cycle(in track: SessionTrack) -> Cycle? {
    let handovers = track.handovers
    let steps = handovers.map { $0.kind == .reconnect ? $0.interval : nil }
    guard
      let (start, stretch) = RegularStretch.longest(
        in: steps, reconnects: handovers.count { $0.kind == .reconnect })
    else { return nil }
    return Cycle(sessions: Array(track.sessions[start...start + stretch.intervals.count]), stretch: stretch)
  }

  /// The facts that a cycle carries, whoever tells of it.
  static func facts(_ stretch: RegularStretch, sessions: Int) -> [(name: String, value: FactValue)] {
    [
      ("sessions", .integer(sessions)), ("median_seconds", .number(stretch.median)),
      ("spread_seconds", .number(stretch.spread)), ("one_minute", .boolean(stretch.isOneMinute)),
    ]
  }

  /// "every minute (median 60 s, spread 0.1 s)".
  static func rhythm(_ stretch: RegularStretch) -> String {
    "\(stretch.every) (median \(Phrase.rounded(stretch.median, decimals: 1)) s, spread \(Phrase.rounded(stretch.spread, decimals: 1)) s)"
  }

  /// What a cycle of one minute means; empty for others.
  static func meaning(_ stretch: RegularStretch) -> String {
    stretch.isOneMinute
      ? " One minute is what clients need to give up DTLS and apply the TLS MTU to their adapter." : ""
  }

  private static func finding(_ cycle: Cycle, _ track: SessionTrack, _ tunnel: Tunnel) -> Finding {
    let reconnects = track.handovers.filter { $0.kind == .reconnect }.count
    let hasDTLS = tunnel.hasDTLS(of: track)
    // Nothing but TLS may also be a program that polls over HTTPS and reconnects when its connection is closed.
    let isPolling = cycle.sessions.dropLast().allSatisfy(\.wasEndedByGateway)
    let isTunnel = hasDTLS || !isPolling && cycle.sessions.contains(where: \.carriesTraffic)
    return Finding(
      rule: name, severity: isTunnel ? .error : .note,
      confidence: hasDTLS ? .certain : isTunnel ? .likely : .possible,
      confidenceReason: hasDTLS
        ? "\(cycle.sessions.count) sessions at a regular interval, with the DTLS attempts of a tunnel beside them"
        : isTunnel
          ? "the capture shows no DTLS of this client; the sessions look like a tunnel's"
          : "these connections may be a program's that polls the server over HTTPS", tunnel: tunnel.id,
      title: "The session is re-established \(cycle.stretch.every)",
      explanation: """
        \(tunnel.client) has re-established its session to \(tunnel.gateway) \(Phrase.count(reconnects, "time")), \
        \(rhythm(cycle.stretch)): each session starts when the one before ends.\(meaning(cycle.stretch))
        """,
      remedies: cycleRemedies,
      start: cycle.sessions.first?.start ?? tunnel.start, end: cycle.sessions.last?.start ?? tunnel.end,
      facts: facts(cycle.stretch, sessions: track.sessions.filter(\.sawStart).count),
      evidence: evidence(of: track.sessions.count > sessionsShown ? cycle.sessions : track.sessions))
  }

  /// Sessions of which the evidence tells.
  private static let sessionsShown = 12

  /// Each session's start, and how the one before ended.
  static func evidence(of sessions: some Sequence<Session>) -> [Evidence] {
    var evidence: [Evidence] = []
    var previous: Session?
    for session in sessions.prefix(sessionsShown) {
      if let previous, let frame = previous.view.endFrame, let closed = previous.closed {
        evidence.append(Evidence(frame: frame, time: closed, note: "session \(previous.endReason)"))
      }
      let hello = session.view.helloFrame ?? session.view.startFrame
      evidence.append(
        Evidence(
          frame: hello, time: session.view.helloTime ?? session.start,
          note: previous.map {
            "new session, \(Phrase.rounded(session.start.seconds(since: $0.start), decimals: 1)) s after the one before"
          } ?? "the first of these sessions"))
      previous = session
    }
    return evidence
  }
}
