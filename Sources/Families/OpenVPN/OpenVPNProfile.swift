import Correlation
import Logs
import Observations

// What correlation needs to know of OpenVPN.
extension OpenVPN {
  public static var title: String { "OpenVPN" }

  public static let channels: [ChannelProfile] = [
    // A reset is repeated after 2 s, then twice as long each time: one that is as young as 3 s when the capture ends may still
    // be answered. A handshake has 60 s (--hand-window), and half of that without a word of the other side after its
    // repetitions (2, 4, 8, 16 s) says that none comes. Pings come every 10 s and a side restarts after 60 or 120 s
    // (--keepalive 10 60; a server of `--keepalive 5 30` gives up after 60 s, some 50 s after its first vain ping): 45 s and
    // six packets unheard are a loss whatever the client does next, and so is a shorter silence after which it begins anew.
    // A reset comes again after 2, 4, 8 s until it is acknowledged; OpenVPN 3 repeats it every second.
    // A server of --keepalive 10 60 restarts a client that it did not hear for 120 s: one that was let in has pinged by then.
    // A ping has 16 bytes, an IP packet 28 or more. With an AEAD cipher that is 37 to 45 bytes of payload, and 49 or more; with
    // CBC both are longer, and a ping does not tell.
    ChannelProfile(
      kind: .openvpn, role: .both, transport: "UDP", usualPort: 1_194, opening: "OpenVPN reset",
      openingMessage: "HARD_RESET_CLIENT", acknowledges: true, patienceSeconds: 3, handshakeSeconds: 30,
      longSilenceSeconds: 45, longSilencePackets: 6, leftSeconds: 120,
      repeatsWithinSeconds: 10, keepaliveLimit: 45)
  ]

  public static var logReaders: [any LogFormatReader.Type] { OpenVPNLogs.readers }

  /// Nothing else speaks OpenVPN: what is recognised is a tunnel.
  public static func isTunnel(_ candidate: TunnelCandidate) -> Bool { candidate.isMoreThanKnocks }

  /// Of each certificate's name, unless `duplicate-cn` is set.
  public static var keepsNewestOfUser: Bool { true }

  /// With the cipher that is usual; which one it is stands in no packet.
  public static func mtu(of channel: Channel, in tunnel: Tunnel, pathMTU: Int?) -> Int? { nil }

  public static func note(on rule: RuleName) -> String? {
    switch rule {
    case .handshakeUnanswered:
      "OpenVPN sends its reset at 0, 2, 6, 14 and 30 s and begins anew after 60 s from another port. A dropped path and a wrong tls-auth or tls-crypt key look the same at the client: no answer. At the gateway a reset that arrives and is not answered means the key."
    case .handshakeStalled:
      "OpenVPN acknowledges every control packet. A gateway that does not accept the client's certificate falls silent instead of saying so; a path that drops large packets stops the certificates."
    case .handshakeFailed:
      "OpenVPN sends no TLS alert when it does not accept a certificate, and says AUTH_FAILED inside the encryption: the client begins anew within seconds."
    case .dataBlocked:
      "OpenVPN's control packets and data share one port: what drops data alone knows the protocol. With an AEAD cipher pings are shorter than any packet: a gateway that sends nothing else gets the data and answers none of it."
    case .tunnelLost:
      "With --keepalive 10 60 OpenVPN pings every 10 s and begins anew after 60 s of silence. Without pings, silence is normal."
    case .packetLoss:
      "With AEAD ciphers (AES-GCM, ChaCha20-Poly1305) OpenVPN's packet IDs stand in clear behind the peer ID; with CBC they are encrypted, and loss does not show."
    case .rekeyFailed: "OpenVPN makes new keys every hour (--reneg-sec 3600) and restarts when that fails."
    case .addressChange: "With --float, or by the peer ID of its data, OpenVPN goes on from another port."
    default: nil
    }
  }
}
