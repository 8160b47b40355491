import Observations

extension RuleName {
  package static let handshakeUnanswered = RuleName("handshake-unanswered")
}

/// Openings of a channel that get no answer at all: no message and no ICMP error.
///
/// Recognised by openings to the gateway's port with nothing back on that flow, while the capture goes on for at least the
/// time in which an answer would come. A later message of the client that only an answer explains says that the capture
/// holds one direction only.
enum HandshakeUnanswered: ChannelRule {
  static let name = RuleName.handshakeUnanswered
  static let sameInLogs: Set<ChannelOutcome> = [.unanswered, .stalled]

  static let documentation = RuleDocumentation(
    summary: "A channel's handshake is never answered.",
    meaning: "The channel cannot come up; where it has a fallback, the tunnel runs over that, more slowly.",
    recognisedBy: """
      Opening messages (ClientHello, handshake initiation …) to the gateway's port, repeated on the client's schedule, and \
      nothing back on that flow: no answer, no ICMP error.
      """,
    notToConfuseWith: """
      A capture that lacks that direction, or ends less than 3 seconds after the opening; an opening that was lost once and \
      answered when repeated. At the client a silent firewall, a gateway that drops unknown clients and a wrong key look the \
      same.
      """,
    remedies: [
      "Allow the gateway's port in both directions on every firewall on the path.",
      "Check on the gateway that something listens on that port.",
      "Capture at the gateway too: that shows whether the openings arrive and whether they are answered.",
    ])

  static let weighsMissingDirection = true
  /// With the rule's own 3 s this is past the 12 s after which a client gives a handshake up.
  static let holdSeconds = 10.0

