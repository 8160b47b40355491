import Observations

extension RuleName {
  package static let tunnelLost = RuleName("tunnel-lost")
}

/// An established channel in which one side is not heard any more.
///
/// Recognised by data both ways, then a stretch in which one side sends and hears nothing, longer than the protocol
/// allows, while the silent side is still heard on another channel where there is one. An idle tunnel sends nothing; an
/// orderly end has a word of leave.
enum TunnelLost: ChannelRule {
  static let name = RuleName.tunnelLost
  static let mayBeDrops = true
  static let sameInLogs: Set<ChannelOutcome> = [.lost]

  static let documentation = RuleDocumentation(
    summary: "A channel worked and then one side was not heard any more.",
    meaning: """
      Until the other side notices (usually after its dead-peer interval) everything that users send is lost; then the \
      tunnel falls back to another channel, or reconnects.
      """,
    recognisedBy: """
      Data both ways, then one side goes on sending or probing for 10 seconds or more and nothing comes back on that flow, \
      while the other side is still heard on the control channel where there is one; usually new openings follow. Of a TCP \
      connection: the same segment is sent again and again for as long, and nothing comes back. In a client's log: \
      its dead-peer detection gives the gateway up, or the connection breaks off, and the client gives the tunnel up. \
      Behind the break nobody sends any more: there the channel falls quiet in both directions for 40 seconds or longer while \
      the control connection becomes busy. \
      A NAT that lost the flow is named where the same session goes on from another port of the same address: after a \
      pause of 10 seconds or more it forgot it.
      """,
    notToConfuseWith: """
      An idle tunnel, an orderly end (an alert, or the session closes), a peer that is gone altogether, a client that \
      goes on from another address (address-change; with new keys it cannot be told for sure, and this is a note), a client \
      that was stopped, whose own address then answers that nothing listens there (a note too), and the end of the capture.
      """,
    remedies: [
      "Look for a device that forgets the flow's state: NAT or firewall idle timeouts below the tunnel's keep-alive interval.",
      "Shorten the keep-alive and dead-peer intervals on the gateway, so that state is kept and loss is noticed.",
    ])

  static let holdSeconds = 5.0

