import Observations

/// The sessions of one tunnel as one side's logs tell them.
struct LoggedSessions {
  struct LoggedSession {
    let opening: LogFact
    /// The end that is told between this opening and the next.
    var end: LogFact?
    /// Whether it takes the place of the one before without anyone having asked for it.
    var isReconnect = false
    /// Whether the log says so in so many words.
    var isSaid = false
  }

  private(set) var sessions: [LoggedSession] = []

  /// Whoever begins anew by itself does so within this time; clients that lost their network take longer.
  private static let soonSeconds = 5.0

  /// - Parameter log: Both sides tell the same sessions, so those of one side count: the gateway's, which knows what a
  ///   connection replaces, unless only the client's have times.
  init(_ log: TunnelLog) {
    let sides = [Side.server, .client].map { side in log.facts.filter { $0.side == side } }
    func openings(_ facts: [LogFact]) -> [LogFact] {
      let told = facts.filter { $0.kind == .opened }
      return told.isEmpty ? facts.filter { $0.kind == .tlsEstablished } : told
    }
    let chosen = sides.max { a, b in
      func worth(_ facts: [LogFact]) -> (Int, Int) {
        let all = openings(facts)
        return (all.contains { $0.time != nil && !$0.isTimeOfSession } ? 1 : 0, all.count)
      }
      let (x, y) = (worth(a), worth(b))
      // At a tie the first of both stays, which is the gateway's.
      return x != y && x < y
    }
    guard let chosen else { return }
    // A line that opens a session may say that TLS is up, too.
    let openingKind: LogEventKind = chosen.contains { $0.kind == .opened } ? .opened : .tlsEstablished
    var reconnects = false
    for fact in chosen {
      if fact.kind == openingKind {
        let isFirst = sessions.isEmpty
        // A log in which an opening is told by two lines at once.
        if let last = sessions.last, last.end == nil, fact.kind == last.opening.kind, fact.event == last.opening.event,
          let a = last.opening.time, let b = fact.time, b.seconds(since: a) < 1
        {
          continue
        }
        var session = LoggedSession(opening: fact)
        if !isFirst, let previous = sessions.last { judge(&session, after: previous, reconnects: reconnects) }
        sessions.append(session)
        reconnects = false
      } else if fact.kind == .ended, !sessions.isEmpty, sessions[sessions.count - 1].end == nil {
        sessions[sessions.count - 1].end = fact
      } else if case .reconnecting(let transport) = fact.event, transport != .dtls {
        reconnects = true
      }
    }
  }

  private func judge(_ session: inout LoggedSession, after previous: LoggedSession, reconnects: Bool) {
    guard case .sessionOpened(let opening) = session.opening.event else {
      session.isReconnect = reconnects
      session.isSaid = reconnects
      return
    }
    switch opening {
    case .replacing:
      session.isReconnect = true
      session.isSaid = true
    case .first, .additional: break
    case .unknown:
      if let end = previous.end, case .sessionEnded(_, byClient: true) = end.event { return }
      if reconnects {
        session.isReconnect = true
        session.isSaid = true
      } else if let end = previous.end {
        let gap = session.opening.time.flatMap { time in end.time.map { time.seconds(since: $0) } }
        session.isReconnect = gap.map { $0 <= Self.soonSeconds } ?? true
      }
    }
  }

  var reconnects: [LoggedSession] { sessions.filter(\.isReconnect) }

  /// From each session's opening to that of the reconnect that follows; nil where a time is missing.
  var intervals: [Double?] {
    zip(sessions, sessions.dropFirst()).filter { $1.isReconnect }.map { before, after in
      before.opening.time.flatMap { start in after.opening.time.map { $0.seconds(since: start) } }
    }
  }

  /// The longest stretch of reconnects at regular intervals.
  func cycle() -> (sessions: ArraySlice<LoggedSession>, stretch: RegularStretch)? {
    let steps = sessions.indices.dropFirst().map(interval)
    guard let (start, stretch) = RegularStretch.longest(in: steps, reconnects: reconnects.count) else { return nil }
    return (sessions[start...start + stretch.intervals.count], stretch)
  }

  /// From one opening to the next, when that is a reconnect and both have times.
  private func interval(before next: Int) -> Double? {
    guard sessions[next].isReconnect, let start = sessions[next - 1].opening.time,
      let time = sessions[next].opening.time
    else { return nil }
    return time.seconds(since: start)
  }
}
