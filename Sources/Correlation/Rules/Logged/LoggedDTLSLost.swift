import Observations

extension DTLSLost {
  /// What logs alone support: DTLS was established, and later its peer was found dead.
  static func finding(for tunnel: LoggedTunnel, in situation: Situation) -> Finding? {
    let dtls = situation.loggedDTLS(tunnel)
    guard dtls.verdict == .lost, let dead = dtls.failures.first else { return nil }
    let port = situation.dtlsPort(of: tunnel)
    let place = port.map { " on UDP \($0)" } ?? ""
    let established = dtls.established.last { LogFact.isBefore($0, dead) }
    let later = tunnel.log.facts.filter { LogFact.isBefore(dead, $0) && $0.side == dead.side }
    let comesBack = later.contains { $0.kind == .dtlsEstablished || $0.kind == .dtlsCompleted }
    let failed = later.filter { $0.kind == .dtlsTimedOut || $0.kind == .dtlsSendFailed }
    let side = dead.side == .server ? "client" : "gateway"
    var facts: [(name: String, value: FactValue)] = port.map { [("port", FactValue.integer($0))] } ?? []
    if let seconds = dtls.livedSeconds { facts.append(("established_seconds", .number(seconds))) }
    facts.append(("silent_side", .text(side)))
    return Finding(
      rule: name, severity: comesBack ? .warning : .error, confidence: failed.isEmpty ? .possible : .likely,
      confidenceReason: failed.isEmpty
        ? "dead-peer detection says so; a capture would show since when nothing came"
        : "dead-peer detection says so, and new handshakes fail",
      tunnel: tunnel.id, title: "DTLS was lost: the \(side) is not heard any more",
      explanation: """
        DTLS\(place) was established\(dtls.livedSeconds.map { " for \(Phrase.duration($0))" } ?? ""); then the \
        \(side == "gateway" ? "client" : "gateway")'s dead-peer detection gave the \(side) up. \
        \(comesBack ? "DTLS came back later." : failed.isEmpty ? "The log does not tell of DTLS coming back." : "Since then \(Phrase.count(failed.count, "handshake")) failed; traffic runs over TLS.")
        """,
      remedies: [
        "Find the device that stopped passing UDP \(port ?? 443) at that moment: a rule change, a NAT or firewall state that expired, a path change.",
        "Keep the state alive: a DTLS keep-alive interval below the idle timeout of the devices on the path.",
      ],
      start: established?.time ?? dead.time, end: failed.last?.time ?? dead.time, facts: facts, evidence: [],
      logEvidence: [established, dead].compactMap { $0?.evidence() } + failed.evidence(3))
  }
}
