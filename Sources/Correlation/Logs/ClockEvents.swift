import Observations

extension Tunnel {
  /// What of it a log may show too.
  var clockEvents: [ClockEvent] {
    seen.flatMap { channel -> [ClockEvent] in
      guard channel.profile.judgesHandshakes else {
        return channel.connections.flatMap { session in
          [
            session.sawStart ? ClockEvent(kind: .up(channel.kind), time: session.start) : nil,
            session.closed.map { ClockEvent(kind: .end, time: $0) },
          ].compactMap(\.self)
        }
      }
      return channel.handshakes.flatMap { handshake in
        [
          handshake.view.sawStart ? ClockEvent(kind: .opening(channel.kind), time: handshake.start) : nil,
          handshake.view.gatewayData?.time.map { ClockEvent(kind: .up(channel.kind), time: $0) },
        ].compactMap(\.self)
      }
    }
  }
}

extension TunnelLog {
  /// What of it a capture, or another log, may show too; `time` puts a fact on the clock in question.
  func clockEvents(_ families: FamilyTable, _ time: (LogFact) -> Timestamp?) -> [ClockEvent] {
    var seen: Set<HandshakeID> = []
    return facts.compactMap { fact in
      guard let kind = fact.clockKind(families), let time = time(fact) else { return nil }
      // Two lines may say of one session that it is up.
      if case .up = kind, let id = fact.event.handshake, !seen.insert(id).inserted { return nil }
      return ClockEvent(kind: kind, time: time)
    }
  }
}

extension LogFact {
  fileprivate func clockKind(_ families: FamilyTable) -> ClockEvent.Kind? {
    switch event {
    case .established(let establishment):
      let judges = families.profile(establishment.id.channel)?.judgesHandshakes ?? true
      return judges || !establishment.completesHandshakeOnly ? .up(establishment.id.channel) : nil
    case .opened(let opening):
      return families.profile(opening.id.channel)?.judgesHandshakes ?? true ? .opening(opening.id.channel) : nil
    case .ended(let end):
      guard let id = end.id else { return end.isUnnamedConnection ? nil : .end }
      return families.profile(id.channel)?.judgesHandshakes ?? true ? nil : .end
    default: return nil
    }
  }
}
