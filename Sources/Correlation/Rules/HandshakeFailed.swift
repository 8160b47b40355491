import Observations

extension RuleName {
  package static let handshakeFailed = RuleName("handshake-failed")
}

/// Handshakes of which both sides' messages arrive, and that still lead to nothing: what is wrong stands inside the
/// encryption.
///
/// Recognised, where the gateway's answer completes the handshake, by a client that gets the answer and never sends data,
/// but begins anew. Only a capture next to the client shows that the answer reached it.
enum HandshakeFailed: ChannelRule {
  static let name = RuleName.handshakeFailed
  static let sameInLogs: Set<ChannelOutcome> = [.unanswered, .stalled, .failed, .rejected]

  static let documentation = RuleDocumentation(
    summary: "A channel's handshake is answered, and the client does not accept the answer.",
    meaning: "The two sides do not agree on keys or credentials: the channel cannot come up until that is fixed.",
    recognisedBy: """
      In a capture next to the client: every opening is answered, the client sends no data and begins anew on its schedule. \
      Or each connection ends with a reset before data follows; then something on the path may have sent it. One attempt alone, \
      after which the client is not heard for two minutes, is a note. A client's log says why: the certificate, or a login that \
      the gateway does not accept and after which none succeeds.
      """,
    notToConfuseWith: """
      An answer that is lost on its way to the client (at the gateway both look the same: handshake-stalled); a capture that \
      ends inside the handshake.
      """,
    remedies: [
      "Compare the versions and cipher suites that both sides allow: an update of either may have taken the common one away.",
      "Compare keys, preshared keys and certificates of both sides.",
      "Look at both sides' logs for the time of the handshakes: the reason is encrypted on the wire.",
    ])

  static let holdSeconds = 10.0

