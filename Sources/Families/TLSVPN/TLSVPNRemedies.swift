import Correlation
import Observations

// What to change on the gateway, by product: Cisco's commands for Cisco's gateways, ocserv's lines for ocserv. Where the
// product is not known, what to do comes first in general words, then how on the products it may be.
extension TLSVPN {
  public static func remedies(_ request: RemedyRequest) -> [String] {
    if request.channel?.kind == .esp, let remedies = espRemedies(request) { return remedies }
    if request.channel?.kind == .tls, let remedies = connectionRemedies(request) { return remedies }
    let port = request.port.map { "UDP \($0)" } ?? "the DTLS port"
    switch request.rule {
    case .handshakeUnanswered:
      let path = [
        "Allow \(port) between \(request.client) and \(request.gateway) in both directions, on every firewall on the path."
      ]
      let gateway = [
        on(
          request.product,
          general: "On the gateway, check that DTLS listens on \(port) and that no access list drops it",
          cisco: "`show asp table socket`", ocserv: "`udp-port` in ocserv.conf, `ss -lun`")
      ]
      return switch request.loss {
      case .towardsGateway, .towardsClient: path + [tlsOnly(request.product)]
      case .atGateway: gateway + [tlsOnly(request.product)]
      case nil: path + gateway + [tlsOnly(request.product)]
      }
    case .handshakeRefused:
      guard let reporter = request.reporter else {
        return [
          on(
            request.product,
            general:
              "On the gateway, compare the port that clients are given (\(request.port ?? 443)) with the one on which DTLS listens",
            cisco: "`show asp table socket`", ocserv: "`udp-port` in ocserv.conf, `ss -lun`"),
          on(
            request.product, general: "If they differ, configure the port that clients are given",
            cisco: "disable webvpn on the interface, set `dtls port \(request.port ?? 443)`, enable webvpn again",
            ocserv: "set `udp-port = \(request.port ?? 443)` and restart ocserv"),
        ]
      }
      return [
        "On \(reporter), find the rule that rejects \(port) to \(request.gateway), and allow that traffic in both directions.",
        tlsOnly(request.product),
      ]
    case .handshakeStalled:
      if let step = request.stepAtSilentGateway { return [step] }
      return [
        request.isReordered
          ? "Look for links between \(request.gateway) and \(request.client) that share the packets of one flow (bonding in turn, SD-WAN): \(port) has to stay on one of them, so that its packets keep their order."
          : request.isInside
            ? "Follow \(port) from \(request.gateway) back to \(request.client): look for asymmetric routing, or a firewall that allows one direction only."
            : "Look between client and gateway for a device that passes the first packet of a UDP flow and drops the next ones (inspection, connection limits)."
      ]
        + (request.isSeenAtBothEnds
          ? []
          : [
            "Capture on the other side at the same time and give both captures to one analysis: it says where packets disappear."
          ])
    case .dataBlocked:
      return [
        "Find the device between \(request.client) and \(request.gateway) that passes DTLS handshakes and drops the data after them: inspection that knows DTLS, a limit on the size or the rate of UDP.",
        tlsOnly(request.product),
      ]
    case .tunnelLost:
      if let mapping = request.mapping { return mappingRemedies(mapping, request.product) }
      return [
        request.whatChanged(
          onPath:
            "Find the device that stopped passing \(port) between \(request.client) and \(request.gateway) at that moment: "
            + "a rule change, a NAT or firewall state that expired, a path change."),
        on(
          request.product,
          general: "Keep the state alive: a DTLS keep-alive interval below the idle timeout of the devices on the path",
          cisco: "`anyconnect ssl keepalive 15` in the group policy", ocserv: "`dpd` and `keepalive` in ocserv.conf"),
      ]
    case .portMismatch: return portRemedies(request)
    case .setupFailed: return request.reason.flatMap { failureRemedies($0) } ?? []
    case .reconnectCycle, .sessionReconnects:
      let network = "Look at the client's network: roaming, sleep."
      let log = request.lookInGatewayLog(for: "why the session ends: timeouts, rekey, re-authentication")
      if isRelative(request.product) { return [network, log] }
      let look = request.rule == SessionReconnects.name ? [network, log] : [log]
      let setting = mtuSetting(request.product, nil) + "; then no reconnect is needed to apply it."
      return request.isChannelFailing
        ? [
          "Repair DTLS first: "
            + (request.stepForFailingChannel.map { $0.lowercasedStart }
              ?? "it fails in this tunnel."),
          setting,
        ] + look
        : request.isDataApart
          ? look
          : look + ["If users have no DTLS: " + setting.lowercasedStart]
    case .pmtuBlackHole:
      // Of the smallest packet that was lost only that much is known: what passes is smaller, by how much has to be tried.
      let lost = request.lostBytes ?? 1_400
      return request.isInside
        ? [
          "Meanwhile keep packets small. "
            + mtuSetting(request.product, nil, condition: "with N below \(lost), lower until large packets pass") + "."
        ] + fragmenting(request.product)
        : [
          "Meanwhile keep packets small: clamp the MSS of TCP between client and gateway below \(lost - 40), lower until large packets pass."
        ]
    case .largePacketsLost:
      return [
        "Find the hop between the two points that drops UDP\(request.lostBytes.map { " of \($0) bytes" } ?? " of this size"): a limit on the size of UDP, or a smaller MTU without ICMP.",
        mtuSetting(request.product, nil, condition: "with N lowered until large packets pass") + ".",
      ]
    case .oversizedDF:
      return request.isInside
        ? [
          mtuSetting(request.product, request.bytes) + ", so that the client's adapter and its MSS fit from the start."
        ]
          + fragmenting(request.product)
        : [
          "Give the tunnel an MTU that fits the outer path\(request.bytes.map { " of \($0) bytes" } ?? ""): a smaller tunnel MTU "
            + on(
              request.product, general: "on the gateway", cisco: "`anyconnect mtu` in the group policy",
              ocserv: "`mtu` in ocserv.conf")
        ]
    case .mssExceedsMTU:
      return [mtuSetting(request.product, request.bytes) + ", from which the client derives its MSS."]
    case .tunnelFragmentation:
      return [
        mtuSetting(
          request.product, nil,
          condition: "with N so small that the outer packet has at most \(request.bytes ?? 1_500) bytes") + "."
      ]
    default: return []
    }
  }

