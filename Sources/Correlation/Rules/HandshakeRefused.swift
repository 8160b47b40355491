import Observations

extension RuleName {
  package static let handshakeRefused = RuleName("handshake-refused")
}

/// Openings of a channel that an ICMP error or, over TCP, a reset answers: the gateway's host, or a device on the path, says no.
///
/// Recognised by a "destination unreachable" (ICMP type 3, ICMPv6 type 1) that quotes an opening which the capture shows, or a reset
/// that answers a SYN.
enum HandshakeRefused: ChannelRule {
  static let name = RuleName.handshakeRefused
  static let sameInLogs: Set<ChannelOutcome> = [.refused]

  static let documentation = RuleDocumentation(
    summary: "A channel's handshake is refused by an ICMP error or a TCP reset.",
    meaning: "The channel cannot come up; where it has a fallback, the tunnel runs over that, more slowly.",
    recognisedBy: """
      An ICMP error (3/3 port unreachable, 3/13 prohibited …; ICMPv6 1/4, 1/1) that quotes an opening message of the client. \
      From the gateway itself: nothing listens on that port. From another device: a rule there rejects it. Over TCP, a reset \
      that answers the SYN.
      """,
    notToConfuseWith: """
      Errors about other flows; a passing error that an answer follows; errors that the client's own old port sends.
      """,
    remedies: [
      "From the gateway: compare the port that clients are given with the one on which it listens.",
      "From another device: find the rule there that rejects the port, and allow that traffic in both directions.",
    ])

