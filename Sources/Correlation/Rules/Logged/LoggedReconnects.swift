import Observations

extension ReconnectCycle {
  /// A gateway that makes new keys by new tunnels (`anyconnect ssl rekey method new-tunnel`) logs the same at a regular
  /// interval, at least 4 minutes by its configuration.
  static let leastRekeySeconds = 240.0

  /// What logs alone support: sessions that take the place of each other at a regular interval.
  static func finding(for tunnel: LoggedTunnel, in situation: Situation) -> Finding? {
    let told = LoggedSessions(tunnel.log)
    guard let (sessions, stretch) = told.cycle(), let first = sessions.first, let last = sessions.last else {
      return nil
    }
    let dtls = situation.loggedDTLS(tunnel)
    let mayBeRekey =
      dtls.verdict == .none && tunnel.log.mtuReconfigurations.isEmpty
      && stretch.median >= leastRekeySeconds * (1 - RegularStretch.tolerance)
    let isSaid = sessions.dropFirst().allSatisfy(\.isSaid)
    return Finding(
      rule: name, severity: mayBeRekey ? .note : .error,
      confidence: mayBeRekey ? .possible : isSaid ? .certain : .likely,
      confidenceReason: mayBeRekey
        ? "new keys by new tunnels look the same in the log"
        : isSaid
          ? "the log says of each session that it takes the place of the one before"
          : "each session begins at once when the one before ends",
      tunnel: tunnel.id, title: "The session is re-established \(stretch.every)",
      explanation: """
        \(tunnel.capitalizedName) re-established its session to \(tunnel.gatewayName) \(Phrase.count(told.reconnects.count, "time")), \
        \(rhythm(stretch)), by the log.\(meaning(stretch))
        """,
      remedies: cycleRemedies,
      start: first.opening.time, end: last.opening.time,
      facts: facts(stretch, sessions: told.sessions.count), evidence: [],
      logEvidence: sessions.prefix(8).map { $0.opening.evidence() })
  }
}

extension SessionReconnects {
  /// Reconnects of a tunnel that is well otherwise are what roaming looks like; so many within an hour are more.
  private static let manyReconnects = 3
  private static let hourSeconds = 3_600.0

  /// What logs alone support: a session takes the place of another one. Where nothing else is wrong, a few of them in a
  /// day of a gateway's log are of no interest.
  static func finding(for tunnel: LoggedTunnel, in situation: Situation) -> Finding? {
    let told = LoggedSessions(tunnel.log)
    let reconnects = told.reconnects
    guard told.cycle() == nil, let first = reconnects.first, let last = reconnects.last else { return nil }
    let fails = situation.loggedDTLS(tunnel).verdict != .none || LoggedMTUChain(tunnel.log) != nil
    guard fails || isOften(reconnects) else { return nil }
    let intervals = told.intervals.compactMap(\.self)
    let isSaid = reconnects.allSatisfy(\.isSaid)
    let times = reconnects.count == 1 ? "once" : "\(reconnects.count) times"
    let before = told.sessions.prefix { $0.opening.line != first.opening.line }.last
    return Finding(
      rule: name, severity: fails ? .warning : .note, confidence: isSaid ? .certain : .likely,
      confidenceReason: isSaid
        ? "the log says that a session takes the place of the one before"
        : "a session begins when the one before breaks off",
      tunnel: tunnel.id, title: "The session was re-established \(times)",
      explanation: """
        \(tunnel.capitalizedName) re-established its session to \(tunnel.gatewayName) \
        \(reconnects.count == 1 ? "once\(intervals.first.map { ", \(Phrase.duration($0)) after it had begun" } ?? "")" : "\(reconnects.count) times, at no regular interval that the log tells"), by the log.
        """,
      remedies: documentation.remedies, start: before?.opening.time ?? first.opening.time, end: last.opening.time,
      facts: [
        ("sessions", .integer(told.sessions.count)), ("intervals_seconds", .numbers(Array(intervals.prefix(64)))),
      ],
      evidence: [],
      logEvidence: [before].compactMap { $0?.opening.evidence() } + reconnects.prefix(6).map { $0.opening.evidence() })
  }

  private static func isOften(_ reconnects: [LoggedSessions.LoggedSession]) -> Bool {
    let times = reconnects.compactMap(\.opening.time)
    // Without times nobody knows whether it took minutes or days, which is why it is only a note.
    if times.isEmpty { return reconnects.count >= manyReconnects }
    return zip(times, times.dropFirst(manyReconnects - 1)).contains { $1.seconds(since: $0) <= hourSeconds }
  }
}
