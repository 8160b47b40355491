import Observations

/// What a report says of a tunnel, from what is known of it.
enum TunnelSummary {
  static func description(of tunnel: Tunnel, _ situation: Situation, _ findings: [Finding]) -> TunnelDescription {
    let views = tunnel.leadingSession?.views ?? []
    let attempt = tunnel.attempts.flatMap(\.views).first { $0.cipherSuite != nil || $0.version != nil }
    let mtu = MTUKnowledge(tunnel, findings)
    return TunnelDescription(
      id: tunnel.id, client: tunnel.client, gateway: tunnel.gateway, translatedClients: tunnel.translatedClients,
      serverName: tunnel.serverName,
      tls: TunnelDescription.TLS(
        port: tunnel.tlsPort, version: views.lazy.compactMap(\.version).first,
        cipherSuite: views.lazy.compactMap(\.cipherSuite).first, sessions: tunnel.mainSessions.map(session)),
      dtls: TunnelDescription.DTLS(
        port: tunnel.dtlsPort, version: attempt?.version, cipherSuite: attempt?.cipherSuite,
        outcome: tunnel.dtlsOutcome,
        attempts: tunnel.attempts.map {
          TunnelDescription.Attempt(start: $0.start, end: $0.end, outcome: $0.outcome, hellos: $0.helloCount)
        }),
      mtu: TunnelDescription.MTU(
        tls: mtu.tls, dtls: mtu.dtls, path: situation.outerPathMTU(of: tunnel), clientMSS: mtu.clientMSS,
        gatewayMSS: mtu.gatewayMSS), comparison: PointComparison.words(for: tunnel, situation), lastSeen: tunnel.end,
      users: tunnel.log.users, innerAddresses: tunnel.log.innerAddresses)
  }

  /// A tunnel that only logs tell of: its sessions as far as they have times, and what is said of DTLS and sizes.
  static func description(of tunnel: LoggedTunnel, _ situation: Situation, _ findings: [Finding]) -> TunnelDescription {
    let told = LoggedSessions(tunnel.log).sessions
    let sessions = told.enumerated().compactMap { index, session -> TunnelDescription.Session? in
      guard let start = session.opening.time else { return nil }
      let next = index + 1 < told.count ? told[index + 1].opening.time : nil
      let isReplaced = index + 1 < told.count && told[index + 1].isReconnect
      return TunnelDescription.Session(
        start: start, end: session.end?.time ?? (isReplaced ? next : nil),
        endReason: session.end?.note ?? (isReplaced ? "replaced by the next one" : "its end is not told"))
    }
    let dtls = situation.loggedDTLS(tunnel)
    let outcome: DTLSOutcome =
      switch dtls.verdict {
      case .none: dtls.isEstablished ? .established : .none
      case .unanswered: .unanswered
      case .refused: .refused
      case .stalled: .stalled
      case .lost: .lost
      }
    let announced = tunnel.log.facts.compactMap { fact -> TunnelMTUAnnouncement? in
      if case .tunnelMTU(let mtu) = fact.event { mtu } else { nil }
    }
    return TunnelDescription(
      id: tunnel.id, client: tunnel.client, gateway: tunnel.gateway, serverName: nil,
      tls: TunnelDescription.TLS(port: tunnel.tlsPort, version: nil, cipherSuite: nil, sessions: sessions),
      dtls: TunnelDescription.DTLS(
        port: situation.dtlsPort(of: tunnel), version: nil, cipherSuite: nil, outcome: outcome, attempts: []),
      mtu: TunnelDescription.MTU(
        tls: tunnel.log.largePackets?.threshold ?? announced.compactMap(\.tls).first,
        dtls: announced.compactMap(\.dtls).first),
      lastSeen: tunnel.end, users: tunnel.log.users, innerAddresses: tunnel.log.innerAddresses, isFromLogsOnly: true)
  }

  private static func session(_ session: Session) -> TunnelDescription.Session {
    TunnelDescription.Session(start: session.start, end: session.closed, endReason: session.endReason)
  }

}
