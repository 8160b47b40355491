import Observations

extension RuleName {
  package static let fragmentsDropped = RuleName("fragments-dropped")
}

/// A handshake that stalls because a hop drops IP fragments of a large message.
enum FragmentsDropped: ChannelRule {
  static let name = RuleName.fragmentsDropped

  static let documentation = RuleDocumentation(
    summary: "IP fragments of the handshake are dropped.",
    meaning:
      "Small messages pass and a large one, such as certificates, never arrives whole: the channel cannot come up.",
    recognisedBy: """
      A handshake that stalls, and ICMP "fragment reassembly time exceeded", first fragments that no others follow, or \
      fragments at one capture point that are missing at the next.
      """,
    notToConfuseWith: """
      A capture filter with ports, which leaves later fragments out because they have none; fragments of a handshake that \
      succeeds.
      """,
    remedies: [
      "Allow IP fragments between client and gateway on every firewall on the path.",
      "Let the sender use smaller messages: fragmentation in the protocol itself, smaller certificates and chains.",
    ])

  static let holdSeconds = 10.0

  static func plural(_ about: FindingSubject) -> String {
    "lose IP fragments of the \(about.channelName) handshake\(about.onPort)"
  }

  static func whyNotVisible(in views: CheckedViews) -> String? { views.whyNotInLogs }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    guard !channel.isLogged,
      let attempts = FailedAttempts(
        channel.handshakes.filter { $0.outcomes.contains(.stalled) && !$0.isRenewal }, of: channel),
      !attempts.passed || attempts.keptWaiting, let proof = proof(of: tunnel, in: situation)
    else { return nil }
    let stalled = attempts.first
    let fragments = proof.fragments.fact
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: attempts.port),
      severity: attempts.passed ? .warning : .error, confidence: proof.confidence,
      confidenceReason: proof.reason, tunnel: tunnel.id,
      title: "IP fragments of the \(channel.profile.name) handshake are dropped",
      explanation: """
        \(fragments.source) sent \(Phrase.count(fragments.datagrams, "message")) of the handshake to \(fragments.destination) in \
        IP fragments, which do not all arrive: \(proof.reason). Small messages pass, so the handshake begins and stalls.\(attempts.sequel)
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel, port: attempts.port),
      start: proof.fragments.sighting.time,
      end: stalled.end,
      facts: attempts.portFact + [
        ("fragments", .integer(fragments.fragments)), ("datagrams", .integer(fragments.datagrams)),
        ("source", .text("\(fragments.source)")), ("destination", .text("\(fragments.destination)")),
      ], amount: fragments.datagrams,
      evidence: [proof.fragments.sighting.evidence("the first fragment")]
        + stalled.view.openings.prefix(1).map { $0.evidence(channel.profile.openingMessage) }
        + (proof.word.map { [$0.evidence("the receiver never got the rest of a packet")] } ?? [])
        + stalled.view.silences.prefix(1).map { $0.noticed.evidence("the same message again, and no answer") })
    finding.place = proof.place
    // The message that lacks its fragments is the one that the handshake waits for.
    finding.effects = earlier.ids(of: HandshakeStalled.name, about: channel, of: tunnel)
    return finding
  }

  private struct Proof {
    let fragments: PointHistory.Dated<Fragments>
    /// The receiver's own word.
    var word: Sighting?
    /// Between which points they are lost, in a clause.
    var place: String?
    let confidence: Confidence
    let reason: String
  }

  private static func proof(of tunnel: Tunnel, in situation: Situation) -> Proof? {
    let points = tunnel.points.compactMap(situation.point)
    let own = points.map { point in point.fragments.filter { tunnel.sender(of: $0.fact) != nil } }
    for fragments in own.joined() {
      guard let failures = fragments.fact.reassemblyFailures else { continue }
      return Proof(
        fragments: fragments, word: Sighting(time: failures.time, frame: failures.frame), confidence: .certain,
        reason: "\(fragments.fact.destination) reports by ICMP that the rest of a packet never came")
    }
    for (place, all) in own.enumerated() {
      for fragments in all {
        let missing = own.indices.first { other in
          other != place && !own[other].contains { $0.fact.source == fragments.fact.source }
        }
        if let missing {
          return Proof(
            fragments: fragments, place: "between \(points[place].name) and \(points[missing].name)",
            confidence: .certain,
            reason: "they are in \(points[place].name) and not in \(points[missing].name)")
        }
      }
    }
    // One may be lost by chance.
    for fragments in own.joined() where fragments.fact.laterFragments == 0 && fragments.fact.datagrams >= 2 {
      return Proof(
        fragments: fragments, confidence: .likely,
        reason: "first fragments are in the capture and none that follows; a capture filter with ports looks the same")
    }
    return nil
  }
}

extension Tunnel {
  /// Who sent these fragments, if they are of this tunnel's UDP.
  func sender(of fragments: Fragments) -> Side? {
    fragments.transport == .udp ? sends(from: fragments.source, to: fragments.destination) : nil
  }
}
