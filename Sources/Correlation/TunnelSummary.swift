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
        gatewayMSS: mtu.gatewayMSS), comparison: PointComparison.words(for: tunnel, situation), lastSeen: tunnel.end)
  }

  private static func session(_ session: Session) -> TunnelDescription.Session {
    TunnelDescription.Session(start: session.start, end: session.closed, endReason: session.endReason)
  }

}
