import Correlation
import Observations

/// What was read, at the end of a text report: the captures, what they cannot show, how their clocks compare.
struct TextCaptures {
  /// Captures that are described; the rest are counted.
  static let longest = 40

  let report: Report

  init(_ report: Report) { self.report = report }

  func write(to page: inout TextPage) {
    // One day of all captures stands in the heading.
    let days = Set(report.captures.map(\.day))
    let day = days.count == 1 && report.logs.isEmpty ? days.first ?? nil : nil
    page.heading("What was read" + (day.map { ", \($0) \(DisplayZone.current.name)" } ?? ""))
    for capture in report.captures.prefix(Self.longest) { write(capture, on: day, to: &page) }
    let rest = report.captures.count - Self.longest
    if rest > 0 { page.paragraph("… \(rest.counted("more capture")); --format json has all", .faint) }
    writeLogs(to: &page)
    if report.captures.isEmpty, report.logs.isEmpty { page.paragraph("nothing", .faint) }
    if report.narrowing != nil || !report.clockOffsets.isEmpty { page.blank() }
    if let narrowing = report.narrowing { page.paragraph(narrowing.words) }
    for offset in report.clockOffsets { page.paragraph(report.words(of: offset)) }
  }

  private func writeLogs(to page: inout TextPage) {
    for (index, log) in report.logs.prefix(Self.longest).enumerated() {
      if index > 0 || !report.captures.isEmpty { page.blank() }
      let head = TextColumns.pad(log.description.id, to: TextPage.margin - 1) + " "
      let room = page.width - TextColumns.width(of: head)
      page.line((head, .heading), (TextColumns.elide(log.description.name.visibleLine, width: room), nil))
      page.labelled("Format", log.shape)
      if let span = log.span { page.labelled("Time", span) }
      page.labelled("Clock", log.clock.words)
      for (index, limit) in log.limits.enumerated() { page.labelled(index == 0 ? "Limits" : "", limit, .warning) }
    }
    let rest = report.logs.count - Self.longest
    if rest > 0 { page.paragraph("… \(rest.counted("more log")); --format json has all", .faint) }
  }

  private func write(_ capture: CaptureDescription, on day: String?, to page: inout TextPage) {
    let head = TextColumns.pad(capture.id, to: TextPage.margin - 1) + " "
    // Points are told apart by their captures, unless one has several.
    let points = Set(report.captures.map(\.point)).count
    let point = points > 1 && points < report.captures.count ? ", capture point \(capture.point + 1)" : ""
    let name = TextColumns.elide(capture.name.visibleLine, width: page.width / 2)
    let parts = [name + point] + capture.brief(on: day)
    let rows = TextColumns.wrap(parts.joined(separator: " · "), width: page.width - TextPage.margin)
    for (index, row) in rows.enumerated() {
      page.line((index == 0 ? head : String(repeating: " ", count: TextPage.margin), .heading), (row, nil))
    }
    for (index, limit) in capture.limits.enumerated() { page.labelled(index == 0 ? "Limits" : "", limit, .warning) }
  }
}
