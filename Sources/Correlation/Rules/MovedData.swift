import Observations

/// Data that goes on over the control connection because the channel for it has died.
///
/// A client that hears nothing over DTLS leaves it, and the gateway follows. A capture behind the break shows neither the
/// client's probes nor its new hellos: the channel falls quiet in both directions, and the control connection, on which there
/// were keep-alives until then, becomes busy.
struct MovedData {
  /// The last packet over the channel.
  let last: Timestamp
  /// The packet by which the control connection had become busy.
  let becameBusy: Sighting
  /// The packet by which it had been so for long enough.
  let stayedBusy: Sighting
  /// How often, at least, the speaker has changed there since the channel's last packet.
  let turns: Int
  /// When both sides were last heard there.
  let until: Timestamp

  /// - Parameters:
  ///   - view: The channel's session, as one capture point saw it; no handshake follows it there.
  ///   - sessions: The control connections beside it.
  init?(from view: Association, to sessions: [Session]) {
    guard view.carriedBothWays, view.closing == nil, let point = view.point,
      let last = [Side.client, .server].compactMap(view.lastPayload(from:)).max()
    else { return nil }
    let views = sessions.lazy.flatMap(\.views).filter { $0.point == point && $0.begin.moment < view.begin.moment }
    for control in views {
      if let moved = MovedData(since: last, to: control) {
        self = moved
        return
      }
    }
    return nil
  }

  private init?(since last: Timestamp, to control: Association) {
    guard let whole = control.whole, let first = whole.turnMarks.firstIndex(where: { $0.time > last }) else {
      return nil
    }
    let before = Self.turns(at: first)
    let lived = last.seconds(since: control.begin.moment)
    let proof = whole.turnMarks.indices.first { place in
      let (turns, seconds) = (Self.turns(at: place) - before, whole.turnMarks[place].time.seconds(since: last))
      return seconds >= Self.quietSeconds && turns >= Self.leastTurns
        && Double(turns) * lived >= Self.increase * Double(before) * seconds
    }
    guard let proof else { return nil }
    self.last = last
    becameBusy = Sighting(whole.turnMarks[first])
    stayedBusy = Sighting(whole.turnMarks[proof])
    turns = whole.turns - before
    until = [Side.client, .server].compactMap(control.lastPayload(from:)).min() ?? whole.end
  }

  /// What a mark stands for.
  private static func turns(at place: Int) -> Int { ChannelSummary.firstMarkedTurn << place }

  /// Dead-peer detection sends something over a channel that is merely idle every 20 to 30 s.
  private static let quietSeconds = 40.0
  /// Keep-alives and their answers, every 20 s, come to this in five minutes.
  private static let leastTurns = 32
  /// How much busier the control connection is than before.
  private static let increase = 2.0
}

// MARK: The finding

extension MovedData {
  /// - Parameters:
  ///   - view: The channel's session, by the capture point that shows it.
  ///   - control: The name of the control channel.
  func finding(
    about channel: Channel, of tunnel: Tunnel, _ view: Association, in situation: Situation, over control: String?
  ) -> Finding {
    let lived = (view.gatewayData ?? view.established).map { max(last.seconds(since: $0.moment), 0) } ?? 0
    let quiet = until.seconds(since: last)
    let control = control ?? "the control channel"
    return Finding(
      rule: TunnelLost.name, about: .channel(channel.kind, port: channel.port), severity: .warning, confidence: .likely,
      confidenceReason:
        "\(control) became busy when \(channel.profile.name) fell quiet; what the other side tried since does not come this far",
      tunnel: tunnel.id, title: "\(channel.profile.name) was lost: its data goes over \(control)",
      headline: "\(channel.place) worked for \(Phrase.duration(lived)), and then its data went over \(control)",
      explanation: """
        \(channel.place) worked for \(Phrase.duration(lived)). Then nothing more passed in either direction, and \(control) \
        became busy: in the \(Phrase.duration(quiet)) since, its sides took turns at least \(turns) times. The client leaves \
        a channel over which it hears nothing; its probes and new openings do not come as far as this capture point. The \
        tunnel works, but slower.
        """,
      remedies: situation.remedies(TunnelLost.self, for: tunnel, channel: channel), start: last, end: until,
      facts: channel.portFact + [("established_seconds", .number(lived)), ("silence_seconds", .number(quiet))],
      amount: 1, seconds: lived,
      evidence: [
        view.gatewayData?.evidence("the gateway's first data: the channel is up"),
        becameBusy.evidence("\(control) has become busy"),
        stayedBusy.evidence("it still is, and nothing came over \(channel.profile.name)"),
      ].compactMap(\.self))
  }
}

extension Sighting {
  fileprivate init(_ mark: CountMark) { self.init(time: mark.time, frame: mark.frame) }
}
