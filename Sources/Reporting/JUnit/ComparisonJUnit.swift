import Correlation

/// The comparison for CI: a test for the verdict and one for each finding that was or is there. What is not proven gone is an
/// error, and does not pass.
struct ComparisonJUnit {
  func render(_ comparison: ReportComparison, generator: Generator) -> String {
    let words = ComparisonWords(comparison)
    return JUnitDocument(
      suite: "before and after", timestamp: nil,
      properties: [("generator", "\(generator.name) \(generator.version)"), ("answer", words.answer)],
      cases: [JUnitDocument.Case(kind: "comparison", name: "verdict", result: verdict(comparison, words))]
        + comparison.findings.compactMap { test($0, words) }
    ).text
  }

  private func verdict(_ comparison: ReportComparison, _ words: ComparisonWords) -> JUnitDocument.Result {
    let isUnselected = comparison.before.isNothingSelected || comparison.after.isNothingSelected
    return switch comparison.verdict {
    case .clean where isUnselected: .undecided(message: words.answer)
    case .clean, .fixed: .passed(note: words.answer)
    case .unproven: .undecided(message: words.answer)
    case .broken: .failed(message: words.answer, severity: comparison.verdict.rawValue, text: words.answer)
    }
  }

  private func test(_ change: FindingChange, _ words: ComparisonWords) -> JUnitDocument.Case? {
    guard let item = words.item(change) else { return nil }
    let text = item.rows.map { "\($0.label): \($0.words)" }.joined(separator: "\n")
    let result: JUnitDocument.Result =
      switch change.status {
      case .gone: .passed(note: text)
      case .notSeen: .undecided(message: change.reason.visible)
      case .remains, .new:
        change.isProblem
          ? .failed(message: item.title, severity: item.severity?.rawValue ?? "", text: text) : .passed(note: text)
      }
    return JUnitDocument.Case(kind: change.status.rawValue, name: "\(item.about): \(item.title)", result: result)
  }
}
