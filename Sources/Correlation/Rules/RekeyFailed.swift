import Observations

extension RuleName {
  package static let rekeyFailed = RuleName("rekey-failed")
}

/// New keys that are asked for in vain while data still flows: the tunnel dies when the old keys run out.
enum RekeyFailed: ChannelRule {
  static let name = RuleName.rekeyFailed

  static let documentation = RuleDocumentation(
    summary: "Messages for new keys stay unanswered while data flows.",
    meaning: "The tunnel works until its keys expire, and then stops for everybody at once.",
    recognisedBy:
      "Two or more requests for new keys of a session without an answer, with data of the other side in between.",
    notToConfuseWith: "A peer that is gone: then no data comes either.",
    remedies: [
      "Find what drops handshake messages and passes data: inspection of the protocol, a rate limit on the gateway.",
      "Look at the gateway's log for the time of the requests.",
    ])

  static let holdSeconds = 5.0

  static func plural(_ about: FindingSubject) -> String {
    "get no new keys for \(about.channelName)\(about.onPort)"
  }

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    recoveryByHandshake(after: finding, tunnel)
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    if channel.isLogged {
      return rejectedFinding(channel, tunnel, situation) ?? loggedFinding(channel, tunnel, situation)
    }
    let failed = channel.handshakes.filter { handshake in
      handshake.isRenewal
        && handshake.views.contains { !$0.wasAnswered && $0.openingCount >= 2 && $0.dataMeanwhile > 0 }
    }
    guard let first = failed.first, let last = failed.last else { return nil }
    let openings = failed.reduce(0) { $0 + $1.openingCount }
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .error,
      confidence: openings >= 3 ? .certain : .likely,
      confidenceReason: "\(Phrase.count(openings, "request")) for new keys stayed unanswered while data came",
      tunnel: tunnel.id,
      title: "\(channel.place) gets no new keys",
      headline: "requests for new keys of \(channel.place) are not answered while data still flows",
      explanation: """
        The \(first.view.initiator.name) asked \(Phrase.times(openings)) for new keys of the running session and got no \
        answer, while data of the other side still came: handshake messages are dropped, data is not. When the old keys \
        expire, the tunnel stops.
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: first.start, end: last.end,
      facts: channel.portFact + [("attempts", .integer(openings))], amount: openings,
      evidence: failed.prefix(3).flatMap { handshake in
        handshake.view.openings.prefix(4).map { $0.evidence("a request for new keys, no answer") }
      })
    // Old keys that run out take the tunnel with them.
    finding.effects = earlier.ids(of: TunnelLost.name, HandshakeUnanswered.name, about: channel, of: tunnel) {
      $0 > first.start
    }
    return finding
  }

  // MARK: What logs alone show

  /// A side says of a session that is up that the two do not agree on new keys.
  private static func rejectedFinding(_ channel: Channel, _ tunnel: Tunnel, _ situation: Situation) -> Finding? {
    let failed = channel.handshakes { handshake in
      handshake.view.failures.contains { $0.cause.rejectsRenewal } && handshake.view.deadPeer == nil
    }.map(\.view)
    let refusals = failed.flatMap(\.failures).filter { $0.cause.rejectsRenewal }
    guard let view = failed.first, let first = refusals.first, let last = refusals.last else { return nil }
    let writer = view.writer.name
    let reason = first.cause.reason
    let isOver = failed.contains { $0.ended != nil }
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .error, confidence: .likely,
      confidenceReason: "the \(writer)'s log says so, and shows no new keys after it", tunnel: tunnel.id,
      title: "\(channel.place) gets no new keys",
      headline:
        "the two sides do not agree on new keys for \(channel.place)\(reason.map { " (\($0))" } ?? "")",
      explanation: """
        According to the \(writer)'s log, new keys for the running session were rejected\(reason.map { ": \($0)" } ?? ""). The \
        first keys may be agreed on with less: a session that comes up and fails when its keys are renewed is typical of settings \
        that differ only there. \
        \(isOver ? "The session ended then." : "When the old keys expire, the tunnel stops until it is set up anew.")
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel) { $0.reason = reason },
      start: first.sighting.time,
      end: last.sighting.time,
      facts: channel.portFact + [("attempts", .integer(refusals.count))]
        + (reason.map { [("reason", .text($0))] } ?? []), amount: refusals.count,
      evidence: (view.established.map { [$0.evidence("\(channel.profile.name) established")] } ?? [])
        + refusals.prefix(4).map { $0.sighting.evidence("new keys are rejected") })
  }

  /// A side says of a session that new keys were not agreed on, and not that the other side was silent.
  private static func loggedFinding(_ channel: Channel, _ tunnel: Tunnel, _ situation: Situation) -> Finding? {
    let failed = channel.handshakes { handshake in
      handshake.view.failures.contains { $0.cause == .renewalTimedOut } && handshake.view.deadPeer == nil
    }.map(\.view)
    let requests = failed.flatMap(\.failures).filter { $0.cause == .renewalTimedOut }.map(\.sighting)
    guard let view = failed.first, let first = requests.first, let last = requests.last else { return nil }
    let writer = view.writer.name
    let isOver = failed.contains { $0.ended != nil }
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .error,
      confidence: requests.count >= 2 ? .likely : .possible,
      confidenceReason: requests.count >= 2
        ? "the \(writer)'s log says so \(Phrase.times(requests.count)), and not that the other side was silent"
        : "the \(writer)'s log says so; a tunnel that is lost when new keys are due looks the same",
      tunnel: tunnel.id, title: "\(channel.place) gets no new keys",
      headline: "requests for new keys of \(channel.place) are not answered",
      explanation: """
        According to the \(writer)'s log, \(Phrase.count(requests.count, "handshake")) for new keys of the running session timed out, and no \
        line before says that the other side was silent: handshake messages are dropped, data is not. \
        \(isOver ? "The session ended then." : "When the old keys expire, the tunnel stops.")
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: first.time, end: last.time,
      facts: channel.portFact + [("attempts", .integer(requests.count))], amount: requests.count,
      evidence: (view.established.map { [$0.evidence("\(channel.profile.name) established")] } ?? [])
        + requests.prefix(4).map { $0.evidence("the handshake for new keys timed out") })
  }
}

extension HandshakeFailure.Cause {
  fileprivate var rejectsRenewal: Bool { if case .renewalRejected = self { true } else { false } }
}
