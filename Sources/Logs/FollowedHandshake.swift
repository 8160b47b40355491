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
  /// A failure; messages that come again do not end a handshake, which may yet succeed.
  case failure(isFinal: Bool)
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
    case .failure(let isFinal): isFinal
    case .deadPeer, .end: true
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

  init(id: HandshakeID) { self.id = id }

  /// Two lines that show one establishment stand within this time of each other, in seconds: logs write whole seconds,
  /// and a new session takes several round trips. The same line twice (two collectors) shares its second.
  private static let sameEstablishmentSeconds = 2.0
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
      guard phase != .over, self.relation == nil || repeats(time, self.relation == relation) else { return nil }
      // A gateway says first what the session is, then that it is up; an older "up" is that of another session.
      if self.relation == nil, isEstablished, party.logsLateEnds,
        !isWithin(Self.sameEstablishmentSeconds, time)
      {
        return nil
      }
      self.relation = relation
    case .failure(let isFinal):
      guard !isFinal || !wasUp, !isPast else { return nil }
      if isFinal { phase = .over }
    case .deadPeer: phase = .over
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
    return phase == .up && step == .session(.replacing) ? id : nil
  }

  private func repeats(_ time: LogTime?, _ isSaid: Bool) -> Bool { isSaid && isWithin(Self.sameLineSeconds, time) }

  private func isWithin(_ seconds: Double, _ time: LogTime?) -> Bool {
    guard let time, let last = lastEstablishment else { return false }
    return abs(time.written.seconds(since: last.written)) < seconds
  }
}
