import Algorithms
import Observations

/// Clients that log in as the same user in between, so that the gateway drops one for the other, as its log says.
///
/// A client that roams has another address after a while; one that comes back between each two sessions of another is another
/// client. Where a gateway keeps several sessions of a user, their times say nothing of each other.
struct RivalClients {
  private let tunnels: [Tunnel]
  /// By user, the places of the tunnels whose sessions took the place of others.
  private var places: [String: [Int]] = [:]

  /// Two logins in between may be by chance.
  private static let leastGaps = 2
  /// Of one user; a name for more clients is meant to be one.
  private static let mostRivals = 16

  init(in situation: Situation) {
    tunnels = situation.tunnels
    for place in tunnels.indices where situation.family(of: tunnels[place])?.keepsNewestOfUser ?? false {
      guard tunnels[place].log.replaces else { continue }
      for user in tunnels[place].log.users where places[user, default: []].count < Self.mostRivals {
        places[user, default: []].append(place)
      }
    }
  }

  /// The tunnel of the client that comes between these sessions of a tunnel, in their order; nil where none does.
  func rival(of tunnel: Tunnel, between sessions: [Session]) -> Tunnel? {
    guard sessions.count > Self.leastGaps, tunnel.log.replaces else { return nil }
    let gaps = sessions.map(\.start).adjacentPairs()
    return tunnel.log.users.lazy.flatMap { places[$0] ?? [] }.map { tunnels[$0] }.first { other in
      guard other.id != tunnel.id, other.family == tunnel.family, other.client != tunnel.client else { return false }
      let theirs = other.channels.flatMap(\.sessions).map(\.start)
      return gaps.allSatisfy { begin, next in theirs.contains { begin < $0 && $0 < next } }
    }
  }
}

extension TunnelLog {
  /// Whether the gateway says that a session took the place of another one.
  fileprivate var replaces: Bool {
    facts(.established).contains { fact in
      if case .established(let establishment) = fact.event { establishment.relation == .replacing } else { false }
    }
  }
}

extension Tunnel {
  /// What a rival does, behind what is said of the sessions that it comes between.
  var wordsOfRival: String {
    " In between \(client.map(\.description) ?? "another client") logs in as the same user, and the gateway drops one for the other."
  }
}

extension Finding {
  /// A finding about sessions that a rival ends, which their client notices as the loss of its channel.
  func causingLosses(of channel: Channel, _ tunnel: Tunnel, _ earlier: EarlierFindings) -> Finding {
    var causing = self
    causing.effects = earlier.ids(of: TunnelLost.name, PeerDead.name, about: channel, of: tunnel)
    return causing
  }
}
