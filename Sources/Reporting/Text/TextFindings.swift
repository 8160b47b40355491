import Correlation
import Observations

/// The findings of a text report, worst first.
struct TextFindings {
  /// Findings written in full; the others are counted.
  static let longest = 60
  /// Frames, and log lines, that one finding shows.
  static let longestEvidence = 12

  let report: Report
  private let tunnels: [String: TunnelDescription]

  init(_ report: Report) {
    self.report = report
    self.tunnels = report.tunnelsByID
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
    if !finding.causes.isEmpty { page.labelled("Caused by", rows: causes(of: finding)) }
    if !finding.facts.isEmpty {
      page.labelled("Facts", finding.factWords.map { "\($0.name) \($0.value)" }.joined(separator: " · "))
    }
    if !finding.evidence.isEmpty { page.labelled("Evidence", rows: evidence(of: finding)) }
    let filters = filters(of: finding)
    if !filters.isEmpty { page.labelled("Wireshark", rows: filters) }
    if !finding.remedies.isEmpty {
      page.labelled("To do", rows: finding.remedies.enumerated().map { ("\($0.offset + 1). ", $0.element.visible) })
    }
  }

  /// Which rule, about what: `handshake-unanswered · T1 198.51.100.10 → 203.0.113.20 (vpn.example.com)`.
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
    let shown = ShownEvidence(finding, most: Self.longestEvidence)
    let widest = shown.items.map { place($0).count }.max() ?? 0
    var rows = shown.items.map { item in
      let time = item.time.map { $0.calendar.clock + "  " } ?? ""
      return (TextColumns.pad(place(item), to: widest) + "  " + time, item.note.visibleLine)
    }
    if !shown.left.isEmpty { rows.append(("", shown.left)) }
    return rows
  }

  /// The frames of each capture, then all that the finding is about.
  private func filters(of finding: Finding) -> [(head: String, words: String)] {
    let frames = DisplayFilter.filters(for: finding).map { filter in
      (report.hasSeveralCaptures ? "c\(filter.capture + 1)  " : "", filter.text)
    }
    let subject = DisplayFilter.subject(of: finding, tunnel: finding.tunnel.flatMap { tunnels[$0] })
    return frames + (subject.map { [("", $0)] } ?? [])
  }

  private func place(_ evidence: Evidence) -> String { evidence.source.place(amongSeveral: report.hasSeveralCaptures) }
}
