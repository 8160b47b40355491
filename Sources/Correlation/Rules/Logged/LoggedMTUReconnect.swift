import Observations

extension MTUReconnect {
  /// What logs alone support: the client says that it reconnects for a new MTU, or large packets are followed by a
  /// reconnect a minute after the session began, without any DTLS.
  static func finding(for tunnel: LoggedTunnel, in situation: Situation, _ earlier: EarlierFindings) -> Finding? {
    guard let chain = LoggedMTUChain(tunnel.log) else { return nil }
    return finding(
      chain, tunnel.log, id: tunnel.id, situation.gatewayKnowledge(of: tunnel.gateway), earlier.about(tunnel.id))
  }

  /// - Parameter known: What was found about the tunnel before.
  static func finding(
    _ chain: LoggedMTUChain, _ log: TunnelLog, id: String, _ gateway: GatewayKnowledge?, _ known: [Finding]
  ) -> Finding {
    let causes = known.filter { $0.severity != .note && causing.contains($0.rule) }
    let large = log.largePackets
    let announced = log.facts.compactMap { fact -> TunnelMTUAnnouncement? in
      guard fact.side == .server, case .tunnelMTU(let mtu) = fact.event else { return nil }
      return mtu
    }
    let adapter = large?.largest ?? announced.compactMap(\.dtls).max()
    let tunnelMTU = large?.threshold ?? announced.compactMap(\.tls).min()
    var facts: [(name: String, value: FactValue)] = []
    if let adapter { facts.append(("adapter_mtu", .integer(adapter))) }
    if let tunnelMTU { facts.append(("tunnel_mtu", .integer(tunnelMTU))) }
    let sure: (Confidence, String) =
      chain.isProven
      ? (.certain, "the client's log gives the reason: reconfigure reason code 16, a new MTU")
      : (
        .likely,
        "large packets, no DTLS and a reconnect a minute after connecting are all in the gateway's log; reason code 16 in the client's would prove it"
      )
    let all = [causes.compactMap(\.start).min(), chain.facts.compactMap(\.time).min()].compactMap(\.self)
    let last = [causes.compactMap(\.end).max(), chain.facts.compactMap(\.time).max()].compactMap(\.self)
    return Finding(
      rule: name, severity: .error, confidence: sure.0, confidenceReason: sure.1, tunnel: id,
      title: "DTLS fails, and the client reconnects to apply the smaller TLS MTU",
      explanation: links(chain, causes, adapter, tunnelMTU),
      remedies: [
        "Repair DTLS first: then the MTU of the adapter fits and nothing needs to reconnect.",
        tunnelMTU.map {
          "Set `anyconnect mtu \($0)` or less in the group policy (the gateway's threshold): DTLS and TLS then use the same MTU, and no reconnect is needed."
        }
          ?? "Set an `anyconnect mtu` smaller than the TLS MTU in the group policy: no reconnect is needed then.",
        "Or let the gateway clear DF and fragment: `anyconnect ssl df-bit-ignore enable`.",
        "Or raise `sysopt connection tcpmss` to 1460, so that the TLS MTU exceeds the DTLS MTU; large UDP towards clients is then dropped at the DTLS MTU, and site-to-site IPsec tunnels are affected.",
        "Or a separate TLS-only tunnel group for users behind firewalls that block UDP.",
      ],
      start: all.min(), end: last.max(), causes: causes.map(\.id), facts: facts,
      evidence: causes.flatMap { $0.evidence.prefix(2) },
      logEvidence: chain.reasons.evidence(4) + log.facts(.adapterMTUApplied).evidence(1)
        + (large.map { [$0.largestFact.evidence()] } ?? [])
        + chain.turns.prefix(4).map { $0.reconnect.evidence() })
  }

  private static let causing: Set<RuleName> = [
    .dtlsUnanswered, .dtlsRefused, .dtlsHandshakeStalled, .dtlsLost, .dtlsPortMismatch, .oversizedDF, .mssExceedsMTU,
    .pmtuBlackHole, .reconnectCycle, .sessionReconnects,
  ]

  private static func links(_ chain: LoggedMTUChain, _ causes: [Finding], _ adapter: Int?, _ tunnelMTU: Int?) -> String
  {
    let failures: Set<RuleName> = [.dtlsUnanswered, .dtlsRefused, .dtlsHandshakeStalled, .dtlsLost]
    let failure = causes.first { failures.contains($0.rule) } ?? causes.first { $0.rule == .dtlsPortMismatch }
    let reconnect = causes.first { $0.rule == .reconnectCycle || $0.rule == .sessionReconnects }
    let words = [
      "DTLS does not come up (\(failure.map { "\($0.rule.rawValue), \($0.confidence.rawValue)" } ?? "inferred: the client would not need the TLS MTU otherwise"))",
      "the client's adapter keeps the MTU meant for DTLS\(adapter.map { " (\($0))" } ?? "") (\(adapter == nil ? "inferred" : "by the gateway's log"))",
      "packets larger than the TLS tunnel takes\(tunnelMTU.map { " (\($0))" } ?? "") cannot enter it (\(tunnelMTU == nil ? "inferred" : "by the gateway's log"))",
      "the client re-establishes its session to apply the smaller MTU ("
        + (chain.isProven ? "proven: reason code 16" : "its reason inferred")
        + (reconnect.map { "; \($0.rule.rawValue)" } ?? "") + ")",
    ]
    return words.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "; ") + "."
  }
}
