import Algorithms
import Observations

/// The whole chain of the support note: DTLS fails, the adapter keeps the DTLS MTU, large packets do not fit the TLS
/// tunnel, and the client re-establishes its session to apply the smaller one.
///
/// Proven links are those with findings of their own; what the packets cannot show (encryption hides the client's
/// reason) is named as inferred. A log line with reconfigure reason code 16 would prove it.
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
      "Set an `anyconnect mtu` smaller than the TLS MTU in the group policy: DTLS and TLS then use the same MTU and no "
        + "reconnect is needed.",
      "Let the gateway clear DF and fragment: `anyconnect ssl df-bit-ignore enable`.",
      "Raise `sysopt connection tcpmss` to 1460, so that the TLS MTU exceeds the DTLS MTU; large UDP towards clients is "
        + "then dropped at the DTLS MTU, and site-to-site IPsec tunnels are affected.",
      "Give users behind such firewalls a TLS-only tunnel group.",
    ])

  /// About a minute: what a reconnect to apply a new MTU comes after.
  private static let minute = 50.0...80.0

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.compactMap { finding(for: $0, in: situation, earlier) }
      + situation.logs.tunnels.compactMap { finding(for: $0, in: situation, earlier) }
  }

  private static func finding(for tunnel: Tunnel, in situation: Situation, _ earlier: EarlierFindings) -> Finding? {
    let own = earlier.about(tunnel).filter { $0.severity != .note }
    let failures: [RuleName] = [.dtlsUnanswered, .dtlsRefused, .dtlsHandshakeStalled, .dtlsLost]
    let sizes: [RuleName] = [.oversizedDF, .mssExceedsMTU, .pmtuBlackHole]
    let failed = own.filter { failures.contains($0.rule) }
    let large = own.filter { sizes.contains($0.rule) }
    let reconnects = own.filter { $0.rule == .reconnectCycle || $0.rule == .sessionReconnects }
    guard let failure = failed.first, let reconnect = reconnects.first else {
      return told(of: tunnel, in: situation, own)
    }
    let minutes = tunnel.tracks.flatMap(\.handovers)
      .filter {
        $0.kind == .reconnect && $0.interval.map(minute.contains) ?? false
          && $0.to.start > (failure.start ?? $0.from.start)
      }
    guard reconnect.rule == .reconnectCycle || !minutes.isEmpty else { return told(of: tunnel, in: situation, own) }
    let sure = confidence(large: large, reconnect, minutes: minutes.count)
    let mtu = MTUKnowledge(tunnel, large)
    var facts: [(name: String, value: FactValue)] = []
    if let adapter = mtu.adapter { facts.append(("adapter_mtu", .integer(adapter))) }
    if let fitting = mtu.tunnel { facts.append(("tunnel_mtu", .integer(fitting))) }
    let causes = failed + own.filter { $0.rule == .dtlsPortMismatch } + large + [reconnect]
    return Finding(
      rule: name, severity: .error, confidence: sure.0, confidenceReason: sure.1, tunnel: tunnel.id,
      title: "DTLS fails, and the client reconnects to apply the smaller TLS MTU",
      explanation: chain(failure, large, reconnect, mtu, isProven: !tunnel.log.mtuReconfigurations.isEmpty),
      remedies: remedies(mtu, tunnel),
      start: causes.compactMap(\.start).min(), end: causes.compactMap(\.end).max(),
      causes: causes.map(\.id), facts: facts,
      evidence: evidence(of: causes.dropLast(), reconnect, tunnel, aMinuteApart: minutes.first))
  }

  /// The beginning of what shows each link; a frame that shows two of them once.
  private static func evidence(
    of links: some Sequence<Finding>, _ reconnect: Finding, _ tunnel: Tunnel, aMinuteApart: Handover?
  ) -> [Evidence] {
    Array(
      (links.flatMap { $0.evidence.prefix(2) } + evidence(of: reconnect, tunnel, aMinuteApart: aMinuteApart)).uniqued())
  }

  /// What shows that the session was re-established: the first three sessions of a cycle, or else the first two that
  /// are a minute apart.
  private static func evidence(of reconnect: Finding, _ tunnel: Tunnel, aMinuteApart: Handover?) -> [Evidence] {
    if let cycle = tunnel.tracks.lazy.compactMap(ReconnectCycle.cycle).first {
      return ReconnectCycle.evidence(of: cycle.sessions.prefix(3))
    }
    return aMinuteApart.map { ReconnectCycle.evidence(of: [$0.from, $0.to]) } ?? Array(reconnect.evidence.prefix(2))
  }

  /// What the client's own word proves where the packets do not show the whole chain.
  private static func told(of tunnel: Tunnel, in situation: Situation, _ known: [Finding]) -> Finding? {
    guard let chain = LoggedMTUChain(tunnel.log), chain.isProven else { return nil }
    return finding(chain, tunnel.log, id: tunnel.id, situation.gatewayKnowledge(of: tunnel.gateway), known)
  }

  private static func confidence(
    large: [Finding], _ reconnect: Finding, minutes: Int
  ) -> (Confidence, String) {
    if !large.isEmpty {
      return (
        .likely,
        "DTLS failure, packets that are too large and the reconnects are all seen; the client's reason is encrypted (a DART log with reason code 16 would prove it)"
      )
    }
    if minutes >= 2 {
      return (
        .likely,
        "DTLS fails and reconnects a minute apart are both seen; that the MTU is the reason is inferred (an inside capture or a DART log would prove it)"
      )
    }
    return (.possible, "DTLS fails and the session reconnects, but nothing seen here says that the MTU is the reason")
  }

  /// The chain as cause and effect, each link with what proves it.
  private static func chain(
    _ failure: Finding, _ large: [Finding], _ reconnect: Finding, _ mtu: MTUKnowledge, isProven: Bool
  ) -> String {
    var links = ["DTLS fails (\(failure.rule.rawValue), proven)"]
    let adapter = mtu.adapter.map { " (\($0))" } ?? ""
    links.append(
      "the client's adapter keeps the MTU meant for DTLS\(adapter) (\(mtu.adapter == nil ? "inferred" : "proven by the inner packets"))"
    )
    if let first = large.first {
      links.append(
        "packets larger than the TLS tunnel takes\(mtu.tunnel.map { " (\($0))" } ?? "") are sent (\(first.rule.rawValue), proven)"
      )
    } else {
      links.append(
        "packets larger than the TLS tunnel takes\(mtu.tunnel.map { " (\($0))" } ?? "") cannot enter it (inferred)")
    }
    links.append(
      "the client re-establishes its session to apply the smaller MTU (\(reconnect.rule.rawValue) proven, its reason \(isProven ? "proven by the client's log: reason code 16" : "inferred"))"
    )
    return links.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "; ") + "."
  }

  private static func remedies(_ mtu: MTUKnowledge, _ tunnel: Tunnel) -> [String] {
    let value = mtu.tunnel ?? mtu.tls
    let reason =
      mtu.tunnel != nil ? "what the gateway's ICMP errors say fits" : "computed from the cipher suite and the outer MSS"
    var remedies = ["Repair DTLS first: then the MTU of the adapter fits and nothing needs to reconnect."]
    remedies.append(
      value.map {
        "Set `anyconnect mtu \($0)` or less in the group policy (\(reason)): DTLS and TLS then use the same MTU, and no reconnect is needed."
      }
        ?? "Set an `anyconnect mtu` smaller than the TLS MTU in the group policy: no reconnect is needed then.")
    remedies.append("Or let the gateway clear DF and fragment: `anyconnect ssl df-bit-ignore enable`.")
    if let mss = [mtu.clientMSS, mtu.gatewayMSS].compactMap({ $0 }).min(), mss < 1_460 {
      remedies.append(
        "Or raise `sysopt connection tcpmss` from \(mss) to 1460\(mtu.raisedTLS.map { " (the TLS MTU becomes \($0))" } ?? ""); this affects site-to-site IPsec tunnels too."
      )
    }
    remedies.append("Or a separate TLS-only tunnel group for users behind firewalls that block UDP.")
    return remedies
  }
}

