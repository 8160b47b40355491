import Observations

/// Raises the confidence of findings from packets by what logs say of the same thing, and cites the lines: the one place
/// where packets and logs support or contradict each other. What a capture says of its packets beside them, as that its host
/// dropped them, counts as a log's word does.
///
/// Packets decide what is found; logs never take a finding away.
enum LogCorroboration {
  static func corroborated(_ finding: Finding, by rule: any Rule.Type, _ situation: Situation) -> Finding {
    guard !situation.logs.isEmpty || situation.hasHostDrops,
      let tunnel = finding.tunnel.flatMap(situation.tunnel(named:)), tunnel.isSeen,
      !tunnel.log.isEmpty || situation.hasHostDrops,
      let word = rule.corroboration(of: finding, by: tunnel, in: situation), !word.evidence.isEmpty
    else { return finding }
    var surer = finding
    let known = Set(finding.evidence.map(\.source))
    surer.evidence += word.evidence.filter { !known.contains($0.source) }
    surer.explanation += word.explanation
    if let cause = word.cause {
      // What packets say in clear, a log often says again before it goes on.
      var new = cause.words[...]
      if case .text(let known) = finding.fact("reason"), new.hasPrefix(known + ": ") {
        new = new.dropFirst(known.count + 2)
      }
      surer.headline += ": \(new)"
      surer.facts.removeAll { $0.name == "reason" }
      surer.facts.append(("reason", .text(cause.words)))
      surer.remedies = cause.remedies
    }
    // A reason that says the same is not given twice.
    if finding.confidence < word.limit {
      surer.confidence = word.limit
      surer.confidenceReason = word.reason
    } else if finding.confidenceReason != word.reason {
      surer.confidenceReason += "; \(word.reason)"
    }
    return surer
  }
}
