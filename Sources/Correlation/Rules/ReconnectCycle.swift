import Algorithms
import Observations

extension RuleName {
  package static let reconnectCycle = RuleName("reconnect-cycle")
}

/// A tunnel session that is re-established at a regular interval.
///
/// Recognised by three or more sessions of one client to one gateway, each starting when the one before ends. Short
/// requests beside a living session, several clients behind one address and a person who restarts the client are told
/// apart in `SessionTrack` and `Handover`.
package enum ReconnectCycle: Rule {
  package static let name = RuleName.reconnectCycle

  package static let documentation = RuleDocumentation(
    summary: "The session is re-established at a regular interval.",
    meaning: "Users are interrupted again and again; calls drop and connections through the tunnel may break.",
    recognisedBy: """
      Three or more sessions, each starting when the one before ends, at an interval that is regular within 10%. \
      One minute is typical of a client that applies a new MTU because its data channel failed.
      """,
    notToConfuseWith: """
      Short HTTPS requests every minute beside a living tunnel, several clients behind one NAT address, a person \
      who restarts the client. A client that ends each session itself and begins the next at once, as IKE does to \
      authenticate again, renews it on schedule: that is a note.
      """,
    remedies: [
      "If the data channel fails (see the other findings), repair that first.",
      "Otherwise look in the gateway's log for why the session ends: timeouts, rekey, re-authentication.",
    ])

  package static let topic = RuleTopic.sessions
  package static let restsOn: Set<RuleGround> = [.intervals]
  /// A connection counts as a session while it is open; after 10 s without packets a short request counts no more.
  package static let holdSeconds = 12.0

  package static func plural(_ about: FindingSubject) -> String { "are re-established at a regular interval" }

  /// A stretch of sessions at regular intervals.
  package struct Cycle {
    package let sessions: [Session]
    package let stretch: RegularStretch
  }

  package static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    let rivals = RivalClients(in: situation)
    return situation.tunnels.flatMap { tunnel -> [Finding] in
      guard let channel = tunnel.channels.first(where: { !$0.tracks.isEmpty }) else { return [] }
      return channel.tracks.compactMap { track in
        if let cycle = cycle(in: track) {
          let rival = rivals.rival(of: tunnel, between: cycle.sessions)
          let found =
            channel.isLogged
            ? loggedFinding(cycle, track, channel, tunnel, situation, rival: rival)
            : finding(cycle, track, channel, tunnel, situation, rival: rival)
          guard rival == nil else { return found.map { $0.causingLosses(of: channel, tunnel, earlier) } }
          return found.map { tied($0, by: self, channel, tunnel, situation, earlier) }
        }
        return cycle(in: track, of: .renewal).map { renewalFinding($0, channel, tunnel, situation) }
      }
    }
  }

  /// The longest regular stretch of a track, if it is most of what its reconnects, or renewals, are.
  package static func cycle(in track: SessionTrack, of kind: Handover.Kind = .reconnect) -> Cycle? {
    let handovers = track.handovers
    let steps = handovers.map { $0.kind == kind ? $0.interval : nil }
    guard
      let (start, stretch) = RegularStretch.longest(in: steps, reconnects: handovers.count { $0.kind == kind })
    else { return nil }
    let sessions = Array(track.sessions[start...start + stretch.intervals.count])
    // A session that was lost ends when the path does: two outages are as far apart as the first is from the beginning in one
    // case of five. So may be others whose ends the capture lacks.
    let ends = sessions.dropLast()
    guard stretch.intervals.count >= leastIntervalsOfLosses || !ends.contains(where: { $0.wasLost || $0.lacksEnd })
    else { return nil }
    return Cycle(sessions: sessions, stretch: stretch)
  }

  /// Regular intervals that make a cycle of sessions that were lost, or whose ends the capture does not hold.
  private static let leastIntervalsOfLosses = 3

  private static func facts(_ cycle: Cycle) -> [(name: String, value: FactValue)] {
    [
      ("sessions", .integer(cycle.sessions.count)), ("median_seconds", .number(cycle.stretch.median)),
      ("spread_seconds", .number(cycle.stretch.spread)), ("one_minute", .boolean(cycle.stretch.isOneMinute)),
    ]
  }

  /// "every minute (median 60 s, spread 0.1 s)".
  private static func rhythm(_ stretch: RegularStretch) -> String {
    "\(stretch.every) (median \(Phrase.rounded(stretch.median, decimals: 3)) s, spread \(Phrase.rounded(stretch.spread, decimals: 3)) s)"
  }

  private static func headline(_ cycle: Cycle) -> String {
    "the session is re-established \(cycle.stretch.every) (\(cycle.sessions.count) sessions)"
  }

  /// What a cycle of one minute means for a tunnel whose data channel may fall back; empty for others.
  private static func meaning(_ stretch: RegularStretch, _ tunnel: Tunnel, _ situation: Situation) -> String {
    stretch.isOneMinute && !tunnel.carriesDataApart
      ? situation.family(of: tunnel)?.note(on: name).map { " " + $0 } ?? "" : ""
  }

  private static func finding(
    _ cycle: Cycle, _ track: SessionTrack, _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation, rival: Tunnel?
  ) -> Finding? {
    // Who ended the sessions, and when, is what the gateway sent.
    let hidesEnds = tunnel.hidesEnd(of: cycle.sessions.dropLast(), in: situation)
    guard !hidesEnds || cycle.stretch.intervals.count >= leastIntervalsOfLosses else { return nil }
    let hidesControl = tunnel.hidesControl(of: channel, situation.family(of: tunnel))
    let hasData =
      !hidesControl && (!channel.profile.carriesRequests || tunnel.hasDataChannel(of: track, in: channel))
    // Nothing but requests may also be a program that polls over HTTPS and reconnects when its connection is closed.
    let isPolling = cycle.sessions.dropLast().allSatisfy(\.wasEndedByGateway)
    let isTunnel = hasData || !hidesControl && !isPolling && cycle.sessions.contains(where: \.carriesTraffic)
    return Finding(
      rule: name, about: .tunnel, severity: isTunnel ? .error : .note,
      confidence: hidesEnds ? .possible : hasData ? .certain : isTunnel ? .likely : .possible,
      confidenceReason: hidesEnds
        ? Tunnel.hiddenEnd
        : hasData
          ? "\(cycle.sessions.count) sessions at a regular interval\(channel.profile.carriesRequests ? ", with the data channel of a tunnel beside them" : "")"
          : isTunnel
            ? "the capture shows no data channel of this client; the sessions look like a tunnel's"
            : hidesControl
              ? SessionReconnects.hiddenControl
              : "these may be the connections of a program that polls the server over HTTPS", tunnel: tunnel.id,
      title: "The session is re-established \(cycle.stretch.every)", headline: headline(cycle),
      explanation: """
        The client has re-established its session \(Phrase.times(cycle.sessions.count - 1)), \
        \(rhythm(cycle.stretch)): each session starts when the one before ends.\(meaning(cycle.stretch, tunnel, situation))\
        \(rival?.wordsOfRival ?? "")
        """,
      remedies: remedies(self, tunnel, channel, situation, hasRival: rival != nil),
      start: cycle.sessions.first?.start ?? tunnel.start, end: cycle.sessions.last?.start ?? tunnel.end,
      facts: facts(cycle), amount: cycle.sessions.count, seconds: cycle.stretch.median,
      evidence: evidence(of: cycle.sessions))
  }

  /// The finding with what brings it about: losses of its channel, another channel that fails beside it.
  static func tied(
    _ finding: Finding, by rule: any Rule.Type, _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation,
    _ earlier: EarlierFindings
  ) -> Finding {
    var tied = finding.causedByLosses(of: channel, tunnel, earlier)
    if let step = stepForFailing(beside: channel, tunnel, earlier) {
      tied.remedies = remedies(rule, tunnel, channel, situation, failing: step)
    }
    return tied
  }

  /// The first step against another channel that fails beside these sessions; nil where none is found.
  private static func stepForFailing(beside channel: Channel, _ tunnel: Tunnel, _ earlier: EarlierFindings) -> String? {
    earlier.about(tunnel).first { finding in
      finding.severity > .note && finding.channel.map { $0 != channel.kind } ?? false
    }?.remedies.first
  }

  /// What to do about sessions that follow each other: a channel that fails beside them is the likely reason.
  ///
  /// - Parameter failing: The first step against that failure.
  static func remedies(
    _ rule: any Rule.Type, _ tunnel: Tunnel, _ channel: Channel, _ situation: Situation, hasRival: Bool = false,
    failing: String? = nil
  ) -> [String] {
    situation.remedies(rule, for: tunnel, channel: channel) { request in
      request.hasRival = hasRival
      request.stepForFailingChannel = failing
      request.isDataApart = tunnel.carriesDataApart
      request.isChannelFailing = tunnel.channels.contains { other in
        switch other.outcome {
        case .unanswered, .refused, .rejected, .stalled, .failed, .blocked, .lost: other.kind != channel.kind
        case .established, .redirected, .none: false
        }
      }
    }
  }

  /// The client ends each session itself and begins the next at once: by plan, with a short interruption.
  private static func renewalFinding(
    _ cycle: Cycle, _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding {
    Finding(
      rule: name, about: .tunnel, severity: .note, confidence: .likely,
      confidenceReason:
        "the client closes each session and opens the next at once, as clients do that renew sessions on schedule; its configuration would show it",
      tunnel: tunnel.id, title: "The session is renewed \(cycle.stretch.every)",
      explanation: """
        \(tunnel.clientName) ended its session to \(tunnel.gatewayName) and began the next at once \
        \(Phrase.times(cycle.sessions.count - 1)), \(rhythm(cycle.stretch)): a planned renewal, such as \
        reauthentication. What is under way is interrupted for a moment each time.
        """,
      remedies: remedies(self, tunnel, channel, situation),
      start: cycle.sessions.first?.start ?? tunnel.start, end: cycle.sessions.last?.start ?? tunnel.end,
      facts: facts(cycle), amount: cycle.sessions.count, seconds: cycle.stretch.median,
      evidence: evidence(of: cycle.sessions))
  }

  /// Sessions that the evidence shows.
  private static let sessionsShown = 12

  /// Each session's start, and how the one before ended.
  package static func evidence(of sessions: some Sequence<Session>) -> [Evidence] {
    var evidence: [Evidence] = []
    var previous: Session?
    for session in sessions.prefix(sessionsShown) {
      if !session.view.isLogged, let previous, let closing = previous.closing {
        evidence.append(closing.evidence("session \(previous.endReason)"))
      }
      let after = previous.flatMap { session.begin.seconds(since: $0.begin) }
      evidence.append(
        session.begin.evidence(
          after.map { "new session, \(Phrase.rounded($0, decimals: 1)) s after the one before" }
            ?? (previous == nil ? "the first of these sessions" : "new session")))
      // Where the handshake alone does not make a session, its data does.
      if session.view.openingCount > 0, let data = session.view.gatewayData ?? session.view.clientData {
        let sender: Side = session.view.gatewayData == nil ? .client : .server
        evidence.append(data.evidence("the \(sender.name)'s first data of this session"))
      }
      previous = session
    }
    return evidence
  }

  // MARK: What logs say

  /// A gateway that makes new keys by new tunnels (`anyconnect ssl rekey method new-tunnel`) logs the same at a regular
  /// interval, at least 4 minutes by its configuration.
  private static let leastRekeySeconds = 240.0

  /// Sessions that take the place of each other at a regular interval.
  private static func loggedFinding(
    _ cycle: Cycle, _ track: SessionTrack, _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation, rival: Tunnel?
  ) -> Finding {
    let dataFails = tunnel.logged.contains { other in
      other.kind != channel.kind && ![.none, .established].contains(other.outcome)
    }
    let isSlow =
      !dataFails && tunnel.log.mtuReconfigurations.isEmpty
      && cycle.stretch.median >= leastRekeySeconds * (1 - RegularStretch.tolerance)
    // New keys by a new tunnel: the old one ends when the new one is up.
    let mayBeRekey =
      isAnnounced(cycle.stretch, in: tunnel.log) || isSlow && !cycle.sessions.adjacentPairs().allSatisfy(isCutOff)
    let own = Set(cycle.sessions.map(\.view.id))
    let isSaid = track.handovers.filter { own.contains($0.to.view.id) }.dropFirst(0).allSatisfy {
      $0.isSaid || $0.to.view.id == cycle.sessions.first?.view.id
    }
    return Finding(
      rule: name, about: .tunnel, severity: mayBeRekey ? .note : isSlow ? .warning : .error,
      confidence: mayBeRekey ? .possible : isSaid ? .certain : .likely,
      confidenceReason: mayBeRekey
        ? "new keys by new tunnels look the same in the log"
        : isSaid
          ? "the log says of each session that it takes the place of the one before"
          : "each session begins at once when the one before ends",
      tunnel: tunnel.id, title: "The session is re-established \(cycle.stretch.every)", headline: headline(cycle),
      explanation: """
        \(tunnel.capitalizedClientName) re-established its session to \(tunnel.gatewayName) \(Phrase.times(cycle.sessions.count - 1)), \
        \(rhythm(cycle.stretch)), according to the log.\(meaning(cycle.stretch, tunnel, situation))\
        \(rival?.wordsOfRival ?? "")
        """,
      remedies: remedies(self, tunnel, channel, situation, hasRival: rival != nil),
      start: cycle.sessions.first?.begin.time, end: cycle.sessions.last?.begin.time,
      facts: facts(cycle), amount: cycle.sessions.count, seconds: cycle.stretch.median,
      evidence: cycle.sessions.prefix(8).map { $0.begin.evidence(SessionReconnects.note($0)) })
  }

  /// Whether a session had ended, not by the client's wish, before the next one began.
  private static func isCutOff(_ session: Session, _ next: Session) -> Bool {
    guard let end = session.closing, !(session.view.ended?.end.byClient ?? false) else { return false }
    return !Sighting.isBefore(next.begin, end)
  }

  /// Whether the gateway announced new keys at that interval.
  private static func isAnnounced(_ stretch: RegularStretch, in log: TunnelLog) -> Bool {
    log.facts(.timers).contains { fact in
      guard case .negotiated(.timers(_, let timers)) = fact.event, let rekey = timers.rekey, rekey > 0 else {
        return false
      }
      return abs(stretch.median - Double(rekey)) <= Double(rekey) * RegularStretch.tolerance
    }
  }

  package static func corroboration(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration? {
    SessionReconnects.loggedReconnects(of: tunnel)
  }

  // MARK: When it is over

  /// A cycle that skips three turns has stopped; for short ones, three minutes.
  private static let quietTurns = 3.0
  private static let leastQuietSeconds = 180.0

  package static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    let times = (tunnel?.sessions.compactMap(\.start) ?? []) + [finding.end].compactMap(\.self)
    let quiet = times.max().map { now.seconds(since: $0) } ?? 0
    guard quiet > max(quietTurns * (finding.seconds ?? 0), leastQuietSeconds) else { return nil }
    return "no new session for \(Phrase.duration(quiet))"
  }

  package static func disappearance(
    of finding: Finding, from tunnel: TunnelDescription, before: [Finding]
  ) -> Disappearance { .ofReconnects(tunnel, before: before) }
}

extension Tunnel {
  /// Whether its data runs over a channel of its own, and not over the control channel.
  fileprivate var carriesDataApart: Bool {
    channels.contains { $0.profile.role == .data && $0.outcome == .established }
  }
}
