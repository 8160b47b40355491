import Correlation

/// The comparison for a terminal, 80 columns wide or as wide as it is up to 120: is it fixed, what became of each finding,
/// which tunnels, which captures.
struct ComparisonText {
  let layout: TextLayout

  /// Ends with a line feed. The same comparison gives the same bytes.
  func render(_ comparison: ReportComparison, generator: Generator) -> String {
    let words = ComparisonWords(comparison)
    var page = TextPage(style: layout.style, width: layout.width)
    page.paragraph(words.answer, indent: 0, meaning(of: comparison.verdict))
    for section in words.sections {
      page.heading(section.heading)
      for (index, item) in section.items.enumerated() {
        if index > 0 || item.severity != nil { page.blank() }
        write(item, to: &page)
      }
      if let left = section.left { page.paragraph("… \(left); --format json has all", .faint) }
    }
    page.heading("What was compared")
    for side in words.captures { page.labelled(side.label, rows: side.names.map { ("", $0) }) }
    write(words.caveats, to: &page)
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

  private func write(_ item: ComparisonWords.Item, to page: inout TextPage) {
    if let severity = item.severity {
      let head = severity.rawValue.uppercased() + "  "
      let indent = TextPage.margin + TextColumns.width(of: head)
      for (index, row) in TextColumns.wrap(item.title, width: page.width - indent).enumerated() {
        let space = String(repeating: " ", count: index == 0 ? TextPage.margin : indent)
        page.line((space, nil), (index == 0 ? head : "", TextStyle.Meaning(severity)), (row, .heading))
      }
      page.paragraph(item.about, .faint)
    } else {
      page.paragraph(TextColumns.elide(item.title, width: page.width - TextPage.margin))
    }
    write(item.rows, to: &page)
  }

  private func write(_ rows: [ComparisonWords.Row], to page: inout TextPage) {
    for row in rows { page.labelled(row.label, row.words, row.isCaveat ? .warning : nil) }
  }
}
