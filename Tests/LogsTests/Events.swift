import Observations

/// Events of log lines whose handshake begins at a line of the first log.
extension Observation.Event {
  static func opened(_ channel: ChannelKind, since line: Int = 1, _ flow: Flow? = nil) -> Self {
    .opened(Opening(id: .line(channel, line), flow: flow))
  }

  static func completed(_ channel: ChannelKind, since line: Int = 1, _ flow: Flow? = nil) -> Self {
    .established(Establishment(id: .line(channel, line), flow: flow, completesHandshakeOnly: true))
  }

  static func established(
    _ channel: ChannelKind, since line: Int = 1, _ relation: SessionRelation = .unknown, _ flow: Flow? = nil
  ) -> Self {
    .established(Establishment(id: .line(channel, line), flow: flow, relation: relation))
  }

  static func failed(_ channel: ChannelKind, since line: Int = 1, _ cause: HandshakeFailure.Cause) -> Self {
    .failed(HandshakeFailure(id: .line(channel, line), cause: cause))
  }

  static func deadPeer(_ channel: ChannelKind, since line: Int = 1) -> Self {
    .deadPeer(DeadPeer(id: .line(channel, line)))
  }

  static func ended(_ channel: ChannelKind, since line: Int = 1, reason: String? = nil) -> Self {
    .ended(SessionEnd(id: .line(channel, line), reason: reason))
  }

  /// A connection of a channel that the line does not name.
  static func connectionEnded(reason: String?) -> Self {
    .ended(SessionEnd(id: nil, reason: reason, isUnnamedConnection: true))
  }

  /// The tunnel as a whole.
  static func tunnelBrokeOff(reason: String?) -> Self {
    .ended(SessionEnd(id: nil, reason: reason, isBreak: true))
  }

  static func tunnelEnded(reason: String?, byClient: Bool) -> Self {
    .ended(SessionEnd(id: nil, reason: reason, byClient: byClient))
  }

  /// The relation of an establishment; nil for everything else.
  var relation: SessionRelation? { if case .established(let session) = self { session.relation } else { nil } }

  /// The handshake that it belongs to.
  var handshake: HandshakeID? {
    switch self {
    case .opened(let opening): opening.id
    case .established(let establishment): establishment.id
    case .failed(let failure): failure.id
    case .deadPeer(let death): death.id
    case .ended(let end): end.id
    default: nil
    }
  }
}

extension HandshakeID {
  static func line(_ channel: ChannelKind, _ number: Int) -> HandshakeID {
    HandshakeID(channel, first: .line(LogLine(log: 0, number: number)))
  }
}

extension Observation {
  /// The line that shows it; every observation of a log has one.
  var line: LogLine { source.line ?? LogLine(log: -1, number: -1) }

  var time: LogTime? { if case .line(let origin) = origin { origin.time } else { nil } }

  var subject: LogSubject { if case .line(let origin) = origin { origin.subject } else { LogSubject() } }
}
