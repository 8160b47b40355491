import Correlation
import Observations

/// What a live capture shows, for a terminal: each event is a line; the first of its kind has its details beneath.
public struct LiveText: Sendable {
  public let style: TextStyle

  public init(style: TextStyle) { self.style = style }

  public func render(_ group: EventGroup) -> String {
    var page = TextPage(style: style)
    let event = group.first
    page.line(
      (
        "\(event.time.dateAndClock)  \(Self.line(group))",
        event.kind.isRecovery ? .good : TextStyle.Meaning(event.finding.severity)
      ))
    guard group.isNews, !event.kind.isRecovery else { return page.text }
    TextFindings(report(event)).writeAlone(event.finding, to: &page)
    page.blank()
    return page.text
  }

  /// What happened, in a line: "L18 new · 198.51.100.10 → 203.0.113.20: DTLS was lost · 18 of 200 tunnels".
  static func line(_ group: EventGroup) -> String {
    let named = group.members.prefix(namedInLine).map(\.finding).joined(separator: ", ")
    let others = group.count - min(group.count, namedInLine)
    let tally = group.tunnels > 1 ? " · \(group.open.grouped) of \(group.tunnels.counted("tunnel"))" : ""
    return named + (others > 0 ? " and \(others.grouped) more" : "")
      + " \(group.first.kind.word(isMany: group.count > 1)) · \(what(group))" + tally
  }

  private static let namedInLine = 3

  private static func what(_ group: EventGroup) -> String {
    let event = group.first
    var reason = ""
    if case .recovered(let words) = event.kind { reason = " – \(words.visibleLine)" }
    guard group.count > 1 else {
      return (event.tunnel.map { "\($0.route.visibleLine): " } ?? "") + event.finding.title.visibleLine + reason
    }
    guard let tunnel = event.tunnel else {
      return "\(group.count.counted("finding")): \(event.finding.title.visibleLine)" + reason
    }
    return "\(group.count.counted("tunnel")) to \(tunnel.gatewayName.visibleLine)"
      + (event.kind.isRecovery ? " that " : " ") + group.plural.visibleLine + reason
  }

  /// A report that holds the finding's tunnel only.
  private func report(_ event: FindingEvent) -> Report {
    Report(tunnels: event.tunnel.map { [$0] } ?? [], findings: [event.finding])
  }
}

extension FindingEvent.Kind {
  fileprivate func word(isMany: Bool) -> String {
    switch self {
    case .found: "new"
    case .grown: isMany ? "go on" : "goes on"
    case .again: isMany ? "are back" : "is back"
    case .recovered: "over"
    }
  }

  var isRecovery: Bool {
    if case .recovered = self { return true }
    return false
  }
}
