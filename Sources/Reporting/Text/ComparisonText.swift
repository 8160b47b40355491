import Correlation
import Observations

/// The comparison for a terminal, 80 columns wide or as wide as it is up to 120: is it fixed, what became of each finding, which tunnels, which captures.
public struct ComparisonText: Sendable {
  /// Findings of each status that are written in full; the others are counted.
  static let longest = 60

  private let layout: TextLayout

  public init(_ layout: TextLayout) { self.layout = layout }

  /// For a terminal of 80 columns.
  public init(style: TextStyle) { self.init(TextLayout(style: style)) }

  /// Ends with a line feed. The same comparison gives the same bytes.
  public func render(_ comparison: ReportComparison, generator: Generator) -> String {
    DisplayZone.$current.withValue(layout.zone) { rendered(comparison, generator) }
  }

  private func rendered(_ comparison: ReportComparison, _ generator: Generator) -> String {
    var page = TextPage(style: layout.style, width: layout.width)
    page.paragraph(ComparisonAnswer(comparison).text, indent: 0, meaning(of: comparison.verdict))
    for status in FindingChange.Status.allCases {
      let changes = comparison.findings.filter { $0.status == status }
      guard !changes.isEmpty else { continue }
      page.heading(heading(of: status))
      for change in changes.prefix(Self.longest) {
        page.blank()
        write(change, comparison, to: &page)
      }
      let rest = changes.count - Self.longest
      if rest > 0 { page.paragraph("… \(rest.counted("more finding")); --format json has all", .faint) }
    }
    if !comparison.tunnels.isEmpty { writeTunnels(comparison, to: &page) }
    writeCaptures(comparison, to: &page)
    page.blank()
    page.line(("\(generator.name) \(generator.version)", .faint))
    return page.text
  }

  private func meaning(of verdict: ReportComparison.Verdict) -> TextStyle.Meaning {
    switch verdict {
    case .clean, .fixed: .good
    case .unproven: .warning
    case .broken: .error
    }
  }

  private func heading(of status: FindingChange.Status) -> String {
    switch status {
    case .remains: "Remains"
    case .new: "New"
    case .notSeen: "No longer seen, but not proven gone"
    case .gone: "Gone"
    }
  }

  // MARK: Findings

  private func write(_ change: FindingChange, _ comparison: ReportComparison, to page: inout TextPage) {
    guard let finding = change.finding else { return }
    let severity = finding.severity.rawValue.uppercased() + "  "
    let indent = TextPage.margin + TextColumns.width(of: severity)
    for (index, row) in TextColumns.wrap(finding.title.visible, width: page.width - indent).enumerated() {
      let head = String(repeating: " ", count: index == 0 ? TextPage.margin : indent)
      page.line((head, nil), (index == 0 ? severity : "", TextStyle.Meaning(finding.severity)), (row, .heading))
    }
    page.paragraph(about(change, comparison), .faint)
    if let before = change.before {
      page.labelled("Before", words(before, in: comparison.before))
    }
    if let after = change.after {
      page.labelled("After", words(after, in: comparison.after))
    }
    if !change.reason.isEmpty { page.labelled("Because", change.reason.visible) }
    if change.status == .new, !finding.factWords.isEmpty {
      page.labelled("Facts", finding.factWords.map { "\($0.name) \($0.value)" }.joined(separator: " · "))
    }
    let facts = change.changedFacts.map { change in
      let name = FactWords(name: change.name, value: change.after ?? change.before ?? .text("")).name
      return "\(name) \(value(change.before, of: change.name)) → \(value(change.after, of: change.name))"
    }
    if !facts.isEmpty { page.labelled("Changed", facts.joined(separator: " · ")) }
  }

  private func value(_ value: FactValue?, of name: String) -> String {
    value.map { FactWords(name: name, value: $0).value } ?? "unknown"
  }

  /// Which rule, about what: `handshake-unanswered · 198.51.100.10 → 203.0.113.20 (vpn.example.com)`.
  private func about(_ change: FindingChange, _ comparison: ReportComparison) -> String {
    guard let finding = change.finding else { return "" }
    var text = finding.rule.rawValue
    if let before = change.before?.rule, before != finding.rule { text += " (before: \(before.rawValue))" }
    let report = change.after == nil ? comparison.before : comparison.after
    guard let tunnel = report.tunnels.first(where: { $0.id == finding.tunnel }) else { return text }
    return text + " · " + TextColumns.elide(tunnel.ends, width: 100)
  }

  /// Its number in its report, how sure it is, and when: `F2, certain, 20:16:47.694 to 20:20:57.584 UTC`.
  private func words(_ finding: Finding, in report: Report) -> String {
    let about = "\(finding.id.visible), \(finding.confidence.rawValue)"
    guard let start = finding.start else { return about }
    let last = finding.end ?? start
    let date = start.calendar.date
    let end = last.calendar.date == date ? last.calendar.clock : last.dateAndClock
    let span = last > start ? " to \(end)" : ""
    return "\(about), \(date) \(start.calendar.clock)\(span) \(DisplayZone.current.name)"
  }

  // MARK: What was compared

  private func writeTunnels(_ comparison: ReportComparison, to page: inout TextPage) {
    page.heading("Tunnels")
    for (index, change) in comparison.tunnels.prefix(TextTunnels.longest).enumerated() {
      if index > 0 { page.blank() }
      guard let tunnel = change.after ?? change.before else { continue }
      page.paragraph(TextColumns.elide(tunnel.ends, width: page.width - TextPage.margin))
      if change.grounds == .gatewayAndServerName, let client = change.before?.client {
        page.labelled("Matched", "by gateway and server name; the client was \(client) before", .warning)
      }
      page.labelled("Before", change.before.map { "\($0.id.visible): \($0.outcomeWords)" } ?? "not in these captures")
      page.labelled("After", change.after.map { "\($0.id.visible): \($0.outcomeWords)" } ?? "not in these captures")
    }
    let rest = comparison.tunnels.count - TextTunnels.longest
    if rest > 0 { page.paragraph("… \(rest.counted("more tunnel")); --format json has all", .faint) }
  }

  private func writeCaptures(_ comparison: ReportComparison, to page: inout TextPage) {
    page.heading("What was compared")
    page.labelled("Before", rows: rows(comparison.before))
    page.labelled("After", rows: rows(comparison.after))
    for caveat in comparison.caveats { page.labelled("Note", caveat.visible, .warning) }
  }

  private func rows(_ report: Report) -> [(head: String, words: String)] {
    var rows = report.captures.prefix(TextCaptures.longest).map { capture -> (head: String, words: String) in
      let name = TextColumns.elide(capture.name.visible, width: 60)
      return ("", ([name, capture.volume] + [capture.span].compactMap(\.self)).joined(separator: ", "))
    }
    let rest = report.captures.count - TextCaptures.longest
    if rest > 0 { rows.append(("", "… \(rest.counted("more capture"))")) }
    return rows.isEmpty ? [("", "nothing")] : rows
  }
}
