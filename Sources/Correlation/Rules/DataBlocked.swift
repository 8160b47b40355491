import Observations

extension RuleName {
  package static let dataBlocked = RuleName("data-blocked")
}

/// Handshakes that succeed while no data comes back: the channel is up and useless.
enum DataBlocked: ChannelRule {
  static let name = RuleName.dataBlocked
  static let mayBeDrops = true
  static let sameInLogs: Set<ChannelOutcome> = [.stalled, .lost, .blocked]

  static let documentation = RuleDocumentation(
    summary: "The handshake works, and no data comes back.",
    meaning: "The tunnel looks connected, and nothing passes through it.",
    recognisedBy: """
      The handshake is answered and the client's data follows, none of the gateway comes back, and the client begins anew or \
      goes on unheard. Where keepalives come back and no data, over 20 s and 10 packets, it is a note: the path is well, and what \
      gets the data does not answer it.
      """,
    notToConfuseWith: """
      A tunnel that nobody uses, or that carries only what needs no answer, such as logs: without data that asks for an answer \
      nothing has to come back.
      """,
    remedies: [
      "Look on the path for a device that passes the handshake and drops what follows (inspection, size, rate).",
      "Check on the gateway that the client's inner address is allowed and routed.",
    ])

  static let holdSeconds = 5.0

