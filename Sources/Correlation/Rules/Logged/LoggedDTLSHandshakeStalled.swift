import Observations

extension DTLSHandshakeStalled {
  /// What logs alone support: the gateway tells of handshakes that the client gave up, or what the client calls
  /// established is dead each time.
  static func finding(for tunnel: LoggedTunnel, in situation: Situation) -> Finding? {
    let dtls = situation.loggedDTLS(tunnel)
    guard dtls.verdict == .stalled, let first = dtls.failures.first, let last = dtls.failures.last else { return nil }
    let port = situation.dtlsPort(of: tunnel)
    let place = port.map { " on UDP \($0)" } ?? ""
    let hasTimeouts = first.kind == .dtlsTimedOut
    let isDead = first.kind == .dtlsDead
    let gateway = dtls.begunAtGateway + dtls.repeatedAtGateway
    let hasBoth = !gateway.isEmpty && (hasTimeouts || isDead)
    let story =
      isDead
      ? "The client took DTLS\(place) for established \(Phrase.count(dtls.established.count, "time")) and found the gateway dead each "
        + "time: nothing ever came through it. A client that resumes a session counts its handshake as done before the gateway has answered the last flight."
      : hasTimeouts
        ? "The client's DTLS handshakes\(place) time out, although the gateway tells of \(Phrase.count(gateway.count, "of their messages", plural: "of their messages"))."
        : "The gateway gets the same DTLS handshake messages\(place) again and again: its answers do not reach the client."
    return Finding(
      rule: name, severity: .warning, confidence: hasBoth || isDead ? .likely : .possible,
      confidenceReason: hasBoth
        ? "the client's log and the gateway's log tell both ends of it; a capture would show which packets are lost"
        : isDead
          ? "\(Phrase.count(dtls.failures.count, "association")) in a row died without ever working"
          : "only one side's log tells of it",
      tunnel: tunnel.id, title: "The DTLS handshake\(place) stalls",
      explanation: story + " The tunnel runs over TLS alone.",
      remedies: [
        "Look between client and gateway for a device that passes the first packet of a UDP flow and drops the next ones, or one direction (asymmetric routing, inspection).",
        "Capture at both ends at the same time: that says where packets disappear.",
      ],
      start: first.time, end: last.time,
      facts: (port.map { [("port", FactValue.integer($0))] } ?? []) + [("attempts", .integer(dtls.failures.count))],
      evidence: [], logEvidence: (dtls.failures.evidence() + gateway.evidence(3)).sorted { $0.line < $1.line })
  }
}
