import Correlation
import Observations

/// The timeline of a text report: when, what happened, where. The margin names the finding that an event proves.
struct TextTimeline {
  /// Entries that are written; the rest are counted.
  static let longest = 200
  /// A time of day in milliseconds, and two spaces.
  private static let clockWidth = 14

  let report: Report
  private let rows: ArraySlice<FoldedTimeline.Row>
  /// Folded rows, those that are not written included.
  private let rowCount: Int
  private let placeWidth: Int
  private let tunnelWidth: Int

  init(_ report: Report) {
    self.report = report
    let folded = FoldedTimeline(report.timeline).rows
    rowCount = folded.count
    rows = folded.prefix(Self.longest)
    let entries = rows.map(\.first)
    let several = report.hasSeveralCaptures
    placeWidth = entries.map { $0.source.briefPlace(amongSeveral: several).count }.max() ?? 0
    tunnelWidth = report.tunnels.count > 1 ? (entries.compactMap { $0.tunnel?.visibleLine.count }.max() ?? 0) : 0
  }

  func write(to page: inout TextPage) {
    guard let first = rows.first?.first else { return }
    var date = first.time.calendar.date
    page.heading("Timeline of \(date)\(report.hasWrittenTimes ? "," : "") \(report.clockName)")
    for row in rows {
      if row.first.time.calendar.date != date {
        date = row.first.time.calendar.date
        page.paragraph(date, .faint)
      }
      write(row, to: &page)
    }
    let rest = rowCount - rows.count
    if rest > 0 { page.paragraph("… \(rest.grouped) more entries; --format json has all", .faint) }
  }

  private func write(_ folded: FoldedTimeline.Row, to page: inout TextPage) {
    let entry = folded.first
    let mark = TextColumns.pad(folded.finding?.visibleLine ?? "", to: TextPage.margin - 1) + " "
    let clock = TextColumns.pad(entry.time.calendar.clock, to: Self.clockWidth)
    let tunnel = tunnelWidth > 0 ? TextColumns.pad(entry.tunnel?.visibleLine ?? "", to: tunnelWidth) + "  " : ""
    let indent = TextColumns.width(of: mark + clock + tunnel)
    let room = max(16, page.width - indent - placeWidth - 2)
    let place = entry.source.briefPlace(amongSeveral: report.hasSeveralCaptures)
    for (index, row) in TextColumns.wrap(folded.words, width: room).enumerated() {
      let filled = TextColumns.pad(row, to: room)
      if index == 0 {
        page.line(
          (mark, .reference), (clock, .faint), (tunnel, .faint), (filled, meaning(folded)),
          (place.isEmpty ? "" : "  " + TextColumns.pad(place, to: placeWidth, leading: true), .faint))
      } else {
        page.line((String(repeating: " ", count: indent), nil), (row, meaning(folded)))
      }
    }
  }

  /// An entry has the colour of the finding it is evidence of.
  private func meaning(_ row: FoldedTimeline.Row) -> TextStyle.Meaning? {
    if row.first.kind == .established { return .good }
    guard let id = row.finding else { return nil }
    return report.findings.first { $0.id == id }.map { TextStyle.Meaning($0.severity) }
  }
}
