import Observations

extension RuleName {
  package static let handshakeRejected = RuleName("handshake-rejected")
}

/// Handshakes to which the peer says no in clear: a fatal alert, a notify.
enum HandshakeRejected: ChannelRule {
  static let name = RuleName.handshakeRejected
  static let sameInLogs: Set<ChannelOutcome> = [.rejected, .failed]

  static let documentation = RuleDocumentation(
    summary: "A channel's handshake is rejected by the peer.",
    meaning: "The two sides have no protocol, cipher or credential in common; the channel cannot come up.",
    recognisedBy: "A message in clear that says no before the handshake completes: a fatal alert, an error notify.",
    notToConfuseWith: """
      An answer that asks for something else and is followed up; one that sends the client to another gateway; alerts that \
      close a working session.
      """,
    remedies: [
      "Compare protocol versions, ciphers and credentials of both sides; the reason names what is refused.",
      "Look at the rejecting side's log for the time of the handshake.",
    ])

  static func plural(_ about: FindingSubject) -> String {
    "have their \(about.channelName) handshake rejected\(about.onPort)"
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    let rejected = channel.handshakes(.rejected)
    if channel.isLogged {
      // A client that comes back too late after a loss is not known any more: the loss is the finding.
      guard channel.deadConnection == nil, PeerDead.deaths(in: tunnel) == nil else { return nil }
      return loggedFinding(channel.troubles(rejected), channel, tunnel, situation)
    }
    // A no inside the encryption only a log shows: packets have a handshake that is answered, and no session after it.
    if rejected.isEmpty, channel.sessions.isEmpty, channel.outcome == .established || channel.outcome == .none,
      let logged = tunnel.logged.first(where: { $0.kind == channel.kind }), logged.outcome == .rejected
    {
      let told = logged.troubles(logged.handshakes(.rejected))
      // Both logs may tell of the same handshakes, and the gateway knows best why.
      let own = told.filter { $0.view.witness == .log(.server) }
      return loggedFinding(own.isEmpty ? told : own, logged, tunnel, situation)
    }
    guard let attempts = FailedAttempts(rejected, of: channel),
      let word = attempts.first.decisiveView.rejection?.word
    else { return nil }
    return Finding(
      rule: name, about: .channel(channel.kind, port: attempts.port), severity: attempts.severity,
      confidence: word.isInferred == true ? .likely : .certain,
      confidenceReason: word.isInferred == true
        ? "the answer is encrypted; its length shows that it accepts nothing, and nothing follows it"
        : "the \(word.sender.name) says so in clear", tunnel: tunnel.id,
      title: "The \(word.sender.name) rejects the \(channel.profile.name) handshake: \(word.reason)",
      headline:
        "the \(channel.profile.name) handshake\(attempts.onPort) is rejected by the \(word.sender.name) (\(word.reason))",
      explanation: """
        The \(word.sender.name) ends \(rejected.count == 1 ? "the handshake" : "\(rejected.count) handshakes") of \(attempts.place) with \
        \(word.reason).\(terms(word))\(HandshakeUnanswered.fallback(channel))\(attempts.sequel)
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel, port: attempts.port) {
        $0.reason = word.reason
      },
      start: attempts.first.start, end: attempts.last.end,
      facts: attempts.portFact + [("reason", .text(word.reason))] + offers(word)
        + [("attempts", .integer(rejected.count))],
      amount: rejected.count,
      evidence: rejected.prefix(6).flatMap { handshake -> [Evidence] in
        let view = handshake.decisiveView
        return (view.openings.prefix(1).map { $0.evidence(channel.profile.openingMessage) })
          + (view.rejection.map { [$0.sighting.evidence("\($0.word.reason), from the \($0.word.sender.name)")] } ?? [])
      })
  }

  /// What was offered, and what the other side wants instead, where both are in clear.
  private static func terms(_ word: Rejection) -> String {
    var text = ""
    if let offered = word.offered, !offered.isEmpty {
      text += " The \(word.sender.opposite.name) had offered: \(offered.joined(separator: "; "))."
    }
    if let wanted = word.wanted { text += " The \(word.sender.name) asks for \(wanted) instead." }
    return text
  }

  private static func offers(_ word: Rejection) -> [(name: String, value: FactValue)] {
    (word.offered.map { [("offered", .text($0.joined(separator: "; ")))] } ?? [])
      + (word.wanted.map { [("wanted", .text($0))] } ?? [])
  }

  // MARK: What logs alone show

  /// A side says that the gateway said no, and why.
  private static func loggedFinding(
    _ rejected: [Handshake], _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let first = rejected.first, let last = rejected.last, channel.outcome != .established else { return nil }
    let writer = first.view.writer.name
    let reason = rejected.lazy.flatMap(\.view.failures).compactMap(\.cause.reason).first { !$0.isEmpty }
    let said = reason.map { ": \($0)" } ?? ""
    // Where handshakes are not what is judged, the gateway's no is an answer to what was asked inside of them.
    let what =
      channel.profile.judgesHandshakes ? "\(channel.profile.name) handshake" : "login over \(channel.profile.name)"
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      severity: channel.profile.fallback == nil ? .error : .warning, confidence: .certain,
      confidenceReason: "the \(writer)'s log says so", tunnel: tunnel.id,
      title: "The gateway rejects the \(what)\(said)",
      headline:
        "the \(what)\(channel.onPort) is rejected by the gateway\(reason.map { " (\($0))" } ?? "")",
      explanation: """
        According to the \(writer)'s log, the gateway rejected \(Phrase.count(rejected.count, what))\
        \(channel.onPort)\(said). None succeeded\(channel.sessions.isEmpty ? "" : " after the last session").\(HandshakeUnanswered.fallback(channel))
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel) { $0.reason = reason },
      start: first.view.start.time, end: last.view.last.time,
      facts: channel.portFact + (reason.map { [("reason", .text($0))] } ?? []) + [
        ("attempts", .integer(rejected.count))
      ], amount: rejected.count, evidence: rejected.prefix(6).flatMap { $0.view.logEvidence(channel.kind) })
  }
}
