import Algorithms
import Observations

extension RuleName {
  package static let handshakeStalled = RuleName("handshake-stalled")
}

/// Handshakes that the gateway answers and that are never completed.
///
/// Recognised by flights that come again although they were answered, by data that the client sends after its last flight
/// and to which the gateway never says anything, or by a handshake that stays unfinished while the capture goes on. A
/// handshake that a lost packet delayed is completed in the end and is none.
enum HandshakeStalled: ChannelRule {
  static let name = RuleName.handshakeStalled
  static let mayBeDrops = true
  static let sameInLogs: Set<ChannelOutcome> = [.unanswered, .stalled, .lost, .failed, .rejected]

  static let documentation = RuleDocumentation(
    summary: "A channel's handshake begins and never completes.",
    meaning: """
      Packets get through, but not all of them: one direction, or packets of one kind, are lost. The client waits, gives \
      up and, where it can, carries on over another channel.
      """,
    recognisedBy: """
      The gateway answers (HelloVerifyRequest, ServerHello, handshake response …), then flights repeat. At the gateway's own \
      capture: the client repeats the opening although it was answered, so the answers do not reach it or are not accepted.
      """,
    notToConfuseWith: "A handshake that one lost packet delayed; a capture that starts or ends inside it.",
    remedies: [
      "Look for a stateful device that passes the first packet of a flow and drops what follows: idle or pseudo-connection "
        + "timeouts, inspection, asymmetric routing.",
      "Capture at the other end: the direction in which packets disappear names the device.",
    ])

  static let holdSeconds = 5.0

