import Correlation
import Observations

/// The tunnels that are drawn: those with findings, worst first, then the others, as many as fit a page.
struct TunnelCards {
  let cards: [TunnelCard]
  /// Tunnels with something to draw that are not drawn.
  let left: Int

  init(report: Report, most: Int) {
    let findings = Dictionary(grouping: report.findings, by: \.tunnel)
    let entries = Dictionary(grouping: report.timeline, by: \.tunnel)
    var order: [String?] = []
    var seen: Set<String?> = []
    for finding in report.findings where finding.about != .captures && seen.insert(finding.tunnel).inserted {
      order.append(finding.tunnel)
    }
    for tunnel in report.tunnels where seen.insert(tunnel.id).inserted { order.append(tunnel.id) }
    if entries[nil] != nil, seen.insert(nil).inserted { order.append(nil) }

    let troubled = Set(report.findings.filter { $0.severity != .note }.map(\.tunnel))
    let tunnels = Dictionary(report.tunnels.map { ($0.id, $0) }) { first, _ in first }
    // Lines without times have no place on a picture.
    let drawn = order.filter { id in
      (troubled.isEmpty || troubled.contains(id) || order.count <= most)
        && (entries[id] != nil || findings[id]?.contains { $0.start != nil } ?? false
          || id.flatMap { tunnels[$0] }?.times.isEmpty == false)
    }
    self.left = max(0, drawn.count - most)
    self.cards = drawn.prefix(most).enumerated().map { index, id in
      Self.card(
        index, tunnel: id.flatMap { tunnels[$0] }, findings: findings[id] ?? [], entries: entries[id] ?? [],
        report: report)
    }
  }

  private static func card(
    _ index: Int, tunnel: TunnelDescription?, findings: [Finding], entries: [TimelineEntry], report: Report
  ) -> TunnelCard {
    // A cause may be an inner flow that belongs to no tunnel.
    let causes = Set(findings.flatMap(\.causes))
    let linked = report.findings.filter { finding in
      causes.contains(finding.id) || findings.contains { $0.id == finding.id }
    }
    let ladder = tunnel.flatMap {
      HandshakeLadder(tunnel: $0, entries: entries, severalCaptures: report.hasSeveralCaptures)
    }
    return TunnelCard(
      cardAnchor: "tunnel-\(index + 1)", tunnelID: tunnel?.id.visibleLine ?? "",
      heading: tunnel.map { $0.route.visibleLine } ?? "Outside any tunnel",
      name: tunnel?.serverName?.visibleLine ?? "",
      charts: [
        LaneChart(
          tunnel: tunnel, entries: entries, findings: findings.filter { $0.about != .captures },
          end: report.captures.compactMap(\.end).max())
      ],
      chains: CauseChart(linked).map { [$0] } ?? [], ladders: ladder.map { [$0] } ?? [])
  }
}
