import Correlation

/// What the view shows instead of the list: the details of a tunnel, or the keys.
enum TopText {
  static func lines(of view: TopControls.View, _ content: TopContent, _ size: ScreenSize, style: TextStyle) -> [String]
  {
    switch view {
    case .list: []
    case .help: TopHelp.lines(width: size.columns, style: style)
    case .details(let identity):
      if let standing = content.standings.first(where: { $0.identity == identity }) {
        details(standing, width: size.columns, style: style)
      } else {
        TextColumns.wrap(
          "This tunnel is no longer tracked: it was quiet while others needed the room, or it turned out to be no tunnel.",
          width: size.columns)
      }
    }
  }

  static func lineCount(of view: TopControls.View, _ content: TopContent, _ size: ScreenSize) -> Int {
    lines(of: view, content, size, style: .plain).count
  }

  /// The tunnel, and its findings as live writes them.
  private static func details(_ standing: Standing, width: Int, style: TextStyle) -> [String] {
    var page = TextPage(style: style, exactWidth: width)
    let report = Report(tunnels: standing.tunnel.map { [$0] } ?? [], findings: standing.findings)
    if let tunnel = standing.tunnel { TextTunnels(report).write(tunnel, to: &page) }
    for finding in standing.findings {
      page.blank()
      TextFindings(report).writeAlone(finding, to: &page)
    }
    if standing.findings.isEmpty {
      page.blank()
      page.paragraph(
        standing.condition == .healthy
          ? "Nothing is wrong with it, as far as its packets show."
          : "Nothing was reported of it. What was seen is too little to call it healthy, or something may be wrong that has "
            + "not lasted long enough to say.")
    }
    return page.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .flatMap { PaintedLine.broken(String($0), width: width) }
  }
}