  static func plural(_ about: FindingSubject) -> String {
    "never complete the \(about.channelName) handshake\(about.onPort)"
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    if channel.isLogged { return loggedFinding(channel.handshakes(.stalled), channel, tunnel, situation) }
    // Another view than the one nearest to the client may be the one that shows it.
    // After a loss the handshakes to come back stall too; the loss is the finding.
    let stalled = channel.troubles(
      channel.handshakes.filter { $0.outcomes.contains(.stalled) || isRepeatedRenewal($0) })
    guard let attempts = FailedAttempts(stalled, of: channel) else { return nil }
    let first = attempts.first
    // Where the tunnel is lost, or its data does not pass, renewals that stall are a symptom of it.
    let isLost =
      earlier.has(TunnelLost.name, about: channel, of: tunnel) || !channel.handshakes(.blocked).isEmpty
    let asLived = stalled.filter { $0.isRenewal ? !isLost : $0.outcome == .stalled }
    if asLived.isEmpty, tunnel.points.count < 2 { return nil }
    let passed = attempts.passed && !first.isRenewal
    if passed, stalled.count == 1, !attempts.keptWaiting { return nil }
    let views = stalled.map { $0.view(showing: .stalled) ?? $0.decisiveView }
    let answersLost = views.contains { $0.repeatedAfterAnswer >= 2 || channel.profile.isDoneWithAnswer }
    let repeated = views.reduce(0) { $0 + $1.repeatedAfterAnswer }
    let answersAgain = views.reduce(0) { $0 + $1.answersAgain }
    // Without a message that is not answered, all there is to see is that the client begins anew.
    let isAnswered = channel.profile.repeatsRequests && repeated < 2 && views.allSatisfy { !$0.asksInVain }
    let (confidence, why) = confidence(
      attempts: stalled.count, repeated: repeated, answersAgain: answersAgain, isAnswered: isAnswered,
      seen: tunnel.captureEnd.seconds(since: first.start), channel.profile)
    let lost = answersLost ? first.view.initiator.opposite : .client
    let isInFragments = !isAnswered && comeInFragments(from: lost, attempts, tunnel, situation)
    let lastView = views.last ?? first.view
    // What is waited for is refused, which has a finding of its own, as the client's view of the same trouble has.
    let isSymptom =
      asLived.isEmpty || TunnelRefused.refuses(first.view.initiator.opposite, of: channel, before: first.start)
    let place =
      // Of a message in fragments a part may arrive.
      isAnswered || isInFragments
      ? nil
      : views[0].silences.first { $0.side == .server && !$0.isOver }.flatMap {
        LossPlace(of: first, silent: .server, since: $0.since.moment, in: situation)
      }
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: attempts.port),
      severity: isSymptom ? .note : channel.profile.fallback == nil ? .error : .warning,
      confidence: confidence, confidenceReason: why, tunnel: tunnel.id,
      title: "The \(channel.profile.name) handshake\(attempts.onPort) stalls",
      headline: "the \(channel.profile.name) handshake\(attempts.onPort) is answered but never completes",
      explanation: (isAnswered
        ? answeredExplanation : explanation(answersLost, views[0], attempts, tunnel, place))
        + (isInFragments
          ? " The \(lost.name)'s large messages go in IP fragments, which firewalls and NATs often drop." : "")
        + (passed ? attempts.sequel : ""),
      remedies: situation.remedies(self, for: tunnel, channel: channel, port: attempts.port) {
        $0.isInside = answersLost || views.allSatisfy(\.isLeftByClient)
        $0.isReordered = views.contains { $0.isLeftByClient && $0.isAnswerReordered }
        $0.loss = answersLost ? (first.view.initiator == .server ? .towardsGateway : nil) : place?.loss
        $0.isAnswerLost = answersLost
        $0.isInFragments = isInFragments
        $0.isUnfragmented = lost == .client && !isAnswered && !isInFragments
      },
      start: first.start, end: attempts.last.end,
      // Messages that vanish for their size are those that it waits for.
      causes: earlier.ids(of: LargePacketsLost.name, about: channel, of: tunnel),
      facts: attempts.portFact + [
        ("attempts", .integer(stalled.count)),
        ("last_client_message", .text(channel.words(lastView.lastClientMessage, of: .client, in: lastView))),
        ("last_gateway_message", .text(channel.words(lastView.lastGatewayMessage, of: .server, in: lastView))),
      ], amount: stalled.count, evidence: evidence(views, channel))
    if !answersLost { finding.place = place?.clause }
    return finding
  }

  /// - Parameter seen: For how long the capture shows the first attempt, in seconds.
  private static func confidence(
    attempts: Int, repeated: Int, answersAgain: Int, isAnswered: Bool, seen: Double, _ profile: ChannelProfile
  ) -> (Confidence, reason: String) {
    // A side that asks slowly, or waits for a person, may yet be answered.
    let isShort = seen < profile.handshakeSeconds
    if isAnswered {
      return (
        isShort ? .possible : .likely,
        "the gateway's answers are the last packets; a capture filter that leaves the next port out looks the same"
      )
    }
    if attempts >= 2 { return (.certain, "\(attempts) attempts stopped at the same place") }
    if repeated >= 2 { return (.certain, "the same message came again \(repeated) times although it was answered") }
    if answersAgain >= 2 { return (.certain, "the gateway sent its answer again \(answersAgain) times") }
    return isShort
      ? (.possible, "one attempt, and the capture ends \(Phrase.duration(seen)) after its beginning")
      : (.likely, "one attempt; a single lost packet could look the same")
  }

  /// Whether a side's messages are larger than the path carries in one packet.
  private static func comeInFragments(
    from side: Side, _ attempts: FailedAttempts, _ tunnel: Tunnel, _ situation: Situation
  ) -> Bool {
    let time = attempts.first.start...max(attempts.first.start, attempts.last.end)
    return tunnel.points.lazy.compactMap(situation.point).contains { point in
      point.fragments.contains {
        tunnel.sender(of: $0.fact) == side && $0.fact.datagrams >= 2 && time.contains($0.sighting.moment)
      }
    }
  }

  /// New keys are asked for again and again although the gateway answers each time: its answers are lost.
  private static func isRepeatedRenewal(_ handshake: Handshake) -> Bool {
    handshake.isRenewal && handshake.views.contains { $0.repeatedAfterAnswer >= 2 }
  }

  private static let answeredExplanation = """
    The gateway answers the opening, and nothing follows but a new beginning: its answer does not reach the client, or what \
    the client sends next does not come this far.
    """

  private static func explanation(
    _ answersLost: Bool, _ view: Association, _ attempts: FailedAttempts, _ tunnel: Tunnel, _ place: LossPlace?
  ) -> String {
    let channel = attempts.channel
    return answersLost
      ? """
      \(answersInVain(view, channel)) \(view.lastMessage(of: view.initiator) == nil ? "\(attempts.transportPort) from" : "From") \
      \(tunnel.name(of: view.initiator.opposite)) to \(tunnel.name(of: view.initiator)) is the direction to follow first.
      """
      : """
      The gateway answers the opening, \(whatFollows(in: view, channel, place)).\
      \(attempts.handshakes.count > 1 ? " It happened in \(attempts.handshakes.count) attempts." : "")
      """
  }

  /// One side goes on asking, and the other answers each time.
  private static func answersInVain(_ view: Association, _ channel: Channel) -> String {
    let (asking, answering) = (view.initiator, view.initiator.opposite)
    let message = view.lastMessage(of: asking).map { channel.words($0, of: asking, in: view) } ?? "opening"
    return """
      The \(answering.name) answers each \(message), but the \(asking.name) repeats it: the \(answering.name)'s answers do not \
      reach it\
      \(channel.profile.isDoneWithAnswer ? ", or the \(asking.name) does not accept them, or what it sends next does not arrive" : "").
      """
  }

  private static func whatFollows(in view: Association, _ channel: Channel, _ place: LossPlace?) -> String {
    if view.repeatsAnswer, view.lastClientMessage == nil {
      return "and from then on only repeats its answer: what the client sends next does not come this far"
    }
    if !view.repeatsAnswer, view.isLeftByClient {
      let order =
        view.isAnswerReordered
        ? ". The gateway's messages come in another order than it sends them, and not every client waits for the late one"
        : ""
      return view.nextTo == .client
        ? "and the client does not go on: it lacks a part of the answer, or does not accept it\(order)"
        : "and nothing more comes from the client: the answer does not reach it whole, or what it sends next does not come "
          + "this far\(order)"
    }
    let next =
      "the client sends its \(channel.words(view.lastClientMessage, of: .client, in: view)), and from then on the gateway"
    return view.repeatsAnswer
      ? "\(next) only repeats its answer: what the client sends next does not reach it"
      : "\(next) says nothing more"
        + (place.map { ": " + $0.predicate.dropLast() } ?? ": that message does not reach it, or it does not accept it")
  }

  private static func evidence(_ views: [Association], _ channel: Channel) -> [Evidence] {
    views.prefix(6).flatMap { view -> [Evidence] in
      var evidence: [Evidence] = []
      for (number, opening) in view.openings.prefix(4).enumerated() {
        let note =
          number == 0
          ? channel.profile.openingMessage
          : view.answeredChallenge && number == 1
            ? "the opening again, as the gateway asks" : "the same opening again, although it was answered"
        evidence.append(opening.evidence(note))
      }
      if let answer = view.firstAnswer {
        evidence.append(
          answer.evidence("the \(view.initiator.opposite.name)'s \(view.firstAnswerName?.rawValue ?? "answer")"))
      }
      evidence += view.repetitions.prefix(3).map {
        $0.evidence(
          view.repeatsAnswer
            ? "the same answer again: the gateway hears nothing of what follows"
            : "the same message again, although it was answered")
      }
      if let silence = view.silences.first(where: { $0.side == .server }) {
        evidence.append(
          silence.since.evidence(
            view.clientData == nil && view.gatewayData == nil
              ? "the client asks \(Phrase.times(silence.packets)), and nothing comes from the gateway"
              : "the client's data; \(silence.packets) packets, and nothing comes from the gateway"))
      }
      return evidence.sorted { Sighting.isBefore($0.sighting, $1.sighting) }
    }
  }

  // MARK: What logs alone show

  /// The gateway's log shows handshakes that the client gave up, or what the client calls established is dead each time.
  private static func loggedFinding(
    _ failed: [Handshake], _ channel: Channel, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding? {
    guard let first = failed.first, let last = failed.last else { return nil }
    let gateway = channel.handshakes.map(\.view).filter { $0.witness == .log(.server) }
    let listed = first.view.listedState
    let isDead = first.view.deadPeer != nil
    let isIncomplete = first.view.failures.contains { $0.cause == .incomplete }
    let hasTimeouts = first.view.failures.contains { $0.cause == .timedOut }
    let hasBoth = !gateway.isEmpty && (hasTimeouts || isDead)
    let attempts = failed.count + (hasTimeouts ? tunnel.log.timedOutBeyond(channel.kind) : 0)
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      severity: channel.profile.fallback == nil ? .error : .warning,
      confidence: hasBoth || isDead || isIncomplete || listed?.isAnswered == true ? .likely : .possible,
      confidenceReason: hasBoth
        ? "the client's log and the gateway's log show both ends of it; a capture would show which packets are lost"
        : isDead
          ? "\(Phrase.count(failed.count, "association")) in a row died without ever working"
          : listed != nil
            ? "a listing shows one moment, and a handshake that works is soon in another state"
            : "only one side's log shows it",
      tunnel: tunnel.id, title: "The \(channel.profile.name) handshake\(channel.onPort) stalls",
      headline:
        "the \(channel.profile.name) handshake\(channel.onPort) \(listed == nil ? "is answered but never completes" : "has not completed when it is listed")",
      explanation: story(of: first.view, failed.count, gateway.count, channel) + HandshakeUnanswered.fallback(channel),
      remedies: situation.remedies(self, for: tunnel, channel: channel),
      start: first.view.start.time, end: last.view.last.time,
      facts: channel.portFact + [("attempts", .integer(attempts))], amount: attempts,
      evidence: (failed.prefix(4).flatMap { $0.view.logEvidence(channel.kind) }
        + gateway.prefix(3).flatMap { $0.logEvidence(channel.kind) }).uniqued().sorted { $0.source < $1.source })
  }
}

