import Correlation

/// The checks, grouped by result: those without an answer first.
struct CheckWords {
  let result: String
  /// "tunnel-lost, data-blocked: the capture ends too early"; what was found is described among the findings.
  let rows: [String]

  static func groups(_ checks: [RuleCheck]) -> [CheckWords] {
    let order: [RuleCheck.Outcome] = [.notVisible, .found, .clear, .notApplicable]
    return order.compactMap { outcome in
      let checks = checks.filter { $0.outcome == outcome }
      guard !checks.isEmpty else { return nil }
      return CheckWords(result: outcome.words, rows: rows(checks))
    }
  }

  /// Diagnoses with the same reason share a row.
  private static func rows(_ checks: [RuleCheck]) -> [String] {
    var reasons: [String] = []
    var names: [String: [String]] = [:]
    for check in checks {
      if names[check.why] == nil { reasons.append(check.why) }
      names[check.why, default: []].append(check.rule.rawValue)
    }
    return reasons.map { why in
      (names[why] ?? []).joined(separator: ", ") + (why.isEmpty ? "" : ": \(why.visibleLine)")
    }
  }
}

extension RuleCheck.Outcome {
  var words: String {
    switch self {
    case .found: "Found"
    case .clear: "Clear"
    case .notVisible: "Cannot say"
    case .notApplicable: "N/A"
    }
  }
}
