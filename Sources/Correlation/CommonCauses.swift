import Observations

/// Finds out what several tunnels to one gateway have in common.
enum CommonCauses {
  /// Two tunnels may be alike by chance; from three on it is worth saying once.
  static let leastTunnels = 3

  private struct Key: Hashable {
    let rule: RuleName
    let gateway: IPAddress
    let channel: ChannelKind?
    let port: Int?
  }

  /// The most common first.
  static func causes(
    of findings: [Finding], _ tunnels: [TunnelDescription], _ families: FamilyTable
  ) -> [CommonCause] {
    let rules = Dictionary(families.rules.map { ($0.name, $0) }) { first, _ in first }
    let gateways = Dictionary(uniqueKeysWithValues: tunnels.map { ($0.id, $0.gateway) })
    var totals: [IPAddress: Int] = [:]
    for tunnel in tunnels { if let gateway = tunnel.gateway { totals[gateway, default: 0] += 1 } }
    var groups: [Key: [Finding]] = [:]
    for finding in findings where finding.severity != .note {
      guard let id = finding.tunnel, let gateway = gateways[id] ?? nil else { continue }
      let key = Key(rule: finding.rule, gateway: gateway, channel: finding.channel, port: finding.about.port)
      groups[key, default: []].append(finding)
    }
    let causes = groups.compactMap { key, findings -> CommonCause? in
      let concerned = Set(findings.compactMap(\.tunnel))
      guard concerned.count >= leastTunnels else { return nil }
      let total = totals[key.gateway] ?? concerned.count
      return CommonCause(
        rule: key.rule, gateway: key.gateway, channel: key.channel, port: key.port,
        tunnels: concerned.sorted(by: isBefore),
        findings: findings.map(\.id), total: total,
        title: "\(concerned.count) of \(total) tunnels to \(key.gateway) "
          + (rules[key.rule]?.plural(key.channel.map { .channel($0, port: key.port) } ?? .tunnel) ?? "have \(key.rule)")
      )
    }
    return causes.sorted { a, b in
      if a.tunnels.count != b.tunnels.count { return a.tunnels.count > b.tunnels.count }
      return (a.rule, a.gateway, a.port ?? 0) < (b.rule, b.gateway, b.port ?? 0)
    }
  }

  /// "T9" before "T10".
  private static func isBefore(_ a: String, _ b: String) -> Bool {
    a.utf8.count != b.utf8.count ? a.utf8.count < b.utf8.count : a < b
  }
}
