import Observations

extension RuleName {
  package static let addressChange = RuleName("address-change")
}

/// A session that goes on from another address or port of the client: health, and worth knowing.
enum AddressMoved: ChannelRule {
  static let name = RuleName.addressChange
  static let restsOn: Set<RuleGround> = []

  static let documentation = RuleDocumentation(
    summary:
      "The session goes on from another address or port of the client, or comes back with another inner address.",
    meaning: """
      Another outer address breaks nothing: the protocol follows the client. Another inner address ends every connection \
      through the tunnel, and clients that cannot change theirs give up.
      """,
    recognisedBy: """
      Packets of one session from a new source, by what identifies the session in clear; a client's log that says which \
      inner address a reconnect brought instead of the one before.
      """,
    notToConfuseWith: "A new session: it begins with a handshake, or a login, of its own.",
    remedies: outerRemedies.map { "Outer address: " + $0 } + innerRemedies.map { "Inner address: " + $0 })

  private static let outerRemedies = [
    "Nothing needs to change. Where it happens often, set a keep-alive interval below the NAT's idle timeout."
  ]
  private static let innerRemedies = [
    "Let the gateway give a resumed session the address that it had (persistent or predictable addresses, a larger pool).",
    "Find out why the session broke in the first place: look at the gateway's log for that moment.",
  ]

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    var findings: [Finding] = []
    for tunnel in situation.tunnels {
      for channel in tunnel.channels {
        if let moved = finding(about: channel, of: tunnel, in: situation, earlier: earlier) { findings.append(moved) }
      }
      if tunnel.hasLog, let moved = inner(tunnel, situation) { findings.append(moved) }
    }
    return findings
  }

  /// A reconnect that brought another inner address, by the client's log.
  private static func inner(_ tunnel: Tunnel, _ situation: Situation) -> Finding? {
    let changes = tunnel.log.facts(.innerAddressChanged)
    guard let first = changes.first, let last = changes.last,
      case .negotiated(.innerAddressChanged(let from, let to)) = first.event
    else { return nil }
    let comesBack = tunnel.log.facts(.established).contains {
      Sighting.isBefore(last.sighting, $0.sighting)
    }
    return Finding(
      rule: name, about: .tunnel, severity: comesBack ? .warning : .error, confidence: .certain,
      confidenceReason: "the client's log says so", tunnel: tunnel.id,
      title: "A reconnect brought the inner address \(to) instead of \(from)",
      headline: "a reconnect brought another inner address (\(to) instead of \(from))",
      explanation: """
        According to the client's log, the gateway gave it another inner address \(Phrase.times(changes.count)) when it came back to \
        its session: \(changes.count == 1 ? "" : "the first time ")\(to) instead of \(from). Connections through the tunnel do not survive that, and the client \
        refused it. \(comesBack ? "A later attempt succeeded." : "The log shows no session after it.")
        """,
      remedies: innerRemedies, start: first.time, end: last.time,
      facts: [("from", .text("\(from)")), ("to", .text("\(to)"))], amount: changes.count, evidence: changes.evidence())
  }

  static func plural(_ about: FindingSubject) -> String { "change the client's address or port" }

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    recoveryOnceQuiet(from: finding, tunnel, at: now)
  }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    // A log tells of another outer address by a session of its own, if at all.
    guard !channel.isLogged else { return nil }
    let changes = channel.handshakes.flatMap { $0.first(\.addressChanges) }
    guard let first = changes.first, let last = changes.last else { return nil }
    // Where the same move brought a loss, both have one cause.
    let isLost = channel.handshakes(.lost).contains { LostMapping(of: $0) != nil }
    let loss = isLost ? earlier.first(TunnelLost.name, about: channel, of: tunnel) : nil
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .note, confidence: .certain,
      confidenceReason: "the session is the same by what identifies it", tunnel: tunnel.id,
      title: "The client's address changed from \(first.change.from) to \(first.change.to)",
      explanation: """
        The session went on from another source \
        \(Phrase.times(changes.count))\(changes.count == 1 ? ":" : "; the first time") from \(first.change.from) to \
        \(first.change.to).\(pauseWords(changes))
        """,
      remedies: outerRemedies, start: first.sighting.time, end: last.sighting.time,
      causes: loss.map { [$0.id] } ?? [],
      facts: [("from", .text("\(first.change.from)")), ("to", .text("\(first.change.to)"))], amount: changes.count,
      evidence: changes.prefix(6).map { $0.sighting.evidence("from \($0.change.to)") })
  }

  /// What a NAT leaves: a new port of the same address, after a pause.
  private static func pauseWords(_ changes: [Association.Moved]) -> String {
    let pauses = changes.compactMap(LostMapping.pause(before:))
    guard pauses.count == changes.count, let shortest = pauses.min() else { return "" }
    return " \(changes.count == 1 ? "Before it" : "Each time") the client had sent nothing for "
      + "\(Phrase.duration(shortest))\(changes.count == 1 ? "" : " or more"), as when a NAT forgets a quiet flow."
  }
}
