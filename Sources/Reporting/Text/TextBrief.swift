import Correlation

/// The first lines of a text report: what a person acts on.
struct TextBrief {
  /// Tunnels that get a line of their own; the others are counted.
  static let mostTunnels = 5_000

  /// What a person reads at once, and half a screen.
  static let mostLines = 12
  private static let labelWidth = 12

  let report: Report
  private let brief: Brief

  init(_ report: Report) {
    self.report = report
    brief = Brief(report)
  }

  func write(to page: inout TextPage) {
    let begin = page.lineCount
    page.paragraph(brief.answer.text, indent: 0, TextStyle.Meaning(brief.answer.verdict))
    if let counts = brief.counts { page.paragraph(counts, indent: 0, .faint) }
    let room = page.width - Self.labelWidth
    var lines = brief.rows.map { _ in 1 }
    var left = Self.mostLines - (page.lineCount - begin) - lines.count
    // One line each, then a second and a third by turns, the most important rows first; a single row has all the room.
    let order = brief.rows.indices.sorted { (brief.rows[$0].rank, $0) < (brief.rows[$1].rank, $1) }
    for _ in 0..<(order.count == 1 ? Self.mostLines : 2) {
      for place in order where left > 0 && TextColumns.wrap(brief.rows[place].words, width: room).count > lines[place] {
        lines[place] += 1
        left -= 1
      }
    }
    for (row, most) in zip(brief.rows, lines) {
      for (index, words) in TextColumns.fit(row.words, width: room, lines: most).enumerated() {
        let label = TextColumns.pad(index == 0 ? row.label : "", to: Self.labelWidth)
        page.line((label, .faint), (words, nil))
      }
    }
  }

  /// A line for each tunnel, the troubled ones first.
  func writeTunnels(to page: inout TextPage) {
    page.blank()
    let findings = Dictionary(grouping: report.findings.filter { $0.severity != .note }) { $0.tunnel ?? "" }
    let troubled = report.tunnels.filter { findings[$0.id] != nil }
    let ordered = troubled + report.tunnels.filter { findings[$0.id] == nil }
    let most = page.width / 2 - TextPage.margin
    let route = { (tunnel: TunnelDescription) in TextColumns.elide(tunnel.route.visibleLine, width: most) }
    // One long name takes no room from the words of the others.
    let widths = ordered.prefix(Self.mostTunnels).map { TextColumns.width(of: route($0)) }.sorted()
    let column = widths.isEmpty ? 0 : widths[(widths.count - 1) * 9 / 10]
    for tunnel in ordered.prefix(Self.mostTunnels) {
      let own = findings[tunnel.id] ?? []
      let head = TextColumns.pad(tunnel.id.visibleLine, to: TextPage.margin - 1) + " "
      let words = own.first.map { worst in
        "\(worst.title.visibleLine)\(own.count > 1 ? " (and \((own.count - 1).counted("more finding")))" : "")"
      }
      let ends = TextColumns.pad(route(tunnel), to: column)
      let room = page.width - TextColumns.width(of: head) - TextColumns.width(of: ends) - 2
      page.line(
        (head, .heading), (ends + "  ", nil),
        (
          TextColumns.cut(words ?? tunnel.outcomeWords, width: room),
          own.first.map { TextStyle.Meaning($0.severity) } ?? (tunnel.isJudgedWell ? .good : nil)
        ))
    }
    let rest = ordered.count - Self.mostTunnels
    if rest > 0 { page.paragraph("… \(rest.counted("more tunnel")); --format json has all", .faint) }
  }
}

extension TextStyle.Meaning {
  init(_ verdict: ReportVerdict) {
    self =
      switch verdict {
      case .broken: .error
      case .degraded: .warning
      case .healthy: .good
      case .undecided: .note
      }
  }
}

extension TunnelDescription {
  /// Whether every channel that was seen came up and stayed up.
  var isJudgedWell: Bool { !channels.isEmpty && channels.allSatisfy { $0.outcome == .established } }
}
