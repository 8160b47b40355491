import Observations

/// An attempt to bring a channel up and the session it led to, in the views of all capture points or logs that show it.
package struct Handshake: Sendable {
  /// The view nearest to the client first; never empty.
  package let views: [Association]
  /// What became of it, as the client lived it.
  package let outcome: ChannelOutcome
  /// What each view shows by itself, in the order of `views`.
  package let outcomes: [ChannelOutcome]
  /// Whether it renews the keys of a session rather than beginning one.
  package let isRenewal: Bool

  /// The view nearest to the client.
  package var view: Association { _read { yield views[0] } }
  package var start: Timestamp { view.begin.moment }
  package var end: Timestamp { view.last.moment }
  package var openingCount: Int { view.openingCount }
  /// What the gateway says in it that it is.
  package var product: Product? {
    for index in views.indices {
      if let product = views[index].product { return product }
    }
    return nil
  }

  /// - Parameter views: The view nearest to the client first; not empty.
  init(views: [Association], judgedBy judge: (Association) -> ChannelOutcome) {
    let outcomes = views.map(judge)
    // The client's own view decides; one that cannot tell leaves it to the next. It does not see that the gateway
    // hears nothing more, as long as the gateway's packets arrive.
    let decided = outcomes.first { $0 != .none } ?? .none
    self.init(
      views: views, outcome: decided == .established && outcomes.contains(.lost) ? .lost : decided, outcomes: outcomes)
  }

  private init(views: [Association], outcome: ChannelOutcome, outcomes: [ChannelOutcome]) {
    self.views = views
    self.outcome = outcome
    self.outcomes = outcomes
    isRenewal = views[0].renews != nil
  }

  /// Whether the other side began it than another one, and its session carries data both ways until after that.
  func outlives(_ other: Handshake) -> Bool {
    guard !isRenewal, outcome == .established, view.initiator != other.view.initiator else { return false }
    return views.contains { view in
      view.carriedBothWays
        && [view.whole?.client.last, view.whole?.server.last].allSatisfy { $0.map { $0 > other.end } ?? false }
    }
  }

  /// Whether the gateway's data was seen; a log that calls it established has seen some, or will say otherwise.
  var showsData: Bool { views.contains { $0.gatewayData != nil || $0.isLogged } }

  /// The same handshake, its views under other names.
  func renamed(_ rename: (Association) -> Association) -> Handshake {
    Handshake(views: views.map(rename), outcome: outcome, outcomes: outcomes)
  }

  /// The view that gave the outcome.
  package var decisiveView: Association { view(showing: outcome) ?? view }

  /// What the first view that has any of it shows.
  package func first<Element>(_ shown: (Association) -> [Element]) -> [Element] {
    views.lazy.map(shown).first { !$0.isEmpty } ?? []
  }

  /// The first view that shows an outcome by itself, when one does.
  package func view(showing outcome: ChannelOutcome) -> Association? {
    zip(views, outcomes).first { $1 == outcome }?.0
  }
}

/// What a capture point can say of a handshake and its session, from that point's packets alone.
struct HandshakeJudgement {
  let profile: ChannelProfile
  /// When the capture point stopped.
  let captureEnd: Timestamp
  /// Whether the capture point sees what the gateway sends at all.
  let seesGateway: Bool
  /// The control connections beside it: a side that is gone from them too has not lost this channel alone.
  let sessions: [Session]
  /// Whether the family has such connections at all.
  let hasControl: Bool
  /// When the same client's next handshake began: it had given this one up.
  let next: Timestamp?

