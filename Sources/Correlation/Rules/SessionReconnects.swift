import Observations

extension RuleName {
  package static let sessionReconnects = RuleName("session-reconnects")
}

/// A tunnel session that is re-established once, or several times at no regular interval.
package enum SessionReconnects: Rule {
  package static let name = RuleName.sessionReconnects

  package static let documentation = RuleDocumentation(
    summary: "The session is re-established, once or irregularly.",
    meaning: "Users are interrupted for a moment each time.",
    recognisedBy: """
      A new session of the same client starts at once when the one before ends, or after it broke off, without a \
      new login; not at a regular interval. Or the gateway ends the session, refuses new connections for a while, and the \
      client logs in again.
      """,
    notToConfuseWith: """
      A person who ends the client and starts it again (an orderly end, some seconds, a new login), short HTTPS \
      requests beside a living tunnel, several clients behind one NAT address.
      """,
    remedies: [
      "Look at the client's network (roaming, sleep) and at the gateway's log for the time of each reconnect."
    ])

  package static let topic = RuleTopic.sessions
  package static let restsOn: Set<RuleGround> = [.intervals]
  package static let holdSeconds = 12.0

  package static func plural(_ about: FindingSubject) -> String { "are re-established" }

  package static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.flatMap { tunnel -> [Finding] in
      guard let channel = tunnel.channels.first(where: { !$0.tracks.isEmpty }) else { return [] }
      var findings = channel.tracks.compactMap { track -> Finding? in
        guard ReconnectCycle.cycle(in: track) == nil else { return nil }
        let found =
          channel.isLogged
          ? loggedFinding(track, channel, tunnel, situation) : finding(track, channel, tunnel, situation)
        return found.map { ReconnectCycle.tied($0, by: self, channel, tunnel, situation, earlier) }
      }
      if let outage = outageFinding(channel, tunnel, situation) { findings.append(outage) }
      return findings
    }
  }

  private static func finding(
    _ track: SessionTrack, _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    let reconnects = track.handovers.filter { $0.kind == .reconnect }
    guard let first = reconnects.first, let last = reconnects.last else { return nil }
    // In a capture of the gateway's packets alone, what begins and ends a session is not seen.
    guard track.sessions.contains(where: \.sawStart) else { return nil }
    let intervals = reconnects.compactMap(\.interval)
    let hidesControl = tunnel.hidesControl(of: channel, situation.family(of: tunnel))
    let hasData =
      !hidesControl && (!channel.profile.carriesRequests || tunnel.hasDataChannel(of: track, in: channel))
    let looksLikeTunnel =
      hasData || !hidesControl && track.sessions.contains { $0.carriesTraffic && !$0.wasEndedByGateway }
    let data = tunnel.seen.first { $0.kind != channel.kind && !$0.handshakes.isEmpty }
    // One reconnect of a tunnel whose data channel is well is what a change of network looks like.
    let dataFails = data.map { $0.outcome != .established } ?? false
    let matters = looksLikeTunnel && (reconnects.count > 1 || dataFails && hasData)
    let times = Phrase.times(reconnects.count)
    let hidesEnds = tunnel.hidesEnd(of: reconnects.lazy.map(\.from), in: situation)
    return Finding(
      rule: name, about: .tunnel, severity: matters ? .warning : .note,
      confidence: hidesEnds || hidesControl ? .possible : hasData ? .certain : .likely,
      confidenceReason: hidesEnds
        ? Tunnel.hiddenEnd
        : hasData
          ? "each new session starts when the one before ends"
            + (channel.profile.carriesRequests ? ", beside the data channel of a tunnel" : "")
          : hidesControl
            ? hiddenControl : "the capture shows no data channel of this client; the sessions look like a tunnel's",
      tunnel: tunnel.id,
      title: "The session was re-established \(times)",
      headline: "the session is re-established (\(reconnects.count + 1) sessions)",
      explanation: """
        \(tunnel.clientName) re-established its session to \(tunnel.gatewayName) \
        \(reconnects.count == 1 ? "once\(first.interval.map { ", \(Phrase.duration($0)) after it had begun" } ?? "")" : "\(times), at no regular interval"). \
        The session before was \(endReason(of: first.from, channel, tunnel)).
        """,
      remedies: ReconnectCycle.remedies(self, tunnel, channel, situation), start: first.from.start, end: last.to.start,
      facts: [
        ("sessions", .integer(reconnects.count + 1)), ("intervals_seconds", .numbers(intervals)),
      ], amount: reconnects.count + 1, seconds: intervals.max(),
      evidence: ReconnectCycle.evidence(
        of: reconnects.prefix(6).flatMap { $0.from.start == first.from.start ? [$0.from, $0.to] : [$0.to] }))
  }

  /// How a session ended. What follows it tells only where one client has them all.
  private static func endReason(of session: Session, _ channel: Channel, _ tunnel: Tunnel) -> String {
    channel.tracks.count == 1 ? SessionEnds(of: channel, in: tunnel).reason(of: session) : session.endReason
  }

  /// Why a data channel that comes up anew may be no reconnect.
  static let hiddenControl =
    "the capture holds the data channel alone; the connections that begin and end the session are not in it"

  // MARK: What logs say

  /// Reconnects of a tunnel that is well otherwise are what roaming looks like; this many within an hour are more.
  private static let manyReconnects = 3
  private static let hourSeconds = 3_600.0

  /// A session takes the place of another one. Where nothing else is wrong, a few of them in a day of a gateway's log are of
  /// no interest.
  private static func loggedFinding(
    _ track: SessionTrack, _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    let reconnects = track.handovers.filter { $0.kind == .reconnect }
    guard let first = reconnects.first, let last = reconnects.last else { return nil }
    let fails =
      LoggedMTUChain(tunnel) != nil || !tunnel.log.facts(.innerAddressChanged).isEmpty
      || tunnel.logged.contains { $0.kind != channel.kind && ![.none, .established].contains($0.outcome) }
    // The gateway says itself that it had lost the session.
    var isResumed: Bool {
      let facts = tunnel.log.facts
      return facts.indices.contains { place in
        facts[place].kind == .established && facts[place].event.establishment?.relation == .resumed
      }
    }
    // The client says that it had lost the gateway, or its connection.
    let wasLost = reconnects.contains { reconnect in
      let view = reconnect.from.view
      return view.witness == .log(.client) && (view.deadPeer != nil || view.ended?.end.isBreak ?? false)
    }
    // The client told its user that it reconnects.
    let isTold = tunnel.log.facts(.reconnecting).contains { fact in
      if case .reconnecting(nil) = fact.event { fact.side == .client } else { false }
    }
    guard fails || isOften(reconnects) || wasLost || isTold || isResumed else { return nil }
    let intervals = reconnects.compactMap(\.interval)
    let isSaid = reconnects.allSatisfy(\.isSaid)
    let times = Phrase.times(reconnects.count)
    return Finding(
      rule: name, about: .tunnel, severity: fails ? .warning : .note, confidence: isSaid ? .certain : .likely,
      confidenceReason: isSaid
        ? "the log says that a session takes the place of the one before"
        : "a session begins when the one before breaks off",
      tunnel: tunnel.id, title: "The session was re-established \(times)",
      headline: "the session is re-established (\(reconnects.count + 1) sessions)",
      explanation: """
        According to the log, \(tunnel.clientName) re-established its session to \(tunnel.gatewayName) \
        \(reconnects.count == 1 ? "once\(intervals.first.map { ", \(Phrase.duration($0)) after it had begun" } ?? "")" : "\(times)\(intervals.isEmpty ? "" : ", at no regular interval")").\
        \(reconnects.count > 1 && intervals.isEmpty ? " Its lines do not say when." : "")
        """,
      remedies: ReconnectCycle.remedies(self, tunnel, channel, situation),
      start: first.from.begin.time ?? first.to.begin.time, end: last.to.begin.time,
      facts: [
        ("sessions", .integer(track.sessions.count)), ("intervals_seconds", .numbers(Array(intervals.prefix(64)))),
      ], amount: reconnects.count + 1, seconds: intervals.max(),
      evidence: [first.from.begin.evidence(note(first.from))]
        + reconnects.prefix(6).map { $0.to.begin.evidence(note($0.to)) })
  }

  private static func isOften(_ reconnects: [Handover]) -> Bool {
    let times = reconnects.compactMap(\.to.begin.time)
    // Without times it may have taken minutes or days, which is why it is only a note.
    if times.isEmpty { return reconnects.count >= manyReconnects }
    return zip(times, times.dropFirst(manyReconnects - 1)).contains { $1.seconds(since: $0) <= hourSeconds }
  }

  /// What a log says of a session's beginning.
  static func note(_ session: Session) -> String {
    switch session.view.relation {
    case .first, .unknown: "session opened"
    case .replacing: "session opened again, in place of the one before"
    case .additional: "one more session opened"
    case .resumed: "session resumed over a new connection"
    }
  }

  /// The reconnects that logs show of a tunnel that packets show too.
  static func loggedReconnects(of tunnel: Tunnel) -> Corroboration? {
    guard let channel = tunnel.logged.first(where: { !$0.tracks.isEmpty }) else { return nil }
    let reconnects = channel.tracks.flatMap(\.handovers).filter { $0.kind == .reconnect }
    guard !reconnects.isEmpty else { return nil }
    var evidence = reconnects.prefix(4).map { $0.to.begin.evidence(note($0.to)) }
    // What the packets of this side cannot show.
    var explanation = ""
    for other in tunnel.logged where other.kind != channel.kind {
      let timedOut = other.handshakes.filter { $0.view.failures.contains { $0.cause == .timedOut } }
      guard let first = timedOut.first else { continue }
      explanation =
        " According to the client's log \(Phrase.count(timedOut.count + tunnel.log.timedOutBeyond(other.kind), "\(other.profile.name) handshake")) timed out."
      evidence += first.view.logEvidence(other.kind)
    }
    return Corroboration(
      evidence,
      reason: reconnects.allSatisfy(\.isSaid)
        ? "a log says that \(reconnects.count == 1 ? "a session takes" : "sessions take") the place of the one before"
        : "a log shows the same sessions", explanation: explanation)
  }

  package static func corroboration(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration? {
    loggedReconnects(of: tunnel)
  }

  // MARK: When it is over

  /// Sessions that follow each other within this time are one trouble; it is twice the commonest interval, a minute.
  private static let quietSeconds = 120.0

  /// The tunnel works again: its latest session has lasted for a while and was not lost.
  package static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    guard let tunnel, let channel = tunnel.channels.first(where: { !$0.sessions.isEmpty }),
      channel.outcome == .established
    else { return nil }
    let begin = (channel.sessions.compactMap(\.start) + [finding.end].compactMap(\.self)).max()
    let lasted = begin.map { now.seconds(since: $0) } ?? 0
    return lasted >= quietSeconds ? "no new session for \(Phrase.duration(lasted))" : nil
  }

  package static func disappearance(
    of finding: Finding, from tunnel: TunnelDescription, before: [Finding]
  ) -> Disappearance { .ofReconnects(tunnel, before: before) }
}
