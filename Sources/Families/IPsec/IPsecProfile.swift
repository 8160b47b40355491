import Correlation
import Logs
import Observations

// What correlation needs to know of IPsec.
extension IPsec {
  public static var title: String { "IPsec" }

  public static let channels: [ChannelProfile] = [
    // A request is repeated after 0.5 to 4 s, then in growing steps; an opening this old without an answer was repeated at
    // least once. IKE_AUTH with certificates, EAP and a second factor takes some seconds; a person who types one takes
    // longer, and is not waited for here: an exchange goes on then. Every peer answers requests, so a silence is one of
    // requests in vain.
    ChannelProfile(
      kind: .ike, role: .control, transport: "UDP", usualPort: 500, opening: "IKE opening",
      openingMessage: "first message of IKE", hasDataApart: true, repeatsRequests: true, renewal: .afterLeave,
      patienceSeconds: 5, handshakeSeconds: 15, longSilenceSeconds: 10, longSilencePackets: 3),
    ChannelProfile(
      kind: .esp, role: .data, transport: "UDP", usualPort: 4_500, opening: "ESP packet",
      openingMessage: "ESP packet", silence: .meansNothing, patienceSeconds: 5, handshakeSeconds: 15,
      longSilenceSeconds: 10, longSilencePackets: 3),
  ]

  public static var logReaders: [any LogFormatReader.Type] { IPsecLogs.readers }

  /// Nothing else speaks IKE or ESP: what is recognised is a tunnel.
  public static func isTunnel(_ candidate: TunnelCandidate) -> Bool { candidate.isMoreThanKnocks }

  public static func mtu(of channel: Channel, in tunnel: Tunnel, pathMTU: Int?) -> Int? {
    pathMTU.map { ESPOverhead.surelyFits(outer: $0, overIPv6: tunnel.gateway?.isIPv4 == false) }
  }

  public static func note(on rule: RuleName) -> String? {
    switch rule {
    case .handshakeUnanswered:
      "IKE openings (IKE_SA_INIT, first main mode message) get no answer. A dropped path and a gateway that does not serve this client look the same: many gateways answer strangers with nothing."
    case .handshakeRejected:
      "IKE says NO_PROPOSAL_CHOSEN and the like in clear. AUTHENTICATION_FAILED is encrypted: it shows as an IKE_AUTH answer too short to accept, after which the client sends nothing more. A gateway of a cluster that redirects its client in IKE_AUTH looks the same until the client opens at another one and says so (REDIRECTED_FROM)."
    case .handshakeStalled:
      "IKE_SA_INIT is answered and IKE_AUTH is not: UDP 4500 is blocked while 500 passes, the fragments of a large IKE_AUTH are dropped, or the gateway drops it."
    case .handshakeFailed:
      "The IKE answer arrives and the client ends it at once (a certificate that it cannot verify), or the messages of IKEv1 cannot be decrypted (different preshared keys)."
    case .dataBlocked:
      "IKE is answered and ESP does not come back: protocol 50 or ESP in UDP 4500 is dropped, by a firewall or by a NAT that forgot the client."
    case .tunnelLost: "Requests of IKE (dead peer detection, new keys) are repeated without an answer."
    case .tunnelOneWay: "At one point: the same IKE request comes again although its answer was sent each time."
    case .rekeyFailed: "CREATE_CHILD_SA, or quick mode, is repeated without an answer while ESP still flows."
    case .fragmentsDropped:
      "A large IKE_AUTH (certificates) travels as IP fragments unless both sides support fragmentation of IKE (RFC 7383)."
    case .packetLoss: "ESP numbers its packets in clear."
    case .addressChange:
      "The same SPIs come from another address or port: a NAT that forgot the client, or MOBIKE (RFC 4555)."
    default: nil
    }
  }
}
