import Algorithms
import Correlation
import Observations

extension RuleName {
  static let mtuReconnect = RuleName("mtu-reconnect")
}

/// The whole chain of the support note: DTLS fails, the adapter keeps the DTLS MTU, large packets do not fit the TLS
/// tunnel, and the client re-establishes its session to apply the smaller one.
///
/// Proven links are those with findings of their own; what the packets cannot show (encryption hides the client's
/// reason) is named as inferred. A log line with reconfigure reason code 16 proves it.
enum MTUReconnect: Rule {
  static let name = RuleName.mtuReconnect

  static let documentation = RuleDocumentation(
    summary: "The session is re-established to apply a smaller MTU, because DTLS failed.",
    meaning: """
      Until the reconnect, packets larger than the TLS MTU cannot enter the tunnel; at the reconnect users are \
      interrupted. Where DTLS stays broken it repeats, usually every minute.
      """,
    recognisedBy: """
      DTLS failed (unanswered, refused, stalled or lost), and the session is re-established about a minute later or \
      periodically; stronger with evidence of packets that are too large inside the tunnel, and certain with "Reconfigure \
      reason code 16" in the client's DART log.
      """,
    notToConfuseWith: """
      Reconnects while DTLS works, and DTLS that fails without any reconnect: both have findings of their own.
      """,
    remedies: [
      "Repair DTLS: see the finding that is named as cause.",
      "Set a tunnel MTU that fits TLS (Cisco ASA: `anyconnect mtu` in the group policy): DTLS and TLS then use the same MTU "
        + "and no reconnect is needed.",
      "Cisco ASA: let the gateway clear DF and fragment: `anyconnect ssl df-bit-ignore enable`.",
      "Cisco ASA: raise `sysopt connection tcpmss` to 1460, so that the TLS MTU exceeds the DTLS MTU; large UDP towards "
        + "clients is then dropped at the DTLS MTU, and site-to-site IPsec tunnels are affected.",
      "Give users behind such firewalls a TLS-only tunnel group.",
    ])

  static let topic = RuleTopic.sessions
  static let joinsFindings = true
  static let holdSeconds = 12.0

  static func plural(_ about: FindingSubject) -> String {
    "reconnect, most likely to apply the smaller TLS MTU"
  }

  /// About a minute, in seconds: what a reconnect to apply a new MTU comes after.
  private static let minute = 50.0...80.0

  /// The findings about a tunnel that may be links of its chain.
  private struct Links {
    var failed: [Finding] = []
    var port: [Finding] = []
    var large: [Finding] = []
    var reconnects: [Finding] = []

    private static let failures: Set<RuleName> = [
      .handshakeRefused, .handshakeUnanswered, .handshakeRejected, .handshakeStalled, .handshakeFailed,
    ]