  static func plural(_ about: FindingSubject) -> String { "are refused \(about.channelName)\(about.onPort)" }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    if !channel.profile.judgesHandshakes, !channel.isLogged { return connectionFinding(channel, tunnel, situation) }
    let refused = channel.handshakes(.refused).ofOneOpener
    guard let attempts = FailedAttempts(refused, of: channel) else { return nil }
    if channel.isLogged {
      return PeerDead.deaths(in: tunnel) == nil ? loggedFinding(attempts, tunnel, situation) : nil
    }
    guard let refusal = attempts.first.views.lazy.compactMap({ $0.refusals.first?.refusal }).first else { return nil }
    let word = Word(refusal.kind)
    let asked = attempts.opener.opposite
    let isAsked = asked == .server ? tunnel.isGateway(refusal.reporter) : tunnel.isClient(refusal.reporter)
    let isPort = word.meansPort
    let reporter = "\(refusal.reporter)"
    let isKnock = isKnock(channel, of: tunnel)
    return Finding(
      rule: name, about: .channel(channel.kind, port: attempts.port), severity: isKnock ? .note : attempts.severity,
      confidence: refusal.quoted.isCut == true ? .likely : .certain,
      confidenceReason: refusal.quoted.isCut == true
        ? "the capture cut the ports off that the ICMP error quotes; it comes right behind an opening, and no other conversation of the two hosts fits"
        : word.proof, tunnel: tunnel.id,
      title: "\(attempts.place) is refused by \(isAsked ? "the \(asked.name)" : reporter)",
      explanation: """
        \(reporter)\(isAsked ? ", the \(asked.name) itself," : "") answers the \
        \(refused.count == 1 ? word.opening ?? channel.profile.opening : "\(word.opening ?? channel.profile.opening)s of \(refused.count) attempts") to \
        \(tunnel.name(of: asked))\(attempts.onAskedPort) with \(word.words). \
        \(isPort && isAsked ? "Nothing listens on that port, or a firewall says so in the \(asked.name)'s name." : "A rule on that device forbids it.")\
        \(HandshakeUnanswered.fallback(channel))\(attempts.sequel)\(isKnock ? " It was sent once: a client repeats it, a scanner does not." : "")
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel, port: attempts.port) { request in
        request.reporter = isPort && isAsked ? nil : reporter
        request.opener = attempts.opener
      },
      start: attempts.first.start, end: attempts.last.end,
      facts: attempts.portFact + word.facts + [
        ("reporter", .text(reporter)), ("attempts", .integer(refused.count)),
      ], amount: refused.count, evidence: evidence(refused, channel))
  }

  /// Whether one opening is all there is of a channel, and a client would have repeated it long since.
  private static func isKnock(_ channel: Channel, of tunnel: Tunnel) -> Bool {
    guard channel.handshakes.count == 1, let view = channel.handshakes.first?.view, view.isKnock,
      tunnel.seen.count == 1, channel.profile.fallback == nil
    else { return false }
    return tunnel.captureEnd.seconds(since: view.begin.moment) >= channel.profile.handshakeSeconds
  }

  /// New connections to a gateway that a tunnel ran to are refused, until the capture ends.
  private static func connectionFinding(_ channel: Channel, _ tunnel: Tunnel, _ situation: Situation) -> Finding? {
    let lived = channel.connections.last { !$0.view.isRefusedByReset }
    let refused = channel.connections.filter { connection in
      connection.view.isRefusedByReset && lived.map { connection.start > $0.start } ?? false
    }
    guard refused.count >= leastRefusedConnections, let first = refused.first, let last = refused.last, let lived,
      !channel.sessions.isEmpty
    else { return nil }
    let place = first.view.port.map { "\(channel.profile.transport) \($0)" } ?? channel.profile.transport
    return Finding(
      rule: name, about: .channel(channel.kind, port: first.view.port), severity: .error, confidence: .certain,
      confidenceReason: "the resets answer SYNs that the capture shows", tunnel: tunnel.id,
      title: "New \(channel.profile.name) connections to \(place) are refused",
      headline: "the session was \(lived.endReason), and new connections to \(place) are refused",
      explanation: """
        The session was \(lived.endReason). Then \(tunnel.gatewayName) answered the SYNs of \(refused.count) connections with a \
        TCP reset: nothing listens on that port any more, or a firewall says so in the gateway's name. No later connection \
        succeeds.
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: first.start, end: last.end,
      facts: (first.view.port.map { [("port", .integer($0))] } ?? []) + [
        ("reporter", .text(tunnel.gatewayName)), ("attempts", .integer(refused.count)),
      ], amount: refused.count,
      evidence: (lived.closing.map { [$0.evidence("the session ends: \(lived.endReason)")] } ?? [])
        + refused.prefix(6).flatMap { connection in
          [connection.view.begin.evidence("SYN")]
            + connection.view.refusals.prefix(1).map { $0.sighting.evidence("TCP reset, answering the SYN") }
        })
  }

  /// One connection may meet a gateway that is about to start again.
  private static let leastRefusedConnections = 2

  /// What the refusal says.
  private struct Word {
    let words: String
    /// What is refused, where it is not the channel's own opening.
    let opening: String?
    let proof: String
    /// Whether it says that nothing listens there.
    let meansPort: Bool
    let facts: [(name: String, value: FactValue)]
    /// Behind its name, for evidence.
    let evidence: String

    init(_ kind: Refusal.Kind) {
      switch kind {
      case .icmp(let type, let code, let isIPv6):
        let meaning = ICMPWords.meaning(code: code, isIPv6: isIPv6)
        words = "ICMP\(isIPv6 ? "v6" : "") type \(type) code \(code): \(meaning)"
        opening = nil
        proof = "the ICMP error quotes an opening that the capture shows"
        meansPort = ICMPWords.isPortUnreachable(code: code, isIPv6: isIPv6)
        facts = [("icmp_type", .integer(type)), ("icmp_code", .integer(code))]
        evidence = meaning
      case .reset:
        words = "a TCP reset"
        opening = "SYN"
        proof = "the resets answer SYNs that the capture shows"
        meansPort = true
        facts = []
        evidence = "TCP reset"
      }
    }
  }

  private static func evidence(_ refused: [Handshake], _ channel: Channel) -> [Evidence] {
    refused.prefix(6).flatMap { handshake -> [Evidence] in
      let view = handshake.decisiveView
      guard let opening = view.openings.first, let refusal = view.refusals.first else { return [] }
      let word = Word(refusal.refusal.kind).evidence
      let isReset = refusal.refusal.kind == .reset
      return [
        opening.evidence(isReset ? "SYN" : channel.profile.openingMessage),
        refusal.sighting.evidence(
          "\(word), from \(refusal.refusal.reporter), \(isReset ? "answering the SYN" : "quoting the opening")"),
      ]
    }
  }

  // MARK: What logs alone show

  /// The client could not even send. Which error came back, and from where, no log says.
  private static func loggedFinding(
    _ attempts: FailedAttempts, _ tunnel: Tunnel, _ situation: Situation
  ) -> Finding {
    let (channel, refused) = (attempts.channel, attempts.handshakes)
    let wasUp = channel.handshakes.contains { handshake in
      handshake.outcome == .established
        && (channel.profile.fallback != nil || Sighting.isBefore(handshake.view.start, attempts.first.view.start))
    }
    let count = refused.reduce(0) { $0 + $1.view.failures.count }
    // A log that names no port does not say over which transport it was either.
    let what = channel.port == nil ? channel.profile.name : channel.transportPort
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port),
      // One packet of a channel that was up may meet a network that changes.
      severity: channel.profile.fallback == nil ? attempts.severity : wasUp && count == 1 ? .note : .warning,
      confidence: .possible,
      confidenceReason:
        "the client's system refused to send, mostly because an ICMP error came back; the log does not say which",
      tunnel: tunnel.id, title: "\(channel.place) seems to be refused",
      explanation: """
        According to the client's log, sending \(channel.place) failed on its own host\(wasUp ? ", after it had come up" : ""). That is what an ICMP error from the gateway or a \
        firewall leads to (port unreachable, or prohibited); a firewall on the client's host looks the same.\
        \(HandshakeUnanswered.fallback(channel))\(channel.profile.fallback == nil ? attempts.sequel : "")
        """,
      remedies: (wasUp ? [routeRemedy] : []) + [
        "Capture on the client while it connects: the ICMP error names the device that refuses \(what).",
        "Look for a rule against \(what) on the client's host and on the firewalls on the path.",
      ],
      start: refused.first?.view.start.time, end: refused.last?.view.last.time,
      facts: channel.portFact + [
        ("attempts", .integer(count))
      ], amount: refused.count, evidence: refused.prefix(4).flatMap { $0.view.logEvidence(channel.kind) })
  }

  private static let routeRemedy =
    "Look at the client's routes while the tunnel is up: the route to the gateway must not lead into the tunnel itself."
}
