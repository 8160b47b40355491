import Observations

extension Tunnel {
  /// Another client that logs in as the same user in between, so that the gateway drops one for the other; nil where there is
  /// none.
  ///
  /// A client that roams has another address after a while; one that comes back between two sessions of this one, and again,
  /// is another client.
  ///
  /// - Parameter sessions: Of this tunnel, in their order.
  func rival(between sessions: [Session], in situation: Situation) -> Tunnel? {
    let begins = sessions.map(\.start)
    let users = Set(log.users)
    guard begins.count > Self.leastGaps, !users.isEmpty else { return nil }
    return situation.tunnels.first { other in
      guard other.id != id, other.family == family, other.client != client, !users.isDisjoint(with: other.log.users)
      else {
        return false
      }
      let theirs = other.channels.flatMap(\.sessions).map(\.start)
      let gaps = zip(begins, begins.dropFirst()).count { begin, next in theirs.contains { begin < $0 && $0 < next } }
      return gaps >= Self.leastGaps
    }
  }

  /// What it does to the client that it comes between, behind what is said of that one's sessions.
  var wordsOfRival: String {
    " In between \(client.map(\.description) ?? "another client") logs in as the same user, and the gateway drops one for the other."
  }

  /// Gaps between sessions in which the other one has to come.
  private static let leastGaps = 2
}

extension Finding {
  /// A finding about sessions that a rival ends, which their client notices as the loss of its channel.
  func causingLosses(of channel: Channel, _ tunnel: Tunnel, _ earlier: EarlierFindings) -> Finding {
    var causing = self
    causing.effects = earlier.ids(of: TunnelLost.name, PeerDead.name, about: channel, of: tunnel)
    return causing
  }
}
