import Correlation
import Observations

/// A comparison in words, for every output that people read: what became of each finding, which tunnels, which captures.
struct ComparisonWords {
  /// A label and what belongs to it: "Before", "F2, certain, …".
  struct Row {
    let label: String
    let words: String
    /// Whether it makes the comparison weaker than it looks.
    var isCaveat = false
  }

  /// A finding or a tunnel on both sides.
  struct Item {
    /// nil for a tunnel.
    let severity: Severity?
    let title: String
    /// Which rule, about what: `handshake-unanswered · 198.51.100.10 → 203.0.113.20 (vpn.example.com)`.
    let about: String
    let rows: [Row]
  }

  struct Section {
    let heading: String
    let items: [Item]
    /// What is not listed: "3 more findings"; nil where all are.
    let left: String?
  }

  private let comparison: ReportComparison
  private let mostFindings: Int
  private let mostTunnels: Int

  /// - Parameters:
  ///   - mostFindings: Findings of each status that are told; the others are counted.
  ///   - mostTunnels: Tunnels that are told, and captures of each side.
  init(_ comparison: ReportComparison, mostFindings: Int = 60, mostTunnels: Int = 40) {
    (self.comparison, self.mostFindings, self.mostTunnels) = (comparison, mostFindings, mostTunnels)
  }

  var answer: String { ComparisonAnswer(comparison).text }

  /// What it comes to, as of a report: where nothing was selected, or something is not proven gone, nobody can say that all
  /// is well.
  var verdict: ReportVerdict {
    switch comparison.verdict {
    case .clean:
      comparison.before.isNothingSelected || comparison.after.isNothingSelected ? .undecided : .healthy
    case .fixed: .healthy
    case .unproven: .undecided
    case .broken: .broken
    }
  }

  /// The findings by what became of them; then the tunnels.
  var sections: [Section] {
    FindingChange.Status.allCases.compactMap { status in
      let changes = comparison.findings.filter { $0.status == status }
      return section(heading(of: status), changes, most: mostFindings, "more finding", item)
    } + [section("Tunnels", comparison.tunnels, most: mostTunnels, "more tunnel", item)].compactMap(\.self)
  }

  private func section<Change>(
    _ heading: String, _ changes: [Change], most: Int, _ rest: String, _ item: (Change) -> Item?
  ) -> Section? {
    guard !changes.isEmpty else { return nil }
    let left = changes.count - most
    return Section(
      heading: heading, items: changes.prefix(most).compactMap(item), left: left > 0 ? left.counted(rest) : nil)
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

  /// What became of a finding.
  func item(_ change: FindingChange) -> Item? {
    guard let finding = change.finding else { return nil }
    let facts = change.changedFacts.map { change in
      let name = FactWords(name: change.name, value: change.after ?? change.before ?? .text("")).name
      return "\(name) \(value(change.before, of: change.name)) → \(value(change.after, of: change.name))"
    }
    let own = change.status == .new ? finding.factWords.map { "\($0.name) \($0.value)" } : []
    let rows = [
      change.before.map { Row(label: "Before", words: words($0)) },
      change.after.map { Row(label: "After", words: words($0)) },
      change.reason.isEmpty ? nil : Row(label: "Because", words: change.reason.visible),
      own.isEmpty ? nil : Row(label: "Facts", words: own.joined(separator: " · ")),
      facts.isEmpty ? nil : Row(label: "Changed", words: facts.joined(separator: " · ")),
    ]
    return Item(
      severity: finding.severity, title: finding.title.visible, about: about(finding, change),
      rows: rows.compactMap(\.self))
  }

  private func value(_ value: FactValue?, of name: String) -> String {
    value.map { FactWords(name: name, value: $0).value } ?? "unknown"
  }

  private func about(_ finding: Finding, _ change: FindingChange) -> String {
    var text = finding.rule.rawValue
    if let before = change.before?.rule, before != finding.rule { text += " (before: \(before.rawValue))" }
    let report = change.after == nil ? comparison.before : comparison.after
    guard let tunnel = report.tunnels.first(where: { $0.id == finding.tunnel }) else { return text }
    return text + " · " + TextColumns.elide(tunnel.ends, width: 100)
  }

  /// Its number in its report, how sure it is, and when: `F2, certain, 20:16:47.694 to 20:20:57.584 UTC`.
  private func words(_ finding: Finding) -> String {
    let about = "\(finding.id.visible), \(finding.confidence.rawValue)"
    guard let start = finding.start else { return about }
    let last = finding.end ?? start
    let date = start.calendar.date
    let end = last.calendar.date == date ? last.calendar.clock : last.dateAndClock
    let span = last > start ? " to \(end)" : ""
    return "\(about), \(date) \(start.calendar.clock)\(span) \(DisplayZone.current.name)"
  }

  // MARK: What was compared

  private func item(_ change: TunnelChange) -> Item? {
    guard let tunnel = change.after ?? change.before else { return nil }
    var rows: [Row] = []
    if change.grounds == .gatewayAndServerName, let client = change.before?.client {
      rows.append(
        Row(
          label: "Matched", words: "by gateway and server name; the client was \(client) before", isCaveat: true))
    }
    for (label, side) in [("Before", change.before), ("After", change.after)] {
      let words = side.map { "\($0.id.visible): \($0.outcomeWords)" } ?? "not in these captures"
      rows.append(Row(label: label, words: words))
    }
    return Item(severity: nil, title: tunnel.ends, about: "", rows: rows)
  }

  /// The captures of both sides.
  var captures: [(label: String, names: [String])] {
    [("Before", captures(comparison.before)), ("After", captures(comparison.after))]
  }

  /// What makes the comparison weaker than it looks.
  var caveats: [Row] { comparison.caveats.map { Row(label: "Note", words: $0.visible, isCaveat: true) } }

  /// Captures and caveats.
  var compared: [Row] {
    captures.flatMap { side in side.names.map { Row(label: side.label, words: $0) } } + caveats
  }

  private func captures(_ report: Report) -> [String] {
    var rows = report.captures.prefix(mostTunnels).map { capture in
      let name = TextColumns.elide(capture.name.visible, width: 60)
      return ([name, capture.volume] + [capture.span].compactMap(\.self)).joined(separator: ", ")
    }
    let rest = report.captures.count - mostTunnels
    if rest > 0 { rows.append("… \(rest.counted("more capture"))") }
    return rows.isEmpty ? ["nothing"] : rows
  }
}
