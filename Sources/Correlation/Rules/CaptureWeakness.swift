import Observations

/// Lowers the confidence of findings that rest on what a capture may have missed.
enum CaptureWeakness {
  /// Whether a finding rests on times that its captures do not have.
  static func isBaseless(_ finding: Finding, by rule: any Rule.Type, _ situation: Situation) -> Bool {
    guard rule.restsOn.contains(.intervals),
      situation.points.contains(where: { $0.captures.contains(where: CaptureQuality.hasNoTimes) })
    else { return false }
    let cited = Set(finding.evidence.compactMap { $0.frame?.capture })
    let captures = situation.points.flatMap(\.captures).filter { cited.contains($0.index) }
    return !captures.isEmpty && captures.allSatisfy(CaptureQuality.hasNoTimes)
  }

  static func weakened(_ finding: Finding, by rule: any Rule.Type, _ situation: Situation) -> Finding {
    guard situation.hasWeakCapture else { return finding }
    // The captures that the finding cites.
    let cited = Set(finding.evidence.compactMap { $0.frame?.capture })
    if rule.restsOn.contains(.absence), !rule.weighsMissingDirection,
      let weaker = possible(finding, cited, situation)
    {
      return weaker
    }
    guard finding.confidence == .certain else { return finding }
    let captures = situation.points.flatMap(\.captures).filter { cited.contains($0.index) }
    let grounds = rule.restsOn
    let reason: String
    if grounds.contains(.absence), let capture = captures.first(where: { $0.droppedPackets ?? 0 > 0 }) {
      reason = "the capturing host dropped \(Phrase.count(capture.droppedPackets ?? 0, "packet")) of \(capture.name)"
    } else if grounds.contains(.intervals), let capture = captures.first(where: { $0.backwardSteps > 0 }) {
      reason = "time runs backwards in \(capture.name)"
    } else if !grounds.isEmpty, let capture = captures.first(where: { $0.continuesApart != nil }),
      let earlier = capture.continuesApart
    {
      reason = "\(capture.name) and \(earlier) were observed separately"
    } else {
      return finding
    }
    var weaker = finding
    weaker.confidence = .likely
    weaker.confidenceReason += "; not certain, because \(reason)"
    return weaker
  }

  /// What rests on silence alone is possible at most where the other direction was not captured.
  private static func possible(_ finding: Finding, _ cited: Set<Int>, _ situation: Situation) -> Finding? {
    let points = situation.points.filter { $0.captures.contains { cited.contains($0.index) } }
    guard finding.confidence > .possible, !points.isEmpty, points.allSatisfy(\.isOneWay) else { return nil }
    var weaker = finding
    weaker.confidence = .possible
    weaker.confidenceReason += "; only possible, because the capture holds one direction only"
    return weaker
  }
}

extension Situation {
  /// Whether a capture may have missed something: of most situations none has.
  fileprivate var hasWeakCapture: Bool {
    for point in points {
      if point.isOneWay { return true }
      for capture in point.captures
      where capture.droppedPackets ?? 0 > 0 || capture.backwardSteps > 0 || capture.continuesApart != nil {
        return true
      }
    }
    return false
  }
}