  static func plural(_ about: FindingSubject) -> String {
    "get no data back through \(about.channelName)\(about.onPort)"
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    let blocked = channel.handshakes(.blocked)
    if channel.isLogged { return loggedFinding(blocked, channel, tunnel, situation) }
    guard let attempts = FailedAttempts(blocked, of: channel), !attempts.passed || attempts.keptWaiting else {
      return UnreturnedData(of: channel).map { unreturned($0, channel, tunnel, situation) }
    }
    let first = attempts.first
    let isApart = channel.profile.hasDataApart
    // Next to the gateway, where data is dropped both ways, only the gateway's own is seen.
    let sender: Side = !isApart && first.decisiveView.clientData == nil ? .server : .client
    let sent = blocked.reduce(0) { sum, handshake in
      if isApart {
        return sum + handshake.decisiveView.silences.filter { $0.kind == .data }.reduce(0) { $0 + $1.packets }
      }
      let whole = handshake.decisiveView.whole
      return sum + ((sender == .client ? whole?.client : whole?.server)?.packets ?? 0)
    }
    let stop = isApart ? Stop(of: first) : nil
    let answered = blocked.reduce(0) { $0 + $1.decisiveView.gatewayMessages }
    let data = isApart ? tunnel.channels.first { $0.profile.role == .data } : nil
    let place = stop != nil || isApart && data == nil ? nil : LossPlace(ofDataOf: first, carriedBy: data, in: situation)
    // What a capture next to the gateway holds has arrived there.
    let arrives =
      place.map { $0.loss == .atGateway } ?? (isApart && stop == nil && first.decisiveView.nextTo == .server)
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: attempts.port),
      severity: attempts.passed || channel.profile.fallback != nil ? .warning : .error,
      confidence: isApart
        ? .likely : blocked.count >= 2 || first.decisiveView.lastingSilence != nil ? .certain : .likely,
      confidenceReason: isApart
        ? "control messages are answered meanwhile, and traffic in one direction only is rare"
        : "the handshake is answered \(Phrase.times(answered)), and no data of the \(sender.opposite.name) is in the capture",
      tunnel: tunnel.id,
      title: isApart
        ? "\(channel.place) works, and \(stop == nil ? "no data comes back" : "data no longer comes back")"
        : "No data comes back through \(channel.place)",
      explanation: stop?.explanation(sent: sent, channel, tunnel) ?? """
        The \(channel.profile.name) handshake with \(tunnel.gatewayName) succeeds, \(sender == .client ? tunnel.clientName : "the gateway") sends \
        \(Phrase.count(sent, "packet")) with data, and none of the \(sender.opposite.name)'s comes back\
        \(place.map { ", while handshake messages pass. " + $0.words } ?? whereabouts(isApart: isApart, arrives: arrives))\
        \(attempts.sequel)
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel, port: attempts.port) {
        $0.hasWorked = stop != nil
        $0.isDataInUDP = data?.transport == "UDP"
        if arrives { $0.loss = .atGateway }
      },
      start: first.start, end: attempts.last.end,
      facts: attempts.portFact + [("sent_packets", .integer(sent)), ("attempts", .integer(blocked.count))],
      amount: sent,
      evidence: blocked.prefix(4).flatMap { evidence($0.decisiveView, channel, sender) } + (stop?.evidence ?? []))
    finding.place = place?.clause
    // New handshakes that stall as well are tried because no data comes.
    finding.effects = earlier.ids(of: HandshakeStalled.name, about: channel, of: tunnel)
    return finding
  }

  /// Where one capture point leaves it that data is lost.
  private static func whereabouts(isApart: Bool, arrives: Bool) -> String {
    if arrives {
      return
        ", while handshake messages pass. The capture is next to the gateway, so data arrives there, and the gateway or what is behind it does not answer."
    }
    return isApart
      ? ", while handshake messages pass: data is dropped on the way, in one direction or both, or the gateway gets it and nothing behind it answers."
      : ": data is dropped on the way in one direction or both, while handshake messages pass."
  }

  /// Keepalives come back, and no data: the path is well, and what lies behind it does not answer.
  private static func unreturned(
    _ data: UnreturnedData, _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding {
    let (sender, receiver) = (data.sender.name, data.sender.opposite.name)
    let what = "only keepalives come back through \(channel.place)"
    let (first, answer) =
      data.sender == .client
      ? (data.view.clientData, data.view.gatewayData) : (data.view.gatewayData, data.view.clientData)
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .note, confidence: .likely,
      confidenceReason: "nearly all that runs through a tunnel is answered, though not logs or a stream",
      tunnel: tunnel.id, title: what.capitalizedStart, headline: what,
      explanation: """
        In \(Phrase.duration(data.seconds)) the \(sender) sent at least \(Phrase.count(data.packets, "packet")) with data, and the \
        \(receiver) \(Phrase.count(data.keepalives, "keepalive")) and no data. So both directions of the path are well: the \
        \(receiver) drops what comes out of the tunnel or does not forward it, or nothing behind it answers. Where the \(sender) \
        sends only what needs no answer, nothing is wrong.
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel) { $0.silentReceiver = data.sender.opposite },
      start: data.view.begin.time, end: data.view.whole?.end,
      // How many packets that are is no fact: a case holds a part of them.
      facts: channel.portFact + [("silent_side", .text(receiver))],
      amount: data.packets, seconds: data.seconds,
      evidence: [
        first?.evidence("the \(sender)'s first data"),
        answer?.evidence("the \(receiver)'s first keepalive; no data of it follows"),
      ].compactMap(\.self))
    finding.isNoticeable = true
    return finding
  }

  /// Data that passed both ways and then came back no more, with a protocol or port of its own.
  private struct Stop {
    /// For how long it had passed, in seconds.
    private let worked: Double
    private let silence: Association.Silent
    private let moved: Association.Moved?

    init?(of handshake: Handshake) {
      let view = handshake.decisiveView
      guard let begin = view.gatewayData,
        let silence = view.silences.last(where: { $0.kind == .data && $0.side == .server }),
        silence.since.moment > begin.moment
      else { return nil }
      self.silence = silence
      worked = silence.since.moment.seconds(since: begin.moment)
      moved = LostMapping.move(of: handshake, at: silence.since.moment)
    }

    func explanation(sent: Int, _ channel: Channel, _ tunnel: Tunnel) -> String {
      let cause =
        moved.map {
          """
          Just then the client's packets began to come from port \($0.change.to.port) of \($0.change.to.address) instead of \
          \($0.change.from.port): a NAT made a new mapping, and the gateway goes on sending its data to the old one.
          """
        } ?? "A NAT or firewall on the way has forgotten or moved the flow of the data, or a route has changed."
      return """
        Data passed both ways for \(Phrase.duration(worked)). Then \(tunnel.clientName) sent \(Phrase.count(sent, "packet")) \
        with data over \(Phrase.duration(silence.seconds)), and none of the gateway's came back, while \(channel.profile.name) was \
        still answered\(silence.isOver ? "; later data came back" : ""). \(cause)
        """
    }

    var evidence: [Evidence] {
      moved.map { [$0.sighting.evidence("the client goes on from port \($0.change.to.port)")] } ?? []
    }
  }

  private static func evidence(_ view: Association, _ channel: Channel, _ sender: Side) -> [Evidence] {
    if let silence = view.silences.first(where: { $0.kind == .data }) {
      return [
        silence.since.evidence("the client's data, which none of the gateway follows"),
        silence.noticed.evidence("still no data, while the gateway answers control messages"),
      ]
    }
    var evidence = view.openings.prefix(1).map { $0.evidence(channel.profile.openingMessage) }
    if let answer = view.firstAnswer {
      evidence.append(answer.evidence("the gateway's \(view.firstAnswerName?.rawValue ?? "answer")"))
    }
    if let data = view.clientData ?? view.gatewayData {
      evidence.append(data.evidence("the \(sender.name)'s first data; none of the \(sender.opposite.name) follows"))
    }
    if let silence = view.silences.first {
      evidence.append(silence.noticed.evidence("still no data of the \(sender.opposite.name)"))
    }
    return evidence
  }

  // MARK: What logs alone show

  /// The counters of a side say that it sent data and received none. They do not say which direction is dead, nor whether
  /// anything was to come back.
  private static func countedFinding(
    _ blocked: [Handshake], _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let first = blocked.first(where: { $0.view.unheardPackets != nil }), let sent = first.view.unheardPackets
    else { return nil }
    let writer = first.view.writer
    // A channel that has more than data in it counts bytes, and not the packets in them.
    let least = channel.profile.role == .data ? "" : "at least "
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .warning, confidence: .possible,
      confidenceReason: "it is one moment's counters, and some traffic has one direction only",
      tunnel: tunnel.id, title: "No data comes back through \(channel.place)",
      explanation: """
        By the counters of the side that lists it, \(least)\(Phrase.count(sent, "packet")) went to \(tunnel.name(of: writer.opposite)) through \
        \(channel.profile.name) and none came back: data is dropped on the way in one direction or both, or nothing answers it.
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: first.view.start.time,
      end: first.view.last.time, facts: channel.portFact + [("sent_packets", .integer(sent))],
      amount: sent, evidence: blocked.prefix(4).flatMap { $0.view.logEvidence(channel.kind) })
  }

  /// Each session is found dead as soon as one can be of which nothing was ever heard.
  private static func loggedFinding(
    _ blocked: [Handshake], _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let first = blocked.first, let last = blocked.last else { return nil }
    if let counted = countedFinding(blocked, channel, tunnel, situation) { return counted }
    let writer = first.view.writer
    let lived = first.view.established.flatMap { first.view.deadPeer?.seconds(since: $0) }
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .error, confidence: .likely,
      confidenceReason:
        "\(Phrase.count(blocked.count, "session")) in a row died as early as a session without answers can",
      tunnel: tunnel.id, title: "No data comes back through \(channel.place)",
      explanation: """
        According to the \(writer.name)'s log, \(channel.profile.name) was established \(Phrase.times(blocked.count)), and each time \
        the \(writer.opposite.name) was given up\(lived.map { " after \(Phrase.duration($0))" } ?? ""), which is as early as it can be: \
        handshakes pass, and nothing after them does.
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: first.view.established?.time,
      end: last.view.deadPeer?.time, facts: channel.portFact + [("attempts", .integer(blocked.count))],
      amount: blocked.count, evidence: blocked.prefix(4).flatMap { $0.view.logEvidence(channel.kind) })
  }
}
