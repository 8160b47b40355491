import Correlation

/// The tunnels of a text report.
struct TextTunnels {
  /// Tunnels that are described; the rest are counted.
  static let longest = 40

  let report: Report

  init(_ report: Report) { self.report = report }

  func write(to page: inout TextPage) {
    page.heading("Tunnels")
    for (index, tunnel) in report.tunnels.prefix(Self.longest).enumerated() {
      if index > 0 { page.blank() }
      write(tunnel, to: &page)
    }
    let rest = report.tunnels.count - Self.longest
    if rest > 0 { page.paragraph("… \(rest.counted("more tunnel")); --format json has all", .faint) }
  }

  func write(_ tunnel: TunnelDescription, to page: inout TextPage) {
    let head = TextColumns.pad(tunnel.id.visibleLine, to: TextPage.margin - 1) + " "
    let ends = TextColumns.elide(
      "\(tunnel.ends), \(tunnel.kind)", width: page.width - TextColumns.width(of: head))
    page.line((head, .heading), (ends, nil))
    if let others = tunnel.translationWords { page.labelled("Also seen", others) }
    if let inner = tunnel.innerAddressWords { page.labelled("Inside", inner) }
    for channel in tunnel.channels {
      page.labelled(
        TextColumns.cut(channel.name.visibleLine, width: 10), channel.words,
        channel.outcome == .established ? .good : nil)
    }
    if let sizes = tunnel.mtuWords { page.labelled("Sizes", sizes) }
    if !tunnel.comparison.isEmpty {
      page.labelled("Compared", rows: tunnel.comparison.map { ("", $0.visible) })
    }
  }
}