  func outcome(of view: Association) -> ChannelOutcome {
    if view.redirect != nil, !view.carriedBothWays { return .redirected }
    if isRefused(view) { return .refused }
    if view.rejection != nil, !isFinished(view), !view.carriedBothWays { return .rejected }
    if !view.failures.isEmpty, !isFinished(view), !view.carriedBothWays { return .failed }
    if profile.silence == .meansNothing { return view.carriedBothWays ? .established : .none }
    guard seesGateway || view.wasAnswered else { return .none }
    let age = captureEnd.seconds(since: view.begin.moment)
    guard view.wasAnswered else {
      guard view.sawStart, age >= profile.patienceSeconds, !view.provesAnswer, !isKnock(view) else { return .none }
      return profile.repeatsRequests && view.openingCount < 2 && !isWaitedFor(view, age: age) ? .none : .unanswered
    }
    // Where data went both ways, what begins with data in vain and ends with nothing at all is a loss.
    if isBlocked(view) { return view.carriedBothWays && isLost(view) ? .lost : .blocked }
    if view.carriedBothWays { return isLost(view) ? .lost : .established }
    // Data under new keys is the session's: a renewal that is done has none of its own to wait for.
    if view.renews != nil, isFinished(view) { return .established }
    guard view.sawStart else { return .none }
    // A session is lost although the capture does not hold what carries its data.
    if profile.hasDataApart, view.established != nil, isLost(view) { return .lost }
    if profile.acknowledges { return acknowledgedOutcome(of: view) }
    return isStalled(view, age: age) ? wordForStalled(view) : isFinished(view) ? .established : .none
  }

  /// A single opening of a client that then neither repeats it nor says anything else, as scanners and monitors ask whether
  /// a gateway is there.
  private func isKnock(_ view: Association) -> Bool {
    guard let limit = profile.repeatsWithinSeconds, view.isKnock else { return false }
    return min(next ?? captureEnd, captureEnd).seconds(since: view.begin.moment) >= limit
  }

  /// What TCP delivers is not sent again (RFC 9329): who has an answer gives it in the time of a handshake.
  private func isWaitedFor(_ view: Association, age: Double) -> Bool {
    view.transport == .tcp && age >= profile.handshakeSeconds
  }

  /// An ICMP error that an answer follows was of the moment: a route that changed, a gateway that restarted. One about a
  /// message that only an answer explains refuses no opening, though the capture may lack the answer.
  private func isRefused(_ view: Association) -> Bool {
    guard let last = view.refusals.last(where: { $0.refusal.quotedSide == view.initiator }), !isFinished(view) else {
      return false
    }
    if view.provesAnswer, !view.wasAnswered { return false }
    return view.firstAnswer.map { $0.moment <= last.sighting.moment } ?? true
  }

  /// Both sides sent their last flight. An opening that came again before was delayed by loss, and no more.
  private func isFinished(_ view: Association) -> Bool {
    view.clientFinished && view.gatewayFinished || view.gatewayData != nil || view.established != nil
  }

  /// The gateway is there, and its data does not come, from the beginning or for long.
  private func isBlocked(_ view: Association) -> Bool {
    view.silences.contains {
      $0.kind == .data && $0.side == .server && (!$0.isOver || $0.seconds >= profile.longSilenceSeconds)
    }
  }

  private func isStalled(_ view: Association, age: Double) -> Bool {
    guard view.gatewayData == nil else { return false }
    // The same opening again and again, although it was answered: the answers do not arrive, or are not accepted.
    if view.repeatedAfterAnswer >= 2, !isFinished(view) { return true }
    // The client took the handshake for done and sends, but the gateway never says anything more; where it answers requests
    // for new keys all the same, that ends a silence and is no data.
    if view.silences.contains(where: {
      $0.kind == .all && $0.side == .server && (!$0.isOver || profile.isDoneWithAnswer)
    }) {
      return true
    }
    guard !profile.isDoneWithAnswer else {
      // An answer that the client never uses, and a new beginning. Who is asked to prove its address begins anew to do so.
      return view.gatewayMessages != view.challenges && isBegunAnew(view)
        && (view.clientData != nil || age >= profile.handshakeSeconds)
    }
    // The answer was the last word, or a request that nobody repeated. At the gateway a new beginning shows that the answer did
    // not arrive, or that what the client sent next did not come this far; nearer to the client, the client has left.
    if profile.repeatsRequests, !view.asksInVain, view.nextTo != .server || next == nil { return false }
    return !isFinished(view) && age >= profile.handshakeSeconds
  }