  /// What to do where a NAT lost the flow of DTLS, which no gateway follows to another port for certain.
  private static func mappingRemedies(_ mapping: MappingLoss, _ product: Product?) -> [String] {
    switch mapping {
    case .forgotten(let seconds):
      [
        on(
          product, general: "Let clients send a keep-alive over DTLS every \(seconds) s",
          // Cisco takes 15 to 600 s.
          cisco: "`anyconnect ssl keepalive \(max(15, seconds))`", ocserv: "`keepalive = \(seconds)`"),
        "Or raise the UDP idle timeout of the NAT in front of the client.",
      ]
    case .moved(let nat):
      [
        "Find why \(nat) made a new mapping: a restart, a full table, two lines that share the address.",
        on(
          product, general: "A short dead-peer interval lets the client begin DTLS anew sooner",
          cisco: "`anyconnect dpd-interval client 15`", ocserv: "`dpd = 15`"),
      ]
    }
  }

  /// What to do about ESP beside TLS; nil for what is the same over DTLS.
  private static func espRemedies(_ request: RemedyRequest) -> [String]? {
    let port =
      request.product == .globalProtect
      ? "UDP 4501"
      : request.product == .pulse || request.product == .checkPoint
        ? "UDP 4500" : "UDP 4501 (GlobalProtect) or 4500 (Pulse)"
    let path =
      "Allow \(port) between \(request.client) and \(request.gateway) in both directions, on every firewall on the path."
    switch request.rule {
    case .handshakeUnanswered, .handshakeFailed, .handshakeRefused, .handshakeStalled:
      return [
        path, "On the gateway, check that ESP is enabled for these users and that no policy drops \(port).",
        "If UDP cannot be opened for these users, the tunnel stays on TLS: slower, above all where packets are lost.",
      ]
    case .tunnelLost:
      return [
        "Find the device that stopped passing \(port) between \(request.client) and \(request.gateway) at that moment: "
          + "a rule change, a NAT or firewall state that expired, a path change.", path,
      ]
    default: return nil
    }
  }

