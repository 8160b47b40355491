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
    switch self {
    case .state:
      standings.sorted { a, b in
        a.condition != b.condition
          ? a.condition < b.condition : a.condition <= .note && Self.isNewer(a.since, b.since)
      }
    case .newest: standings.sorted { Self.isNewer($0.beginning, $1.beginning) }
    case .client:
      standings.sorted {
        Self.comes(($0.tunnel?.client, $0.tunnel?.gateway), before: ($1.tunnel?.client, $1.tunnel?.gateway))
      }
    case .gateway:
      standings.sorted {
        Self.comes(($0.tunnel?.gateway, $0.tunnel?.client), before: ($1.tunnel?.gateway, $1.tunnel?.client))
      }
    }
  }

  private static func isNewer(_ a: Timestamp?, _ b: Timestamp?) -> Bool {
    guard let a else { return false }
    return b.map { a > $0 } ?? true
  }

  /// By the first addresses, then the second; what has none comes first.
  private static func comes(_ a: (IPAddress?, IPAddress?), before b: (IPAddress?, IPAddress?)) -> Bool {
    func isLess(_ a: IPAddress?, _ b: IPAddress?) -> Bool {
      guard let b else { return false }
      return a.map { $0 < b } ?? true
    }
    return a.0 != b.0 ? isLess(a.0, b.0) : isLess(a.1, b.1)
  }
}

extension Standing {
  /// When its problem began, or else when it was first seen.
  fileprivate var beginning: Timestamp? { since ?? tunnel?.firstSeen }
}