  /// What a handshake came to whose messages are acknowledged, and that did not carry data both ways.
  ///
  /// Data of one side shows that the handshake is done, so that the other's is missing when a silence makes the client begin
  /// anew. Without data, a side that repeats itself unheard, or waits until its time is up, has stalled; one that begins
  /// anew before got every answer, and does not like one. A gateway whose late packets the client's host refuses has been
  /// left too, however long the client then pauses.
  private func acknowledgedOutcome(of view: Association) -> ChannelOutcome {
    // Who is answered acknowledges the answer, and who hears none repeats the opening: one that does neither has left. A gateway
    // hears the same of a client whose path drops all but the first packet, which begins anew only when its time is up.
    let isEarly = next.map { $0.seconds(since: view.begin.moment) < Self.retrySeconds } ?? false
    if isEarly || view.nextTo == .client, isKnock(view) { return .none }
    if view.repeatedAfterAnswer >= 2 || view.repeatsAnswer { return .stalled }
    let silences = view.silences.filter { silence in next.map { silence.noticed.moment < $0 } ?? true }
    if view.clientData != nil || view.gatewayData != nil {
      let silent: Side = view.clientData == nil ? .client : .server
      // Data of one side alone says nothing of the other direction yet. Who begins anew because it hears no pings sends its
      // own until then; one that was quiet before had nothing to wait for.
      guard let next else { return .none }
      let isUnheard = silences.contains {
        $0.side == silent && !$0.isOver && next.seconds(since: $0.until) <= profile.longSilenceSeconds
      }
      return isUnheard ? .blocked : .none
    }
    if silences.contains(where: { !$0.isOver }) { return .stalled }
    guard let next else {
      // A client that is let in is heard again; one that is refused inside the encryption leaves.
      guard let limit = profile.leftSeconds, view.sawStart, view.lastClientMessage != nil else { return .none }
      return captureEnd.seconds(since: view.last.moment) >= limit ? .failed : .none
    }
    if view.refusals.contains(where: { $0.refusal.quotedSide != view.initiator }) { return .failed }
    return next.seconds(since: view.last.moment) >= profile.handshakeSeconds ? .stalled : .failed
  }

  /// A client that acknowledges what it hears, and hears nothing, gives up after a minute: measured, it begins anew 60.5 s after
  /// its opening.
  private static let retrySeconds = 55.0

  /// A client that could not use the answer, or hears nothing through what it set up, begins anew as soon as it knows.
  /// Later it goes back to a tunnel that it had no more use for.
  private func isBegunAnew(_ view: Association) -> Bool {
    if view.repeatedAfterAnswer >= 1 { return true }
    guard let next else { return false }
    let answer = view.firstAnswer?.moment ?? view.last.moment
    return next.seconds(since: answer) < profile.longSilenceSeconds + profile.handshakeSeconds
  }

  /// Where the answer completes the handshake, the client's own capture tells answers that it does not accept from data
  /// that nothing answers; the gateway's cannot know whether its answer arrived. Where both sides send a last flight, the
  /// gateway's shows that the client's arrived.
  private func wordForStalled(_ view: Association) -> ChannelOutcome {
    guard view.nextTo != .server else { return .stalled }
    let isDone = profile.isDoneWithAnswer || view.gatewayFinishedLast
    if isDone, view.clientData != nil { return .blocked }
    return profile.isDoneWithAnswer && view.nextTo == .client ? .failed : .stalled
  }

  /// A word of leave of the side that heard nothing, with a new handshake at once, ends the association and not the tunnel.
  private func isGivenUp(_ view: Association, at closing: Timestamp) -> Bool {
    guard let silence = view.lastingSilence, view.closingSender != silence.side, let next else { return false }
    return closing > silence.since.moment && next > closing
      && next.seconds(since: closing) <= Handover.immediateSeconds
  }

  /// Whether the gateway is not heard any more on the channel, and both sides go on over the control connection for longer than
  /// any client waits to probe a channel that it has not left. A stream that needs no answer ends before, or a probe breaks
  /// the silence.
  private func isOutlived(_ silence: Association.Silent, at point: Int?) -> Bool {
    guard let point, silence.side == .server, silence.packets >= profile.longSilencePackets else { return false }
    let enough = silence.since.moment.adding(seconds: Self.probedWithinSeconds)
    return sessions.contains { session in
      session.start <= silence.since.moment
        && [Side.client, .server].allSatisfy { side in
          session.lastPayload(from: side, at: point).map { $0 >= enough } ?? false
        }
    }
  }