  /// What to do about a TLS connection; nil for what is the same over DTLS.
  private static func connectionRemedies(_ request: RemedyRequest) -> [String]? {
    let port = request.port.map { "TCP \($0)" } ?? "the TLS port"
    switch request.rule {
    case .handshakeUnanswered:
      return [
        "Allow \(port) between \(request.client) and \(request.gateway) in both directions, on every firewall on the path.",
        "Find out whether the gateway is up, and whether its name leads to its address.",
      ]
    case .handshakeRejected: return loginRemedies(request)
    case .handshakeFailed where request.reason == HandshakeFailure.Cause.login.reason: return loginRemedies(request)
    case .setupFailed: return request.reason.flatMap { failureRemedies($0) }
    case .handshakeFailed where request.reason != "Connection refused":
      return request.reason.flatMap { failureRemedies($0) }
    case .handshakeRefused, .handshakeFailed:
      return [
        on(
          request.product,
          general:
            "On the gateway, find out why nothing listens on \(port): a crash, a restart, a service that was stopped",
          cisco: "`show webvpn` and `show crashinfo`", ocserv: "`systemctl status ocserv`, `ss -ltn`"),
        "If it does listen, look for a firewall that answers \(port) to \(request.gateway) with resets.",
      ]
    case .tunnelLost:
      return [
        "Find the device that stopped passing \(port) between \(request.client) and \(request.gateway) at that moment: "
          + "a rule change, a NAT or firewall state that expired, a path change.",
        "Look in the gateway's log at that moment: whether it still had the session, and what it last received from the client.",
      ] + (request.product == .fortiGate ? [sessionTimeRemedy] : [])
    default: return nil
    }
  }

  private static let sessionTimeRemedy =
    "If it happens after the same time again and again: a FortiGate ends sessions by itself, after 8 hours unless `auth-timeout` in `config vpn ssl settings` says otherwise."

  private static func loginRemedies(_ request: RemedyRequest) -> [String] {
    if let reason = request.reason, reason.contains("client config not found") {
      return [
        "On the gateway, give this client a configuration: its agent's client settings, whose conditions are the user's group, the system and the address.",
        "Give the client another system to name, where the gateway has a configuration for it (openconnect: `--os=win`).",
      ]
    }
    if let reason = request.reason,
      reason.contains("gateway does not exist") || reason.contains("portal does not exist")
    {
      return [
        "Ask at the address where it is: a firewall may have a portal there and its gateways elsewhere, or the other way round (gpclient: with or without `--as-gateway`).",
        "On the firewall, check that the GlobalProtect portal or gateway is bound to that interface and address, and committed.",
      ]
    }
    if let reason = request.reason, reason.contains("(Bad HTTP response code)") || reason.contains("(HTTP status code)")
    {
      return [
        "Check the user's name, password, realm and second factor: newer gateways refuse a login by the status of their answer.",
        "Check that a FortiGate's SSL VPN answers at that address and port, and no gateway of another make or web server.",
      ]
    }
    if let reason = request.reason, reason.lowercased().contains("cookie") {
      return [
        "Log in anew: the gateway no longer takes the cookie of the login before.",
        request.lookInGatewayLog(
          for:
            "why the session of that cookie is over: its lifetime, an idle timeout, a restart, another address of the client"
        ),
      ]
    }
    if let reason = request.reason, let remedies = roomRemedies(reason, request.product) { return remedies }
    return [
      "Check the user's name, password, second factor and certificate, and whether the group or realm is the right one.",
      request.lookInGatewayLog(
        for: "why it refuses the login: its authentication server, a policy, the number of sessions"),
    ]
  }

