import Correlation

/// The checks of a text report: where nothing is wrong all of them, with what keeps one from being answered; beside a
/// problem, which has the reader's attention, the names of those that cannot be answered, with what was read. Findings
/// say what was found.
struct TextChecks {
  let report: Report

  func write(to page: inout TextPage) {
    guard !report.checks.isEmpty, report.problems.isEmpty else { return }
    page.heading("Checks")
    for group in CheckWords.groups(report.checks.filter { $0.outcome != .found }) {
      page.labelled(group.result, rows: group.rows.map { ("", $0) })
    }
  }

  /// One paragraph beside a problem; nothing otherwise.
  func writeBriefly(to page: inout TextPage) {
    guard !report.checks.isEmpty, !report.problems.isEmpty else { return }
    let unanswered = report.checks.filter { $0.outcome == .notVisible }.map(\.rule.rawValue)
    let counts = [RuleCheck.Outcome.clear, .notApplicable].compactMap { outcome -> String? in
      let count = report.checks.count { $0.outcome == outcome }
      return count > 0 ? "\(count) \(outcome == .clear ? "clear" : "not applicable")" : nil
    }
    let parts = [
      unanswered.isEmpty ? nil : "cannot say " + unanswered.joined(separator: ", "),
      counts.isEmpty ? nil : counts.joined(separator: ", ") + " (html and json say why)",
    ].compactMap(\.self)
    if !parts.isEmpty { page.paragraph("Checks: " + parts.joined(separator: "; ")) }
  }
}
