import Correlation

/// The report for a terminal: the answer in a dozen lines, the problems, the timeline, the tunnels, the checks, what was
/// read and by which version.
public struct TextReport: Sendable {
  private let layout: TextLayout

  public init(_ layout: TextLayout) { self.layout = layout }

  /// For a terminal of 80 columns.
  public init(style: TextStyle) { self.init(TextLayout(style: style)) }

  public func render(_ report: Report, generator: Generator) -> String {
    var page = TextPage(style: layout.style, width: layout.width)
    let brief = TextBrief(report)
    brief.write(to: &page)
    if layout.isSummary {
      if report.tunnels.count > 1 { brief.writeTunnels(to: &page) }
      return page.text
    }
    if !report.commonCauses.isEmpty { TextCommonCauses(report).write(to: &page) }
    if !report.findings.isEmpty { TextFindings(report).write(to: &page) }
    if !report.timeline.isEmpty { TextTimeline(report).write(to: &page) }
    if !report.tunnels.isEmpty { TextTunnels(report).write(to: &page) }
    TextChecks(report: report).write(to: &page)
    TextCaptures(report).write(to: &page, generator: generator)
    if let height = layout.height, page.lineCount > height {
      // What stood first has scrolled away.
      page.heading("In short")
      brief.write(to: &page)
    }
    return page.text
  }
}
