import Correlation
import Observations

// What to change, in general words first, then as `wg`, `wg-quick` and the products that hold a WireGuard say it.
extension WireGuard {
  public static func remedies(_ request: RemedyRequest) -> [String] {
    let port = request.port.map { "UDP \($0)" } ?? "the gateway's UDP port"
    switch request.rule {
    case .handshakeUnanswered:
      return request.stepsForUnanswered(
        allow: {
          "Allow \(port) to \(request.asked) on \($0) (Linux: `nft list ruleset`; OPNsense, pfSense: a WAN rule for that UDP port; MikroTik: `/ip firewall filter`; Windows: an inbound rule for the tunnel's UDP port)."
        },
        atGateway: [
          "On the gateway, compare `wg show`: its `listening port`, and a `peer` with exactly the client's public key. `wg pubkey < privatekey` on each side must give the `PublicKey` that the other side has.",
          "Check the client's clock: the gateway drops an initiation with an older timestamp than the last (after a suspend, a dead clock battery or a restored image).",
        ],
        capture:
          "Capture at the gateway: if initiations arrive and are not answered, look at keys and clock; if none arrives, the path drops them."
      )
    case .handshakeRefused:
      guard let reporter = request.reporter else {
        return [
          "Start WireGuard on \(request.asked) (`wg-quick up wg0`), and compare `listening port` of `wg show` with the port of `Endpoint` on the client.",
          "Give the gateway a fixed `ListenPort = \(request.port ?? 51_820)`: without one it listens on another port after each start.",
        ]
      }
      return [
        "On \(reporter), find the rule that rejects \(port) to \(request.asked), and allow that traffic in both directions."
      ]
    case .handshakeStalled where request.loss == .towardsGateway:
      return [
        "Follow \(port) from \(request.client) to \(request.gateway): what the client sends does not arrive. Look for a rule or a route that changed at that moment.",
        "Behind NAT, set `PersistentKeepalive = 25` on the client.",
      ]
    case .handshakeStalled:
      return
        (request.isSeenAtBothEnds
        ? []
        : [
          "Capture at the client: if the responses arrive there, the preshared keys differ; if they do not, follow \(port) from \(request.gateway) back to \(request.client)."
        ]) + [
          "Compare `PresharedKey` of both peers (`wg show wg0 preshared-keys`), or leave it out on both sides.",
          "Look for asymmetric routing, a second default route or a NAT that rewrites the gateway's source address: the response must come from the address that the client asked.",
        ]
    case .setupFailed: return request.reason.map(setupRemedies) ?? []
    case .handshakeFailed:
      return [
        "Set the same `PresharedKey` in both peers' sections, or none (`wg genpsk`; `wg show wg0 preshared-keys` shows what is in use).",
        "Look at the client's log for \"invalid response\" (Linux: dynamic debug of the module wireguard).",
      ]
    case .dataBlocked where request.silentReceiver != nil:
      return [
        request.silentReceiver == .client
          ? "Look at `wg show` on the client: the addresses behind the gateway have to be among the peer's `allowed ips`. What comes from others is dropped without a word."
          : "Look at `wg show` on the gateway: the client's inner address has to be among the peer's `allowed ips`. What comes from others is dropped without a word."
      ] + request.stepsBehindReceiver("wg0")
    case .dataBlocked:
      return [
        "Find the device that passes WireGuard's handshakes and drops its data: inspection of UDP payloads, a limit on packets or sizes of one flow.",
        "Try another port: `ListenPort` on the gateway and `Endpoint` on the client, 443 for example.",
        "If only large packets are lost, set `MTU = \(WireGuardOverhead.leastMTU)` on both sides.",
      ]
    case .tunnelLost:
      if case .forgotten(let seconds) = request.mapping {
        return [
          "Set `PersistentKeepalive = \(seconds)` in the client's `[Peer]` section (Windows, OPNsense, pfSense, MikroTik: the peer's persistent keepalive).",
          "Or raise the UDP idle timeout of the NAT.",
        ]
      }
      return [
        request.whatChanged(
          onPath:
            "Find what changed on the path or at the silent side at that moment: a restart, a firewall's state that expired, a route."
        ),
        "Behind NAT or a stateful firewall, have `PersistentKeepalive = 25` in the client's `[Peer]` section (Windows, OPNsense, pfSense, MikroTik: the peer's persistent keepalive), so that the mapping lives on.",
      ]
    case .tunnelOneWay:
      return [
        "Follow \(port) hop by hop in the dead direction: a firewall without state for it, asymmetric routing, a NAT that forgot the client.",
        "Set `PersistentKeepalive = 25` in the `[Peer]` section of the side behind NAT.",
      ]
    case .tunnelRefused:
      let seconds = if case .forgotten(let seconds) = request.mapping { seconds } else { 25 }
      return [
        "Set `PersistentKeepalive = \(seconds)` in the client's `[Peer]` section: a NAT forgets a quiet UDP flow, often after 30 s, and the gateway cannot reach the client until the client sends.",
        "Or raise the UDP timeout of the NAT.",
      ]
    case .rekeyFailed:
      return [
        "Find what drops WireGuard's handshake messages (148 and 92 bytes) on \(port) and passes its data: a rate limit for new flows, inspection that changed meanwhile.",
        "Check clock and keys of both sides if something was changed while the tunnel was up: new keys need what the first handshake needed.",
      ]
    case .portMismatch:
      return [
        "Set the client's `Endpoint` to the `listening port` of the gateway's `wg show`, and a fixed `ListenPort` on the gateway."
      ]
    case .sessionReconnects:
      return [
        "Look at the client's network (roaming, sleep) and at what was restarted at the time of each new handshake."
      ]
    case .reconnectCycle:
      return [
        "A handshake every 15 s or so means that data is lost though handshakes pass: see the other findings.",
        "Otherwise look for what restarts the interface: a script, a watchdog, a DHCP lease.",
      ]
    case .packetLoss:
      return ["Compare both ends' captures: the counters name the stretch on which packets of the tunnel disappear."]
    case .pmtuBlackHole, .largePacketsLost, .tunnelFragmentation:
      return [mtuSetting(request, isOuter: !request.isInside)]
    case .oversizedDF, .mssExceedsMTU:
      return [
        mtuSetting(request, isOuter: !request.isInside),
        "Or clamp the MSS of what goes through the tunnel (Linux: `nft add rule inet filter forward oifname wg0 tcp flags syn tcp option maxseg size set rt mtu`; OPNsense, pfSense: MSS of the interface; MikroTik: `change-mss` in mangle).",
      ]
    default: return []
    }
  }

  /// - Parameter isOuter: Whether `bytes` is what the path carries, rather than what fits into the tunnel.
  private static func mtuSetting(_ request: RemedyRequest, isOuter: Bool) -> String {
    let size = request.bytes.map { bytes in
      isOuter ? WireGuardOverhead.innerMTU(ofPath: bytes, overIPv6: false) : bytes
    }
    let mtu = size.map { "`MTU = \($0)`" } ?? "an `MTU` that fits the path"
    return
      "Set \(mtu) in the `[Interface]` section on both sides\(isOuter ? ": the path's MTU less 60 over IPv4, less 80 over IPv6" : "") (`ip link set mtu` on Linux; the tunnel's MTU on Windows, OPNsense, pfSense and MikroTik)\(isOuter || (size ?? 0) < WireGuardOverhead.leastMTU ? "; with IPv6 inside at least \(WireGuardOverhead.leastMTU)" : "")."
  }
}
