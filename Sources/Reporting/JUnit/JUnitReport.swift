import Correlation
import Observations

/// The report for CI: a test for the verdict and one for each diagnosis.
///
/// A diagnosis of severity warning or error fails its test; one that what was read cannot show is skipped. Where nobody can
/// say that all is well, the verdict is an error: what was not seen does not pass.
struct JUnitReport {
  private static let kind = "tunnelscope"
  /// Findings that the text of one diagnosis tells.
  private static let mostFindings = 20

  func render(_ report: Report, generator: Generator) -> String {
    let names = report.captures.map(\.name) + report.logs.map(\.description.name)
    let start = (report.captures.compactMap(\.start) + report.logs.compactMap(\.start)).min()
    return JUnitDocument(
      suite: names.prefix(3).map(\.visibleLine).joined(separator: ", ")
        + (names.count > 3 ? " and \(names.count - 3) more" : ""),
      timestamp: start.map { "\($0.calendar.date)T\($0.calendar.clock.prefix(8))" },
      properties: [
        ("generator", "\(generator.name) \(generator.version)"), ("verdict", report.verdict.rawValue),
        ("answer", Answer(report).text),
      ],
      cases: [JUnitDocument.verdict(report.verdict, kind: Self.kind, answer: Answer(report).text)]
        + diagnoses(of: report)
    ).text
  }

  /// Those that were checked, and those that were found without being a check.
  private func diagnoses(of report: Report) -> [JUnitDocument.Case] {
    let findings = Dictionary(grouping: report.findings, by: \.rule)
    let checked = report.checks.map { check in
      JUnitDocument.Case(
        kind: Self.kind, name: check.rule.rawValue, result: result(check, findings[check.rule] ?? [], in: report))
    }
    let known = Set(report.checks.map(\.rule))
    return checked
      + findings.keys.filter { !known.contains($0) }.sorted().map { rule in
        JUnitDocument.Case(
          kind: Self.kind, name: rule.rawValue, result: result(of: findings[rule] ?? [], in: report))
      }
  }

  private func result(_ check: RuleCheck, _ findings: [Finding], in report: Report) -> JUnitDocument.Result {
    switch check.outcome {
    case .found: result(of: findings, in: report)
    case .clear: .passed(note: "")
    case .notVisible: .skipped(message: "Cannot say: \(check.why.visibleLine)")
    case .notApplicable: .skipped(message: "Not applicable: \(check.why.visibleLine)")
    }
  }

  /// - Parameter findings: Of one rule, the worst first.
  private func result(of findings: [Finding], in report: Report) -> JUnitDocument.Result {
    let text = text(of: findings, in: report)
    guard let worst = findings.first, worst.severity > .note else { return .passed(note: text) }
    let more = findings.count - 1
    return .failed(
      message: worst.title.visibleLine + (more > 0 ? " (and \(more.grouped) more)" : ""),
      severity: worst.severity.rawValue, text: text)
  }

  private func text(of findings: [Finding], in report: Report) -> String {
    let tunnels = report.tunnelsByID
    let told = findings.prefix(Self.mostFindings).map { finding in
      let tunnel = finding.tunnel.flatMap { tunnels[$0] }.map { " · \($0.id.visibleLine) \($0.ends)" } ?? ""
      let places = finding.evidence.prefix(3).map { report.briefPlace(of: $0) }.joined(separator: ", ")
      return
        ([
          "\(finding.id.visibleLine) \(finding.title.visible)\(tunnel)", finding.explanation.visible,
          "How sure: \(finding.confidence.rawValue), \(finding.confidenceReason.visible)",
          places.isEmpty ? "" : "Look at: \(places)",
        ] + finding.remedies.map { "To do: \($0.visible)" }).filter { !$0.isEmpty }.joined(separator: "\n")
    }
    let left = findings.count - told.count
    return (told + (left > 0 ? ["… \(left.counted("more finding")); the JSON report has all."] : []))
      .joined(separator: "\n\n")
  }
}
