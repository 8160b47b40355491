import Correlation

/// Findings that several tunnels share, once: how many tunnels, which, and an example.
struct TextCommonCauses {
  /// Tunnels named; the others are counted.
  static let mostNamed = 24

  let report: Report

  init(_ report: Report) { self.report = report }

  func write(to page: inout TextPage) {
    page.heading("In common")
    for cause in report.commonCauses {
      page.blank()
      page.paragraph(cause.title.visible, .heading)
      let named = cause.tunnels.prefix(Self.mostNamed).joined(separator: ", ")
      let rest = cause.tunnels.count - Self.mostNamed
      page.labelled("Tunnels", named + (rest > 0 ? " and \(rest.grouped) more" : ""))
      if let example = cause.findings.first { page.labelled("Example", "\(example), below") }
    }
  }
}