extension HandshakeStalled {
  /// What logs tell of it, by the first of the handshakes.
  private static func story(
    of view: Association, _ count: Int, _ atGateway: Int, _ channel: Channel
  ) -> String {
    func failed(_ cause: HandshakeFailure.Cause) -> Bool { view.failures.contains { $0.cause == cause } }
    if let listed = view.listedState { return "When it was listed, \(channel.place) was not up: \(listed.words)." }
    if view.deadPeer != nil {
      return """
        The client took \(channel.place) for established \(Phrase.times(count)) and found the gateway dead each time: \
        nothing ever came through it. A client that resumes a session counts its handshake as done before the gateway has \
        answered the last flight.
        """
    }
    if failed(.incomplete), view.witness == .log(.server) {
      return """
        The gateway answers the first message of the \(channel.profile.name) handshake, and \
        \(Phrase.count(count, "handshake")) came to nothing: what follows is lost or dropped in one direction, or the client \
        does not accept the gateway's answer.
        """
    }
    if failed(.incomplete) {
      return """
        The first message of the \(channel.profile.name) handshake is answered, and nothing more comes of it: the next message \
        is lost or dropped, or its answer is.
        """
    }
    if failed(.timedOut) {
      return """
        The client's handshakes of \(channel.place) time out, although the gateway logs \
        \(Phrase.count(atGateway, "of them", plural: "of them")).
        """
    }
    return """
      The gateway gets the same handshake messages of \(channel.place) again and again: its answers do not reach the client.
      """
  }
}

extension Association {
  /// Whether the gateway's answer was the last word of the handshake, and the client made nothing of it.
  fileprivate var isLeftByClient: Bool {
    initiator == .client && lastSpeaker == .server && clientData == nil && !clientFinished
  }
}

extension Evidence {
  var sighting: Sighting { Sighting(time: time, source: source) }
}