  /// What to do where the gateway knows the user and has no session, address or client to give; nil for other reasons.
  private static func roomRemedies(_ reason: String, _ product: Product?) -> [String]? {
    if reason.contains("session limit ") || reason.contains("tried to connect more than ")
      || reason.contains(" license ")
    {
      return [
        on(
          product, general: "See which sessions the gateway has, and end those that their users have left",
          cisco: "`show vpn-sessiondb summary`, `show vpn-sessiondb anyconnect`", ocserv: "`occtl show users`"),
        on(
          product, general: "Raise the number of sessions, as far as the gateway and its license allow it",
          cisco:
            "`vpn-sessiondb max-anyconnect-premium-or-essentials-limit`, `vpn-simultaneous-logins` of the group policy",
          ocserv: "`max-clients`, `max-same-clients`"),
      ]
    }
    if reason.contains("No address available") || reason.contains("no free IPv4 addresses") {
      return [
        on(
          product, general: "Give the gateway's pool of addresses more of them, or free those that nobody uses",
          cisco: "`show ip local pool` with its name, `ip local pool`", ocserv: "`ipv4-network`, `occtl show users`")
      ]
    }
    if reason.contains("AnyConnect not enabled") {
      return [
        on(
          product,
          general: "Switch the client on where users connect, and give the gateway an image of it that it can read",
          cisco: "`anyconnect image` and `anyconnect enable` under webvpn; `show webvpn anyconnect`",
          ocserv: "not needed")
      ]
    }
    return nil
  }

  /// What to do where a client says why its connection fails; nil where the rule's own words fit.
  private static func failureRemedies(_ reason: String) -> [String]? {
    if reason == NetworkManagerLog.reason { return NetworkManagerLog.remedies }
    let reason = reason.lowercased()
    if reason.contains("name is not resolved") {
      return [
        "Check how the gateway's name is written, and whether the client's DNS servers know it: `nslookup` with that name.",
        "Find out whether the client still asks the DNS servers of a tunnel that is down.",
      ]
    }
    if reason.contains("restricting access to the internet") {
      return [
        "Open a web page in the client's browser and sign in to the network that it is in (a captive portal), then connect again."
      ]
    }
    if reason.contains("http proxy answered") {
      return [
        "Let the proxy pass CONNECT to the gateway's name and port, or give the client the credentials that it asks for.",
        "Or let the client connect without the proxy, where the network allows it (openconnect: `--no-proxy`).",
      ]
    }
    if reason.contains("result from server") || reason.contains("without an answer") {
      return [
        "Check that a VPN gateway of this kind answers at that address (openconnect: `--protocol`), and no web server or proxy in front of it.",
        "Look in the gateway's log for that moment: whether the request arrived, and what it answered.",
      ]
    }
    if reason.contains("unreachable") || reason.contains("no route") {
      return [
        "The client's host has no way to the gateway: look at its network (Wi-Fi, cable, sleep) at that moment.",
        "Look at its routes while the tunnel is up: the one to the gateway must not lead into the tunnel itself.",
      ]
    }
    if reason.contains("timed out") || reason.contains("pull function") || reason.contains("properly terminated") {
      return [
        "TCP comes up and the TLS handshake gets no answer or is cut off: look for a filter or proxy on the path that lets TCP pass and TLS not; another network, such as a phone's, tells.",
        "Look in the gateway's log for that moment: a certificate or setting that it cannot use ends every handshake, too.",
      ]
    }
    if reason.contains("refused to agree to") {
      return [
        "pppd and the gateway do not agree on an address: let pppd take the gateway's word (openfortivpn: `--pppd-accept-remote=1`, or `ipcp-accept-local` and `ipcp-accept-remote` in /etc/ppp/options).",
        "Try again: a gateway that has run out of addresses, or still holds the last session, refuses them too.",
      ]
    }
    if reason.contains("unexpected response of size") || reason.contains("unexpected if-t") {
      return [
        "The gateway speaks another protocol, or a newer one: try the client's others (openconnect: `--protocol=pulse`, `--protocol=nc`), and a newer client."
      ]
    }
    if reason.contains("secure desktop") {
      return [
        "Give the client a program that answers the gateway's inspection of its host (openconnect: `--csd-wrapper`), or use Cisco's own client.",
        "On the gateway, leave this group out of the inspection (HostScan, Secure Firewall Posture).",
      ]
    }
    if reason.contains("certificate") || reason.contains("signer not found") {
      return [
        "Let the client trust the gateway's certificate: install that of its CA, or give the client its fingerprint (openconnect: `--servercert`).",
        "If it has expired or was issued for another name, renew it on the gateway.",
      ]
    }
    return nil
  }

  /// Whether a gateway is of those that have neither DTLS beside TLS as Cisco's nor clients that begin anew for an MTU.
  private static func isRelative(_ product: Product?) -> Bool {
    switch product {
    case .globalProtect, .fortiGate, .pulse, .f5, .checkPoint, .sonicWall: true
    default: false
    }
  }

