import Observations

extension Tunnel {
  /// What of it a log may show too.
  var clockEvents: [ClockEvent] {
    sessions.flatMap { session in
      [session.sawStart ? ClockEvent(kind: .sessionStart, time: session.start) : nil]
        + [session.closed.map { ClockEvent(kind: .sessionEnd, time: $0) }]
    }.compactMap(\.self)
      + attempts.flatMap { attempt in
        [attempt.view.sawStart ? ClockEvent(kind: .dtlsStart, time: attempt.start) : nil]
          + [attempt.view.gatewayData.map { ClockEvent(kind: .dtlsUp, time: $0.time) }]
      }.compactMap(\.self)
  }
}

extension TunnelLog {
  /// What of it a capture, or another log, may show too; `time` puts a fact on the clock in question.
  func clockEvents(_ time: (LogFact) -> Timestamp?) -> [ClockEvent] {
    let hasOpenings = facts.contains { $0.kind == .opened }
    return facts.compactMap { fact in
      guard let kind = fact.clockKind(hasOpenings: hasOpenings), let time = time(fact) else { return nil }
      return ClockEvent(kind: kind, time: time)
    }
  }
}

extension LogFact {
  fileprivate func clockKind(hasOpenings: Bool) -> ClockEvent.Kind? {
    switch event {
    case .sessionOpened: .sessionStart
    case .connectionEstablished(.tls): hasOpenings ? nil : .sessionStart
    case .sessionEnded, .connectionClosed(.tls, _): .sessionEnd
    case .handshake(.dtls, .started): .dtlsStart
    case .connectionEstablished(.dtls), .handshake(.dtls, .completed): .dtlsUp
    default: nil
    }
  }
}
