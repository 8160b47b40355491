import Observations

extension DTLSRefused {
  /// What logs alone support: the client could not even send. Which error came back, and from whom, no log says.
  static func finding(for tunnel: LoggedTunnel, in situation: Situation) -> Finding? {
    let dtls = situation.loggedDTLS(tunnel)
    guard dtls.verdict == .refused, let first = dtls.failures.first, let last = dtls.failures.last else { return nil }
    let port = situation.dtlsPort(of: tunnel)
    let place = port.map { " on UDP \($0)" } ?? ""
    return Finding(
      rule: name, severity: .warning, confidence: .possible,
      confidenceReason:
        "the client's system refused to send, mostly because an ICMP error came back; the log does not say which",
      tunnel: tunnel.id, title: "DTLS\(place) seems to be refused",
      explanation: """
        By the client's log, sending DTLS\(place) failed on its own host. That is what an ICMP error from the gateway or a \
        firewall leads to (port unreachable, or prohibited); a firewall on the client's host looks the same. The tunnel \
        runs over TLS alone.
        """,
      remedies: [
        "Capture on the client while it connects: the ICMP error names who refuses UDP \(port ?? 443).",
        "Look for a rule against UDP \(port ?? 443) on the client's host and on the firewalls on the path.",
      ],
      start: first.time, end: last.time,
      facts: (port.map { [("port", FactValue.integer($0))] } ?? []) + [
        ("attempts", .integer(tunnel.log.count(.dtlsSendFailed)))
      ],
      evidence: [], logEvidence: dtls.failures.evidence())
  }
}