  /// "general words (`command`)" for the product, or both commands where it is not known.
  private static func on(_ product: Product?, general: String, cisco: String, ocserv: String) -> String {
    switch product {
    case .ciscoASA: "\(general) (\(cisco))."
    case .ocserv: "\(general) (\(ocserv))."
    case .some: "\(general)."
    case nil: "\(general) (Cisco ASA: \(cisco); ocserv: \(ocserv))."
    }
  }

  /// The setting that makes the tunnel's MTU fit TLS; without a full stop.
  ///
  /// - Parameter condition: What N is, where no MTU is given.
  static func mtuSetting(
    _ product: Product?, _ mtu: Int?, condition: String = "with N at most the TLS MTU"
  ) -> String {
    let size = mtu.map(String.init) ?? "N"
    let orLess = mtu == nil ? "" : " or less"
    let condition = mtu == nil ? ", \(condition)" : ""
    return switch product {
    case .ciscoASA: "Set `anyconnect mtu \(size)`\(orLess) in the group policy\(condition)"
    case .ocserv: "Set `mtu = \(size)`\(orLess) in ocserv.conf\(condition)"
    case .some: "Set a tunnel MTU of \(size)\(orLess) on the gateway\(condition)"
    case nil:
      "Set a tunnel MTU of \(size)\(orLess) on the gateway (Cisco ASA: `anyconnect mtu \(size)` in the group policy; ocserv: `mtu = \(size)`)\(condition)"
    }
  }

  private static func fragmenting(_ product: Product?) -> [String] {
    switch product {
    case .ciscoASA: ["Or let the gateway clear DF and fragment: `anyconnect ssl df-bit-ignore enable`."]
    case .some: []
    case nil: ["Or let the gateway clear DF and fragment (Cisco ASA: `anyconnect ssl df-bit-ignore enable`)."]
    }
  }

  private static func tlsOnly(_ product: Product?) -> String {
    switch product {
    case .ocserv: "If UDP cannot be opened for these users: `no-udp = true` for them, with an `mtu` that fits TLS."
    case .ciscoASA:
      "If UDP cannot be opened for these users: a separate TLS-only tunnel group, with an `anyconnect mtu` that fits TLS."
    case .some: "If UDP cannot be opened for these users: let them use TLS only, with a tunnel MTU that fits TLS."
    case nil:
      "If UDP cannot be opened for these users: let them use TLS only, with a tunnel MTU that fits TLS (Cisco ASA: a separate tunnel group; ocserv: `no-udp = true`)."
    }
  }

  private static func portRemedies(_ request: RemedyRequest) -> [String] {
    let port = request.port ?? 443
    if let gateway = request.gatewayFacts {
      let commands = gateway.workaround(port: port).map { "`\($0)`" }
      return [
        "Work around CSCuh61321 on the gateway, in this order: \(commands.joined(separator: ", then ")).",
        "Check afterwards that `show asp table socket` lists DTLS … LISTEN on port \(port).",
        "Or go back to the port on which the gateway listens: then clients are given that one.",
      ]
    }
    switch request.product {
    case .ocserv:
      return [
        "On the gateway: compare `udp-port` in ocserv.conf with `ss -lun`, and restart ocserv after a change.",
        "If the port is right, open UDP \(port) on the firewalls in front of the gateway.",
      ]
    case .ciscoASA:
      return [
        "On the gateway: `show asp table socket`, and give it to `--log`. If it lists DTLS … LISTEN on another port than \(port), it is bug CSCuh61321.",
        "Work around it: disable webvpn on the interface (`no enable outside`), set `dtls port \(port)`, enable it again.",
        "If the socket table is right, open UDP \(port) on the firewalls in front of the gateway.",
      ]
    default:
      return [
        "On the gateway, look on which port DTLS listens (Cisco ASA: `show asp table socket`; ocserv: `ss -lun`). If not on \(port), clients are given the wrong one; give the listing to `--log`.",
        "If so, configure the port anew (Cisco ASA: `no enable outside` under webvpn, `dtls port \(port)`, enable it again; ocserv: `udp-port = \(port)`, restart it).",
        "If it listens there, open UDP \(port) on the firewalls in front of the gateway.",
      ]
    }
  }
}