  static func plural(_ about: FindingSubject) -> String { "lose \(about.channelName)\(about.onPort)" }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    if !channel.profile.judgesHandshakes {
      return channel.isLogged
        ? loggedConnectionFinding(channel, tunnel, situation) ?? brokenConnectionFinding(channel, tunnel, situation)
        : connectionFinding(channel, tunnel, situation)
    }
    let all = channel.handshakes(.lost)
    // The loss that lasts is what matters now; of losses that are over, the first.
    guard let lost = channel.outcome == .lost ? all.last : all.first else { return nil }
    if channel.isLogged { return loggedFinding(lost, channel, tunnel, situation) }
    let view = lost.decisiveView
    let control = tunnel.companion(of: channel)
    if view.lastingSilence == nil, let moved = MovedData(from: view, to: control?.connections ?? []) {
      return moved.finding(about: channel, of: tunnel, view, in: situation, over: control?.profile.name)
    }
    guard let silence = view.lastingSilence ?? view.silences.max(by: { $0.seconds < $1.seconds }) else { return nil }
    if let byMapping = LostMapping.finding(about: channel, of: tunnel, all, in: situation) { return byMapping }
    if silence.side == .client, let left = ClientLeft(view) {
      return left.finding(about: channel, of: tunnel, view, silence)
    }
    let side = silence.side.name
    let lastHeard = silence.lastHeard ?? silence.since.moment
    let later = channel.handshakes.filter { $0.start > silence.since.moment && !$0.isRenewal }
    let until = silence.isOver ? silence.until : later.first.map { max($0.start, silence.until) } ?? silence.until
    let silentSeconds = max(until.seconds(since: silence.since.moment), 0)
    let begin = view.gatewayData ?? view.established
    // Until the first packet that stays unanswered nobody could tell; a quiet tunnel has the last word long before.
    let established = begin.map { max(silence.since.moment.seconds(since: $0.moment), 0) } ?? 0
    let quiet = silence.since.moment.seconds(since: lastHeard)
    let comesBack = silence.isOver || later.contains { $0.outcome == .established }
    let isHeard =
      control.flatMap { control in
        view.point.flatMap { silence.lastHeardOnControl(in: control.connections, at: $0) }
      } != nil
    let needsControl = situation.family(of: tunnel)?.channels.contains { !$0.judgesHandshakes } ?? false
    let fallback =
      channel.profile.silence == .isLossBeforeFallback ? silence.fallback(in: control?.connections ?? []) : nil
    // A point that hears the client later at its old address shows that it did not move.
    let isSilentEverywhere = lost.views.allSatisfy { view in
      view.lastPayload(from: silence.side).map { $0.seconds(since: silence.since.moment) < clockSeconds } ?? true
    }
    let elsewhere = isSilentEverywhere ? situation.clientElsewhere(since: silence, channel, of: tunnel) : nil
    let isLeft = channel.profile.silence == .isLossBeforeFallback && fallback == nil
    let sure = confidence(
      silentSeconds, hasGivenUp: !later.isEmpty || fallback != nil, isOver: silence.isOver, side,
      isHeard: isHeard || !needsControl, control: control)
    let isToldInLogs = tunnel.logged.contains { $0.kind == channel.kind && $0.outcome == .lost }
    let isUnasked = silence.isUnasked && later.isEmpty && !isToldInLogs
    let place =
      silence.isOver || elsewhere != nil
      ? nil : LossPlace(of: lost, silent: silence.side, since: silence.since.moment, in: situation)
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      severity: elsewhere == nil && !isUnasked ? .error : .note,
      confidence: elsewhere != nil || isUnasked ? .possible : isLeft ? .likely : sure.0,
      confidenceReason: elsewhere.map {
        "a session from \($0) began just when the gateway's packets to the silent client ended, as when a client moves"
      }
        ?? (isUnasked
          ? unaskedReason
          : isLeft
            ? "nothing came over \(channel.profile.name) any more while \(control?.profile.name ?? "the control channel") went on"
            : sure.1),
      tunnel: tunnel.id,
      title: "\(channel.profile.name) was lost: the \(side) is not heard any more",
      headline:
        "\(channel.place) worked for \(Phrase.duration(established)) and then nothing more came from the \(side)",
      explanation: """
        \(channel.place) worked for \(Phrase.duration(established)). Then the \(silence.side.opposite.name) \
        sent \(Phrase.count(silence.packets, "packet")) over \(Phrase.duration(silentSeconds)) and heard nothing from the \
        \(side)\(isHeard ? ", which is still there over \(control?.profile.name ?? "")" : ""). \(quiet >= quietSeconds ? "The \(side) had last been heard \(Phrase.duration(quiet)) before that. " : "")\(all.count > 1 ? "It was lost \(all.count) times in all. " : "")\(fallback.map { "Then the client went on over \(control?.profile.name ?? "another channel"), \(Phrase.duration($0.start.seconds(since: silence.since.moment))) later." } ?? elsewhere.map { "The client may have gone on from \($0)." } ?? afterwards(later, comesBack: comesBack, channel))\
        \(place.map { " " + $0.words } ?? "")
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel) { $0.loss = place?.loss },
      start: silence.since.time, end: until,
      facts: channel.portFact + [
        ("established_seconds", .number(established)), ("silent_side", .text(side)),
        ("silence_seconds", .number(silentSeconds)), ("packets", .integer(silence.packets)),
      ], amount: all.count, seconds: established, evidence: evidence(view, silence, side, later))
    finding.place = place?.clause
    return finding
  }

  /// What the clocks of points that were put together may differ by.
  private static let clockSeconds = 1.0

  private static let unaskedReason =
    "data need not be answered, and neither side asks whether the other is there: dead peer detection is off"

  /// A tunnel that was in use is not quiet for this long: then the loss may have come at any time in between.
  private static let quietSeconds = 2.0

  /// A control connection that is dead while the data channel lives, or where there is none.
  private static func connectionFinding(
    _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let loss = ConnectionLoss(in: channel, of: tunnel), loss.data == nil || loss.isDataAlive else { return nil }
    let silence = loss.silence
    let side = silence.side.name
    // A client that is gone may sleep; the gateway's packets alone do not tell.
    let isServed = silence.side == .server || loss.next != nil
    let lived = max(silence.since.moment.seconds(since: loss.session.start), 0)
    let place =
      loss.view.port.map { "\(channel.profile.name) on \(channel.profile.transport) \($0)" } ?? channel.profile.name
    let data = loss.data?.channel.profile.name
    return Finding(
      rule: name, about: .channel(channel.kind, port: loss.view.port), severity: isServed ? .error : .note,
      confidence: loss.next != nil ? .certain : .likely,
      confidenceReason: loss.next != nil
        ? "the same segment was sent \(Phrase.count(silence.packets, "more time")) without an answer, and then the client began anew"
        : "the same segment was sent \(Phrase.count(silence.packets, "more time")) without an answer, but the client has not begun anew yet",
      tunnel: tunnel.id, title: "\(channel.profile.name) was lost: the \(side) is not heard any more",
      headline: "\(place) worked for \(Phrase.duration(lived)) and then nothing more came from the \(side)",
      explanation: """
        \(place) worked for \(Phrase.duration(lived)). Then the \(silence.side.opposite.name) sent a segment again \
        \(Phrase.count(silence.packets, "time")) over \(Phrase.duration(loss.seconds)) and heard nothing from the \(side)\
        \(data.map { ", which is still there over \($0)" } ?? ""). \(connectionAfterwards(loss, channel))
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: silence.since.time, end: silence.until,
      facts: channel.portFact + [
        ("established_seconds", .number(lived)), ("silent_side", .text(side)),
        ("silence_seconds", .number(loss.seconds)), ("packets", .integer(silence.packets)),
      ], amount: 1, seconds: lived, evidence: loss.evidence(channel))
  }

  private static func connectionAfterwards(_ loss: ConnectionLoss, _ channel: Channel) -> String {
    guard let next = loss.next else { return "The capture does not show the client beginning anew." }
    return next.view.isRefusedByReset
      ? "The client's new connections are refused."
      : "The client gave it up and began anew after \(Phrase.duration(next.start.seconds(since: loss.silence.since.moment)))."
  }

  private static func confidence(
    _ silentSeconds: Double, hasGivenUp: Bool, isOver: Bool, _ side: String, isHeard: Bool, control: Channel?
  ) -> (Confidence, String) {
    guard isHeard else {
      return (
        .possible, "the capture shows no other channel of the \(side), so it may be gone altogether"
      )
    }
    return hasGivenUp
      ? (.certain, "the client gave the session up and began anew")
      : (
        .likely,
        "nothing was heard for \(Phrase.duration(silentSeconds))"
          + (isOver ? ", until it came back" : ", and no new handshake of the client is in the capture")
      )
  }

  private static func afterwards(_ later: [Handshake], comesBack: Bool, _ channel: Channel) -> String {
    let openings = later.reduce(0) { $0 + $1.openingCount }
    if comesBack { return "\(channel.profile.name) came back later." }
    if openings > 0 {
      return "Since then \(Phrase.count(openings, "new opening")) went unanswered"
        + (channel.profile.fallback.map { "; traffic runs over \($0.name)." } ?? ".")
    }
    return "The capture does not show \(channel.profile.name) coming back."
  }

  private static func evidence(
    _ view: Association, _ silence: Association.Silent, _ side: String, _ later: [Handshake]
  ) -> [Evidence] {
    var evidence: [Evidence] = []
    if let data = view.gatewayData {
      evidence.append(data.evidence("the gateway's first data: the channel is up"))
    } else if let established = view.established {
      evidence.append(established.evidence("the channel is up"))
    }
    evidence.append(silence.since.evidence("the first packet that stays unanswered"))
    evidence.append(silence.noticed.evidence("still nothing from the \(side)"))
    for handshake in later.prefix(3) {
      if let opening = handshake.view.openings.first {
        evidence.append(opening.evidence("a new opening: the client gave up"))
      }
    }
    return evidence
  }

  /// A connection whose handshakes are not judged is established from its first session on: of it, the next session tells.
  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    guard let channel = finding.channel.flatMap({ tunnel?.channel($0) }), channel.outcome == .established else {
      return nil
    }
    return channel.handshakes.contains { $0.outcome == .lost }
      ? "\(channel.kind.name) is established" : channel.wordOfSession(since: finding.start)
  }

  static func disappearance(
    of finding: Finding, from tunnel: TunnelDescription, before: [Finding]
  ) -> Disappearance {
    guard let kind = finding.channel, let channel = tunnel.channel(kind) else {
      return .ofChannel(finding.channel, tunnel)
    }
    let lasted = channel.handshakes.filter { $0.outcome == .established }
      .compactMap { handshake in handshake.start.flatMap { start in handshake.end.map { $0.seconds(since: start) } } }
      .max()
    guard let lasted else {
      return .notSeen("\(kind.name) does not come up in the later captures, so it cannot be lost")
    }
    let before = finding.seconds ?? 0
    let lasting =
      "\(kind.name) lasts \(Phrase.duration(lasted)) in the later captures; it was lost after \(Phrase.duration(before))"
    return lasted >= before + silenceSeconds ? .gone(lasting) : .notSeen(lasting)
  }

  /// A channel has to last this much longer than it lasted before it was lost: a loss shows after such a silence.
  private static let silenceSeconds = 10.0
}

extension Finding {
  /// A finding about sessions that follow each other, caused by the loss of the channel if that was lost each time.
  func causedByLosses(of channel: Channel, _ tunnel: Tunnel, _ earlier: EarlierFindings) -> Finding {
    guard let loss = earlier.first(TunnelLost.name, about: channel, of: tunnel), loss.severity > .note,
      let losses = loss.amount, let sessions = amount, losses >= sessions - 1
    else { return self }
    var caused = self
    caused.causes.append(loss.id)
    return caused
  }
}
