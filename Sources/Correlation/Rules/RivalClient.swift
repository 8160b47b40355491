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

  /// Gaps between sessions in which the other one has to come.
  private static let leastGaps = 2
}
