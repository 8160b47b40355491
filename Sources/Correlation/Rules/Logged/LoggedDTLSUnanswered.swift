import Observations

extension DTLSUnanswered {
  /// What logs alone support: the client's handshakes time out, and nothing says that the gateway saw them.
  static func finding(for tunnel: LoggedTunnel, in situation: Situation) -> Finding? {
    let dtls = situation.loggedDTLS(tunnel)
    guard dtls.verdict == .unanswered, let first = dtls.failures.first, let last = dtls.failures.last else {
      return nil
    }
    let port = situation.dtlsPort(of: tunnel)
    let place = port.map { " on UDP \($0)" } ?? ""
    let sessions = tunnel.log.facts(.opened, from: .server)
    let isDiscarded = !dtls.discarded.isEmpty
    let sure: (Confidence, String)
    if let discard = dtls.discarded.first, case .requestDiscarded(let packet) = discard.event {
      sure = (
        .certain,
        packet.byAccessList
          ? "the gateway says that its access list dropped the hellos"
          : "the gateway says that it discarded the hellos: nobody listens there"
      )
    } else if !sessions.isEmpty {
      sure = (.likely, "the gateway's log tells of the sessions and of no DTLS handshake")
    } else {
      sure = (
        .possible,
        "a client's log cannot tell an answer that never came from a handshake that was not completed; "
          + "the gateway's log or a capture would"
      )
    }
    return Finding(
      rule: name, severity: .warning, confidence: sure.0, confidenceReason: sure.1, tunnel: tunnel.id,
      title: "DTLS\(place) is never answered",
      explanation: """
        \(isDiscarded ? "The gateway discarded" : "By the client's log") \
        \(isDiscarded ? "\(Phrase.count(dtls.discarded.count, "DTLS hello")) of \(tunnel.name)\(place): nobody listens there, or an access list forbids it." : "\(Phrase.count(tunnel.log.count(.dtlsTimedOut), "DTLS handshake"))\(place) timed out, and none succeeded.") \
        \(isDiscarded || sessions.isEmpty ? "" : "The gateway tells of \(Phrase.count(sessions.count, "session")) of this client and of no DTLS handshake: the hellos do not seem to reach it. ")\
        The tunnel runs over TLS alone.
        """,
      remedies: [
        "Allow UDP \(port ?? 443) between \(tunnel.client.map(\.description) ?? "the client") and \(tunnel.gatewayName), both directions, on every firewall on the path.",
        "On the gateway, check that DTLS listens on UDP \(port ?? 443) (`show asp table socket`) and that no access list drops it.",
        "If UDP cannot be opened for these users: a separate TLS-only tunnel group, with an `anyconnect mtu` that fits TLS.",
      ],
      start: first.time, end: last.time,
      facts: (port.map { [("port", FactValue.integer($0))] } ?? []) + [
        ("attempts", .integer(isDiscarded ? dtls.discarded.count : tunnel.log.count(.dtlsTimedOut)))
      ], evidence: [],
      logEvidence: dtls.failures.evidence(6) + (isDiscarded ? [] : sessions.evidence(1)))
  }
}
