import Observations

/// A session that is re-established to apply a new MTU, as logs tell it.
struct LoggedMTUChain {
  /// The client's own word: reason code 16. It proves the reason.
  let reasons: [LogFact]
  /// Packets too large for the tunnel, each followed by a reconnect about a minute after the session had begun, without
  /// any DTLS in between.
  let turns: [(large: LogFact, reconnect: LogFact)]

  /// About a minute, in seconds: what a reconnect to apply a new MTU comes after.
  static let minute = 50.0...80.0

  var isProven: Bool { !reasons.isEmpty }
  var facts: [LogFact] { reasons + turns.flatMap { [$0.large, $0.reconnect] } }

  /// nil when nothing tells of it.
  init?(_ log: TunnelLog) {
    guard !log.isEmpty else { return nil }
    reasons = log.mtuReconfigurations
    var turns: [(LogFact, LogFact)] = []
    let sessions = LoggedSessions(log).sessions
    let large = log.largePackets?.facts.filter { $0.time != nil } ?? []
    let established = (log.facts(.dtlsEstablished) + log.facts(.dtlsCompleted)).compactMap(\.time).sorted()
    for (before, after) in zip(sessions, sessions.dropFirst()) where after.isReconnect {
      guard let start = before.opening.time, let end = after.opening.time,
        Self.minute.contains(end.seconds(since: start)),
        let packet = large.first(where: { $0.time.map { $0 >= start && $0 <= end } ?? false }),
        !established.contains(where: { $0 >= start && $0 < end })
      else { continue }
      turns.append((packet, after.opening))
    }
    self.turns = turns
    if reasons.isEmpty, turns.isEmpty { return nil }
  }
}

extension Situation {
  /// What logs say became of DTLS of a tunnel that no capture shows.
  func loggedDTLS(_ tunnel: LoggedTunnel) -> LoggedDTLS {
    let ports = [tunnel.log.announcedDTLSPort, gatewayKnowledge(of: tunnel.gateway)?.announcedPort].compactMap(\.self)
    return LoggedDTLS(tunnel.log, dtlsPorts: ports.isEmpty ? [443] : Set(ports))
  }

  /// The port that clients are told, by their own word, the gateway's configuration, or the hellos it discarded.
  func dtlsPort(of tunnel: LoggedTunnel) -> Int? {
    if let port = tunnel.dtlsPort ?? gatewayKnowledge(of: tunnel.gateway)?.announcedPort.map(Int.init) { return port }
    guard let hello = loggedDTLS(tunnel).discarded.first, case .requestDiscarded(let packet) = hello.event else {
      return nil
    }
    return Int(packet.destination.port)
  }
}
