import Observations

/// An attempt to establish DTLS, in the views of all capture points that show it.
struct Attempt {
  /// The view nearest to the client first; never empty.
  let views: [ObservedAttempt]
  /// What became of it, as the client lived it.
  let outcome: DTLSOutcome
  /// What each view shows by itself, in the order of `views`.
  let outcomes: [DTLSOutcome]

  /// The view nearest to the client.
  var view: ObservedAttempt { views[0] }
  var start: Timestamp { view.start.time }
  var end: Timestamp { view.last.time }
  var helloCount: Int { view.helloCount }

  init(first: ObservedAttempt, others: [ObservedAttempt], judgedBy judge: (ObservedAttempt) -> DTLSOutcome) {
    views = [first] + others
    outcomes = views.map(judge)
    // The client's own view decides; one that cannot tell leaves it to the next. It does not see that the gateway
    // hears nothing more, as long as the gateway's packets arrive.
    let decided = outcomes.first { $0 != .none } ?? .none
    outcome = decided == .established && outcomes.contains(.lost) ? .lost : decided
  }

  /// The same attempt, its views under other names.
  func renamed(_ rename: (ObservedAttempt) -> ObservedAttempt) -> Attempt {
    Attempt(views: views.map(rename), outcome: outcome, outcomes: outcomes)
  }

  private init(views: [ObservedAttempt], outcome: DTLSOutcome, outcomes: [DTLSOutcome]) {
    self.views = views
    self.outcome = outcome
    self.outcomes = outcomes
  }

  /// The view that gave the outcome.
  var decisiveView: ObservedAttempt { zip(views, outcomes).first { $1 == outcome }?.0 ?? view }
}

/// What a capture point can say of an attempt, from that point's packets alone.
struct AttemptJudgement {
  /// A hello younger than this when the capture ends may still be answered.
  static let patienceSeconds = 3.0
  /// A handshake that is not done by then has stalled: the first flight was sent four times (RFC 6347 section
  /// 4.2.4.1: 1, 2, 4 seconds), and the client gives up.
  static let handshakeSeconds = 12.0

  /// When the capture point stopped.
  let captureEnd: Timestamp
  /// Whether the capture point sees what the gateway sends at all.
  let seesGateway: Bool
  /// The TLS connections beside it: a side that is gone from them too has not lost its DTLS.
  let sessions: [Session]
  /// When the same client's next attempt began: it had given this one up.
  let nextAttempt: Timestamp?

  /// Without a new attempt, a silence must be longer than what healthy tunnels show: dead-peer detection comes every
  /// 20 or 30 seconds, and until then keep-alives and stray packets of one side need no answer.
  static let longSilenceSeconds = 30.0
  static let longSilencePackets = 10

  func outcome(of attempt: ObservedAttempt) -> DTLSOutcome {
    if isRefused(attempt) { return .refused }
    guard seesGateway || attempt.wasAnswered else { return .none }
    let age = captureEnd.seconds(since: attempt.start.time)
    guard attempt.wasAnswered else {
      return attempt.sawStart && age >= Self.patienceSeconds ? .unanswered : .none
    }
    if attempt.clientData != nil, attempt.gatewayData != nil { return isLost(attempt) ? .lost : .established }
    guard attempt.sawStart else { return .none }
    return isStalled(attempt, age: age) ? .stalled : isFinished(attempt) ? .established : .none
  }

  /// An ICMP error that an answer follows was of the moment: a route that changed, a gateway that restarted.
  private func isRefused(_ attempt: ObservedAttempt) -> Bool {
    guard let last = attempt.refusals.last, !isFinished(attempt) else { return false }
    return attempt.firstAnswer.map { $0.time <= last.sighting.time } ?? true
  }

  /// Both sides sent their last flight. A hello that came again before was delayed by loss, and no more.
  private func isFinished(_ attempt: ObservedAttempt) -> Bool {
    attempt.clientFinished && attempt.gatewayFinished || attempt.gatewayData != nil
  }

  private func isStalled(_ attempt: ObservedAttempt, age: Double) -> Bool {
    guard attempt.gatewayData == nil else { return false }
    // The same hello again and again, although it was answered: the answers do not arrive.
    if attempt.repeatedAfterAnswer >= 2, !isFinished(attempt) { return true }
    // The client took the handshake for done and sends, but the gateway never says anything more.
    if attempt.silences.contains(where: { $0.silentSide == .server }) { return true }
    return !isFinished(attempt) && age >= Self.handshakeSeconds
  }

  /// An alert of the side that heard nothing, with a new attempt at once, ends the association and not the tunnel.
  private func isGivenUp(_ attempt: ObservedAttempt, at alert: Timestamp) -> Bool {
    guard let silence = attempt.lastingSilence, attempt.alertSender != silence.silentSide, let nextAttempt else {
      return false
    }
    return alert > silence.since.time && nextAttempt > alert
      && nextAttempt.seconds(since: alert) <= Handover.immediateSeconds
  }

  private func isLost(_ attempt: ObservedAttempt) -> Bool {
    guard let silence = attempt.lastingSilence else { return false }
    // An orderly end: what the other side still sends is not heard by anyone.
    if let alert = attempt.alert, alert.time <= silence.until, !isGivenUp(attempt, at: alert.time) { return false }
    let heard = silence.lastHeardOverTLS(in: sessions, at: attempt.point)
    if let heard, heard <= silence.since.time { return false }
    if let nextAttempt, nextAttempt > silence.since.time { return true }
    return heard != nil && silence.packets >= Self.longSilencePackets
      && silence.until.seconds(since: silence.since.time) >= Self.longSilenceSeconds
  }
}

extension ObservedAttempt.Silence {
  /// When the silent side last sent something over TLS, as a capture point saw it; nil when it shows no TLS of it.
  ///
  /// Sessions that begin after the silence do not count: they show that the side came back.
  func lastHeardOverTLS(in sessions: [Session], at point: Int) -> Timestamp? {
    sessions.filter { $0.start <= until }.compactMap { $0.lastPayload(from: silentSide, at: point) }.max()
  }
}
