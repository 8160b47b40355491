import Correlation

/// The comparison for CI: a test for the verdict and one for each finding that was or is there. What is not proven gone is an
/// error, and does not pass.
struct ComparisonJUnit {
  func render(_ comparison: ReportComparison, generator: Generator) -> String {
    let words = ComparisonWords(comparison)
    return JUnitDocument(
      suite: "before and after", timestamp: nil,
      properties: [("generator", "\(generator.name) \(generator.version)"), ("answer", words.answer)],
      cases: [JUnitDocument.verdict(words.verdict, kind: "comparison", answer: words.answer)]
        + comparison.findings.compactMap { test($0, words) }
    ).text
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