    init(_ found: [Finding]) {
      // What passed in the end may explain a cycle that it was part of, and nothing else.
      let hasCycle = found.contains { $0.rule == .reconnectCycle && $0.severity != .note }
      for finding in found
      where finding.severity != .note
        || hasCycle && finding.channel == .dtls && Self.failures.contains(finding.rule)
      {
        let isOfDTLS = finding.channel == .dtls
        switch finding.rule {
        case .portMismatch: port.append(finding)
        case .packetLoss: break
        case .oversizedDF, .mssExceedsMTU, .pmtuBlackHole:
          large.append(finding)
          if isOfDTLS { failed.append(finding) }
        case .reconnectCycle, .sessionReconnects:
          reconnects.append(finding)
          if isOfDTLS { failed.append(finding) }
        default: if isOfDTLS { failed.append(finding) }
        }
      }
    }
  }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.filter { $0.family == .tlsVPN }.compactMap { tunnel in
      let links = Links(earlier.about(tunnel))
      return (tunnel.isSeen ? finding(for: tunnel, links, in: situation) : nil)
        ?? loggedFinding(for: tunnel, links, in: situation)
    }
  }

  private static func finding(for tunnel: Tunnel, _ links: Links, in situation: Situation) -> Finding? {
    guard let reconnect = links.reconnects.first, let control = tunnel.seen.first(where: { $0.kind == .tls })
    else { return nil }
    let aMinuteApart = control.tracks.flatMap(\.handovers).filter {
      $0.kind == .reconnect && $0.interval.map(minute.contains) ?? false
    }
    // DTLS that failed at another time did not make the client reconnect.
    var links = links
    links.failed.removeAll { failure in
      let end = self.end(of: failure, in: tunnel)
      return !(reconnect.rule == .reconnectCycle && isAtOnce(failure, until: end, reconnect))
        && !aMinuteApart.contains { wasTroubled($0, by: failure, until: end) }
    }
    guard let failure = links.failed.first else { return nil }
    let end = end(of: failure, in: tunnel)
    let minutes = aMinuteApart.filter { wasTroubled($0, by: failure, until: end) }
    let sure = confidence(
      large: links.large, minutes: minutes.count, hasClientLog: tunnel.log.isWritten(by: .client))
    let mtu = MTUKnowledge(tunnel, links.large)
    let causes = links.failed + links.port + links.large
    var finding = Finding(
      rule: name, about: .tunnel, severity: .error, confidence: sure.0, confidenceReason: sure.1, tunnel: tunnel.id,
      title: "DTLS fails, and the client reconnects to apply the smaller TLS MTU", headline: headline(mtu),
      explanation: chain(
        mtu, largeAreShown: !links.large.isEmpty, reasonIsLogged: !tunnel.log.mtuReconfigurations.isEmpty),
      remedies: remedies(mtu, situation.product(of: tunnel), repairing: failure),
      start: (causes + [reconnect]).compactMap(\.start).min(), end: (causes + [reconnect]).compactMap(\.end).max(),
      causes: causes.map(\.id), facts: facts(mtu), amount: reconnect.amount, seconds: reconnect.seconds,
      evidence: evidence(of: causes, reconnect, control, aMinuteApart: minutes.first))
    finding.effects = [reconnect.id]
    finding.links = self.links(links)
    finding.proof = sure.0 == .certain ? nil : proof(hasClientLog: tunnel.log.isWritten(by: .client), links)
    finding.stopgap = stopgap(mtu, situation.product(of: tunnel))
    finding.remediesOfCauses = causes.isEmpty ? 0 : 1
    return finding
  }

  /// Whether DTLS failed in the session that is re-established. One that something on the path cut off has another reason.
  private static func wasTroubled(_ handover: Handover, by failure: Finding, until end: Timestamp?) -> Bool {
    guard handover.from.ending != .serverReset, handover.from.ending != .clientReset else { return false }
    return handover.to.start > (failure.start ?? handover.from.start)
      && handover.from.start <= (end ?? handover.to.start)
  }

  /// Whether DTLS failed while the session was re-established again and again.
  private static func isAtOnce(_ failure: Finding, until end: Timestamp?, _ cycle: Finding) -> Bool {
    guard let start = failure.start, let cycleStart = cycle.start, let cycleEnd = cycle.end else { return true }
    return start <= cycleEnd && end.map { $0 >= cycleStart } ?? true
  }

  /// When DTLS came up again after it had failed; nil where it did not.
  private static func end(of failure: Finding, in tunnel: Tunnel) -> Timestamp? {
    let dtls = tunnel.seen.first { $0.kind == .dtls }
    return failure.end.flatMap { end in
      dtls?.handshakes.first { $0.outcome == .established && !$0.isRenewal && $0.start > end }?.start
    }
  }

  /// Packets are too large because the adapter keeps the MTU of the channel that failed.
  private static func links(_ links: Links) -> [(cause: String, effect: String)] {
    guard let failure = links.failed.first else { return [] }
    return links.large.filter { $0.id != failure.id }.map { (failure.id, $0.id) }
  }

  /// With one MTU for both channels users are interrupted no more, whether DTLS works or not.
  private static func stopgap(_ mtu: MTUKnowledge, _ product: Product?) -> String {
    TLSVPN.mtuSetting(product, mtu.tunnel ?? mtu.tls) + ". The reconnects stop then, even while DTLS fails."
  }

  private static func facts(_ mtu: MTUKnowledge) -> [(name: String, value: FactValue)] {
    var facts: [(name: String, value: FactValue)] = []
    if let adapter = mtu.adapter { facts.append(("adapter_mtu", .integer(adapter))) }
    if let fitting = mtu.tunnel { facts.append(("tunnel_mtu", .integer(fitting))) }
    return facts
  }

  private static func headline(_ mtu: MTUKnowledge) -> String {
    let sizes = [mtu.adapter.map { "adapter \($0)" }, mtu.tunnel.map { "TLS tunnel \($0)" }].compactMap(\.self)
    return "the session is re-established to apply a smaller MTU"
      + (sizes.isEmpty ? "" : " (\(sizes.joined(separator: ", ")))")
  }

  /// The beginning of what shows each link; a packet that shows two of them once.
  private static func evidence(
    of links: some Sequence<Finding>, _ reconnect: Finding, _ control: Channel, aMinuteApart: Handover?
  ) -> [Evidence] {
    Array(
      (links.flatMap { $0.evidence.filter { $0.frame != nil }.prefix(2) }
        + evidence(of: reconnect, control, aMinuteApart: aMinuteApart)).uniqued())
  }

  /// What shows that the session was re-established: the first three sessions of a cycle, or else the first two that
  /// are a minute apart.
  private static func evidence(of reconnect: Finding, _ control: Channel, aMinuteApart: Handover?) -> [Evidence] {
    if let cycle = control.tracks.lazy.compactMap({ ReconnectCycle.cycle(in: $0) }).first {
      return ReconnectCycle.evidence(of: cycle.sessions.prefix(3))
    }
    return aMinuteApart.map { ReconnectCycle.evidence(of: [$0.from, $0.to]) } ?? Array(reconnect.evidence.prefix(2))
  }

  /// What would make it certain, in a few words.
  private static func proof(hasClientLog: Bool, _ links: Links) -> String {
    guard hasClientLog else { return "a DART log with reason code 16 would prove it" }
    return links.large.isEmpty ? "an inside capture would prove it" : "the client's log does not give its reason"
  }

  private static func confidence(large: [Finding], minutes: Int, hasClientLog: Bool) -> (Confidence, String) {
    if !large.isEmpty {
      return (
        .likely,
        "DTLS failure, packets that are too large and the reconnects are all seen; the client's reason is "
          + (hasClientLog ? "not in its log" : "encrypted (a DART log with reason code 16 would prove it)")
      )
    }
    if minutes >= 2 {
      return (
        .likely,
        "DTLS fails, and reconnects a minute apart are seen; that the MTU is the reason is inferred "
          + (hasClientLog ? "(an inside capture would prove it)" : "(an inside capture or a DART log would prove it)")
      )
    }
    return (.possible, "DTLS fails and the session reconnects, but nothing seen here says that the MTU is the reason")
  }

  /// The chain as cause and effect, and which of its links are inferred.
  private static func chain(
    _ mtu: MTUKnowledge, failureIsShown: Bool = true, largeAreShown: Bool, reasonIsLogged: Bool
  ) -> String {
    let adapter = mtu.adapter.map { " of \($0)" } ?? ""
    let fitting = mtu.tunnel.map { " of \($0)" } ?? ""
    let inferred = [
      failureIsShown ? nil : "that DTLS fails", mtu.adapter == nil ? "the adapter's MTU" : nil,
      largeAreShown ? nil : "that packets are too large", reasonIsLogged ? nil : "the client's reason",
    ].compactMap(\.self)
    return """
      The client's adapter keeps the MTU\(adapter) that was meant for DTLS, so packets are larger than the MTU\(fitting) of the \
      TLS tunnel, until a new session applies the smaller one.\
      \(inferred.isEmpty ? "" : " Inferred: \(inferred.joined(separator: ", ")).")\
      \(reasonIsLogged ? " The client's log gives the reason: reconfigure reason code 16." : "")
      """
  }

  /// Whether the failure's own remedies name TLS alone as the way out.
  private static func tellsOfTLSOnly(_ failure: Finding) -> Bool {
    [.handshakeUnanswered, .handshakeRefused].contains(failure.rule)
  }

  private static func remedies(
    _ mtu: MTUKnowledge, _ product: Product?, repairing failure: Finding?, isLogged: Bool = false
  ) -> [String] {
    let value = mtu.tunnel ?? mtu.tls
    let isComputed = mtu.tunnel == nil && mtu.tls != nil
    var remedies = [
      failure?.remedies.first.map { "Repair DTLS first: " + $0.lowercasedStart }
        ?? "Repair DTLS first: then the MTU of the adapter fits and nothing needs to reconnect."
    ]
    remedies.append(
      TLSVPN.mtuSetting(product, value) + (isComputed ? ", as the cipher suite and the outer MSS require" : "")
        + ": DTLS and TLS then use the same MTU, and no reconnect is needed.")
    guard product != .ocserv else { return remedies }
    // Packets do not show the product.
    let or = product == .ciscoASA ? "Or" : "Or, on a Cisco ASA,"
    remedies.append("\(or) let the gateway clear DF and fragment: `anyconnect ssl df-bit-ignore enable`.")
    if let mss = [mtu.clientMSS, mtu.gatewayMSS].compactMap({ $0 }).min(), mss < 1_460 {
      remedies.append(
        "\(or) raise `sysopt connection tcpmss` from \(mss) to 1460\(mtu.raisedTLS.map { " (the TLS MTU becomes \($0))" } ?? ""); this affects site-to-site IPsec tunnels too."
      )
    } else if isLogged {
      // Logs do not say what the MSS is now.
      remedies.append(
        "\(or) raise `sysopt connection tcpmss` to 1460, so that the TLS MTU exceeds the DTLS MTU; large UDP towards clients is then dropped at the DTLS MTU, and site-to-site IPsec tunnels are affected."
      )
    }
    if !(failure.map(tellsOfTLSOnly) ?? false) {
      remedies.append("Or a separate TLS-only tunnel group for users behind firewalls that block UDP.")
    }
    return remedies
  }

  static func corroboration(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration? {
    let reasons = tunnel.log.mtuReconfigurations
    return reasons.isEmpty
      ? nil
      : Corroboration(
        reasons.evidence(), reason: "the client's log gives the reason: reconfigure reason code 16, a new MTU")
  }

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    ReconnectCycle.recovery(from: finding, tunnel, at: now)
  }

  /// The chain begins with DTLS that fails: without that link it is not this chain.
  static func disappearance(
    of finding: Finding, from tunnel: TunnelDescription, before: [Finding]
  ) -> Disappearance {
    tunnel.channel(.dtls)?.outcome == .established ? .ofChannel(.dtls, tunnel) : .ofReconnects(tunnel, before: before)
  }

  // MARK: What logs show

  /// The client says that it reconnects for a new MTU, or large packets are followed by a reconnect a minute after the
  /// session began, without any DTLS.
  private static func loggedFinding(for tunnel: Tunnel, _ links: Links, in situation: Situation) -> Finding? {
    guard let chain = LoggedMTUChain(tunnel), !tunnel.isSeen || chain.isProven else { return nil }
    let causes = links.failed + links.port + links.large
    let shown = causes + links.reconnects
    let large = tunnel.log.largePackets
    let announced = tunnel.log.announcedMTUs(from: .server)
    var mtu = MTUKnowledge(tunnel, links.large)
    mtu.adapter = large?.largest ?? announced.compactMap(\.dtls).max()
    mtu.tunnel = large?.threshold ?? announced.compactMap(\.tls).min()
    let sure: (Confidence, String) =
      chain.isProven
      ? (.certain, "the client's log gives the reason: reconfigure reason code 16, a new MTU")
      : (
        .likely,
        "large packets, no DTLS and a reconnect a minute after connecting are all in the gateway's log; "
          + (tunnel.log.isWritten(by: .client)
            ? "the client's log does not give the reason" : "reason code 16 in the client's would prove it")
      )
    let starts = shown.compactMap(\.start) + chain.sightings.compactMap(\.time)
    let ends = shown.compactMap(\.end) + chain.sightings.compactMap(\.time)
    var finding = Finding(
      rule: name, about: .tunnel, severity: .error, confidence: sure.0, confidenceReason: sure.1, tunnel: tunnel.id,
      title: "DTLS fails, and the client reconnects to apply the smaller TLS MTU", headline: headline(mtu),
      explanation: self.chain(
        mtu, failureIsShown: links.failed.first ?? links.port.first != nil, largeAreShown: mtu.tunnel != nil,
        reasonIsLogged: chain.isProven),
      remedies: remedies(
        mtu, situation.product(of: tunnel), repairing: links.failed.first, isLogged: true),
      start: starts.min(), end: ends.max(), causes: causes.map(\.id), facts: facts(mtu),
      amount: links.reconnects.first?.amount, seconds: links.reconnects.first?.seconds,
      evidence: shown.flatMap { $0.evidence.filter { $0.frame != nil }.prefix(2) } + chain.reasons.evidence(4)
        + tunnel.log.facts(.adapterMTUApplied).evidence(1) + (large.map { [$0.largestFact.evidence()] } ?? [])
        + chain.turns.prefix(4).map { $0.reconnect.evidence("session opened again") })
    finding.effects = links.reconnects.map(\.id)
    finding.links = self.links(links)
    finding.proof =
      chain.isProven || tunnel.log.isWritten(by: .client)
      ? nil : "reason code 16 in the client's DART log would prove it"
    finding.stopgap = stopgap(mtu, situation.product(of: tunnel))
    finding.remediesOfCauses = causes.isEmpty ? 0 : 1
    return finding
  }
}
