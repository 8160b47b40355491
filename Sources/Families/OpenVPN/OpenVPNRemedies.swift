import Correlation
import Observations

// What to change, in general words first, then as the configuration of OpenVPN and of the products that hold it says it.
extension OpenVPN {
  private static let sameKeys =
    "Compare `tls-crypt`, `tls-crypt-v2` or `tls-auth` with its `key-direction` on both sides: a gateway silently drops packets with another key, and its log says \"tls-crypt unwrapping failed\" or \"cannot locate HMAC\"."
  static let commonCipher = "Give both sides a cipher in common (`data-ciphers`)."

  public static func remedies(_ request: RemedyRequest) -> [String] {
    let transport = request.isOverTCP ? "TCP" : "UDP"
    let port = request.port.map { "\(transport) \($0)" } ?? "the gateway's port"
    switch request.rule {
    case .handshakeUnanswered:
      if let reason = request.reason, reason.contains("keys differ") { return [sameKeys] }
      return request.stepsForUnanswered(
        allow: {
          "Allow \(port) to \(request.asked) on \($0) (pfSense, OPNsense: a WAN rule; Access Server: its protocol and ports page)."
        },
        atGateway: [
          sameKeys,
          "Compare `proto` and `port` of the gateway with `remote` of the client.",
        ],
        capture:
          "Capture at the gateway: if resets arrive and are not answered, look at the key and the daemon; if none arrives, the path drops them."
      )
    case .handshakeRefused:
      guard let reporter = request.reporter else {
        return [
          "Start OpenVPN on \(request.gateway), and compare its `port` and `proto` with `remote` and `proto` of the client.",
          "On pfSense and OPNsense look at the server's status page; on Access Server at `sacli status`.",
        ]
      }
      return [
        "On \(reporter), find the rule that rejects \(port) to \(request.asked), and allow that traffic in both directions."
      ]
    case .handshakeStalled:
      if let remedies = request.reason.flatMap(failureRemedies) { return remedies }
      if request.isAnswerLost {
        return [
          request.followAnswers(port)
            + " Answers must come from the address that the client asked (`multihome` on a gateway with several)."
        ]
      }
      return [request.stepAtSilentGateway].compactMap(\.self) + [
        "\(request.hasGatewayLog ? "Raise `verb` to 4 on the gateway and look for" : "Look at the gateway's log for") \"VERIFY ERROR\" and \"TLS Error\": a gateway that does not accept the client's certificate falls silent."
      ]
        + (request.isOverTCP
          ? [
            "Follow the connection to \(port): segments that are sent again and again show the direction that is dead."
          ]
          : [
            "If large packets are lost, lower the size of control packets: `max-packet-size 1000` (2.6 and later), on both sides.",
            "Follow \(port) in both directions: answers must come from the address that the client asked (`multihome` on a gateway with several).",
          ])
    case .handshakeFailed:
      // Where a log says why, nobody has to look there.
      if let remedies = request.reason.flatMap(failureRemedies) { return remedies }
      return [
        "Look at both logs: \"VERIFY ERROR\" names the certificate, \"AUTH_FAILED\" the password or the cipher.",
        "Check that no certificate has expired, that `ca` of each side signed the other's, and `remote-cert-tls`.",
        commonCipher,
      ]
    case .setupFailed: return request.reason.map(setupRemedies) ?? []
    case .handshakeRejected:
      return [
        "The TLS alert names the reason: compare certificates, `tls-version-min` and `tls-cipher` of both sides."
      ]
    case .dataBlocked where request.silentReceiver != nil:
      return request.stepsBehindReceiver("tun0") + [
        "For a network behind the client, have an `iroute` for it in the gateway's `client-config-dir`: without one the gateway drops its packets (\"MULTI: bad source address\" in its log)."
      ]
    case .dataBlocked:
      return [
        "Find the device that passes OpenVPN's control packets and drops its data: inspection that knows the protocol, a limit on packets or sizes of one flow.",
        request.isOverTCP ? "Try `proto udp` or another port." : "Try `proto tcp` or another port.",
        "If only large packets are lost, set `mssfix` or `tun-mtu` lower.",
      ]
    case .tunnelLost:
      if case .forgotten(let seconds) = request.mapping {
        return [
          "Set `keepalive \(min(10, seconds)) 60` on the gateway (pfSense, OPNsense: the server's keepalive settings): both sides send at least every \(min(10, seconds)) s, and the NAT keeps the mapping.",
          "Or raise the \(transport) idle timeout of the NAT; `float` on the gateway lets a session go on from another port.",
        ]
      }
      return [
        request.whatChanged(
          onPath:
            "Find what changed on the path or at the silent side at that moment: a restart, a firewall's state that expired, a route."
        ),
        "Set `keepalive 10 60` on the gateway (pfSense, OPNsense: the server's keepalive settings): both sides notice sooner, and a NAT keeps the mapping.",
      ]
        + (request.isOverTCP ? [] : ["Set `explicit-exit-notify 1` on both sides, so that a restart is announced."])
    case .tunnelOneWay:
      return [
        "Follow \(port) hop by hop in the dead direction: a firewall without state for it, asymmetric routing, a NAT that forgot the client."
      ]
    case .tunnelRefused:
      return [
        "Set `keepalive 10 60`, shorter than the \(transport) timeout of the NAT or firewall that forgot the flow, or raise that timeout."
      ]
    case .rekeyFailed:
      return [
        "Find what drops OpenVPN's control packets on \(port) and passes its data: a rate limit, inspection that changed meanwhile.",
        "Check certificates, which may have expired since the tunnel came up. `reneg-sec` on either side says how often keys are made.",
      ]
    case .portMismatch:
      return ["Set `remote` of the client to the gateway's `port` and `proto`."]
    case .sessionReconnects:
      return [
        "Look at the client's network and at both logs for the time of each restart: \"Inactivity timeout\", \"SIGUSR1\", \"Connection reset\"."
      ]
    case .reconnectCycle where request.hasRival:
      return [
        "Give each client a certificate of its own, or set `duplicate-cn` on the gateway: of one name it keeps the newest client alone."
      ]
    case .reconnectCycle:
      return [
        "A restart each time that `ping-restart` runs out means that data is lost though control packets pass: see the other findings.",
        "Two clients with the same certificate throw each other out: give each its own, or set `duplicate-cn`.",
      ]
    case .packetLoss:
      return ["Compare both ends' captures: the packet IDs name the stretch on which packets of the tunnel disappear."]
    case .largePacketsLost:
      return [
        "Find the hop between the two capture points that drops large packets of UDP: a firewall's limit, a smaller MTU without ICMP, dropped IP fragments.",
        "For a handshake that stalls at certificates set `max-packet-size 1000` (2.6 and later) on both sides: it is the size of control packets.",
        "For data set a `tun-mtu` that fits the path, the same on both sides, and `mssfix` for TCP inside, or `proto tcp`.",
      ]
    case .pmtuBlackHole, .tunnelFragmentation, .oversizedDF, .mssExceedsMTU:
      return sizes(request)
    default: return []
    }
  }

  /// Settings for packets that are too large: inside, where the path behind the tunnel is known to carry less, or outside.
  private static func sizes(_ request: RemedyRequest) -> [String] {
    let fragment = request.isOverTCP ? "" : " `fragment 1300` on both sides splits larger packets inside UDP."
    if request.isInside, let bytes = request.bytes {
      return [
        "Set `mssfix \(bytes) fixed` (2.6 and later), which makes packets of TCP inside fit \(bytes) bytes.",
        "For other traffic set `tun-mtu \(max(bytes, OpenVPNOverhead.safeMTU))` on both sides.",
      ]
    }
    let mtu = request.bytes.map { bytes in
      "`tun-mtu \(max(bytes - OpenVPNOverhead.total(overIPv6: false), OpenVPNOverhead.safeMTU))`"
    }
    return [
      "Set `mssfix` (2.6: `mssfix \(request.bytes ?? 1_400) mtu`, the size of the outer packet) so that TCP inside fits; the same `tun-mtu` on both sides.",
      "For other traffic set \(mtu ?? "a `tun-mtu` that fits the path"): the path's MTU less about 52 bytes over IPv4 with an AEAD cipher, more with CBC."
        + fragment,
    ]
  }
}
