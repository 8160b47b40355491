import Correlation
import Observations

/// What is known of the sizes that matter to one tunnel, all in bytes.
struct MTUKnowledge {
  /// Of the client's adapter, from the MSS that inner connections offer or the packets that came.
  var adapter: Int?
  /// What fits the TLS tunnel, from the gateway's ICMP errors or its log.
  var tunnel: Int?
  /// What fits one TLS record, and one DTLS datagram, by arithmetic.
  let tls: Int?
  let dtls: Int?
  /// What would fit TLS with an outer MSS of 1460.
  let raisedTLS: Int?
  let clientMSS: Int?
  let gatewayMSS: Int?

  /// - Parameter large: Findings about packets of the tunnel that are too large.
  init(_ tunnel: Tunnel, _ large: [Finding] = []) {
    func fact(_ rule: RuleName, _ name: String) -> Int? {
      for finding in large where finding.rule == rule {
        if case .integer(let value) = finding.fact(name) { return value }
      }
      return nil
    }
    let isIPv6 = large.contains { finding in
      switch finding.about {
      case .host(let host): !host.isIPv4
      case .path(let path): !path.destination.isIPv4
      default: false
      }
    }
    adapter =
      fact(.mssExceedsMTU, "mss").map { TunnelMTU.adapterMTU(innerMSS: $0, isIPv6: isIPv6) }
      ?? fact(.oversizedDF, "largest")
    self.tunnel = fact(.oversizedDF, "mtu")
    let outer = OuterTLS(tunnel)
    (tls, raisedTLS) = (outer.mtu, outer.raisedMTU)
    (clientMSS, gatewayMSS) = (outer.clientMSS, outer.gatewayMSS)
    dtls = Self.dtls(of: tunnel)
  }

  /// What the connection that carries the tunnel takes in one TLS record.
  struct OuterTLS {
    let clientMSS: Int?
    let gatewayMSS: Int?
    private let tunnel: Tunnel
    private let suite: CipherSuite?
    private let version: TLSVersion?

    init(_ tunnel: Tunnel) {
      let views = tunnel.seen.first { $0.kind == .tls }?.leadingSession?.views ?? []
      // The gateway side sees what it is asked for after any rewriting, and the client side likewise.
      clientMSS = views.last?.connection?.clientMSS
      gatewayMSS = views.first?.connection?.serverMSS
      suite = views.lazy.compactMap(\.cipherSuite).first
      version = views.lazy.compactMap(\.version).first
      self.tunnel = tunnel
    }

    var mtu: Int? {
      guard let suite, let version else {
        guard !tunnel.isSeen else { return nil }
        return tunnel.log.largePackets?.threshold ?? tunnel.log.announcedMTUs().compactMap(\.tls).first
      }
      guard let mss = clientMSS.map({ min($0, gatewayMSS ?? $0) }) ?? gatewayMSS else { return nil }
      return TunnelMTU.tls(maximumSegmentSize: mss, suite: suite, version: version)
    }

    /// With an outer MSS of 1460.
    var raisedMTU: Int? {
      guard let suite, let version else { return nil }
      return TunnelMTU.tls(maximumSegmentSize: 1_460, suite: suite, version: version)
    }
  }

  /// What fits one DTLS datagram.
  static func dtls(of tunnel: Tunnel) -> Int? {
    let handshakes = tunnel.seen.first { $0.kind == .dtls }?.handshakes ?? []
    let seen = handshakes.lazy.flatMap(\.views).first { $0.cipherSuite != nil }
    return seen.flatMap { view in
      guard let suite = view.cipherSuite, let version = view.version else { return nil }
      return TunnelMTU.dtls(
        linkMTU: 1_500, suite: suite, version: version, isIPv6: !(tunnel.gateway?.isIPv4 ?? true))
    } ?? (tunnel.isSeen ? nil : tunnel.log.announcedMTUs().compactMap(\.dtls).first)
  }
}
