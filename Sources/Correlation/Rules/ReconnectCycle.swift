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

  /// Intervals of a cycle differ from their median by no more than this share.
  static let tolerance = 0.1
  /// One minute, as the note's clients need it to give up DTLS and apply the TLS MTU.
  static let minuteSeconds = 60.0
  /// Regular intervals needed: two, so three sessions.
  private static let leastIntervals = 2

  /// A stretch of sessions at regular intervals.
  struct Cycle {
    let sessions: [Session]
    let intervals: [Double]

    var median: Double { intervals.sorted()[intervals.count / 2] }
    var spread: Double { (intervals.max() ?? 0) - (intervals.min() ?? 0) }
    var isOneMinute: Bool {
      abs(median - ReconnectCycle.minuteSeconds) <= ReconnectCycle.minuteSeconds * ReconnectCycle.tolerance
    }
  }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.flatMap { tunnel in
      tunnel.tracks.compactMap { track in cycle(in: track).map { finding($0, track, tunnel) } }
    } + situation.logs.tunnels.compactMap { finding(for: $0, in: situation) }
  }

  /// The longest regular stretch of a track, if it is most of what its reconnects are.
  static func cycle(in track: SessionTrack) -> Cycle? {
    let handovers = track.handovers
    var best: Range<Int>?
    // What is left must be longer than what is known: a track that is one long cycle is walked once.
    for start in handovers.indices where handovers.count - start > (best?.count ?? 0) {
      var intervals = Intervals()
      var end = start
      while end < handovers.count, handovers[end].kind == .reconnect, let interval = handovers[end].interval {
        intervals.insert(interval)
        guard intervals.areRegular else { break }
        end += 1
      }
      if end - start >= leastIntervals, end - start > (best?.count ?? 0) { best = start..<end }
    }
    guard let best, best.count * 2 >= handovers.filter({ $0.kind == .reconnect }).count else { return nil }
    return Cycle(
      sessions: Array(track.sessions[best.lowerBound...best.upperBound]),
      intervals: handovers[best].compactMap(\.interval))
  }

  /// Intervals in order of length, one added after the other.
  private struct Intervals {
    private var sorted: [Double] = []

    mutating func insert(_ interval: Double) {
      var low = 0
      var high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < interval { low = middle + 1 } else { high = middle }
      }
      sorted.insert(interval, at: low)
    }

    /// Whether the least and the greatest, and so all, are near the median.
    var areRegular: Bool {
      guard let least = sorted.first, let greatest = sorted.last else { return true }
      let median = sorted[sorted.count / 2]
      return median > 0 && median - least <= median * tolerance && greatest - median <= median * tolerance
    }
  }

  private static func finding(_ cycle: Cycle, _ track: SessionTrack, _ tunnel: Tunnel) -> Finding {
    let reconnects = track.handovers.filter { $0.kind == .reconnect }.count
    let every = cycle.isOneMinute ? "every minute" : "every \(Phrase.duration(cycle.median))"
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
      title: "The session is re-established \(every)",
      explanation: """
        \(tunnel.client) has re-established its session to \(tunnel.gateway) \(Phrase.count(reconnects, "time")), \
        \(every) (median \(Phrase.rounded(cycle.median, decimals: 1)) s, spread \(Phrase.rounded(cycle.spread, decimals: 1)) s): each session \
        starts when the one before ends.\(cycle.isOneMinute ? " One minute is what clients need to give up DTLS and apply the TLS MTU to their adapter." : "")
        """,
      remedies: [
        "If DTLS fails (see the other findings), repair that first.",
        "Set an `anyconnect mtu` in the group policy that is smaller than the TLS MTU: then no reconnect is needed to apply it.",
        "If DTLS works, look in the gateway's log for why the session ends: timeouts, rekey, re-authentication.",
      ],
      start: cycle.sessions.first?.start ?? tunnel.start, end: cycle.sessions.last?.start ?? tunnel.end,
      facts: [
        ("sessions", .integer(track.sessions.filter(\.sawStart).count)), ("median_seconds", .number(cycle.median)),
        ("spread_seconds", .number(cycle.spread)), ("one_minute", .boolean(cycle.isOneMinute)),
      ], evidence: evidence(of: track.sessions))
  }

  /// Each session's start, and how the one before ended.
  static func evidence(of sessions: [Session]) -> [Evidence] {
    var evidence: [Evidence] = []
    var previous: Session?
    for session in sessions.prefix(12) {
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
