import Observations

/// When the sessions of a channel end, and how: also those the end of which no packet and no line shows.
///
/// A session of UDP has no FIN. It ends with the control connection that set it up, when the client begins anew, or when a side
/// was last heard that is not heard any more; without any of that it is open.
struct SessionEnds {
  let sessions: [ChannelDescription.Session]

  /// Packets on their way still come this long after the control connection is closed, in seconds.
  private static let delaySeconds = 1.0

  private typealias Ended = ChannelDescription.Session

  init(of channel: Channel, in tunnel: Tunnel) {
    if channel.isLogged, channel.profile.judgesHandshakes {
      sessions = channel.handshakes.filter { $0.outcome == .established || $0.outcome == .lost }.map { handshake in
        let view = handshake.view
        return Ended(
          start: view.established?.time, end: view.deadPeer?.time ?? view.ended?.sighting.time,
          endReason: Session(view).endReason)
      }
      return
    }
    let all = channel.sessions
    let lost = Set(channel.handshakes(.lost).map(\.view.id))
    let loss = ConnectionLoss(in: channel, of: tunnel)
    // Of several clients behind one address nothing says whose session goes with which.
    let control = channel.profile.role == .data ? tunnel.companion(of: channel) : nil
    let isOneClient = channel.tracks.count <= 1 && (control?.tracks.count ?? 0) <= 1 && !channel.isLogged
    let controlLoss = control.flatMap { ConnectionLoss(in: $0, of: tunnel) }
    sessions = all.indices.map { place in
      let session = all[place]
      if let loss, loss.session.view.id == session.view.id {
        return Ended(
          start: session.begin.time, end: loss.silence.lastHeard ?? loss.silence.since.time, endReason: "lost")
      }
      if session.closed == nil, lost.contains(session.view.id), let last = Self.lastHeard(in: session) {
        return Ended(start: session.begin.time, end: last, endReason: "lost")
      }
      if session.closed == nil, isOneClient {
        if let control, let end = Self.end(of: session, with: control, controlLoss) { return end }
        if let end = Self.endByBeginning(of: session, in: channel) { return end }
      }
      // A log may show the end by the next beginning only.
      let next = session.view.isLogged && place + 1 < all.count ? all[place + 1] : nil
      let isReplaced = next.map { Handover(from: session, to: $0).kind == .reconnect } ?? false
      return Ended(
        start: session.begin.time, end: session.closed ?? (isReplaced ? next?.begin.time : nil),
        endReason: session.closed == nil && isReplaced ? "replaced by the next one" : session.endReason)
    }
  }

  /// How a session of the channel ended, in words.
  func reason(of session: Session) -> String {
    sessions.first { $0.start == session.begin.time }?.endReason ?? session.endReason
  }

  /// When the side was last heard that is not heard any more; nil where both were heard again.
  private static func lastHeard(in session: Session) -> Timestamp? {
    if let silence = session.view.lastingSilence { return silence.lastHeard }
    return session.view.silences.isEmpty ? session.lastPayload : nil
  }

  /// The end that a session of a data channel shares with the control connection that set it up.
  private static func end(of session: Session, with control: Channel, _ loss: ConnectionLoss?) -> Ended? {
    guard let owner = control.sessions.last(where: { $0.start <= session.start }) else { return nil }
    if let loss, loss.session.view.id == owner.view.id {
      guard !loss.isDataAlive, let heard = session.lastPayload(from: loss.silence.side) else { return nil }
      return Ended(start: session.begin.time, end: heard, endReason: "lost")
    }
    guard let closed = owner.closed, let last = session.lastPayload, last.seconds(since: closed) <= delaySeconds
    else { return nil }
    return Ended(
      start: session.begin.time, end: max(closed, last), endReason: "ended with the \(control.profile.name) session")
  }

  /// The end of a session of which nothing comes any more once the client has begun anew.
  private static func endByBeginning(of session: Session, in channel: Channel) -> Ended? {
    guard channel.profile.judgesHandshakes, let last = session.lastPayload, channel.nextHandshake(after: last) != nil
    else { return nil }
    return Ended(start: session.begin.time, end: last, endReason: "given up by the client")
  }
}

extension Session {
  /// The last packet with payload from either side, in any view.
  fileprivate var lastPayload: Timestamp? { [Side.client, .server].compactMap(lastPayload(from:)).max() }
}
