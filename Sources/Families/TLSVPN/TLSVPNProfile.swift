import Correlation
import Logs
import Observations

// What correlation needs to know of the TLS VPN.
extension TLSVPN {
  public static var title: String { "TLS VPN" }

  public static let channels: [ChannelProfile] = [
    // Its sessions are judged, not its handshakes: logins, polls and web pages use the same port.
    ChannelProfile(
      kind: .tls, role: .both, transport: "TCP", usualPort: 443, opening: "TLS hello", openingMessage: "ClientHello",
      judgesHandshakes: false, carriesRequests: true, patienceSeconds: 3, handshakeSeconds: 12,
      longSilenceSeconds: 30,
      longSilencePackets: 10),
    // A hello younger than 3 s when the capture ends may still be answered. A handshake that is not done after 12 s has
    // stalled: the first flight was sent four times (RFC 6347 section 4.2.4.1: 1, 2, 4 seconds), and the client gives up.
    // A silence without a new hello must be longer than what healthy tunnels show: dead-peer detection comes every 20 or
    // 30 s, and until then keep-alives and stray packets of one side need no answer.
    ChannelProfile(
      kind: .dtls, role: .data, transport: "UDP", usualPort: 443, opening: "DTLS hello",
      openingMessage: "ClientHello",
      fallback: .tls, probesSizes: true, patienceSeconds: 3, handshakeSeconds: 12, longSilenceSeconds: 30,
      longSilencePackets: 10),
  ]

  /// GlobalProtect and Pulse carry data in ESP over UDP (4501, 4500) beside TLS, which gives it its keys. The client probes
  /// it, and goes on over TLS within 5 s (GlobalProtect) or 15 s (Pulse) where nothing answers.
  public static let companions: [ChannelProfile] = [
    ChannelProfile(
      kind: .esp, role: .data, transport: "UDP", usualPort: ESPPort.globalProtect, opening: "ESP probe",
      openingMessage: "ESP probe", fallback: .tls, sharesControlPort: false, silence: .isLossBeforeFallback,
      patienceSeconds: 3, handshakeSeconds: 12, longSilenceSeconds: 30, longSilencePackets: 10)
  ]

  private enum ESPPort {
    static let globalProtect: UInt16 = 4_501
    static let pulse: UInt16 = 4_500
  }

  public static func likelyProduct(of channels: [Channel]) -> LikelyProduct? {
    guard let port = channels.first(where: { $0.kind == .esp && !$0.isLogged })?.port else { return nil }
    let product: Product? =
      switch UInt16(exactly: port) {
      case ESPPort.globalProtect: .globalProtect
      case ESPPort.pulse: .pulse
      default: nil
      }
    return product.map { LikelyProduct(product: $0, sign: "TLS with ESP in UDP \(port)") }
  }

  public static var rules: [any Rule.Type] { [MTUReconnect.self, ConfigRisk.self] }
  public static var leadingRules: [RuleName] { [MTUReconnect.name] }
  public static var logReaders: [any LogFormatReader.Type] { TLSVPNLogs.readers }

  /// DTLS beside TLS, or TLS that lasts as a tunnel's does; DTLS towards a host that never spoke TLS is a tunnel only on the
  /// tunnels' own port.
  public static func isTunnel(_ candidate: TunnelCandidate) -> Bool {
    candidate.handshakes.isEmpty
      ? candidate.connections.contains(where: \.isTunnel)
      : candidate.handshakes.contains { !candidate.connections.isEmpty || $0.port == 443 }
  }

  public static func mtu(of channel: Channel, in tunnel: Tunnel, pathMTU: Int?) -> Int? {
    switch channel.kind {
    case .tls: MTUKnowledge.OuterTLS(tunnel).mtu
    case .dtls: MTUKnowledge.dtls(of: tunnel)
    default: nil
    }
  }

  /// The bug behind the note on ports is Cisco's alone.
  public static func note(on rule: RuleName, with product: Product?) -> String? {
    rule == .portMismatch && product != nil && product != .ciscoASA ? nil : note(on: rule)
  }

  public static func note(on rule: RuleName) -> String? {
    switch rule {
    case .reconnectCycle: "Clients take one minute to give up DTLS and apply the TLS MTU."
    case .handshakeUnanswered:
      "GlobalProtect and Pulse have ESP in UDP 4501 and 4500 beside TLS: its probes get no answer, and the data goes through TLS. A firewall and a gateway without ESP look the same."
    case .handshakeRefused:
      "An ICMP error answers the DTLS hello: port unreachable where nothing listens, prohibited where a firewall says so. A reset answers the SYN of TLS."
    case .handshakeStalled:
      "The gateway answers the DTLS hello and hears nothing of what follows, or the client does not hear the answer: both repeat themselves."
    case .handshakeFailed:
      "An alert of DTLS, or of TLS up to 1.2, stands in clear; TLS 1.3 encrypts what comes after its hellos. A login that fails shows in the client's log alone."
    case .dataBlocked:
      "DTLS comes up, and what the client sends over it is not answered, while TLS goes on: the data goes back to TLS as soon as the client notices. What drops only data knows the protocol or the length."
    case .packetLoss:
      "DTLS up to 1.2 numbers its records in clear, each direction apart. What TLS loses, TCP sends again."
    case .addressChange: "DTLS that goes on from another port is known by the numbers of its records, which go on."
    case .peerDead:
      "DTLS and TLS go unheard at the same time: the peer or the way to it is gone, and UDP is not the matter."
    case .tunnelLost:
      "ESP beside TLS may carry data that needs no answer. It counts as lost once the client begins anew over TLS."
    case .portMismatch:
      "This is what bug CSCuh61321 of Cisco ASA looks like: the DTLS port was changed while webvpn was enabled, and the gateway goes on listening on the old port."
    default: nil
    }
  }
}
