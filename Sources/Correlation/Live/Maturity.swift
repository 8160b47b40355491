import Observations

/// When a finding of a capture that goes on is ripe to be told, told again, or closed.
///
/// A report on a capture that has ended says all it ever will. While packets come, the next one may answer what
/// looks unanswered; so a finding has to last before anyone is bothered with it.
enum Maturity {
  /// Seconds for which a finding must have been in every report.
  static func holdSeconds(_ rule: RuleName) -> Double {
    switch rule {
    // With the rule's own 3 s this is past the 12 s after which a client gives an attempt up.
    case .dtlsUnanswered, .dtlsPortMismatch: 10
    // A connection counts as a session while it is open; after 10 s without packets a short request counts no more.
    case .reconnectCycle, .sessionReconnects, .mtuReconnect: 12
    // The gateway's host, or a router, said it in so many words.
    case .dtlsRefused, .oversizedDF, .mssExceedsMTU, .tunnelFragmentation, .configRisk: 0
    case .dtlsHandshakeStalled, .dtlsLost, .pmtuBlackHole, .captureQuality: 5
    }
  }

  /// Seconds for which a finding must have been missing before it counts as gone.
  static let absenceSeconds = 5.0
  /// A cycle that skips three turns has stopped; for short ones, three minutes.
  static let quietTurns = 3.0
  static let leastQuietSeconds = 180.0

  /// Facts that say how much there is of a finding, the first that it has counts.
  private static let amounts = ["sessions", "attempts", "flows", "connections", "datagrams", "packets"]

  /// Whether a finding says more than when it was last told: it is worse or surer, or its amount has doubled
  /// (three sessions become four, then eight …).
  static func hasGrown(_ finding: Finding, since told: Finding) -> Bool {
    if finding.severity > told.severity || finding.confidence > told.confidence { return true }
    for name in amounts {
      guard case .integer(let now) = finding.fact(name), case .integer(let then) = told.fact(name) else { continue }
      return magnitude(now) > magnitude(then)
    }
    return false
  }

  private static func magnitude(_ value: Int) -> Int { Int.bitWidth - max(value, 0).leadingZeroBitCount }

  /// Why a finding that is still in the report troubles nobody any more; nil when it does.
  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    switch finding.rule {
    case .dtlsUnanswered, .dtlsRefused, .dtlsHandshakeStalled, .dtlsLost, .dtlsPortMismatch:
      return tunnel?.dtls.outcome == .established ? "DTLS is established" : nil
    case .reconnectCycle, .mtuReconnect:
      var turn = 0.0
      if case .number(let median) = finding.fact("median_seconds") { turn = median }
      let times = (tunnel?.tls.sessions.map(\.start) ?? []) + [finding.end].compactMap(\.self)
      let quiet = times.max().map { now.seconds(since: $0) } ?? 0
      guard quiet > max(quietTurns * turn, leastQuietSeconds) else { return nil }
      return "no new session for \(Phrase.duration(quiet))"
    default: return nil
    }
  }

  /// Whether the end of a finding is worth a line. A finding that another one about the same tunnel replaces (an
  /// irregular reconnect that turns out to be a cycle) has not recovered.
  static func isReplaced(_ identity: FindingIdentity, by others: some Sequence<FindingIdentity>) -> Bool {
    others.contains { other in
      other.rule != identity.rule && other.client == identity.client && other.gateway == identity.gateway
        && family(other.rule) == family(identity.rule) && other.client != nil
    }
  }

  private enum Family { case dtls, sessions, path }

  private static func family(_ rule: RuleName) -> Family {
    switch rule {
    case .dtlsUnanswered, .dtlsRefused, .dtlsHandshakeStalled, .dtlsLost, .dtlsPortMismatch: .dtls
    case .reconnectCycle, .sessionReconnects, .mtuReconnect: .sessions
    case .pmtuBlackHole, .oversizedDF, .mssExceedsMTU, .tunnelFragmentation, .configRisk, .captureQuality: .path
    }
  }
}
