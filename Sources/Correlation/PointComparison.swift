import Observations

/// What the views of several capture points of one tunnel show by their differences: where packets disappear, who is
/// behind a translated address, and where the MSS is rewritten.
enum PointComparison {
  /// In words, each naming the captures it is drawn from; empty for a single capture point.
  ///
  /// - Parameter told: Channels of which a finding says where handshakes disappear, which is not said again where none of
  ///   them arrives.
  static func words(for tunnel: Tunnel, _ situation: Situation, told: Set<ChannelKind>) -> [String] {
    guard let near = tunnel.points.first, let far = tunnel.points.last, near != far,
      let here = situation.point(near), let there = situation.point(far)
    else { return [] }
    return translation(tunnel, there) + mss(tunnel, here, there)
      + tunnel.seen.flatMap { channel in
        let isTold = told.contains(channel.kind)
        return openings(channel, here, there, isTold: isTold) + answers(channel, here, there, isTold: isTold)
      }
  }

  private static func translation(_ tunnel: Tunnel, _ there: Situation.Point) -> [String] {
    [(tunnel.clientName, tunnel.translatedClients), (tunnel.gatewayName, tunnel.translatedGateways)].compactMap {
      name, others in
      others.isEmpty
        ? nil
        : "\(name) is \(Phrase.list(others.map(\.description))) in \(there.name): its address is translated on the way."
    }
  }

  private static func mss(_ tunnel: Tunnel, _ here: Situation.Point, _ there: Situation.Point) -> [String] {
    let both = tunnel.seen.lazy.flatMap(\.connections).compactMap { session -> (TCPOpening, TCPOpening)? in
      guard let near = session.views.first(where: { $0.point == here.index })?.connection,
        let far = session.views.first(where: { $0.point == there.index })?.connection
      else { return nil }
      return (near, far)
    }
    guard let (near, far) = both.first else { return [] }
    if let client = near.clientMSS, let gateway = far.serverMSS, client == gateway, let arrived = far.clientMSS,
      arrived == near.serverMSS, arrived != client
    {
      return [
        "A device between \(here.name) and \(there.name) rewrites the MSS that both sides offer: \(client) to \(arrived)."
      ]
    }
    var words: [String] = []
    if let sent = near.clientMSS, let arrived = far.clientMSS, sent != arrived {
      words.append(
        "The client's SYN offers MSS \(sent) in \(here.name) and \(arrived) in \(there.name): a device in between rewrites it."
      )
    }
    if let sent = far.serverMSS, let arrived = near.serverMSS, sent != arrived {
      words.append(
        "The gateway's SYN-ACK offers MSS \(sent) in \(there.name) and \(arrived) in \(here.name): a device in between rewrites it."
      )
    }
    return words
  }

  /// Openings on their way to the other side, while both captures were running.
  private static func openings(
    _ channel: Channel, _ here: Situation.Point, _ there: Situation.Point, isTold: Bool
  ) -> [String] {
    openings(channel, by: .client, from: here, to: there, isTold: isTold)
      + openings(channel, by: .server, from: there, to: here, isTold: isTold)
  }

  private static func openings(
    _ channel: Channel, by initiator: Side, from near: Situation.Point, to far: Situation.Point, isTold: Bool
  ) -> [String] {
    var sent = 0
    var arrived = 0
    for handshake in channel.handshakes where handshake.view.initiator == initiator {
      guard let view = handshake.views.first(where: { $0.point == near.index }), isCovered(view, by: far) else {
        continue
      }
      sent += view.openingCount
      arrived += handshake.views.first { $0.point == far.index }?.openingCount ?? 0
    }
    guard sent > arrived, arrived > 0 || !isTold else { return [] }
    return [
      "\(arrived == 0 ? "None" : "\(arrived)") of the \(Phrase.count(sent, channel.profile.opening)) in \(near.name) "
        + "\(arrived == 1 ? "reaches" : "reach") \(far.name): packets from the \(initiator.name) to the "
        + "\(initiator.opposite.name) disappear in between."
    ]
  }

  /// The gateway's handshake messages on their way to the client.
  private static func answers(
    _ channel: Channel, _ here: Situation.Point, _ there: Situation.Point, isTold: Bool
  ) -> [String] {
    var sent = 0
    var arrived = 0
    for handshake in channel.handshakes {
      guard let view = handshake.views.first(where: { $0.point == there.index }), isCovered(view, by: here) else {
        continue
      }
      sent += view.gatewayMessages
      arrived += handshake.views.first { $0.point == here.index }?.gatewayMessages ?? 0
    }
    guard sent > arrived, arrived > 0 || !isTold else { return [] }
    return [
      "\(arrived == 0 ? "None" : "\(arrived)") of the \(Phrase.count(sent, "\(channel.profile.name) handshake message")) that leave the gateway in "
        + "\(there.name) \(arrived == 1 ? "reaches" : "reach") \(here.name): packets from the gateway to the client disappear in between."
    ]
  }

  private static func isCovered(_ view: Association, by point: Situation.Point) -> Bool {
    view.start.moment > point.start && view.last.moment < point.end
  }
}
