import Observations

/// What a log event is for its handshake.
enum HandshakeStep: Hashable {
  case opening
  /// The handshake is complete.
  case completion
  /// The channel is up.
  case establishment
  /// The channel is up, and how its session relates to others.
  case session(SessionRelation)
  case failure(HandshakeFailure.Cause)
  /// The opening, and the failure with it.
  case attempt(failedBy: HandshakeFailure.Cause)
  /// The other side does not accept what had come up.
  case disowned
  case deadPeer
  case end

  var isEstablishment: Bool {
    switch self {
    case .completion, .establishment, .session: true
    default: false
    }
  }

  /// Whether nothing of the handshake or its session comes after it.
  var isEnd: Bool {
    switch self {
    case .failure(let cause), .attempt(let cause): cause.isEnd
    case .disowned, .deadPeer, .end: true
    default: false
    }
  }
}

/// One handshake of a log and the session it led to.
struct FollowedHandshake {
  enum Phase { case open, up, over }

  let id: HandshakeID
  private(set) var phase = Phase.open
  /// The session that this one replaced and whose end is still to come.
  var replaced: HandshakeID?
  private var wasUp = false
  /// Whether the client has begun anew since.
  private var isPast = false
  /// Whether it was still up then, so that its end may come late.
  private var isSuperseded = false
  private var isComplete = false
  private var isEstablished = false
  private var relation: SessionRelation?
  private var lastEstablishment: LogTime?
  private var lastFailure: (cause: HandshakeFailure.Cause, time: LogTime?)?

  init(id: HandshakeID) { self.id = id }

  /// Lines that show the same establishment, or the same failure, stand within this time of each other, in seconds:
  /// logs write whole seconds, and clients wait longer before they try again.
  private static let sameEventSeconds = 2.0
  /// The same line twice (from two collectors) shares its second.
  private static let sameLineSeconds = 1.0

  /// Takes a step that belongs to this handshake.
  ///
  /// - Returns: The identity of what it belongs to: this handshake, or the one whose end was still to come; nil when it
  ///   begins another.
  mutating func take(_ step: HandshakeStep, at time: LogTime?, of party: LogParty) -> HandshakeID? {
    switch step {
    case .opening:
      guard phase == .open else { return nil }
    case .completion:
      guard phase != .over, !isComplete && !isEstablished && relation == nil || repeats(time, isComplete) else {
        return nil
      }
      isComplete = true
    case .establishment:
      guard phase != .over, !isEstablished || repeats(time, isEstablished) else { return nil }
      isEstablished = true
    case .session(let relation):
      // That a session is resumed, and what its connection is, are two lines, in either order.
      let isSameEvent =
        phase == .up && (relation == .resumed || self.relation == .resumed)
        && (time == nil || Self.areWithin(Self.sameEventSeconds, lastEstablishment, time))
      if isSameEvent { return id }
      guard phase != .over, self.relation == nil || repeats(time, self.relation == relation) else { return nil }
      // A gateway says first what the session is, then that it is up; an older "up" is that of another session.
      if self.relation == nil, isEstablished, party.logsLateEnds,
        !Self.areWithin(Self.sameEventSeconds, lastEstablishment, time)
      {
        return nil
      }
      self.relation = relation
    case .failure(let cause):
      guard continues(failedBy: cause, at: time) else { return nil }
      fail(by: cause, at: time)
    case .attempt(let cause):
      guard phase == .open else { return nil }
      fail(by: cause, at: time)
    case .disowned, .deadPeer: phase = .over
    case .end:
      if let replaced {
        self.replaced = nil
        return replaced
      }
      phase = .over
    }
    if step.isEstablishment {
      phase = .up
      wasUp = true
      lastEstablishment = time
    }
    return id
  }

  private mutating func fail(by cause: HandshakeFailure.Cause, at time: LogTime?) {
    guard cause.isEnd else { return }
    phase = .over
    lastFailure = (cause, time)
  }

  /// The client begins anew: what comes next belongs to another handshake, unless it is the late end of this one.
  mutating func giveWay(isSuperseded: Bool) {
    phase = .over
    isPast = true
    self.isSuperseded = self.isSuperseded || isSuperseded
  }

  /// What the handshake that begins with `step` replaces and has not seen the end of.
  func replaced(by step: HandshakeStep, of party: LogParty) -> HandshakeID? {
    guard party.logsLateEnds else { return nil }
    if isSuperseded { return id }
    return phase == .up && (step == .session(.replacing) || step == .session(.resumed)) ? id : nil
  }

  /// Whether a failure is this handshake's. What came up does not fail any more, and what failed fails once, though two
  /// lines may say so; without times only a second cause belongs to the same failure.
  private func continues(failedBy cause: HandshakeFailure.Cause, at time: LogTime?) -> Bool {
    guard !isPast else { return false }
    guard cause.isEnd else { return true }
    guard !wasUp else { return false }
    guard phase == .over else { return true }
    guard let lastFailure else { return false }
    return lastFailure.time == nil && time == nil
      ? lastFailure.cause != cause : Self.areWithin(Self.sameEventSeconds, lastFailure.time, time)
  }

  private func repeats(_ time: LogTime?, _ isKnown: Bool) -> Bool {
    isKnown && Self.areWithin(Self.sameLineSeconds, lastEstablishment, time)
  }

  private static func areWithin(_ seconds: Double, _ earlier: LogTime?, _ later: LogTime?) -> Bool {
    guard let earlier, let later else { return false }
    return abs(later.written.seconds(since: earlier.written)) < seconds
  }
}

extension HandshakeFailure.Cause {
  /// Whether a handshake, and its session, end with it. Messages that come again do not end one, which may yet succeed; nor
  /// does a session end for lack of new keys while it has its old ones.
  fileprivate var isEnd: Bool { self != .repeated && !isOfRenewal }
}
