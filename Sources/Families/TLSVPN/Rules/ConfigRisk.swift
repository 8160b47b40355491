import Correlation
import Observations

extension RuleName {
  static let configRisk = RuleName("config-risk")
}

/// Configuration of a gateway that will bring the fault about although nothing seen here shows it yet.
///
/// Recognised in the output of `show run`, `show asp table socket` and `debug webvpn anyconnect` alone; where the fault
/// itself is seen, its own finding says so instead.
enum ConfigRisk: Rule {
  static let name = RuleName.configRisk
  static let topic = RuleTopic.configuration

  static func plural(_ about: FindingSubject) -> String { "have a risk in their configuration" }

  static let documentation = RuleDocumentation(
    summary: "The gateway's configuration will cause the fault.",
    meaning: """
      Nothing is broken yet, or nothing here shows it: the next client whose DTLS fails, or the next change of a port, \
      will bring it about.
      """,
    recognisedBy: """
      `show run webvpn` with a DTLS port that is not 443, while no socket table shows the gateway listening there; an \
      `anyconnect mtu` (or the DTLS MTU of 1418) above the TLS MTU that `sysopt connection tcpmss` and the cipher's overhead \
      leave, without `anyconnect ssl df-bit-ignore enable`; a group policy with DTLS disabled; a log of a client that was given \
      intervals of 0 for dead-peer detection and keep-alive.
      """,
    notToConfuseWith: """
      The fault itself: a socket table that lists another port is port-mismatch. A small `anyconnect mtu`, or a \
      tcpmss of 1460, is no risk.
      """,
    remedies: [
      "Set `anyconnect mtu N` in the group policy, with N at most the TLS MTU.",
      "Let the gateway clear DF and fragment: `anyconnect ssl df-bit-ignore enable`.",
      "Change the DTLS port only while webvpn is disabled on the interface, and check `show asp table socket` afterwards.",
    ])

