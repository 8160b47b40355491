import Correlation
import Observations

/// The tunnels by what is wrong with them, the worst problem first, and last those without a problem.
struct TunnelGroups {
  let groups: [TunnelGroup]
  /// What all strips show, from left to right.
  let scale: TimeScale
  /// Tunnels that are not listed.
  let left: Int

  /// The findings of all tunnels that are listed.
  var findings: Set<String> { Set(groups.flatMap(\.rows).flatMap(\.rowFindings).map(\.id)) }

  private static let unjudged = "Not enough was seen to tell"

  /// A longer list of tunnels without a problem stays folded until the reader opens it.
  private static let mostOpen = 20

  /// The bars of one kind that a channel has at most: as many as a strip has room for, or fewer, so that all strips
  /// together do not outgrow the page.
  private static func mostBars(_ tunnels: [TunnelDescription]) -> Int {
    let counts = tunnels.flatMap(\.channels).flatMap { channel in
      [channel.sessions.count, channel.handshakes.count { $0.outcome != .established }]
    }
    return [40, 20, 10].first { most in counts.reduce(0) { $0 + min($1, most) } <= 30_000 } ?? 5
  }

  /// - Parameters:
  ///   - written: The problems and findings that the page has in full.
  ///   - most: Tunnels that are listed at most.
  init(report: Report, written: Set<String>, most: Int) {
    let findings = Dictionary(grouping: report.findings, by: \.tunnel)
    let mostBars = Self.mostBars(report.tunnels)
    scale = TimeScale(
      report.tunnels.flatMap(\.times) + report.captures.flatMap { [$0.start, $0.end].compactMap(\.self) })
    var parts = Parts(tunnels: report.tunnelsByID)
    for problem in report.problems {
      guard let title = report.finding(problem.root)?.title.visibleLine else { continue }
      parts.add(problem.tunnels, to: title, problem: problem.id)
    }
    // What is part of no problem is no reason to call its tunnel well.
    for finding in report.findings where finding.severity > .note {
      parts.add([finding.tunnel].compactMap(\.self), to: finding.title.visibleLine)
    }
    // Neither is a tunnel of which nothing shows that it works.
    parts.add(report.tunnels.filter { !$0.showsHealth }.map(\.id), to: Self.unjudged)
    parts.add(report.tunnels.map(\.id), to: nil)

    var room = most
    var groups: [TunnelGroup] = []
    for part in parts.list where !part.tunnels.isEmpty && room > 0 {
      let listed = part.tunnels.prefix(room)
      room -= listed.count
      groups.append(
        TunnelGroup(
          cause: part.title ?? "No problem found", size: part.tunnels.count.counted("tunnel"),
          isTroubled: part.title != nil && part.title != Self.unjudged,
          isOpen: part.title != nil || listed.count <= Self.mostOpen,
          problemLinks: part.problems.filter(written.contains),
          rows: listed.map { [scale] in
            let own = findings[$0.id] ?? []
            return TunnelRow(
              $0, findings: own, written: written,
              strip: TunnelStrip($0, findings: own, scale: scale, mostBars: mostBars))
          }))
    }
    self.groups = groups
    left = max(0, report.tunnels.count - most)
  }

  /// Tunnels that have the same to tell, each where it was added first.
  private struct Parts {
    struct Part {
      /// nil for tunnels without a problem.
      let title: String?
      var problems: [String] = []
      var tunnels: [TunnelDescription] = []
    }

    let tunnels: TunnelsByID
    private(set) var list: [Part] = []
    private var places: [String?: Int] = [:]
    private var placed: Set<String> = []

    init(tunnels: TunnelsByID) { self.tunnels = tunnels }

    mutating func add(_ ids: [String], to title: String?, problem: String? = nil) {
      let place = places[title] ?? list.count
      if place == list.count { list.append(Part(title: title)) }
      places[title] = place
      list[place].problems += [problem].compactMap(\.self)
      list[place].tunnels += ids.compactMap { tunnels[$0] }.filter { placed.insert($0.id).inserted }
    }
  }
}

extension TunnelRow {
  init(_ tunnel: TunnelDescription, findings: [Finding], written: Set<String>, strip: TunnelStrip) {
    self.init(
      tunnelID: tunnel.id.visibleLine, ends: tunnel.route.visibleLine, gateway: tunnel.gatewayName.visibleLine,
      serverName: tunnel.serverName?.visibleLine ?? "",
      also: ([tunnel.kind + "."] + [tunnel.translationWords].compactMap { $0.map { "Also seen: \($0)." } }
        + tunnel.comparison.map(\.visible)).joined(separator: " "),
      strip: strip,
      channels: tunnel.channels.map { channel in
        ChannelRow(
          channelName: channel.name.visibleLine, outcomeWords: channel.outcome.words, channelWords: channel.words,
          outcome: channel.outcome.rawValue)
      }, sizes: tunnel.mtuWords ?? "",
      rowFindings: findings.map { finding in
        RowFinding(
          id: finding.id.visibleLine, severity: finding.severity.rawValue, title: finding.title.visibleLine,
          isHere: !written.contains(finding.id))
      })
  }
}

extension TunnelDescription {
  /// When its handshakes and sessions began and ended.
  var times: [Timestamp] {
    channels.flatMap { channel in
      channel.sessions.flatMap { [$0.start, $0.end] } + channel.handshakes.flatMap { [$0.start, $0.end] }
    }.compactMap(\.self)
  }
}
