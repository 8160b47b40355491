import Correlation

/// The view of `live --top`: what the terminal shows of a moment.
package struct TopScreen: Sendable {
  private let style: TextStyle

  package init(style: TextStyle) { self.style = style }

  /// As many lines as the screen has, none wider than it.
  ///
  /// - Parameter controls: Settled on the content (`TopControls.settle`).
  package func lines(_ content: TopContent, _ controls: TopControls, size: ScreenSize) -> [String] {
    let lines =
      TopHead(content: content, controls: controls).lines(width: size.columns, style: style)
      + (controls.view == .list ? list(content, controls, size) : text(content, controls, size))
    return Array((lines + Array(repeating: "", count: max(0, size.lines - lines.count))).prefix(size.lines))
  }

  // MARK: The list

  private func list(_ content: TopContent, _ controls: TopControls, _ size: ScreenSize) -> [String] {
    let frame = TopFrame(size)
    let rows = controls.rows(of: content)
    let first = min(controls.firstRow, rows.count)
    let shown = Array(rows[first...].prefix(frame.rows))
    let table = TopTable(
      shown, sharesGateway: content.sharedGateway != nil, now: content.now, width: size.columns, style: style)
    var lines = [table.titles] + table.lines(selected: controls.selected - first)
    if rows.isEmpty, !content.standings.isEmpty { lines.append("  Nothing fails.") }
    return filled(lines, to: frame.rows + 1) + [
      style.paint(TextColumns.cut(Self.hidden(rows, first, shown.count, content), width: size.columns), .faint),
      style.paint(TextColumns.cut(Self.keys(controls), width: size.columns), .faint),
    ]
  }

  /// What is not on the screen, counted.
  private static func hidden(_ rows: [Standing], _ first: Int, _ shown: Int, _ content: TopContent) -> String {
    let below = rows[(first + shown)...]
    let counts = Standing.Condition.allCases.compactMap { condition -> String? in
      let count = below.count { $0.condition == condition }
      return count > 0 ? "\(count.grouped) \(condition.word)" : nil
    }
    let parts = [
      below.isEmpty ? nil : "… \(below.count.grouped) more, \(counts.joined(separator: ", "))",
      first > 0 ? "\(first.grouped) above" : nil,
      rows.count < content.standings.count
        ? "\((content.standings.count - rows.count).grouped) that do not fail are left out" : nil,
    ]
    return parts.compactMap(\.self).joined(separator: " · ")
  }

  private static func keys(_ controls: TopControls) -> String {
    "q end  ? keys  ↑↓ select  Enter details  f \(controls.showsOnlyFailing ? "all" : "only failing")  "
      + "s order: \(controls.order.rawValue)"
  }

  // MARK: Details and help

  private func text(_ content: TopContent, _ controls: TopControls, _ size: ScreenSize) -> [String] {
    let frame = TopFrame(size)
    let all = TopText.lines(of: controls.view, content, size, style: style)
    let first = min(controls.firstLine, all.count)
    let shown = Array(all[first...].prefix(frame.textLines))
    let below = all.count - first - shown.count
    return filled(shown, to: frame.textLines) + [
      style.paint(below > 0 ? "… \(below.counted("more line"))" : "", .faint),
      style.paint(TextColumns.cut("q end  Esc back  ↑↓ scroll", width: size.columns), .faint),
    ]
  }

  private func filled(_ lines: [String], to count: Int) -> [String] {
    lines + Array(repeating: "", count: max(0, count - lines.count))
  }
}