  static func plural(_ about: FindingSubject) -> String {
    "never get an answer to \(about.channelName) openings\(about.onPort)"
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    let all = channel.handshakes(.unanswered)
    guard channel.deadConnection == nil else { return nil }
    if all.isEmpty { return LateAnswer(channel).map { Self.finding(of: $0, tunnel) } }
    if channel.isLogged { return loggedFinding(all, channel, tunnel, situation) }
    // After a loss the handshakes to come back go unanswered too; the loss is the finding.
    let failed = channel.troubles(all).ofOneOpener
    guard let attempts = FailedAttempts(failed, of: channel) else { return nil }
    let openings = failed.reduce(0) { $0 + $1.openingCount }
    // A single opening that a new handshake overtakes at once was given up, not left unanswered.
    guard failed.contains(where: { !isOvertaken($0, in: channel) }) else { return nil }
    // One handshake that failed beside others that came up is ordinary loss.
    if channel.outcome == .established, failed.count == 1, openings < 3 { return nil }
    let opener = attempts.opener
    let works = attempts.areOutlived
    let control = tunnel.companion(of: channel)
    let loss = loss(of: failed, tunnel, situation)
    let isDiscarded = !droppedRequests(to: attempts.port, tunnel).isEmpty
    let isLogged =
      isDiscarded || FirewallDrops.hasOpenings(of: channel, port: attempts.port, tunnel)
      || HostDrops.hasOpenings(of: channel, port: attempts.port, tunnel, situation)
    // Another point, or the log of the gateway or a firewall, says what becomes of the openings.
    let missing =
      loss != nil || isLogged || isGivenUpByClient(channel, tunnel)
      ? nil : situation.missingDirection(of: channel, failed.flatMap(\.views), beside: control)
    // What was sent once or twice may well have been answered where nobody captured.
    let isRepeated = openings >= Self.leastRepeated || failed.count > 1
    var sure = confidence(attempts, openings: openings, control, tunnel, situation)
    // Answers to other handshakes of the channel that the capture lacks are proof that it lacks them here too.
    let isBesideClient =
      opener == .client && attempts.first.view.isBesideClient
      && !channel.handshakes.contains { $0.views.contains(where: \.isHalfSeen) }
    if let weaker = missing?.confidence(isBesideClient: isBesideClient), weaker.0 < sure.0 { sure = weaker }
    // The client's own host, or what is beside it, would see an answer that came.
    let untold = missing == .udp && isBesideClient ? nil : missing
    let schedule = failed.count == 1 ? "" : " in \(failed.count) attempts"
    let wasUp = channel.wasUp(before: attempts.first)
    let place = isDiscarded ? .atGateway : loss?.place
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: attempts.port),
      severity: works ? attempts.severity : missing != nil && control == nil && !isRepeated ? .note : severity(channel),
      confidence: sure.0, confidenceReason: sure.1, tunnel: tunnel.id,
      title: untold.map { "\(attempts.place) does not come up; \($0.clause)" }
        ?? "\(attempts.place) \(works ? "is not answered when the \(opener.name) opens it" : attempts.passed ? "goes unanswered for a time" : wasUp ? "is not answered any more" : "is never answered")",
      headline: untold.map { "\(attempts.place) does not come up, and \($0.clause)" }
        ?? "\(attempts.place) \(works ? "gets no answer when the \(opener.name) opens it" : attempts.passed ? "goes unanswered for a time" : wasUp ? "gets no answer any more" : "never gets an answer")",
      explanation: """
        The \(opener.name) sent \(Phrase.count(openings, channel.profile.opening))\(schedule) to \(tunnel.name(of: opener.opposite))\(attempts.onAskedPort), and \(missing == nil ? "nothing came back" : "the capture shows nothing that came back"): \
        no answer and no ICMP error\(control.map { ", while \($0.profile.name) to the same gateway works" } ?? ""). \
        \(missing.map { $0.words(towards: tunnel.name(of: opener)) } ?? "")\
        \(loss?.words ?? (isLogged ? "" : alternatives(attempts, channel)))\
        \(fallback(channel))\(works ? attempts.outlivingWords : attempts.sequel)
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel, port: attempts.port) {
        $0.loss = place
        $0.opener = opener
        $0.isOpenedByOther = works
      },
      start: attempts.first.start, end: attempts.last.end,
      facts: attempts.portFact + [("attempts", .integer(failed.count)), ("hellos", .integer(openings))],
      amount: failed.count, evidence: evidence(failed, channel, control))
    finding.place = loss?.clause
    finding.stopgap = stopgap(channel, control)
    return finding
  }

  /// Fewer openings without answer may each have been lost.
  private static let leastRepeated = 3

  /// Whether the client's own log says that nothing came in time: no answer took another path then.
  private static func isGivenUpByClient(_ channel: Channel, _ tunnel: Tunnel) -> Bool {
    tunnel.logged.first { $0.kind == channel.kind }?.handshakes.contains { handshake in
      handshake.view.witness == .log(.client) && handshake.view.failures.contains { $0.cause == .timedOut }
    } ?? false
  }

  /// What it may be where neither another capture point nor the gateway's log shows it.
  private static func alternatives(_ attempts: FailedAttempts, _ channel: Channel) -> String {
    if attempts.isOverTCP {
      return
        "The connection to \(attempts.askedPort) is accepted, and what accepts it does not answer \(channel.profile.name): another service, a proxy or a firewall, or the \(attempts.opener.opposite.name) does not accept this \(attempts.opener.name)."
    }
    return "\(attempts.askedPort) is dropped silently on the way, or nothing listens there"
      + (channel.profile.isDoneWithAnswer
        ? ", or the \(attempts.opener.opposite.name) does not accept this \(attempts.opener.name)'s key." : ".")
  }

  /// Openings to the port that the gateway's log says it dropped.
  private static func droppedRequests(to port: Int?, _ tunnel: Tunnel) -> [LogFact] {
    tunnel.log.droppedRequests(to: port.flatMap(UInt16.init(exactly:)).map { [$0] } ?? [])
  }

  /// Where another channel carries the data, users have a tunnel all the same.
  private static func stopgap(_ channel: Channel, _ control: Channel?) -> String? {
    guard let fallback = channel.profile.fallback, control?.kind == fallback else { return nil }
    return "The tunnel runs over \(fallback.name), more slowly; users need not do anything."
  }

  /// Where nothing carries the data instead, users have no tunnel.
  private static func severity(_ channel: Channel) -> Severity { channel.profile.fallback == nil ? .error : .warning }

  static func fallback(_ channel: Channel) -> String {
    channel.profile.fallback.map { " The tunnel runs over \($0.name) alone." } ?? ""
  }

  /// A client that re-establishes its session drops the handshake under way and begins a new one.
  private static func isOvertaken(_ handshake: Handshake, in channel: Channel) -> Bool {
    guard handshake.openingCount == 1, let next = channel.nextHandshake(after: handshake) else { return false }
    return next.start.seconds(since: handshake.start) < channel.profile.patienceSeconds
  }

  private static func confidence(
    _ attempts: FailedAttempts, openings: Int, _ control: Channel?, _ tunnel: Tunnel, _ situation: Situation
  ) -> (Confidence, String) {
    let needsControl = situation.family(of: tunnel)?.channels.contains { !$0.judgesHandshakes } ?? false
    if needsControl, control == nil {
      return (
        .possible, "the capture shows no other channel to this gateway, so it may hold one direction only"
      )
    }
    let beside = control.map { " while the gateway's \($0.profile.name) packets were seen" } ?? ""
    if openings >= 3 || attempts.handshakes.count >= 2 {
      return (.certain, "\(Phrase.count(openings, "opening")) stayed unanswered\(beside)")
    }
    // Nobody repeats what TCP delivers.
    if attempts.isOverTCP {
      let waited = tunnel.captureEnd.seconds(since: attempts.first.start)
      return (.likely, "TCP delivers the opening, and no answer came in \(Phrase.duration(waited))")
    }
    return openings == 2
      ? (.likely, "two openings are few; both may have been lost")
      : (.possible, "a single opening may have been lost by chance")
  }

  /// Where openings or their answers are lost.
  private struct Loss {
    let place: OpeningLoss
    /// In a sentence, and as a clause.
    let words: String
    let clause: String
  }

  /// Where the openings or their answers disappear, when several capture points show it.
  private static func loss(of failed: [Handshake], _ tunnel: Tunnel, _ situation: Situation) -> Loss? {
    guard tunnel.points.count > 1 else { return nil }
    guard let first = failed.first, let clientPoint = tunnel.points.first, let gatewayPoint = tunnel.points.last
    else { return nil }
    let opener = first.view.initiator
    let (near, far) = opener == .client ? (clientPoint, gatewayPoint) : (gatewayPoint, clientPoint)
    guard let there = situation.point(far), let here = situation.point(near) else { return nil }
    let asked = opener.opposite.name
    if let view = first.views.first(where: { $0.point == far }) {
      guard view.wasAnswered else {
        return Loss(
          place: .atGateway, words: "The openings do reach \(there.name); no answer leaves it.",
          clause: "at the \(asked) or behind \(there.name): the openings arrive there, and no answer leaves")
      }
      return Loss(
        place: .towardsClient,
        words: "The \(asked) did answer: its answers are in \(there.name) and never reach \(here.name).",
        clause: "between \(there.name) and \(here.name), on the way to the \(opener.name)")
    }
    guard first.start >= there.start, first.start <= there.end else { return nil }
    return Loss(
      place: .towardsGateway,
      words: "The openings leave \(here.name) and never reach \(there.name): they are dropped in between.",
      clause: "between \(here.name) and \(there.name), on the way to the \(asked)")
  }

  private static func evidence(_ failed: [Handshake], _ channel: Channel, _ control: Channel?) -> [Evidence] {
    var evidence: [Evidence] = []
    if let session = control?.leadingSession?.view, let answer = session.firstAnswer {
      evidence.append(
        answer.evidence(
          "the gateway answers \(control?.profile.name ?? ""): \(session.firstAnswerName?.rawValue ?? "an answer")"))
    }
    for (index, handshake) in failed.prefix(8).enumerated() {
      let kept = index == 0 ? handshake.view.openings.prefix(6) : handshake.view.openings.prefix(1)
      for (number, opening) in kept.enumerated() {
        let note = number == 0 ? "\(channel.profile.openingMessage), attempt \(index + 1)" : "the same opening again"
        evidence.append(opening.evidence(note + ", no answer"))
      }
    }
    return evidence
  }

  // MARK: What logs show

  static func corroboration(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration? {
    let dropped = droppedRequests(to: finding.about.port, tunnel)
    guard let first = dropped.first, case .packetDropped(let packet) = first.event else {
      return drops(of: finding, by: tunnel, in: situation, least: 1) ?? sameWord(of: finding, by: tunnel, in: situation)
    }
    return Corroboration(
      dropped.evidence(),
      reason: packet.byAccessList
        ? "the gateway's log says that its access list dropped the openings"
        : "the gateway's log says that it discarded the openings because nothing listens there",
      explanation: packet.byAccessList
        ? " The gateway says why: its own access list forbids it."
        : " The gateway says why: nothing listens on that port.")
  }

  /// The client's handshakes time out, or the gateway discards them, and nothing says that the gateway answered any.
  private static func loggedFinding(
    _ failed: [Handshake], _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding {
    let drop = failed.lazy.compactMap(\.view.drop).first
    let ignored = failed.lazy.flatMap(\.view.failures).compactMap { failure -> String? in
      if case .ignored(let reason) = failure.cause { reason ?? "it does not say why" } else { nil }
    }.first
    let listed = failed.lazy.compactMap(\.view.listedState).first
    let attempts = failed.count + (drop == nil ? tunnel.log.timedOutBeyond(channel.kind) : 0)
    let sessions = gatewaySessions(of: tunnel, beside: channel)
    let isGateways = !sessions.isEmpty
    let sure: (Confidence, String)
    let cause: String
    if let drop {
      let why = drop.byAccessList ? "an access list forbids it" : "nothing listens there"
      sure = (.certain, "the gateway says that it dropped the openings: \(why)")
      cause =
        "The gateway discarded \(Phrase.count(failed.count, channel.profile.opening)) of \(tunnel.clientName)\(channel.onPort): \(why)."
    } else if let ignored {
      sure = (.certain, "the gateway's log says why it does not answer: \(ignored)")
      cause =
        "According to its own log, the gateway dropped openings of \(tunnel.clientName)\(channel.onPort) without an answer: \(ignored)."
    } else if let listed {
      sure = (.likely, "a listing shows one moment, and a handshake that is answered is soon in another state")
      cause = "When it was listed, \(channel.place) was not up: \(listed.words)."
    } else {
      sure =
        isGateways
        ? (.likely, "the gateway's log shows the sessions and no \(channel.profile.name) handshake")
        : (
          .possible,
          "a client's log cannot tell an answer that never came from a handshake that was not completed, or that an ICMP "
            + "error refused; the gateway's log or a capture would"
        )
      cause =
        "According to the client's log, \(Phrase.count(attempts, "\(channel.profile.name) handshake"))\(channel.onPort) timed out, and none succeeded."
    }
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: severity(channel), confidence: sure.0,
      confidenceReason: sure.1, tunnel: tunnel.id,
      title: "\(channel.place) is \(listed == nil ? "never answered" : "not answered when it is listed")",
      headline: "\(channel.place) \(listed == nil ? "never gets an answer" : "has no answer when it is listed")",
      explanation: """
        \(cause)\(drop == nil && ignored == nil && isGateways ? " The gateway logs \(Phrase.count(sessions.count, "session")) of this client and no \(channel.profile.name) handshake: the openings do not seem to reach it." : "")\
        \(fallback(channel))
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel) {
        // They do reach it.
        if let ignored { ($0.loss, $0.reason) = (.atGateway, ignored) }
      },
      start: failed.first?.view.start.time, end: failed.last?.view.last.time,
      facts: channel.portFact + (ignored.map { [("reason", .text($0))] } ?? []) + [("attempts", .integer(attempts))],
      amount: attempts,
      evidence: failed.prefix(6).flatMap { $0.view.logEvidence(channel.kind) }
        + (drop == nil && isGateways ? sessions.prefix(1).map { $0.evidence() } : []))
  }

  /// The first line of each session that the gateway itself logs.
  private static func gatewaySessions(of tunnel: Tunnel, beside channel: Channel) -> [LogFact] {
    var known: Set<HandshakeID> = []
    return tunnel.log.facts(.established, from: .server).filter { fact in
      guard let id = fact.event.handshake, id.channel != channel.kind else { return false }
      return known.insert(id).inserted
    }
  }
}
