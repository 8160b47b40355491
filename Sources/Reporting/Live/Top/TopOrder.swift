import Correlation
import Observations

/// In which order the view of `live --top` shows tunnels.
package enum TopOrder: String, Sendable, Hashable, CaseIterable {
  /// The worst first, and what began last first among the equally bad.
  case state
  /// What began last first, a problem or a tunnel.
  case newest
  case client
  case gateway

  var next: TopOrder {
    let all = Self.allCases
    return all.firstIndex(of: self).map { all[($0 + 1) % all.count] } ?? .state
  }

  /// Sorts; equals stay in the order of the report.
  func sorted(_ standings: [Standing]) -> [Standing] {
    // What is compared is looked up once a tunnel, which may have thousands of sessions.
    let keys = standings.map(key)
    return standings.indices.sorted { a, b in
      keys[a] < keys[b] || !(keys[b] < keys[a]) && a < b
    }.map { standings[$0] }
  }

  private func key(of standing: Standing) -> Key {
    let tunnel = standing.tunnel
    return switch self {
    case .state: Key(rank: standing.condition.rawValue, time: standing.since)
    case .newest: Key(time: standing.since ?? tunnel?.firstSeen)
    case .client: Key(addresses: (tunnel?.client, tunnel?.gateway))
    case .gateway: Key(addresses: (tunnel?.gateway, tunnel?.client))
    }
  }

  /// What decides, one after the other; what an order does not look at is the same for all.
  private struct Key: Comparable {
    var rank = 0
    /// The latest first, those without one last.
    var time: Timestamp?
    /// What has none first.
    var first: IPAddress?
    var second: IPAddress?

    init(rank: Int = 0, time: Timestamp? = nil, addresses: (IPAddress?, IPAddress?) = (nil, nil)) {
      (self.rank, self.time, first, second) = (rank, time, addresses.0, addresses.1)
    }

    static func < (a: Key, b: Key) -> Bool {
      if a.rank != b.rank { return a.rank < b.rank }
      if a.time != b.time { return isLess(b.time, a.time) }
      return a.first != b.first ? isLess(a.first, b.first) : isLess(a.second, b.second)
    }

    private static func isLess<Value: Comparable>(_ a: Value?, _ b: Value?) -> Bool {
      guard let b else { return false }
      return a.map { $0 < b } ?? true
    }
  }
}
