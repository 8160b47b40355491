import Observations

/// What a report says of a tunnel, from what is known of it.
enum TunnelSummary {
  static func description(of tunnel: Tunnel, _ situation: Situation, _ findings: [Finding]) -> TunnelDescription {
    let views = tunnel.leadingSession?.views ?? []
    let attempt = tunnel.attempts.flatMap(\.views).first { $0.cipherSuite != nil || $0.version != nil }
    let mtu = MTUKnowledge(tunnel, findings.filter { $0.tunnel == tunnel.id })
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
        tls: mtu.tls, dtls: mtu.dtls, path: pathMTU(of: tunnel, situation), clientMSS: mtu.clientMSS,
        gatewayMSS: mtu.gatewayMSS))
  }

  private static func session(_ session: Session) -> TunnelDescription.Session {
    TunnelDescription.Session(start: session.start, end: session.closed, endReason: session.endReason)
  }

  /// The smallest outer path MTU that an ICMP error reported.
  private static func pathMTU(of tunnel: Tunnel, _ situation: Situation) -> Int? {
    let ends = [tunnel.client, tunnel.gateway] + tunnel.translatedClients
    return situation.points.flatMap(\.oversized).map(\.fact)
      .filter { ends.contains($0.source) && ends.contains($0.destination) }.map(\.mtu).min()
  }
}
