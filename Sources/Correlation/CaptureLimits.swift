import Observations

/// Lowers the confidence of findings that rest on what a capture may have missed.
enum CaptureLimits {
  /// Rules that conclude from what is not there.
  private static let restOnAbsence: Set<RuleName> = [
    .dtlsUnanswered, .dtlsHandshakeStalled, .dtlsLost, .dtlsPortMismatch, .pmtuBlackHole,
  ]
  /// Rules that conclude from intervals.
  private static let restOnTime: Set<RuleName> = [.reconnectCycle, .sessionReconnects]

  static func limited(_ finding: Finding, _ situation: Situation) -> Finding {
    guard finding.confidence == .certain else { return finding }
    // The captures that the finding cites.
    let cited = Set(finding.evidence.map(\.frame.capture))
    let captures = situation.points.flatMap(\.captures).filter { cited.contains($0.index) }
    let reason: String
    if restOnAbsence.contains(finding.rule), let capture = captures.first(where: { $0.droppedPackets ?? 0 > 0 }) {
      reason = "the capturing host dropped \(Phrase.count(capture.droppedPackets ?? 0, "packet")) of \(capture.name)"
    } else if restOnTime.contains(finding.rule), let capture = captures.first(where: { $0.backwardSteps > 0 }) {
      reason = "time runs backwards in \(capture.name)"
    } else if restOnAbsence.contains(finding.rule) || restOnTime.contains(finding.rule),
      let capture = captures.first(where: { $0.continuesApart != nil }), let earlier = capture.continuesApart
    {
      reason = "\(capture.name) and \(earlier) were observed apart"
    } else {
      return finding
    }
    var weaker = finding
    weaker.confidence = .likely
    weaker.confidenceReason += "; not certain, because \(reason)"
    return weaker
  }
}