  static func plural(_ about: FindingSubject) -> String {
    "do not accept the answer to the \(about.channelName) handshake\(about.onPort)"
  }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.flatMap { tunnel in
      tunnel.channels.compactMap { finding(about: $0, of: tunnel, in: situation, earlier: earlier) }
        + (tunnel.isSeen ? tunnel.logged : []).compactMap { unseen($0, tunnel, situation, earlier) }
    }
  }

  /// What a log says of connections whose handshakes packets do not judge, since the last session that packets show.
  private static func unseen(
    _ logged: Channel, _ tunnel: Tunnel, _ situation: Situation, _ earlier: EarlierFindings
  ) -> Finding? {
    guard !logged.profile.judgesHandshakes,
      let finding = finding(about: logged, of: tunnel, in: situation, earlier: earlier), let start = finding.start
    else { return nil }
    let hasLater = tunnel.seen.contains { $0.kind == logged.kind && $0.sessions.contains { $0.start > start } }
    return hasLater ? nil : finding
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    let failed = channel.handshakes(.failed).filter { !SetupFailed.isSetup($0) }
    guard let attempts = FailedAttempts(failed, of: channel), channel.deadConnection == nil,
      PeerDead.deaths(in: tunnel) == nil
    else { return nil }
    if channel.isLogged { return attempts.passed ? nil : loggedFinding(failed, channel, tunnel, situation) }
    if attempts.passed, !attempts.keptWaiting { return nil }
    // A single attempt may be one that a person broke off: worth a note where it was the client's last.
    let isSingle = channel.profile.acknowledges && failed.count < 2
    if isSingle, channel.nextHandshake(after: attempts.last.start) != nil || attempts.passed { return nil }
    if let broken = brokenOff(failed, attempts, channel, tunnel, isSingle: isSingle) { return broken }
    let answers = failed.reduce(0) { $0 + $1.decisiveView.gatewayMessages }
    let isCertain = answers >= 3 && !isSingle
    let word =
      isSingle
      ? "the client is not heard any more"
      : attempts.first.decisiveView.failures.first.flatMap { failure -> String? in
        if case .other(let reason) = failure.cause { reason } else { nil }
      }
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: attempts.port), severity: isSingle ? .note : attempts.severity,
      confidence: isCertain ? .likely : .possible,
      confidenceReason: word.map { _ in
        isSingle
          ? "one attempt, which a person may have broken off; the reason itself is encrypted"
          : "both sides' messages are in the capture; the reason itself is encrypted"
      }
        ?? (channel.profile.acknowledges
          ? "the client acknowledges the answers and uses none; the reason itself is encrypted"
          : "\(Phrase.count(answers, "answer")) reached the client's own network and none was used; the reason itself is encrypted"),
      tunnel: tunnel.id,
      title: word.map { _ in "The \(channel.profile.name) handshake fails inside the encryption" }
        ?? "The client does not accept the gateway's \(channel.profile.name) answer",
      headline: word.map {
        "the \(channel.profile.name) handshake\(attempts.onPort) is answered, but \($0)"
      }
        ?? "the \(channel.profile.name) handshake\(attempts.onPort) is answered, and the client does not accept the answer",
      explanation: """
        \(tunnel.capitalizedClientName) sent \(Phrase.count(failed.reduce(0) { $0 + $1.openingCount }, channel.profile.opening)) to \
        \(tunnel.gatewayName)\(attempts.onPort). The gateway answered \(Phrase.times(answers)), \
        \(word.map { "and no data follows: \($0). The messages that say why are encrypted." } ?? "and the answers arrive \(channel.profile.acknowledges ? "and are acknowledged" : "at the client's end of the path"), yet the client sends no data and begins anew: it does not accept them, or is refused inside the encryption.")\(attempts.sequel)
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel, port: attempts.port) { $0.reason = word },
      start: attempts.first.start, end: attempts.last.end,
      facts: attempts.portFact + [("attempts", .integer(failed.reduce(0) { $0 + $1.openingCount }))], amount: answers,
      evidence: failed.prefix(4).flatMap { handshake -> [Evidence] in
        let view = handshake.decisiveView
        return
          (view.openings.prefix(3).map { $0.evidence(channel.profile.openingMessage) }
          + (view.firstAnswer.map { [$0.evidence("the gateway's \(view.firstAnswerName?.rawValue ?? "answer")")] } ?? [])
          + view.failures.prefix(1).map { $0.sighting.evidence("what shows that it failed") })
          .sorted { Sighting.isBefore($0.sighting, $1.sighting) }
      })
    // Seen from the gateway, a client that does not accept the answer stalls the handshake.
    finding.effects = earlier.ids(of: HandshakeStalled.name, about: channel, of: tunnel)
    return finding
  }

  // MARK: Resets

  /// Handshakes that a reset ends, each of them: what is wrong is on the path or at a host, and not in keys.
  private static func brokenOff(
    _ failed: [Handshake], _ attempts: FailedAttempts, _ channel: Channel, _ tunnel: Tunnel, isSingle: Bool
  ) -> Finding? {
    let endings = Set(failed.map(\.decisiveView.ending))
    guard endings.isSubset(of: [.clientReset, .serverReset]) else { return nil }
    let sender = endings.count > 1 ? "either side" : endings == [.clientReset] ? "the client" : "the gateway"
    let what = "the \(channel.profile.name) handshake\(attempts.onPort) is broken off by a reset"
    return Finding(
      rule: name, about: .channel(channel.kind, port: attempts.port), severity: isSingle ? .note : attempts.severity,
      confidence: isSingle ? .possible : .likely,
      confidenceReason:
        "\(Phrase.count(failed.count, "handshake")) ended with a reset in the name of \(sender); a device in between can send one too",
      tunnel: tunnel.id, title: what.capitalizedStart, headline: what,
      explanation: """
        \(tunnel.capitalizedClientName) began \(Phrase.count(failed.count, "\(channel.profile.name) handshake")) with \
        \(tunnel.gatewayName)\(attempts.onPort), which was answered, and then a reset in the name of \(sender) ended the \
        connection before data followed.\(attempts.sequel)
        """,
      remedies: resetRemedies, start: attempts.first.start, end: attempts.last.end,
      facts: attempts.portFact + [("attempts", .integer(failed.reduce(0) { $0 + $1.openingCount }))],
      amount: failed.count,
      evidence: failed.prefix(4).flatMap { handshake -> [Evidence] in
        let view = handshake.decisiveView
        let reset = view.whole.map { Sighting(time: $0.end, frame: $0.endFrame).evidence("the reset") }
        return view.openings.prefix(1).map { $0.evidence(channel.profile.openingMessage) } + [reset].compactMap(\.self)
      })
  }

  private static let resetRemedies = [
    "Find out who sends the reset: capture at both ends. A reset that its sender's own capture lacks comes from a device in between; its time to live differs from that of the other packets, too.",
    "On firewalls and proxies on the path, look for inspection that does not allow this protocol on this port.",
    "If a host sends it itself, its log says why it closed the connection.",
  ]

  // MARK: What logs alone show

  /// A side says that its handshakes failed, with the reason where it knows one.
  private static func loggedFinding(
    _ failed: [Handshake], _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let first = failed.first, let last = failed.last else { return nil }
    let writer = first.view.writer.name
    let causes = failed.flatMap(\.view.failures).map(\.cause)
    if causes.last == .login { return failedLogin(failed, channel, tunnel, situation) }
    let reason = causes.lazy.compactMap(\.reason).first { !$0.isEmpty }
    let what = "the \(channel.profile.name) handshake\(channel.onPort) fails at the \(writer)"
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      severity: channel.profile.fallback == nil ? .error : .warning, confidence: reason == nil ? .possible : .likely,
      confidenceReason: reason == nil
        ? "the \(writer)'s log says that it failed, and not why" : "the \(writer)'s log says why: \(reason ?? "")",
      tunnel: tunnel.id, title: what.capitalizedStart, headline: what,
      explanation: """
        According to the \(writer)'s log, \(Phrase.count(failed.count, "\(channel.profile.name) handshake"))\(channel.onPort) failed\
        \(reason.map { " (\($0))" } ?? ""), and none succeeded\(channel.sessions.isEmpty ? "" : " after the last session").\
        \(HandshakeUnanswered.fallback(channel))
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel) { $0.reason = reason },
      start: first.view.start.time, end: last.view.last.time,
      facts: channel.portFact + [("attempts", .integer(failed.count))] + (reason.map { [("reason", .text($0))] } ?? []),
      amount: failed.count, evidence: failed.prefix(6).flatMap { $0.view.logEvidence(channel.kind) })
  }

  /// The connection comes up, and the user does not get in.
  private static func failedLogin(
    _ failed: [Handshake], _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let first = failed.first, let last = failed.last else { return nil }
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .error, confidence: .certain,
      confidenceReason: "the client's log says so, and shows no login after it that succeeds", tunnel: tunnel.id,
      title: "The login over \(channel.profile.name) fails",
      headline: "the gateway does not accept the login over \(channel.profile.name)\(channel.onPort)",
      explanation: """
        According to the client's log, the gateway is reached over \(channel.profile.name), and it does not accept who the user is. \
        No login after that succeeds\(channel.sessions.isEmpty ? "" : " since the last session").
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel) {
        $0.reason = HandshakeFailure.Cause.login.reason
      },
      start: first.view.start.time, end: last.view.last.time,
      facts: channel.portFact + [("attempts", .integer(failed.count)), ("reason", .text("login"))],
      amount: failed.count, evidence: failed.prefix(6).flatMap { $0.view.logEvidence(channel.kind) })
  }
}

extension HandshakeFailure.Cause {
  /// Why, in the words of the log.
  package var reason: String? {
    switch self {
    case .ignored(let reason), .rejected(let reason), .renewalRejected(let reason), .setup(let reason),
      .other(let reason):
      reason
    case .login: "the gateway does not accept the login"
    case .timedOut, .incomplete, .sendFailed, .repeated, .renewalTimedOut, .unheard, .waiting: nil
    }
  }
}
