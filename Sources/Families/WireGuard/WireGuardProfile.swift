import Correlation
import Logs
import Observations

// What correlation needs to know of WireGuard.
extension WireGuard {
  public static var title: String { "WireGuard" }

  public static let channels: [ChannelProfile] = [
    // An initiation is repeated after 5 s (REKEY_TIMEOUT) and a third: one that is as young when the capture ends may still
    // be answered. An initiator that accepts the response sends data or a keepalive at once; one that repeats its
    // initiation twice did not. Whoever receives a packet answers within 10 s, and a side that hears nothing for 15 s
    // takes its peer for lost itself: no healthy tunnel is silent for longer, whatever it carries, and a silence that
    // ended again was an outage.
    ChannelProfile(
      kind: .wireguard, role: .both, transport: "UDP", usualPort: 51_820, opening: "WireGuard initiation",
      openingMessage: "handshake initiation", isDoneWithAnswer: true,
      deadPeerSign: .unansweredHandshakes, renewal: .afterKeysExpire(seconds: 180), patienceSeconds: 6,
      handshakeSeconds: 12, longSilenceSeconds: 15,
      longSilencePackets: 3, brokenSilenceSeconds: 15, repeatsWithinSeconds: 12,
      keepaliveLimit: WireGuardData.keepaliveLength)
  ]

  public static var logReaders: [any LogFormatReader.Type] { WireGuardLogs.readers }

  /// Nothing else speaks WireGuard: what is recognised is a tunnel.
  public static func isTunnel(_ candidate: TunnelCandidate) -> Bool { !candidate.handshakes.isEmpty }

  public static func mtu(of channel: Channel, in tunnel: Tunnel, pathMTU: Int?) -> Int? {
    pathMTU.map { WireGuardOverhead.innerMTU(ofPath: $0, overIPv6: tunnel.gateway?.isIPv4 == false) }
  }

  public static func note(on rule: RuleName) -> String? {
    switch rule {
    case .handshakeUnanswered:
      "WireGuard repeats an initiation every 5 s for 90 s. A dropped path, a wrong public key of the gateway, a key that the gateway does not know and a client's clock that went back look the same: no answer."
    case .handshakeStalled:
      "A WireGuard gateway cannot see whether its response arrives: a dropped return path and different preshared keys look the same there. Initiations every 5 s mean that no response is accepted, every 15 s or more that responses are and only data is lost."
    case .handshakeFailed:
      "Different preshared keys: the WireGuard client gets each response and cannot accept it."
    case .dataBlocked:
      "A WireGuard client whose data is not answered begins a handshake every 15 s, and each succeeds: handshakes pass where data does not. A gateway that gets the data and answers none of it sends keepalives, 10 s after it: it drops what comes from an inner address that is not in AllowedIPs, or does not forward."
    case .packetLoss: "WireGuard counts its data in clear, each direction apart and from 0 with each pair of keys."
    case .tunnelLost:
      "WireGuard answers every packet within 10 s, if only with a keepalive, and takes a peer for lost after 15 s: then it begins a handshake. Silence is normal where there is nothing to answer, and a sender that begins none hears what the capture lacks."
    case .tunnelRefused:
      "Without persistent keepalives a NAT forgets the client of a quiet WireGuard tunnel, and the gateway's packets meet ICMP errors until the client sends again."
    case .rekeyFailed:
      "WireGuard makes new keys every 2 minutes and stops using old ones after 3: the tunnel goes down then."
    case .addressChange: "Roaming is built into WireGuard: the session goes on."
    default: nil
    }
  }
}
