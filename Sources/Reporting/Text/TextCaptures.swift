import Correlation
import Observations

/// What was read, at the end of a text report: the captures, what they cannot show, how their clocks compare.
struct TextCaptures {
  /// Captures that are described; the rest are counted.
  static let longest = 40

  let report: Report

  init(_ report: Report) { self.report = report }

  func write(to page: inout TextPage, generator: Generator) {
    // One day of all captures stands in the heading.
    let days = Set(report.captures.map(\.day))
    let day = days.count == 1 ? days.first ?? nil : nil
    page.heading(
      "What \(generator.name) \(generator.version) read" + (day.map { ", \($0) \(DisplayZone.current.name)" } ?? ""))
    writeCaptures(on: day, to: &page)
    writeLogs(to: &page)
    if report.captures.isEmpty, report.logs.isEmpty { page.paragraph("nothing", .faint) }
    for offset in report.clockOffsets { page.paragraph(report.words(of: offset) { "c\($0 + 1)" }) }
    TextChecks(report: report).writeBriefly(to: &page)
    guard let narrowing = report.narrowing else { return }
    page.blank()
    page.paragraph(narrowing.words)
  }

  private func writeCaptures(on day: String?, to page: inout TextPage) {
    let captures = report.captures.prefix(Self.longest)
    // How long each took follows from its times, and is left out where it does not fit beside them.
    let isWide = captures.contains {
      TextColumns.width(of: line(for: $0, on: day, page)) > page.width - TextPage.margin
    }
    for capture in captures {
      write(capture, line(for: capture, on: day, withDuration: !isWide, page), to: &page)
    }
    let rest = report.captures.count - Self.longest
    if rest > 0 { page.paragraph("… \(rest.counted("more capture")); --format json has all", .faint) }
  }

  private func writeLogs(to page: inout TextPage) {
    for log in report.logs.prefix(Self.longest) {
      let head = TextColumns.pad(log.description.id, to: TextPage.margin - 1) + " "
      let name = TextColumns.elide(log.description.name.visibleLine, width: page.width / 2)
      let rows = TextColumns.wrap("\(name) · \(log.shape)", width: page.width - TextPage.margin)
      for (index, row) in rows.enumerated() {
        page.line((index == 0 ? head : String(repeating: " ", count: TextPage.margin), .heading), (row, nil))
      }
      if let span = log.span { page.labelled("Time", span) }
      page.labelled("Clock", log.clock.words)
      for (index, limit) in log.limits.enumerated() { page.labelled(index == 0 ? "Limits" : "", limit, .warning) }
    }
    let rest = report.logs.count - Self.longest
    if rest > 0 { page.paragraph("… \(rest.counted("more log")); --format json has all", .faint) }
  }

  /// Its name, how much it holds, and when.
  private func line(
    for capture: CaptureDescription, on day: String?, withDuration: Bool = true, _ page: TextPage
  ) -> String {
    // Points are told apart by their captures, unless one has several.
    let points = Set(report.captures.map(\.point)).count
    let point = points > 1 && points < report.captures.count ? ", capture point \(capture.point + 1)" : ""
    let name = TextColumns.elide(capture.name.visibleLine, width: page.width / 2)
    return ([name + point] + capture.brief(on: day, withDuration: withDuration)).joined(separator: " · ")
  }

  private func write(_ capture: CaptureDescription, _ line: String, to page: inout TextPage) {
    let head = TextColumns.pad(capture.id, to: TextPage.margin - 1) + " "
    let rows = TextColumns.wrap(line, width: page.width - TextPage.margin)
    for (index, row) in rows.enumerated() {
      page.line((index == 0 ? head : String(repeating: " ", count: TextPage.margin), .heading), (row, nil))
    }
    for (index, limit) in capture.limits.enumerated() { page.labelled(index == 0 ? "Limits" : "", limit, .warning) }
  }
}
