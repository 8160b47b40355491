import Observations

/// Raises the confidence of findings from captures by what logs say of the same tunnel, and cites the lines.
///
/// Packets decide what is found; logs never take a finding away. Where a log contradicts one, the finding says so.
enum LogSupport {
  static func supported(_ finding: Finding, _ situation: Situation) -> Finding {
    guard !situation.logs.isEmpty, let tunnel = finding.tunnel.flatMap(situation.tunnel(named:)), !tunnel.log.isEmpty
    else { return finding }
    let log = tunnel.log
    switch finding.rule {
    case .dtlsUnanswered: return unanswered(finding, tunnel)
    case .dtlsRefused:
      return raised(
        finding, by: log.facts(.dtlsSendFailed), "the client's log says that sending DTLS failed on its own host")
    case .dtlsHandshakeStalled:
      let client = log.facts(.dtlsTimedOut) + log.facts(.dtlsDead)
      let gateway = log.facts(.dtlsStarted, from: .server) + log.facts(.dtlsRepeated, from: .server)
      return raised(
        finding, by: Array(client.prefix(3)) + gateway.prefix(3),
        client.isEmpty
          ? "the gateway's log tells of handshakes that begin and of none that works"
          : "the client's log says that DTLS does not work")
    case .dtlsLost:
      return raised(finding, by: log.facts(.dtlsDead), "dead-peer detection gave the association up, by a log")
    case .reconnectCycle, .sessionReconnects: return reconnects(finding, log)
    case .oversizedDF, .pmtuBlackHole, .mssExceedsMTU: return sizes(finding, log)
    case .mtuReconnect:
      return raised(
        finding, by: log.mtuReconfigurations, "the client's log gives the reason: reconfigure reason code 16, a new MTU"
      )
    default: return finding
    }
  }

  /// One step surer, certain at most; a reason that says the same is not said twice.
  private static func raised(
    _ finding: Finding, by facts: [LogFact], _ reason: String, to confidence: Confidence = .certain
  ) -> Finding {
    guard !facts.isEmpty else { return finding }
    var surer = finding
    surer.logEvidence += facts.evidence()
    if finding.confidence < confidence {
      surer.confidence = confidence
      surer.confidenceReason = reason
    } else {
      surer.confidenceReason += "; \(reason)"
    }
    return surer
  }

  private static func unanswered(_ finding: Finding, _ tunnel: Tunnel) -> Finding {
    let log = tunnel.log
    let ports = Set([tunnel.dtlsPort].compactMap { $0.flatMap(UInt16.init(exactly:)) })
    let discarded = log.discardedHellos(to: ports)
    if let discard = discarded.first, case .requestDiscarded(let packet) = discard.event {
      var proven = raised(
        finding, by: discarded,
        packet.byAccessList
          ? "the gateway's log says that its access list dropped the hellos"
          : "the gateway's log says that it discarded the hellos because nobody listens there")
      proven.explanation +=
        packet.byAccessList
        ? " The gateway says why: its own access list forbids it."
        : " The gateway says why: nobody listens on that port."
      return proven
    }
    return raised(
      finding, by: log.facts(.dtlsTimedOut), "the client's log says that its DTLS handshakes timed out",
      to: tunnel.sessions.isEmpty ? .likely : .certain)
  }

  private static func reconnects(_ finding: Finding, _ log: TunnelLog) -> Finding {
    let told = LoggedSessions(log)
    var supported = raised(
      finding, by: told.reconnects.map(\.opening),
      told.reconnects.allSatisfy(\.isSaid)
        ? "a log says that \(told.reconnects.count == 1 ? "a session takes" : "sessions take") the place of the one before"
        : "a log tells of the same sessions")
    // What the packets of this side cannot show.
    let timedOut = log.facts(.dtlsTimedOut)
    if let first = timedOut.first, told.reconnects.isEmpty == false {
      supported.explanation +=
        " By the client's log \(Phrase.count(log.count(.dtlsTimedOut), "DTLS handshake")) timed out."
      supported.logEvidence.append(first.evidence())
    }
    return supported
  }

  private static func sizes(_ finding: Finding, _ log: TunnelLog) -> Finding {
    guard let packets = log.largePackets else { return finding }
    var supported = raised(finding, by: packets.facts, "the gateway's log says the same")
    supported.explanation +=
      " The gateway's log tells of \(Phrase.count(packets.count, "packet")) of up to \(packets.largest) bytes, with a threshold of \(packets.threshold)."
    supported.logEvidence += log.refusedPackets.map(\.fact).evidence(2)
    return supported
  }
}
