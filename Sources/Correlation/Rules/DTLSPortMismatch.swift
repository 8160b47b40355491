import Observations

/// DTLS that fails on a port of its own, while TLS to the same gateway works.
///
/// Points at CSCuh61321: changing "dtls port" while webvpn is enabled tells clients the new port while the gateway
/// goes on listening on the old one. Only the gateway's socket table proves it; a firewall that passes TCP but not
/// this UDP port looks the same.
enum DTLSPortMismatch: Rule {
  static let name = RuleName.dtlsPortMismatch

  static let documentation = RuleDocumentation(
    summary: "Clients are sent to a DTLS port on which the gateway does not listen.",
    meaning: "DTLS can never come up: the client is told one port, and the gateway listens on another.",
    recognisedBy: """
      Every hello goes unanswered or is refused on a port that is not 443 or not the port of TLS, while TLS to the \
      same gateway works. Certain when `show asp table socket` lists DTLS as listening on another port.
      """,
    notToConfuseWith: "A firewall that blocks this UDP port; without the socket table both are possible.",
    remedies: [
      "Compare the DTLS port that clients are told with `show asp table socket` on the gateway.",
      "Work around CSCuh61321: disable webvpn on the interface, set dtls port, enable webvpn again.",
    ])

  /// The port that DTLS uses unless configured.
  private static let usualPort = 443

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    situation.tunnels.compactMap { finding(for: $0, situation, earlier) }
      + loggedFindings(in: situation, earlier: earlier)
  }

  private static func finding(for tunnel: Tunnel, _ situation: Situation, _ earlier: EarlierFindings) -> Finding? {
    guard let dtlsPort = tunnel.dtlsPort, let tlsPort = tunnel.tlsPort else { return nil }
    let gateway = situation.gatewayKnowledge(of: tunnel.gateway)
    let word = socketWord(of: gateway, port: dtlsPort)
    var isContradicted = false
    switch word {
    case .unknown: guard dtlsPort != usualPort || dtlsPort != tlsPort else { return nil }
    case .listens:
      guard dtlsPort != usualPort || dtlsPort != tlsPort else { return nil }
      isContradicted = true
    case .listensElsewhere: break
    }
    let causes = earlier.about(tunnel).filter {
      ($0.rule == .dtlsUnanswered || $0.rule == .dtlsRefused) && $0.severity != .note
    }
    let judged = tunnel.attempts.filter { $0.outcome != .none }
    guard let cause = causes.first,
      judged.allSatisfy({ $0.outcome == .unanswered || $0.outcome == .refused })
    else { return nil }
    if case .listensElsewhere(let listening, let table) = word, let gateway {
      return provenFinding(
        port: dtlsPort, tlsPort: tlsPort, listening: listening, table: table, gateway, tunnel: tunnel.id, failure: cause
      )
    }
    let discarded = tunnel.log.discardedHellos(to: UInt16(exactly: dtlsPort).map { [$0] } ?? [])
    let isDiscarded = discarded.contains {
      if case .requestDiscarded(let packet) = $0.event { !packet.byAccessList } else { false }
    }
    let isRefusedByGateway =
      cause.rule == .dtlsRefused && cause.fact("reporter") == .text("\(tunnel.gateway)")
    return Finding(
      rule: name, severity: .warning,
      confidence: isContradicted ? .possible : isDiscarded ? .certain : isRefusedByGateway ? .likely : .possible,
      confidenceReason: isContradicted
        ? "by its own word the gateway does listen on UDP \(dtlsPort), which speaks against it"
        : isDiscarded
          ? "the gateway's log says that it discarded the hellos because nobody listens there"
          : isRefusedByGateway
            ? "the gateway itself says that nobody listens; its socket table would prove it"
            : "a firewall that drops UDP \(dtlsPort) looks the same; the gateway's socket table would tell",
      tunnel: tunnel.id, title: "The gateway does not seem to listen on DTLS port \(dtlsPort)",
      explanation: """
        Clients of \(tunnel.gateway) are told to use UDP \(dtlsPort) for DTLS\(tlsPort == dtlsPort ? "" : ", while TLS runs on \(tlsPort)"), \
        and \(isRefusedByGateway ? "the gateway refuses it" : "nothing answers there"). This is what bug CSCuh61321 looks \
        like: the DTLS port was changed while webvpn was enabled, so the gateway still listens on the old port\
        \(isRefusedByGateway ? "." : "; a firewall that blocks this port is as possible.")
        """,
      remedies: [
        "On the gateway: `show asp table socket`. If it lists DTLS … LISTEN on another port than \(dtlsPort), it is this bug.",
        "Work around it: disable webvpn on the interface (`no enable outside`), set `dtls port \(dtlsPort)`, enable it again.",
        "If the socket table is right, open UDP \(dtlsPort) on the firewalls in front of the gateway.",
      ],
      start: cause.start, end: cause.end, causes: [],
      facts: [("tls_port", .integer(tlsPort)), ("dtls_port", .integer(dtlsPort))],
      evidence: cause.evidence,
      logEvidence: discarded.evidence(3) + contradiction(word))
  }

  private static func contradiction(_ word: SocketWord) -> [LogEvidence] {
    guard case .listens(let table) = word else { return [] }
    return [table.evidence("the gateway listens on that port, which speaks against it")]
  }
}
