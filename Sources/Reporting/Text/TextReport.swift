import Correlation

/// The report for a terminal, 80 columns: the answer, the findings, the timeline, the tunnels, the checks,
/// what was read.
public struct TextReport: Sendable {
  public let style: TextStyle

  public init(style: TextStyle) { self.style = style }

  public func render(_ report: Report, generator: Generator) -> String {
    var page = TextPage(style: style)
    writeAnswer(report, to: &page)
    if !report.commonCauses.isEmpty { TextCommonCauses(report).write(to: &page) }
    if !report.findings.isEmpty { TextFindings(report).write(to: &page) }
    if !report.timeline.isEmpty { TextTimeline(report).write(to: &page) }
    if !report.tunnels.isEmpty { TextTunnels(report).write(to: &page) }
    if !report.checks.isEmpty { writeChecks(report, to: &page) }
    TextCaptures(report).write(to: &page)
    page.blank()
    page.line(("\(generator.name) \(generator.version)", .faint))
    return page.text
  }

  private func writeAnswer(_ report: Report, to page: inout TextPage) {
    let answer = Answer(report)
    let meaning: TextStyle.Meaning =
      switch answer.verdict {
      case .broken: .error
      case .degraded: .warning
      case .healthy: .good
      case .undecided: .note
      }
    page.paragraph(answer.text, indent: 0, meaning)
    guard !report.findings.isEmpty else { return }
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = report.findings.count { $0.severity == severity }
      return count > 0 ? count.counted(severity.rawValue) : nil
    }
    page.paragraph(
      counts.joined(separator: ", ") + "; " + report.tunnels.count.counted("tunnel")
        + (report.narrowing == nil ? "." : "; only part of the input was analysed, see below."), indent: 0,
      .faint)
  }

  private func writeChecks(_ report: Report, to page: inout TextPage) {
    page.heading("Checks")
    for group in CheckWords.groups(report.checks) { page.labelled(group.result, rows: group.rows.map { ("", $0) }) }
  }
}
