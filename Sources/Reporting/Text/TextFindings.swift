import Correlation
import Observations

/// The findings of a text report, worst first.
struct TextFindings {
  /// Findings told in full; the others have a line each.
  static let longest = 60
  /// Evidence lines of one finding.
  static let longestEvidence = 12

  let report: Report
  private let tunnels: [String: TunnelDescription]

  init(_ report: Report) {
    self.report = report
    self.tunnels = Dictionary(report.tunnels.map { ($0.id, $0) }) { first, _ in first }
  }

  func write(to page: inout TextPage) {
    page.heading("Findings")
    let own = report.ownFindings
    for finding in own.prefix(Self.longest) {
      page.blank()
      write(finding, to: &page)
    }
    let rest = own.dropFirst(Self.longest)
    guard !rest.isEmpty else { return }
    page.blank()
    page.paragraph("… \(rest.count.grouped) more findings; --format json has all", .faint)
  }

  /// One finding in full.
  func write(_ finding: Finding, to page: inout TextPage) {
    let head = TextColumns.pad(finding.id.visibleLine, to: TextPage.margin - 1) + " "
    let severity = finding.severity.rawValue.uppercased() + "  "
    let indent = TextColumns.width(of: head) + TextColumns.width(of: severity)
    for (index, row) in TextColumns.wrap(finding.title.visibleLine, width: TextPage.width - indent).enumerated() {
      if index == 0 {
        page.line((head, .reference), (severity, TextStyle.Meaning(finding.severity)), (row, .heading))
      } else {
        page.line((String(repeating: " ", count: indent), nil), (row, .heading))
      }
    }
    page.paragraph(about(finding), .faint)
    page.blank()
    page.paragraph(finding.explanation.visible)
    page.blank()
    page.labelled("Confidence", "\(finding.confidence.rawValue): \(finding.confidenceReason.visible.lowercasedStart)")
    if !finding.causes.isEmpty { page.labelled("Cause", rows: causes(of: finding)) }
    if !finding.facts.isEmpty {
      page.labelled("Facts", finding.factWords.map { "\($0.name) \($0.value)" }.joined(separator: " · "))
    }
    if !finding.evidence.isEmpty { page.labelled("Evidence", rows: evidence(of: finding)) }
    if !finding.logEvidence.isEmpty { page.labelled("Log lines", rows: logEvidence(of: finding)) }
    let filters = DisplayFilter.filters(for: finding)
    if !filters.isEmpty {
      page.labelled(
        "Wireshark", rows: filters.map { (hasOneCapture ? "" : "c\($0.capture + 1)  ", $0.text) })
    }
    if !finding.remedies.isEmpty {
      page.labelled("To do", rows: finding.remedies.enumerated().map { ("\($0.offset + 1). ", $0.element.visible) })
    }
  }

  /// Which rule, about what: `dtls-unanswered · T1 198.51.100.10 → 203.0.113.20 (vpn.example.com)`.
  private func about(_ finding: Finding) -> String {
    guard let id = finding.tunnel else { return finding.rule.rawValue }
    let ends = tunnels[id].map { " " + $0.ends } ?? ""
    return finding.rule.rawValue + " · " + TextColumns.elide(id.visibleLine + ends, width: 100)
  }

  private func causes(of finding: Finding) -> [(head: String, words: String)] {
    finding.causes.map { id in
      (id.visibleLine + " ", report.findings.first { $0.id == id }?.title.visibleLine ?? "")
    }
  }

  private func evidence(of finding: Finding) -> [(head: String, words: String)] {
    let shown = finding.evidence.prefix(Self.longestEvidence)
    let widest = shown.map { place($0.frame).count }.max() ?? 0
    var rows = shown.map { item in
      (TextColumns.pad(place(item.frame), to: widest) + "  " + item.time.calendar.clock + "  ", item.note.visibleLine)
    }
    let rest = finding.evidence.count - shown.count
    if rest > 0 { rows.append(("", "… \(rest.counted("more frame"))")) }
    return rows
  }

  private func logEvidence(of finding: Finding) -> [(head: String, words: String)] {
    let shown = finding.logEvidence.prefix(Self.longestEvidence)
    let widest = shown.map { $0.line.place.count }.max() ?? 0
    var rows = shown.map { item in
      let time = item.time.map { $0.calendar.clock + "  " } ?? ""
      return (TextColumns.pad(item.line.place, to: widest) + "  " + time, item.note.visibleLine)
    }
    let rest = finding.logEvidence.count - shown.count
    if rest > 0 { rows.append(("", "… \(rest.counted("more line"))")) }
    return rows
  }

  private var hasOneCapture: Bool { report.captures.count <= 1 }

  private func place(_ frame: FrameReference) -> String {
    hasOneCapture ? "frame \(frame.frame)" : "c\(frame.capture + 1) frame \(frame.frame)"
  }
}
