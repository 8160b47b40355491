import Correlation

/// The checks of a text report: those that cannot be answered, with the reason; of the others, those that are clear where
/// nothing is wrong. Findings say what was found.
struct TextChecks {
  let report: Report

  func write(to page: inout TextPage) {
    let isWell = report.problems.isEmpty
    let named = report.checks.filter { $0.outcome == .notVisible || isWell && $0.outcome != .found }
    let counted = report.checks.filter { $0.outcome == .clear || $0.outcome == .notApplicable }
    guard !report.checks.isEmpty else { return }
    page.heading("Checks")
    for group in CheckWords.groups(named) { page.labelled(group.result, rows: group.rows.map { ("", $0) }) }
    guard !isWell else { return }
    let counts = [RuleCheck.Outcome.clear, .notApplicable].compactMap { outcome -> String? in
      let count = counted.count { $0.outcome == outcome }
      return count > 0 ? "\(count) \(outcome == .clear ? "clear" : "not applicable")" : nil
    }
    if !counts.isEmpty { page.labelled("Others", counts.joined(separator: ", ") + "; html and json name them") }
  }
}
