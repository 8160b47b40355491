import Observations

/// A client that ended without a word, as one does that is stopped or crashes: its own address answers the gateway that
/// nothing listens on its port any more.
///
/// The gateway goes on until its dead-peer timer runs out, which harms nobody. A NAT in front of the client answers the same once
/// it forgot the flow, but only after a longer pause of the client.
struct ClientLeft {
  /// When the client was last heard.
  private let lastHeard: Timestamp
  /// What its address answered since then; never empty.
  private let errors: [Association.Refused]

  /// Seconds after a client's last packet in which no NAT forgets it: most keep a UDP flow for 30 s or longer.
  private static let shortestTimeoutSeconds = 25.0

  init?(_ view: Association) {
    let silence = view.lastingSilence
    guard silence?.side != .server, let client = view.flow?.client.address,
      let lastHeard = silence?.lastHeard ?? view.lastPayload(from: .client)
    else { return nil }
    let errors = view.refusals.filter { refused in
      guard case .icmp(_, let code, let isIPv6) = refused.refusal.kind else { return false }
      return refused.wasEstablished && refused.refusal.quotedSide == .server && refused.refusal.reporter == client
        && ICMPWords.isPortUnreachable(code: code, isIPv6: isIPv6) && refused.sighting.moment >= lastHeard
    }
    guard let first = errors.first, first.sighting.moment.seconds(since: lastHeard) < Self.shortestTimeoutSeconds else {
      return nil
    }
    self.lastHeard = lastHeard
    self.errors = errors
  }

  /// That the channel was left, where the gateway went on long enough for a loss.
  func finding(
    about channel: Channel, of tunnel: Tunnel, _ view: Association, _ silence: Association.Silent
  ) -> Finding {
    let established = view.gatewayData.map { max(lastHeard.seconds(since: $0.moment), 0) } ?? 0
    let place = channel.place
    var finding = Finding(
      rule: TunnelLost.name, about: .channel(channel.kind, port: channel.port), severity: .note, confidence: .likely,
      confidenceReason: "the client's own address answers that nothing listens on its port", tunnel: tunnel.id,
      title: "The client ended \(channel.profile.name) without a word",
      headline: "the client ended \(place) without a word",
      explanation: """
        \(place) worked for \(Phrase.duration(established)). Then the client fell silent, and its own address answered \
        \(Phrase.count(errors.count, "packet")) of the gateway with ICMP port unreachable: the client's program was stopped or \
        broke down, or its host restarted. The gateway goes on until its own timer gives the client up.
        """,
      remedies: ["If nobody stopped the client at that time, look at its own log for why it ended."],
      start: silence.since.time, end: silence.until,
      facts: channel.portFact + [
        ("established_seconds", .number(established)), ("silent_side", .text(silence.side.name)),
        ("silence_seconds", .number(silence.seconds)), ("packets", .integer(silence.packets)),
      ], seconds: established,
      evidence: [silence.since.evidence("the first packet that stays unanswered")]
        + errors.prefix(3).map { $0.sighting.evidence("port unreachable, by the client's own address") })
    finding.isNoticeable = true
    return finding
  }
}
