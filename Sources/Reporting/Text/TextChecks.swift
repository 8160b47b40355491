import Correlation

/// The checks of a text report: where nothing is wrong all of them, with what keeps one from being answered; beside a
/// problem, which has the reader's attention, only the names of those that cannot be answered. Findings say what was
/// found.
struct TextChecks {
  let report: Report

  func write(to page: inout TextPage) {
    guard !report.checks.isEmpty else { return }
    page.heading("Checks")
    guard !report.problems.isEmpty else {
      for group in CheckWords.groups(report.checks.filter { $0.outcome != .found }) {
        page.labelled(group.result, rows: group.rows.map { ("", $0) })
      }
      return
    }
    let unanswered = report.checks.filter { $0.outcome == .notVisible }.map(\.rule.rawValue)
    if !unanswered.isEmpty { page.labelled("Cannot say", unanswered.joined(separator: ", ")) }
    let counts = [RuleCheck.Outcome.clear, .notApplicable].compactMap { outcome -> String? in
      let count = report.checks.count { $0.outcome == outcome }
      return count > 0 ? "\(count) \(outcome == .clear ? "clear" : "not applicable")" : nil
    }
    if !counts.isEmpty { page.labelled("Others", counts.joined(separator: ", ") + "; html and json say why") }
  }
}