/// What is known of the sizes that matter to one tunnel, all in bytes.
struct MTUKnowledge {
  /// Of the client's adapter, from the MSS that inner connections offer or the packets that came.
  let adapter: Int?
  /// What fits the TLS tunnel, from the gateway's ICMP errors.
  let tunnel: Int?
  /// What fits one TLS record, and one DTLS datagram, by arithmetic.
  let tls: Int?
  let dtls: Int?
  /// What would fit TLS with an outer MSS of 1460.
  let raisedTLS: Int?
  let clientMSS: Int?
  let gatewayMSS: Int?

  init(_ tunnel: Tunnel, _ large: [Finding] = []) {
    func fact(_ rule: RuleName, _ name: String) -> Int? {
      for finding in large where finding.rule == rule {
        if case .integer(let value) = finding.fact(name) { return value }
      }
      return nil
    }
    adapter = fact(.mssExceedsMTU, "mss").map { $0 + 40 } ?? fact(.oversizedDF, "largest")
    self.tunnel = fact(.oversizedDF, "mtu")
    let views = tunnel.leadingSession?.views ?? []
    // The gateway side sees what it is asked for after any rewriting, and the client side likewise.
    clientMSS = views.last?.opening?.clientMSS
    gatewayMSS = views.first?.opening?.serverMSS
    let suite = views.lazy.compactMap(\.cipherSuite).first
    let version = views.lazy.compactMap(\.version).first
    if let suite, let version {
      let mss = [clientMSS, gatewayMSS].compactMap { $0 }.min()
      tls = mss.flatMap { TunnelMTU.tls(maximumSegmentSize: $0, suite: suite, version: version) }
      raisedTLS = TunnelMTU.tls(maximumSegmentSize: 1_460, suite: suite, version: version)
    } else {
      tls = nil
      raisedTLS = nil
    }
    let attempt = tunnel.attempts.flatMap(\.views).first { $0.cipherSuite != nil }
    dtls = attempt.flatMap { view in
      guard let suite = view.cipherSuite, let version = view.version else { return nil }
      return TunnelMTU.dtls(
        linkMTU: 1_500, suite: suite, version: version, isIPv6: !tunnel.gateway.isIPv4)
    }
  }
}
