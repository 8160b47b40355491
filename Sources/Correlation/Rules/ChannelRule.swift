import Observations

/// A rule about any channel of a tunnel, whatever its protocol: written once, it judges what packets show and, for a tunnel
/// that only logs show, what logs say.
protocol ChannelRule: Rule {
  /// Outcomes in logs that say the same as the rule's finding from packets; none where logs know nothing of it.
  static var sameInLogs: Set<ChannelOutcome> { get }
  /// Whether packets that a firewall drops may be why.
  static var mayBeDrops: Bool { get }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding?
}

extension ChannelRule {
  static var topic: RuleTopic { .channel }
  static var restsOn: Set<RuleGround> { [.absence] }
  static var sameInLogs: Set<ChannelOutcome> { [] }
  static var mayBeDrops: Bool { false }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    var findings: [Finding] = []
    for tunnel in situation.tunnels {
      for channel in tunnel.channels {
        if let found = finding(about: channel, of: tunnel, in: situation, earlier: earlier) { findings.append(found) }
      }
    }
    return findings
  }

  static func corroboration(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration? {
    let drops = mayBeDrops ? drops(of: finding, by: tunnel, in: situation, least: FirewallDrops.leastData) : nil
    return drops ?? sameWord(of: finding, by: tunnel, in: situation)
  }

  /// What the hosts that captured packets, and the firewalls that write logs, say that they dropped.
  ///
  /// - Parameter least: So many dropped packets explain the finding.
  static func drops(
    of finding: Finding, by tunnel: Tunnel, in situation: Situation, least: Int
  ) -> Corroboration? {
    HostDrops.corroboration(of: finding, by: tunnel, in: situation, least: least)
      ?? FirewallDrops.corroboration(of: finding, by: tunnel, least: least)
  }

  /// Handshakes of which logs say what the packets show.
  static func sameWord(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration? {
    // What a log alone says needs no log that says it again.
    guard let kind = finding.channel, let channel = tunnel.logged.first(where: { $0.kind == kind }),
      finding.evidence.contains(where: { $0.frame != nil })
    else { return nil }
    let same = channel.handshakes.filter { sameInLogs.contains($0.outcome) }
    guard let first = same.first else { return nil }
    let evidence = same.flatMap { $0.view.logEvidence(kind) }.prefix(4)
    let beside = channel.handshakes.filter { $0.outcome == .none && $0.view.openingCount > 0 }.prefix(3)
      .flatMap { $0.view.logEvidence(kind) }
    let isAlone = tunnel.seen.first { $0.kind == kind }.map { tunnel.companion(of: $0) == nil } ?? false
    let limit: Confidence = isAlone && situation.families.family(of: kind)?.channels.count ?? 1 > 1 ? .likely : .certain
    // Which side knows why need not be the one that says what became of it.
    let own = toldCause(of: same)
    if let told = own ?? toldCause(of: channel.handshakes.filter { $0.outcome == .none }) {
      return Corroboration(
        Array(evidence) + (own == nil ? [told.evidence] : []) + beside, reason: "\(told.log) says why",
        limit: .certain,
        explanation: " According to \(told.log): \(told.words).",
        cause: (
          told.words,
          situation.remedies(self, for: tunnel, channel: channel) { request in
            request.reason = told.words
            // A gateway that says why it leaves openings without an answer gets them.
            if name == .handshakeUnanswered, told.side == .server { request.loss = .atGateway }
          }
        ))
    }
    return Corroboration(
      Array(evidence) + beside,
      reason: "the \(first.view.writer.name)'s log says that \(channel.profile.name) \(verb(first.outcome))",
      limit: limit)
  }

  /// Why handshakes failed, as a side says it; the gateway's word before the client's, which gets it from there.
  private static func toldCause(of handshakes: [Handshake]) -> ToldCause? {
    let ordered =
      handshakes.filter { $0.view.witness == .log(.server) } + handshakes.filter { $0.view.witness != .log(.server) }
    let told = ordered.flatMap { handshake in
      handshake.view.failures.compactMap { failure -> ToldCause? in
        guard let words = failure.cause.reason, !words.isEmpty else { return nil }
        return ToldCause(words: words, side: handshake.view.writer, sighting: failure.sighting)
      }
    }
    // A gateway that says that the client objects does not know why.
    return told.first { !$0.words.hasPrefix("the client ") } ?? told.first
  }

  private static func verb(_ outcome: ChannelOutcome) -> String {
    switch outcome {
    case .unanswered: "timed out"
    case .refused: "could not be sent: the client's system got an error"
    case .lost: "was given up by dead-peer detection"
    case .blocked: "carries no data"
    default: "does not come up"
    }
  }

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    guard let kind = finding.channel, tunnel?.channel(kind)?.outcome == .established else { return nil }
    return "\(kind.name) is established"
  }

  /// What ends a finding about a channel that stays established meanwhile: a handshake after it.
  static func recoveryByHandshake(after finding: Finding, _ tunnel: TunnelDescription?) -> String? {
    guard let kind = finding.channel, let end = finding.end, let channel = tunnel?.channel(kind),
      let anew = channel.handshakes.last(where: { $0.outcome == .established })?.start, anew > end
    else { return nil }
    return "\(kind.name) was established anew"
  }

  /// The same, or that for a while nothing more of it came.
  static func recoveryOnceQuiet(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    if let recovery = recoveryByHandshake(after: finding, tunnel) { return recovery }
    guard let end = finding.end, let kind = finding.channel, tunnel?.channel(kind)?.outcome == .established,
      now.seconds(since: end) >= quietSeconds
    else { return nil }
    return "nothing more of it for \(Phrase.duration(now.seconds(since: end)))"
  }

  /// As long as a short cycle has to be quiet: what comes every minute has skipped three turns.
  private static var quietSeconds: Double { 180 }

  static func disappearance(
    of finding: Finding, from tunnel: TunnelDescription, before: [Finding]
  ) -> Disappearance {
    guard let kind = finding.channel else { return .unseenSizes }
    return .ofChannel(kind, tunnel)
  }
}

extension Association {
  /// The lines that show how it failed; without such, its beginning.
  func logEvidence(_ kind: ChannelKind) -> [Evidence] {
    if let drop {
      return [
        start.evidence(
          "request to port \(drop.destination.port) discarded"
            + (drop.byAccessList ? " by an access list" : ": nothing listens there"))
      ]
    }
    if let deadPeer {
      return (established.map { [$0.evidence("\(kind.name) established")] } ?? [])
        + [deadPeer.evidence("\(kind.name): the peer is dead")]
    }
    if let failure = failures.first {
      return [failure.sighting.evidence("\(kind.name) handshake \(failure.cause.words)")]
    }
    if let broken = ended, broken.end.isBreak {
      return (established.map { [$0.evidence("\(kind.name) established")] } ?? [])
        + [broken.sighting.evidence("\(kind.name) broke off")]
    }
    return [start.evidence("\(kind.name) handshake begins")]
  }
}

/// Why a handshake failed, in the words of a side's log.
private struct ToldCause {
  let words: String
  let side: Side
  let sighting: Sighting

  var log: String { "the \(side.name)'s log" }

  var evidence: Evidence { sighting.evidence("\(log) says why") }
}
