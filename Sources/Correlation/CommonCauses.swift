import Observations

/// Finds out what several tunnels to one gateway have in common.
enum CommonCauses {
  /// Two tunnels may be alike by chance; from three on it is worth saying once.
  static let leastTunnels = 3

  private struct Key: Hashable {
    let rule: RuleName
    let gateway: IPAddress
    let port: Int?
  }

  /// The most common first.
  static func causes(of findings: [Finding], _ tunnels: [TunnelDescription]) -> [CommonCause] {
    let gateways = Dictionary(uniqueKeysWithValues: tunnels.map { ($0.id, $0.gateway) })
    var totals: [IPAddress: Int] = [:]
    for tunnel in tunnels { if let gateway = tunnel.gateway { totals[gateway, default: 0] += 1 } }
    var groups: [Key: [Finding]] = [:]
    for finding in findings where finding.severity != .note {
      guard let id = finding.tunnel, let gateway = gateways[id] ?? nil else { continue }
      groups[Key(rule: finding.rule, gateway: gateway, port: port(finding)), default: []].append(finding)
    }
    let causes = groups.compactMap { key, findings -> CommonCause? in
      let concerned = Set(findings.compactMap(\.tunnel))
      guard concerned.count >= leastTunnels else { return nil }
      let total = totals[key.gateway] ?? concerned.count
      return CommonCause(
        rule: key.rule, gateway: key.gateway, port: key.port, tunnels: concerned.sorted(by: isBefore),
        findings: findings.map(\.id), total: total,
        title: "\(concerned.count) of \(total) tunnels to \(key.gateway) \(words(key))")
    }
    return causes.sorted { a, b in
      if a.tunnels.count != b.tunnels.count { return a.tunnels.count > b.tunnels.count }
      return (a.rule.rawValue, a.gateway, a.port ?? 0) < (b.rule.rawValue, b.gateway, b.port ?? 0)
    }
  }

  /// "T9" before "T10".
  private static func isBefore(_ a: String, _ b: String) -> Bool {
    a.utf8.count != b.utf8.count ? a.utf8.count < b.utf8.count : a < b
  }

  private static func port(_ finding: Finding) -> Int? {
    guard case .integer(let port) = finding.fact("port") ?? finding.fact("dtls_port") else { return nil }
    return port
  }

  private static func words(_ key: Key) -> String {
    let port = key.port.map { " on UDP \($0)" } ?? ""
    return switch key.rule {
    case .dtlsUnanswered: "never get a DTLS answer\(port)"
    case .dtlsRefused: "are refused DTLS\(port)"
    case .dtlsHandshakeStalled: "never complete the DTLS handshake\(port)"
    case .dtlsLost: "lose DTLS\(port)"
    case .dtlsPortMismatch: "are sent to a DTLS port on which the gateway does not seem to listen\(port)"
    case .reconnectCycle: "are re-established at a regular interval"
    case .sessionReconnects: "are re-established"
    case .mtuReconnect: "reconnect, most likely to apply the smaller TLS MTU"
    case .oversizedDF: "carry packets larger than a path MTU"
    case .mssExceedsMTU: "carry connections whose MSS is above a path MTU"
    case .pmtuBlackHole: "lose large packets without an ICMP error"
    case .tunnelFragmentation: "travel as IP fragments"
    case .configRisk: "have a risk in their configuration"
    case .captureQuality: "are limited by the capture"
    }
  }
}
