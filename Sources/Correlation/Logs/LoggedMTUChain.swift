import Observations

extension TunnelLog {
  /// The client's own word that it reconnects to apply a new MTU (reason code 16).
  package var mtuReconfigurations: [LogFact] {
    facts(.reconfigured).filter {
      if case .statement(.reconfigured(reasonCode: 16, _)) = $0.event { true } else { false }
    }
  }
}

/// A session that is re-established to apply a new MTU, as logs show it: a sign that the tunnel runs without its data
/// channel.
package struct LoggedMTUChain {
  /// The client's own word: reason code 16. It proves the reason.
  package let reasons: [LogFact]
  /// Packets too large for the tunnel, each followed by a reconnect about a minute after the session had begun, without
  /// the data channel in between.
  package let turns: [(large: LogFact, reconnect: Sighting)]

  /// About a minute, in seconds: what a reconnect to apply a new MTU comes after.
  private static let minute = 50.0...80.0

  package var isProven: Bool { !reasons.isEmpty }
  package var sightings: [Sighting] { reasons.map(\.sighting) + turns.flatMap { [$0.large.sighting, $0.reconnect] } }

  /// nil when nothing shows it.
  package init?(_ tunnel: Tunnel) {
    guard !tunnel.log.isEmpty else { return nil }
    reasons = tunnel.log.mtuReconfigurations
    let large = tunnel.log.largePackets?.facts.filter { $0.time != nil } ?? []
    // Without such packets there is nothing to look for.
    let logged = large.isEmpty ? [] : tunnel.logged
    let established = logged.flatMap { $0.handshakes.compactMap { $0.view.established?.time } }
    let handovers = logged.flatMap { $0.tracks.flatMap(\.handovers) }
    turns = handovers.compactMap { handover in
      guard handover.kind == .reconnect, let start = handover.from.begin.time, let end = handover.to.begin.time,
        Self.minute.contains(end.seconds(since: start)),
        let packet = large.first(where: { $0.time.map { $0 >= start && $0 <= end } ?? false }),
        !established.contains(where: { $0 >= start && $0 < end })
      else { return nil }
      return (packet, handover.to.begin)
    }
    if reasons.isEmpty, turns.isEmpty { return nil }
  }
}
