import Observations

/// What a line says, in the words of evidence and timeline.
extension LogFact {
  package var note: String {
    switch event {
    case .established(let event): Self.established(event)
    case .opened(let event): "\(event.id.channel.name) handshake begins"
    case .failed(let event): "\(event.id.channel.name) handshake \(event.cause.words)"
    case .deadPeer(let event): "\(event.id.channel.name): the peer is dead"
    case .ended(let event):
      (event.id.map { "\($0.channel.name) connection closed" }
        ?? (event.isUnnamedConnection ? "connection closed" : "session ended"))
        + (event.byClient ? " by the client" : "") + (event.reason.map { ": \($0)" } ?? "")
    case .reconnecting(let channel): "\(channel.map { $0.name + ": " } ?? "")the client begins a new connection"
    case .negotiated(.innerAddress): "inner address assigned"
    case .negotiated(.port(let channel, let port)): "the client is given port \(port) for \(channel.name)"
    case .negotiated(.mtu(let mtu)):
      "tunnel MTU: "
        + [
          mtu.tls.map { "TLS \($0)" }, mtu.dtls.map { "DTLS \($0)" }, mtu.base.map { "link \($0)" },
          mtu.tcpMSS.map { "outer MSS \($0)" },
        ]
        .compactMap(\.self).joined(separator: ", ")
    case .negotiated(.notOffered(let channel, let mayBeByClient)):
      "\(channel.name) is not offered" + (mayBeByClient ? ", or switched off" : " by the gateway")
    case .negotiated(.timers(let channel, let timers)):
      "\(channel.name): "
        + [
          timers.deadPeerDetection.map { "dead-peer detection \($0) s" }, timers.keepalive.map { "keep-alive \($0) s" },
          timers.rekey.map { "rekey \($0) s" },
        ].compactMap(\.self).joined(separator: ", ")
    case .negotiated(.innerAddressChanged(let from, let to)): "inner address \(to) instead of \(from)"
    case .largePacket(let packet):
      "large packet of \(packet.size) bytes \(packet.towardsClient ? "to" : "from") the client, threshold \(packet.threshold)"
    case .pathMTUExceeded(let refusal): "packet of \(refusal.size) bytes refused, effective MTU \(refusal.mtu)"
    case .packetDropped(let packet):
      if let reason = packet.reason {
        "packet to port \(packet.destination.port) dropped: \(reason)"
      } else if packet.isToDevice {
        "request to port \(packet.destination.port) discarded"
          + (packet.byAccessList ? " by an access list" : ": nothing listens there")
      } else {
        "packet to port \(packet.destination.port) denied by an access list"
      }
    case .sendTooLarge(let channel): "a packet of \(channel.name) is larger than the path takes and was not sent"
    case .statement(let statement): Self.words(statement)
    case .message, .refused, .rejected, .data, .silence, .addressChanged, .closing, .summary, .packetTooBig,
      .oversizedPackets, .mssOffered, .stuckSegment, .fragments:
      "seen"
    }
  }

  private static func established(_ event: Establishment) -> String {
    if event.completesHandshakeOnly { return "\(event.id.channel.name) handshake completed" }
    return switch event.relation {
    case .first: "session opened"
    case .replacing: "session opened again, in place of the one before"
    case .additional: "one more session opened"
    case .resumed: "session resumed over a new connection"
    case .unknown: "\(event.id.channel.name) established"
    }
  }

  private static func words(_ statement: Statement) -> String {
    switch statement {
    case .reconfigured(let code, let text): "reconfigure reason code \(code)" + (text.isEmpty ? "" : ": \(text)")
    case .adapterMTUApplied: "a new MTU is applied to the adapter"
    case .listeningSockets(let sockets):
      "listens on " + Phrase.list(sockets.prefix(6).map { "\($0.channel.name) \($0.port)" })
    case .webVPN(let configuration):
      "configured DTLS port \(configuration.dtlsPort ?? 443), TLS port \(configuration.tlsPort ?? 443)"
    case .groupPolicy(let policy): "group policy \(policy.name)"
    case .tcpMSSLimit(let bytes): "sysopt connection tcpmss \(bytes)"
    case .packetsDropped(let reason, let count): "\(count) packets dropped: \(reason)"
    case .product(let product): "the gateway is \(product.name)"
    case .adapterFailed(let reason): "the tunnel adapter could not be set up" + (reason.isEmpty ? "" : ": \(reason)")
    case .vpnSession(let detail): "session with\(detail.dtlsPort == nil ? "out" : "") a DTLS tunnel"
    }
  }

  package func evidence(_ note: String? = nil) -> Evidence {
    Evidence(line: line, time: time, note: (note ?? self.note) + (isTimeOfSession ? " (time of its session)" : ""))
  }

  /// How the timeline sorts it; nil for what is set rather than happening, and for what other lines say too.
  var timelineKind: TimelineEntry.Kind? {
    switch kind {
    case .established: .established
    case .ended, .closed: .sessionEnd
    case .reconnecting, .reconfigured, .adapterMTUApplied, .innerAddressChanged: .session
    case .opened: .opening
    case .timedOut, .sendFailed, .repeated, .failed, .deadPeer, .notOffered, .adapterFailed: .failed
    case .completed: .answer
    case .largePacket, .pathMTUExceeded, .sendTooLarge: .largePacket
    case .requestDropped, .packetDropped: .dropped
    case .innerAddress, .port, .tunnelMTU, .timers, .product, .state, .configuration, .other: nil
    }
  }
}

extension [LogFact] {
  /// The first few of them as evidence.
  package func evidence(_ limit: Int = 4, _ note: String? = nil) -> [Evidence] {
    prefix(limit).map { $0.evidence(note) }
  }
}

extension HandshakeFailure.Cause {
  /// After "DTLS handshake".
  var words: String {
    switch self {
    case .timedOut: "timed out"
    case .incomplete: "timed out, although the gateway had answered"
    case .sendFailed: "failed: sending failed on the client's own host"
    case .repeated: "messages repeated"
    case .renewalTimedOut: "for new keys timed out"
    case .renewalRejected(let reason): "for new keys rejected" + (reason.map { ": \($0)" } ?? "")
    case .unheard(let packets): "done, and nothing came back for \(Phrase.count(packets, "packet"))"
    case .waiting(let state, _): "not done when it is listed: \(state)"
    case .login: "done, and the login failed"
    case .ignored(let reason): "openings dropped" + (reason.map { ": \($0)" } ?? "")
    case .rejected(let reason): "rejected" + (reason.map { ": \($0)" } ?? "")
    case .setup(let reason): "could not be set up" + (reason.map { ": \($0)" } ?? "")
    case .other(let reason): "failed" + (reason.map { ": \($0)" } ?? "")
    }
  }
}