  /// Clients of GlobalProtect and Pulse probe ESP every 10 to 20 s, and some every 30 s: twice that.
  private static let probedWithinSeconds = 60.0

  /// Whether a client that was unheard, or heard nothing, long enough begins anew: it has lost the session, whatever of it still
  /// arrives, as the answer to its leave does when the path is there again. One that begins anew first has left the session,
  /// and its silence there is no loss.
  private func endsInSilence(_ view: Association) -> Bool {
    guard let next else { return false }
    return view.silences.contains {
      $0.noticed.moment <= next && (!$0.isOver || next.seconds(since: $0.until) <= Handover.immediateSeconds)
    }
  }

  private func isLost(_ view: Association) -> Bool {
    if profile.silence == .isLossBeforeFallback {
      guard let silence = view.lastingSilence else { return false }
      return silence.fallback(in: sessions) != nil || isOutlived(silence, at: view.point)
    }
    if profile.fallback != nil, next == nil, MovedData(from: view, to: sessions) != nil { return true }
    // One packet without an answer, and the next one much later, is a quiet tunnel and a packet that was not captured.
    if let limit = profile.brokenSilenceSeconds,
      view.silences.contains(where: {
        $0.kind == .all && $0.isOver && $0.secondsOfSending(noticedAfter: limit) >= limit
          && $0.packets >= profile.longSilencePackets
      })
    {
      return true
    }
    if profile.acknowledges, next != nil { return endsInSilence(view) }
    if profile.repeatsRequests, endsInSilence(view) { return true }
    guard let silence = view.lastingSilence else { return false }
    // An orderly end: nothing hears what the other side still sends.
    if let closing = view.closing?.moment, closing <= silence.until, !isGivenUp(view, at: closing) { return false }
    let isLong =
      silence.packets >= profile.longSilencePackets && silence.seconds >= profile.longSilenceSeconds
    guard hasControl, let point = view.point else { return next.map { $0 > silence.since.moment } ?? false || isLong }
    let heard = silence.lastHeardOnControl(in: sessions, at: point)
    if let heard, heard <= silence.since.moment { return false }
    if let next, next > silence.since.moment { return true }
    return heard != nil && isLong
  }
}

extension Association.Silent {
  /// How long the other side is seen to send in vain.
  ///
  /// One that goes on sending makes the silence noticed soon after `limit` seconds. Noticed much later, it sent nothing in
  /// between: the tunnel was quiet and an answer was not captured, the capture paused, or its clock leapt ahead. Only
  /// what comes after counts then.
  func secondsOfSending(noticedAfter limit: Double) -> Double {
    noticed.moment.seconds(since: since.moment) > Self.lateNotice * limit
      ? max(until.seconds(since: noticed.moment), 0) : seconds
  }

  /// WireGuard repeats itself every 5 s after 15 s without an answer: it is noticed within twice its limit.
  private static let lateNotice = 4.0

  /// The control connection with which the client went on after it gave the channel up; nil while it has not. Short requests
  /// beside a channel that is merely idle are none.
  package func fallback(in sessions: [Session]) -> Session? {
    sessions.first {
      $0.start > since.moment && $0.start.seconds(since: until) < Self.fallbackSeconds && $0.isTunnel
    }
  }

  /// Clients probe a channel once more before they leave it: up to 15 s (Pulse), with room for a login.
  private static let fallbackSeconds = 30.0

  /// When the silent side last sent something on the control connection, as a capture point saw it; nil when it shows none.
  ///
  /// Sessions that begin after the silence do not count: they show that the side came back.
  package func lastHeardOnControl(in sessions: [Session], at point: Int) -> Timestamp? {
    sessions.filter { $0.start <= until }.compactMap { $0.lastPayload(from: side, at: point) }.max()
  }
}
