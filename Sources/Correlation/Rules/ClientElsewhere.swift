import Observations

extension Situation {
  /// From where a client that fell silent may go on, with a new handshake that nothing in clear ties to its old session.
  ///
  /// A gateway that follows a client to another address sends the old one nothing more from that moment on. One that has really
  /// lost a client goes on, whoever else comes. Where several come at once, none is told.
  func clientElsewhere(
    since silence: Association.Silent, _ channel: Channel, of tunnel: Tunnel
  ) -> IPAddress? {
    guard silence.side == .client, !silence.isOver, channel.profile.fallback == nil, !channel.isLogged,
      tunnel.captureEnd.seconds(since: silence.until) >= ClientMove.leastRestSeconds
    else { return nil }
    let others = tunnels.filter { other in
      other.family == tunnel.family && other.gateway == tunnel.gateway && other.client != tunnel.client
        && other.seen.contains { $0.kind == channel.kind && ClientMove.begins($0, as: silence) }
    }
    return others.count == 1 ? others[0].client : nil
  }
}

private enum ClientMove {
  /// The gateway's last packets to the old address are sent before it hears the new one, or are on their way then; WireGuard sends
  /// to a silent peer every 5 s and a third.
  static let mostBeforeSeconds = 6.0
  static let mostAfterSeconds = 1.0
  /// How long the capture must show that nothing more is sent to the old address.
  static let leastRestSeconds = 30.0

  /// Whether a client's first session on a channel begins as another one is given up.
  static func begins(_ channel: Channel, as silence: Association.Silent) -> Bool {
    guard let first = channel.handshakes.first(where: { !$0.isRenewal && $0.outcome == .established }),
      first.view.sawStart
    else { return false }
    let seconds = first.start.seconds(since: silence.until)
    return first.start > silence.since.moment && seconds <= mostBeforeSeconds && seconds >= -mostAfterSeconds
  }
}
