import Correlation
import Observations

/// What a live capture shows, for a terminal: a finding in full when it is new or grew, a line when it recovered.
public struct LiveText: Sendable {
  public let style: TextStyle

  public init(style: TextStyle) { self.style = style }

  public func render(_ event: FindingEvent) -> String {
    var page = TextPage(style: style)
    page.line((head(event), event.kind.isRecovery ? .good : TextStyle.Meaning(event.finding.severity)))
    if case .recovered = event.kind { return page.text }
    TextFindings(report(event)).writeWhole(event.finding, to: &page)
    page.blank()
    return page.text
  }

  private func head(_ event: FindingEvent) -> String {
    let ends = event.tunnel.map { " · \($0.route.visibleLine)" } ?? ""
    let about = "\(event.time.dateAndClock)  \(event.finding.id)"
    return switch event.kind {
    case .found: "\(about) new\(ends)"
    case .grown: "\(about) goes on\(ends)"
    case .again: "\(about) is back\(ends)"
    case .recovered(let reason):
      "\(about) over\(ends): \(event.finding.title.visibleLine) – \(reason.visibleLine)"
    }
  }

  /// A report that holds the finding's tunnel only.
  private func report(_ event: FindingEvent) -> Report {
    Report(tunnels: event.tunnel.map { [$0] } ?? [], findings: [event.finding])
  }
}

extension FindingEvent.Kind {
  var isRecovery: Bool {
    if case .recovered = self { return true }
    return false
  }
}
