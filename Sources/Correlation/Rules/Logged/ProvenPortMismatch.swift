import Observations

extension DTLSPortMismatch {
  /// What the gateway's socket table says of a port that clients are told.
  enum SocketWord {
    /// DTLS listens elsewhere: on these ports, or on none.
    case listensElsewhere([UInt16], LogFact)
    case listens(LogFact)
    /// The table is not known.
    case unknown
  }

  static func socketWord(of gateway: GatewayKnowledge?, port: Int) -> SocketWord {
    guard let gateway, let sockets = gateway.sockets, let ports = gateway.ports(.dtls) else { return .unknown }
    return ports.contains { Int($0) == port } ? .listens(sockets.fact) : .listensElsewhere(ports.sorted(), sockets.fact)
  }

  /// The remedies of CSCuh61321, with the exact commands.
  static func workaround(_ gateway: GatewayKnowledge, port: Int) -> [String] {
    let commands = gateway.workaround(port: port).map { "`\($0)`" }
    return [
      "Work around CSCuh61321 on the gateway, in this order: \(commands.joined(separator: ", then ")).",
      "Check afterwards that `show asp table socket` lists DTLS … LISTEN on port \(port).",
      "Or go back to the port on which the gateway listens: then clients are told that one.",
    ]
  }

  /// The mismatch as the socket table proves it.
  ///
  /// - Parameters:
  ///   - tunnel: The one that suffers from it; nil when none is known.
  ///   - failure: What shows that DTLS fails, of which this is the cause.
  static func provenFinding(
    port: Int, tlsPort: Int?, listening: [UInt16], table: LogFact, _ gateway: GatewayKnowledge, tunnel: String?,
    failure: Finding?
  ) -> Finding {
    var facts: [(name: String, value: FactValue)] = []
    if let tlsPort { facts.append(("tls_port", .integer(tlsPort))) }
    facts.append(("dtls_port", .integer(port)))
    if let first = listening.first { facts.append(("listening_port", .integer(Int(first)))) }
    let place =
      listening.isEmpty
      ? "does not listen for DTLS at all"
      : "listens for DTLS on UDP \(Phrase.list(listening.prefix(4).map(String.init)))"
    let configured = gateway.webVPN
    return Finding(
      rule: name, severity: .warning, confidence: .certain,
      confidenceReason: "the gateway's own socket table lists the port on which it listens", tunnel: tunnel,
      title: listening.first.map { "Clients are told DTLS port \(port), but the gateway listens on \($0)" }
        ?? "Clients are told DTLS port \(port), but the gateway does not listen for DTLS",
      explanation: """
        Clients are told to use UDP \(port) for DTLS\(configured.map { _ in " (the configuration says so too)" } ?? ""), and the \
        gateway \(place), by its socket table: DTLS cannot come up. This is bug CSCuh61321: the DTLS port was changed while \
        webvpn was enabled, and the gateway goes on listening on the old port.
        """,
      remedies: workaround(gateway, port: port), start: failure?.start ?? table.time, end: failure?.end ?? table.time,
      facts: facts, evidence: failure?.evidence ?? [],
      logEvidence: [
        table.evidence("the socket table: DTLS " + (listening.first.map { "listens on \($0)" } ?? "listens nowhere"))
      ]
        + (configured.map { [$0.fact.evidence()] } ?? []) + (failure?.logEvidence.prefix(3) ?? []))
  }

  /// What logs alone support: a port that the socket table contradicts, or DTLS that fails on a port of its own.
  static func loggedFindings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    var found: [Finding] = []
    var told: Set<Int> = []
    for tunnel in situation.logs.tunnels {
      guard let port = situation.dtlsPort(of: tunnel) else { continue }
      let gateway = situation.gatewayKnowledge(of: tunnel.gateway)
      let failure = earlier.about(tunnel.id).first { $0.rule == .dtlsUnanswered || $0.rule == .dtlsRefused }
      let dtls = situation.loggedDTLS(tunnel)
      guard !dtls.isEstablished, failure != nil || LoggedMTUChain(tunnel.log) != nil else { continue }
      let tlsPort = gateway?.webVPN.map { Int($0.configuration.tlsPort ?? 443) } ?? tunnel.tlsPort
      switch socketWord(of: gateway, port: port) {
      case .listensElsewhere(let listening, let table):
        guard let gateway else { continue }
        told.insert(table.line.log)
        found.append(
          provenFinding(
            port: port, tlsPort: tlsPort, listening: listening, table: table, gateway, tunnel: tunnel.id,
            failure: failure))
      case .listens: continue
      case .unknown:
        guard let failure, port != 443 || tlsPort.map({ $0 != port }) ?? false else { continue }
        found.append(unproven(port: port, tlsPort: tlsPort, tunnel, failure, isDiscarded: !dtls.discarded.isEmpty))
      }
    }
    // A gateway that is known by what it says of itself alone.
    for gateway in situation.logs.gateways {
      guard let port = gateway.announcedPort, gateway.webVPN.map({ !$0.configuration.interfaces.isEmpty }) ?? false,
        case .listensElsewhere(let listening, let table) = socketWord(of: gateway, port: Int(port)), !listening.isEmpty,
        !told.contains(table.line.log),
        !situation.tunnels.contains(where: { situation.gatewayKnowledge(of: $0.gateway)?.device == gateway.device })
      else { continue }
      found.append(
        provenFinding(
          port: Int(port), tlsPort: gateway.webVPN.map { Int($0.configuration.tlsPort ?? 443) }, listening: listening,
          table: table, gateway, tunnel: nil, failure: nil))
    }
    return found
  }

  private static func unproven(
    port: Int, tlsPort: Int?, _ tunnel: LoggedTunnel, _ failure: Finding, isDiscarded: Bool
  ) -> Finding {
    Finding(
      rule: name, severity: .warning, confidence: isDiscarded ? .likely : .possible,
      confidenceReason: isDiscarded
        ? "the gateway discards the hellos; its socket table would prove it"
        : "a firewall that drops UDP \(port) looks the same; the gateway's socket table would tell",
      tunnel: tunnel.id, title: "The gateway does not seem to listen on DTLS port \(port)",
      explanation: """
        \(tunnel.capitalizedName) is told to use UDP \(port) for DTLS\(tlsPort.map { $0 == port ? "" : ", while TLS runs on \($0)" } ?? ""), and \
        DTLS fails there. This is what bug CSCuh61321 looks like: the DTLS port was changed while webvpn was enabled, so the \
        gateway still listens on the old port\(isDiscarded ? "." : "; a firewall that blocks this port is as possible.")
        """,
      remedies: [
        "On the gateway: `show asp table socket`, and give it to `--log`. If it lists DTLS … LISTEN on another port than \(port), it is this bug.",
        "Work around it: disable webvpn on the interface (`no enable outside`), set `dtls port \(port)`, enable it again.",
        "If the socket table is right, open UDP \(port) on the firewalls in front of the gateway.",
      ],
      start: failure.start, end: failure.end,
      facts: (tlsPort.map { [("tls_port", FactValue.integer($0))] } ?? []) + [("dtls_port", .integer(port))],
      evidence: [], logEvidence: failure.logEvidence)
  }
}
