import Observations

extension TimelineAssembly {
  /// Entries from logs in all, and at least so many for each tunnel.
  private static let logEntries = 20_000
  private static let leastForTunnel = 20
  /// Repeated lines this close together are one event, in seconds.
  private static let foldedSeconds = 10.0

  /// What the logs show, tunnel by tunnel, as far as it has a time.
  func logEvents() -> [TimelineEntry] {
    let limit = max(Self.leastForTunnel, Self.logEntries / max(situation.tunnels.count, 1))
    return situation.tunnels.flatMap { $0.hasLog ? entries(of: $0.log, tunnel: $0.id, limit: limit) : [] }
  }

  /// The first entries of a log.
  private func entries(of log: TunnelLog, tunnel: String, limit: Int) -> [TimelineEntry] {
    var sessionIDs: Set<HandshakeID>?
    var folded: [(first: LogFact, last: Timestamp, count: Int)] = []
    for fact in log.facts {
      guard let time = fact.time, fact.timelineKind != nil, !isSaidTwice(fact, log, &sessionIDs) else { continue }
      if let latest = folded.last, latest.first.kind == fact.kind, latest.first.line.log == fact.line.log,
        latest.first.event == fact.event, time.seconds(since: latest.last) <= Self.foldedSeconds
      {
        folded[folded.count - 1].last = time
        folded[folded.count - 1].count += 1
      } else if folded.count < limit {
        folded.append((fact, time, 1))
      } else {
        break
      }
    }
    return folded.compactMap { first, last, count in
      guard let time = first.time, let kind = first.timelineKind else { return nil }
      return TimelineEntry(
        time: time, end: max(time, last), count: count, kind: kind, tunnel: tunnel, channel: first.channel,
        source: .line(first.line),
        text: (first.side.map { $0 == .client ? "client's log: " : "gateway's log: " } ?? "log: ") + first.note,
        finding: citing[.line(first.line)], sender: first.side)
    }
  }

  /// Of a session's beginning, the control channel's "up" stands in a line of its own.
  ///
  /// - Parameter sessionIDs: The sessions whose lines say how they relate to others; nil as long as nobody has asked.
  private func isSaidTwice(_ fact: LogFact, _ log: TunnelLog, _ sessionIDs: inout Set<HandshakeID>?) -> Bool {
    guard fact.kind == .established || fact.kind == .completed, case .established(let event) = fact.event,
      event.relation == .unknown
    else { return false }
    guard situation.families.profile(event.id.channel)?.judgesHandshakes == false else { return false }
    let known =
      sessionIDs
      ?? Set(
        log.facts.indices.compactMap { index -> HandshakeID? in
          guard log.facts[index].kind == .established, let event = log.facts[index].event.establishment else {
            return nil
          }
          return event.relation == .unknown ? nil : event.id
        })
    sessionIDs = known
    return known.contains(event.id)
  }
}
