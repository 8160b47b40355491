import Observations

/// What a line tells, in the words of evidence and timeline.
extension LogFact {
  var note: String {
    switch event {
    case .sessionOpened(.first): "session opened"
    case .sessionOpened(.replacing): "session opened again, in place of the one before"
    case .sessionOpened(.additional): "one more session opened"
    case .sessionOpened(.unknown): "session opened"
    case .connectionEstablished(.tls): "TLS tunnel established"
    case .connectionEstablished(.dtls): "DTLS tunnel established"
    case .connectionClosed(let transport, let reason):
      "\(transport.map { $0.name + " " } ?? "")connection closed" + (reason.map { ": \($0)" } ?? "")
    case .sessionEnded(let reason, let byClient):
      "session ended" + (byClient ? " by the client" : "") + (reason.map { ": \($0)" } ?? "")
    case .addressAssigned: "inner address assigned"
    case .handshake(let transport, let stage): "\(transport.name) handshake \(stage.words)"
    case .deadPeer(let transport): "\(transport.name): the peer is dead"
    case .reconnecting(let transport): "\(transport.map { $0.name + ": " } ?? "")a new connection is begun"
    case .largePacket(let packet):
      "large packet of \(packet.size) bytes \(packet.towardsClient ? "to" : "from") the client, threshold \(packet.threshold)"
    case .pathMTUExceeded(let refusal): "packet of \(refusal.size) bytes refused, effective MTU \(refusal.mtu)"
    case .tunnelMTU(let mtu):
      "tunnel MTU: "
        + [
          mtu.tls.map { "TLS \($0)" }, mtu.dtls.map { "DTLS \($0)" }, mtu.base.map { "link \($0)" },
          mtu.tcpMSS.map { "outer MSS \($0)" },
        ]
        .compactMap(\.self).joined(separator: ", ")
    case .reconfigured(let code, let text): "reconfigure reason code \(code)" + (text.isEmpty ? "" : ": \(text)")
    case .adapterMTUApplied: "a new MTU is applied to the adapter"
    case .dtlsPortAnnounced(let port): "clients are told UDP \(port) for DTLS"
    case .requestDiscarded(let packet):
      "request to port \(packet.destination.port) discarded"
        + (packet.byAccessList ? " by an access list" : ": nobody listens")
    case .accessDenied(let packet): "packet to port \(packet.destination.port) denied by an access list"
    case .dtlsSendFailed: "sending DTLS failed on the client's own host"
    case .listeningSockets(let sockets):
      "listens on " + Phrase.list(sockets.prefix(6).map { "\($0.transport.name) \($0.port)" })
    case .webVPN(let configuration):
      "configured DTLS port \(configuration.dtlsPort ?? 443), TLS port \(configuration.tlsPort ?? 443)"
    case .groupPolicy(let policy): "group policy \(policy.name)"
    case .tcpMSSLimit(let bytes): "sysopt connection tcpmss \(bytes)"
    case .packetsDropped(let reason, let count): "\(count) packets dropped: \(reason)"
    case .vpnSession(let detail): "session with\(detail.dtlsPort == nil ? "out" : "") a DTLS tunnel"
    }
  }

  func evidence(_ note: String? = nil) -> LogEvidence {
    LogEvidence(line: line, time: time, note: (note ?? self.note) + (isTimeOfSession ? " (time of its session)" : ""))
  }

  /// How the timeline sorts it; nil for what is set rather than happening.
  var timelineKind: TimelineEntry.Kind? {
    switch kind {
    case .opened, .ended, .closed, .reconnecting, .addressAssigned, .tlsEstablished, .tlsDead, .reconfigured,
      .adapterMTUApplied:
      .logSession
    case .dtlsEstablished, .dtlsStarted, .dtlsCompleted, .dtlsTimedOut, .dtlsFailed, .dtlsRepeated, .dtlsDead,
      .dtlsSendFailed:
      .logDTLS
    case .largePacket, .pathMTUExceeded: .logSize
    case .requestDiscarded, .accessDenied: .logPort
    default: nil
    }
  }
}

extension TunnelTransport {
  var name: String { self == .tls ? "TLS" : "DTLS" }
}

extension HandshakeStage {
  fileprivate var words: String {
    switch self {
    case .started: "begins"
    case .completed: "completed"
    case .timedOut: "timed out"
    case .failed(let reason): "failed" + (reason.map { ": \($0)" } ?? "")
    case .repeated: "messages repeated"
    }
  }
}

extension [LogFact] {
  /// The first few of them as evidence.
  func evidence(_ limit: Int = 4, _ note: String? = nil) -> [LogEvidence] { prefix(limit).map { $0.evidence(note) } }
}