  /// What the gateway computes for DTLS unless configured (AES-CBC with SHA-1 on a link of 1500 bytes).
  static let defaultMTU = 1_418
  /// `sysopt connection tcpmss` unless configured.
  static let defaultTCPMSS = 1_380
  /// What it amounts to when it is switched off: a link of 1500 bytes less 40 of headers.
  private static let unlimitedMSS = 1_460
  /// The least that TLS, CSTP and any cipher suite add to a packet: 5, 8 and 17 bytes (TLS 1.3).
  static let leastOverhead = 30

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    let isMismatchKnown = earlier.all.contains { $0.rule == .portMismatch && $0.severity != .note }
    return situation.logs.gateways.flatMap { gateway in
      (isMismatchKnown ? [] : [port(gateway)]) + mtus(gateway, situation) + disabled(gateway)
    }.compactMap(\.self) + situation.tunnels.compactMap { $0.hasLog ? undetectedDeath($0) : nil }
  }

  private static func finding(
    title: String, explanation: String, remedies: [String], facts: [(name: String, value: FactValue)],
    _ gateway: GatewayKnowledge, shown: [LogFact]
  ) -> Finding {
    Finding(
      rule: name, about: .device(gateway.device), severity: .note, confidence: .likely,
      confidenceReason: "the configuration says so; whether it has happened is not seen here", tunnel: nil,
      title: title, explanation: explanation, remedies: remedies, start: shown.compactMap(\.time).min(),
      end: shown.compactMap(\.time).max(), facts: facts, evidence: shown.evidence())
  }

  // MARK: The port

  private static func port(_ gateway: GatewayKnowledge) -> Finding? {
    guard let (configuration, fact) = gateway.webVPN, let port = configuration.dtlsPort, port != 443 else { return nil }
    var facts: [(name: String, value: FactValue)] = [("dtls_port", .integer(Int(port)))]
    var shown = [fact]
    let state: String
    if let sockets = gateway.sockets, let listening = gateway.ports(.dtls) {
      if listening.contains(port) { return nil }
      if let first = listening.min() { facts.append(("listening_port", .integer(Int(first)))) }
      shown.append(sockets.fact)
      state =
        listening.min().map { "According to its socket table the gateway listens on \($0)." }
        ?? "According to its socket table the gateway does not listen for DTLS."
    } else {
      state = "No socket table shows whether the gateway listens there."
    }
    return finding(
      title: "The DTLS port is configured as \(port)",
      explanation: """
        Clients are given UDP \(port) for DTLS. \(state) When the port is changed while webvpn is enabled, the gateway \
        goes on listening on the old one (CSCuh61321), and firewalls that pass 443 may drop it.
        """,
      remedies: [
        "On the gateway: `show asp table socket`. It has to list DTLS … LISTEN on port \(port).",
        "Work around CSCuh61321 on the gateway, in this order: \(gateway.workaround(port: Int(port)).map { "`\($0)`" }.joined(separator: ", then ")).",
      ], facts: facts, gateway, shown: shown)
  }

  // MARK: Sizes

  private static func mtus(_ gateway: GatewayKnowledge, _ situation: Situation) -> [Finding] {
    let policies = gateway.groupPolicies.filter { $0.policy.isDTLSEnabled != false }
    if policies.isEmpty {
      guard gateway.tcpMSS != nil || gateway.computedMTU?.mtu.dtls != nil else { return [] }
      return [mtu(gateway, nil, situation)].compactMap(\.self)
    }
    return policies.compactMap { mtu(gateway, $0, situation) }
  }

  private static func mtu(
    _ gateway: GatewayKnowledge, _ group: (policy: GroupPolicyConfiguration, fact: LogFact)?, _ situation: Situation
  ) -> Finding? {
    guard group?.policy.ignoresDontFragment != true else { return nil }
    // Without a word about sizes there is nothing to compare.
    guard group?.policy.mtu != nil || gateway.tcpMSS != nil || gateway.computedMTU != nil else { return nil }
    let mtu = group?.policy.mtu ?? gateway.computedMTU?.mtu.dtls ?? defaultMTU
    let configured = gateway.tcpMSS?.bytes ?? gateway.computedMTU?.mtu.tcpMSS ?? defaultTCPMSS
    let mss = configured == 0 ? unlimitedMSS : configured
    let computed = gateway.computedMTU?.mtu.tls ?? tls(mss, gateway, situation)
    let limit = computed ?? mss - leastOverhead
    guard mtu > limit else { return nil }
    let isSet = group?.policy.mtu != nil
    var facts: [(name: String, value: FactValue)] = [
      ("mtu", .integer(mtu)), ("tls_mtu", .integer(limit)), ("tcpmss", .integer(mss)),
    ]
    if let group { facts.append(("group_policy", .text(group.policy.name))) }
    facts.append(("df_bit_ignore", .boolean(false)))
    let shown = [group?.fact, gateway.tcpMSS?.fact, gateway.computedMTU?.fact].compactMap(\.self)
    return finding(
      title: "The tunnel MTU of \(mtu) is above what TLS takes (\(computed == nil ? "at most " : "")\(limit))",
      explanation: """
        \(group.map { "Group policy \($0.policy.name)" } ?? "The gateway") gives clients an MTU of \(mtu)\(isSet ? " (`anyconnect mtu`)" : ", the DTLS MTU"); with \
        an outer MSS of \(mss) the TLS tunnel takes \(computed == nil ? "at most " : "")\(limit). Clients whose DTLS fails have to \
        reconnect after a minute to apply the smaller one, and until then packets with DF that are larger are dropped \
        (df-bit-ignore is not enabled).
        """,
      remedies: [
        "Set `anyconnect mtu \(limit)` or less in the group policy: DTLS and TLS then use the same MTU.",
        "Or let the gateway clear DF and fragment: `anyconnect ssl df-bit-ignore enable`.",
        "Or raise `sysopt connection tcpmss` to 1460; large UDP towards clients and site-to-site IPsec tunnels are affected.",
      ], facts: facts, gateway, shown: shown)
  }

  /// By the cipher suite of a tunnel to this gateway that a capture shows: another gateway's suite says nothing of this one.
  private static func tls(_ mss: Int, _ gateway: GatewayKnowledge, _ situation: Situation) -> Int? {
    for tunnel in situation.tunnels where tunnel.isSeen {
      guard let known = situation.gatewayKnowledge(of: tunnel), known.isSame(as: gateway) else { continue }
      let views = tunnel.seen.first { $0.kind == .tls }?.leadingSession?.views ?? []
      guard let suite = views.lazy.compactMap(\.cipherSuite).first,
        let version = views.lazy.compactMap(\.version).first
      else { continue }
      return TunnelMTU.tls(maximumSegmentSize: mss, suite: suite, version: version)
    }
    return nil
  }

  // MARK: Dead-peer detection switched off

  /// Neither probes nor keep-alives: nobody notices that the path is gone, and NAT forgets an idle tunnel.
  private static func undetectedDeath(_ tunnel: Tunnel) -> Finding? {
    let timers = tunnel.log.facts(.timers).compactMap { fact -> (fact: LogFact, timers: ChannelTimers)? in
      guard case .negotiated(.timers(_, let timers)) = fact.event, timers.deadPeerDetection != nil else { return nil }
      return (fact, timers)
    }
    guard let last = timers.last, last.timers.deadPeerDetection == 0, last.timers.keepalive ?? 0 == 0 else {
      return nil
    }
    return Finding(
      rule: name, about: .tunnel, severity: .note, confidence: .certain,
      confidenceReason: "the log shows the intervals that the gateway gave the client", tunnel: tunnel.id,
      title: "Dead-peer detection and keep-alives are switched off",
      explanation: """
        The gateway gave \(tunnel.clientName) a dead-peer interval and a keep-alive interval of 0. When the path breaks, or a \
        NAT forgets an idle tunnel, neither side notices: everything says connected and nothing flows.
        """,
      remedies: [
        "Set a dead-peer interval on the gateway: 20 to 30 seconds.",
        "Or let the client probe by itself (openconnect: `--force-dpd 30`).",
      ], start: last.fact.time, end: last.fact.time, facts: [("dead_peer_seconds", .integer(0))],
      evidence: [last.fact.evidence()])
  }

  // MARK: DTLS switched off

  private static func disabled(_ gateway: GatewayKnowledge) -> [Finding?] {
    gateway.groupPolicies.filter { $0.policy.isDTLSEnabled == false }.map { policy, fact in
      finding(
        title: "Group policy \(policy.name) has DTLS disabled",
        explanation: """
          Clients with group policy \(policy.name) use TLS alone. Voice and video suffer from TCP over TCP; for users behind \
          firewalls that block UDP it is the remedy.
          """,
        remedies: ["If that is not intended: `anyconnect ssl dtls enable` in the group policy."],
        facts: [("group_policy", .text(policy.name)), ("dtls_enabled", .boolean(false))], gateway, shown: [fact])
    }
  }
}
