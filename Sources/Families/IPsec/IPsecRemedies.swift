import Correlation
import Observations

// What to change, in general words first, then as the products say it that hold most of IPsec: all of them, or the gateway's
// alone where it is known.
extension IPsec {
  /// What concerns ports and protocols, where TCP carries IKE and ESP (RFC 9329).
  private static func stepsOverTCP(_ request: RemedyRequest) -> [String]? {
    let port = request.port.map { "TCP \($0)" } ?? "TCP"
    switch request.rule {
    case .handshakeUnanswered, .handshakeStalled, .dataBlocked:
      return [
        "Look for what accepts connections to \(port) in place of \(request.gateway), or passes no more than their beginning: a proxy, a firewall that inspects applications.",
        "Let the client use UDP 500 and 4500 where they are open: TCP is slower (FortiGate `set transport auto`).",
      ]
    case .tunnelLost:
      return [
        "Find what ended or forgot the connection to \(port) at that moment: a firewall's or NAT's TCP timeout, a proxy.",
        "Let the client send keepalives, and dead peer detection every 30 s.",
      ]
    default: return nil
    }
  }

  /// How gateways count what they decrypt.
  private static let decryptionCounters: KeyValuePairs<Product, String> = [
    .strongSwan: "`swanctl --list-sas`: bytes in", .libreswan: "`ipsec trafficstatus`: inBytes",
    .cisco: "`show crypto ipsec sa`: pkts decaps", .fortiGate: "`diagnose vpn tunnel list`: rxp",
  ]

  /// Tells a path that drops ESP from a gateway that answers none of it.
  private static func decryptionStep(_ request: RemedyRequest, _ on: IPsecCommands) -> String {
    "Look first whether the data arrives: \(request.gateway) counts what it decrypts\(on(decryptionCounters)). If that rises, the path is well: the gateway does not forward the data, the hosts behind it have no route back, or answers are translated (NAT exemption). Otherwise:"
  }

  public static func remedies(_ request: RemedyRequest) -> [String] {
    let on = IPsecCommands(product: request.product)
    if request.isOverTCP, let steps = stepsOverTCP(request) { return steps }
    return switch request.rule {
    case .handshakeUnanswered where request.reason?.contains("ikev1-policy") ?? false:
      [
        "Let the gateway accept IKE version 1 (libreswan: `ikev1-policy=accept` in `config setup` of /etc/ipsec.conf), or set the client to IKE version 2."
      ]
    case .handshakeUnanswered:
      request.stepsForUnanswered(
        allow: { "Allow UDP 500 and 4500 to \(request.asked) in both directions, on \($0)." },
        atGateway: [
          "Check that the gateway serves this client's address\(on([.strongSwan: "`swanctl --list-conns`", .libreswan: "`ipsec status`", .cisco: "`show crypto map` (IOS) or `show run crypto ikev2` (ASA)", .fortiGate: "`diagnose vpn ike gateway list`", .windows: "`Get-VpnServerConfiguration`"]))."
        ],
        capture:
          "Capture at the gateway: if openings arrive and are not answered, the gateway drops them; if none arrives, the path does."
      )
    case .handshakeRefused:
      request.reporter.map {
        [
          "On \($0), find the rule that rejects UDP 500 or 4500 to \(request.asked), and allow that traffic in both directions."
        ]
      } ?? [
        "Start IKE on \(request.asked), or enable it on that interface\(on([.strongSwan: "`systemctl start strongswan`", .libreswan: "`ipsec start`", .windows: "service IKEEXT", .cisco: "`crypto ikev2 enable outside` (ASA)", .fortiGate: "a phase 1 on that interface"])).",
        "Use UDP 500 and 4500 on the client: gateways rarely listen elsewhere.",
      ]
    case .handshakeRejected:
      switch IPsecObjection(request.reason) {
      case .certificate: [clientCertificate(on)]
      case let objection?: remedies(objection, on)
      case nil: [proposals(on), credentials(on)]
      }
    case .setupFailed where request.reason == NetworkManagerLog.reason: NetworkManagerLog.remedies
    case .setupFailed where request.reason?.contains("machine certificate") ?? false: [machineCertificate]
    case .setupFailed where request.reason.map { $0.contains("hared key") || $0.contains("PreShared Key") } ?? false:
      [
        "Give the side that says so a key for this peer, under the address or identity that the line names\(on([.strongSwan: "`secrets { ike-… { id = … secret = … } }`", .libreswan: "/etc/ipsec.secrets, and `ipsec secrets` to read it"]))."
      ]
    case .setupFailed where request.reason?.contains("kernel refuses") ?? false:
      [
        "Give the kernel what it lacks: its modules for ESP and XFRM (`modprobe esp4`, `modprobe xfrm_user`), in a container those of the host, and the ciphers that were agreed on.",
        "Or agree on others that it has.",
      ]
    case .fragmentsDropped: smallerMessages(on)
    case .handshakeStalled: stepsForStalled(request, on)
    case .handshakeFailed:
      IPsecObjection(request.reason).map { remedies($0, on) } ?? [
        certificate, "With IKEv1 compare the preshared keys and identities of both sides.",
      ]
    case .dataBlocked where request.hasWorked:
      [
        "Find what changed on the path at that moment: a NAT or firewall that forgot or moved the flow of ESP, a route.",
        keepalives(on),
        "Begin the connection anew: a new IKE SA takes the new mapping.",
      ]
    case .dataBlocked where request.loss == .atGateway:
      [
        "Look on \(request.gateway) whether it decrypts the client's data\(on(Self.decryptionCounters)). If it does not, its firewall drops ESP, or the data does not fit the traffic selectors.",
        "If it does, look whether it forwards the data, whether the hosts behind it have a route back to the client's inner addresses, and whether answers are left out of address translation (NAT exemption): translated, they no longer fit the tunnel.",
      ]
    case .dataBlocked where request.isDataInUDP:
      [
        decryptionStep(request, on),
        "Allow UDP 4500 in both directions, and find the device on the path that passes IKE on it and drops ESP in UDP: inspection that knows IKE, a limit on packets or sizes of one flow.",
        keepalives(on),
      ]
    case .dataBlocked:
      [
        decryptionStep(request, on),
        "Allow ESP, IP protocol 50, in both directions, or UDP 4500 where there is a NAT in between.",
        "Or carry ESP in UDP always\(on([.strongSwan: "`encap = yes`", .libreswan: "`encapsulation=yes`", .fortiGate: "`set nattraversal forced`", .cisco: "`crypto ipsec nat-transparency udp-encapsulation`", .windows: "`AssumeUDPEncapsulationContextOnSendRule`"])).",
        keepalives(on),
      ]
    case .tunnelLost, .tunnelOneWay, .tunnelRefused:
      if case .forgotten(let seconds) = request.mapping {
        [
          "Let the client send NAT keepalives every \(min(20, seconds)) s\(on([.strongSwan: "`keep_alive = \(min(20, seconds))s`", .libreswan: "`keep-alive=\(min(20, seconds))`", .cisco: "`crypto isakmp nat keepalive \(min(20, seconds))` (IOS)", .fortiGate: "`set keepalive \(max(10, min(20, seconds)))`"])).",
          "Or raise the UDP idle timeout of the NAT.",
        ]
      } else {
        [
          request.whatChanged(
            onPath:
              "Find what changed on the path or at the silent side at that moment: a restart, a firewall's or NAT's state that expired, a route."
          ),
          "Keep the mapping alive: NAT keepalives every 20 s, and dead peer detection every 30 s\(on([.strongSwan: "`dpd_delay`", .libreswan: "`dpddelay=`", .cisco: "`crypto ikev2 dpd` (IOS) or `isakmp keepalive` (ASA)", .fortiGate: "`set dpd on-idle`"])).",
        ]
      }
    case .rekeyFailed where request.reason != nil: stepsForRejectedKeys(request.reason, on)
    case .rekeyFailed:
      [
        "Find what drops IKE on UDP 4500 and passes ESP: a rate limit, inspection, a NAT mapping of port 500 that expired.",
        "Compare the proposals and groups for new keys of both sides (PFS): the first child has no group of its own, a rekeyed one may need one.",
      ]
    case .packetLoss:
      ["Compare both ends' captures: the sequence numbers name the stretch on which ESP packets disappear."]
    case .pmtuBlackHole, .largePacketsLost, .tunnelFragmentation, .oversizedDF, .mssExceedsMTU:
      [sizes(request, on)]
    case .reconnectCycle, .sessionReconnects:
      [
        "Look at both sides' logs for why the IKE SA ends: dead peer detection, reauthentication, a delete of the other side."
      ]
    default: []
    }
  }

  /// What to do where a session is up and the two sides do not agree on new keys for it.
  private static func stepsForRejectedKeys(_ reason: String?, _ on: IPsecCommands) -> [String] {
    switch IPsecObjection(reason) {
    case .selectors?: remedies(.selectors, on)
    default:
      [
        childProposals(on),
        "The first keys for data need no group of their own, and those that replace them do where PFS is on: set the same group on both sides, or none.",
      ]
    }
  }

  /// What to do about a handshake that stops. NAT-T moves its second half from port 500 to 4500.
  private static func stepsForStalled(_ request: RemedyRequest, _ on: IPsecCommands) -> [String] {
    if let objection = IPsecObjection(request.reason) { return remedies(objection, on) }
    if request.isAnswerLost { return [request.followAnswers(request.port.map { "UDP \($0)" } ?? "IKE")] }
    if let step = request.stepAtSilentGateway { return [step] }
    let allow = "Allow UDP 4500 to \(request.gateway) as well as UDP 500, in both directions."
    if request.isInFragments {
      return smallerMessages(on) + [
        "Check that UDP 4500 to \(request.gateway) is open as well as UDP 500, in both directions."
      ]
    }
    return [allow] + (request.isUnfragmented ? [] : smallerMessages(on))
  }

  private static func remedies(_ objection: IPsecObjection, _ on: IPsecCommands) -> [String] {
    switch objection {
    case .proposals: [proposals(on)]
    case .ikeProposals: [ikeProposals(on)]
    case .espProposals: [childProposals(on)]
    case .selectors:
      [
        "Give both sides the same networks for the tunnel\(on([.strongSwan: "`local_ts` and `remote_ts`", .libreswan: "`leftsubnet=` and `rightsubnet=`", .cisco: "the crypto map's access list", .fortiGate: "`set src-subnet` and `set dst-subnet` of phase 2"]))."
      ]
    case .certificate: [certificate]
    case .credentials: [credentials(on)]
    // IKE version 1 is up by then: keys and identities are right.
    case .child: [childProposals(on)] + remedies(.selectors, on)
    case .keys:
      ["Compare the preshared keys of both sides, and with which identity or address each side looks for its key."]
    case .extensible:
      [
        "Let the gateway authenticate clients by EAP\(on([.strongSwan: "`remote { auth = eap-mschapv2 }`"])), or let this client authenticate itself as the connection asks: with a machine certificate or a shared key, not with a user's name."
      ]
    case .login:
      [
        "Check the user's name, password and group; the log of the gateway, or of the authentication server that it asks (RADIUS, LDAP, PAM), says why it refuses them."
      ]
    case .connection:
      [
        "Add a connection for this client's address and identity on the gateway, or correct the identity that the client sends\(on([.strongSwan: "`local { id = … }`", .libreswan: "`leftid=`", .cisco: "`match identity remote`", .fortiGate: "`set peertype` and `set peerid`"]))."
      ]
    }
  }

  private static func smallerMessages(_ on: IPsecCommands) -> [String] {
    [
      "Let IKE fragment its own messages (RFC 7383)\(on([.strongSwan: "`fragmentation = yes`", .libreswan: "`fragmentation=yes`", .cisco: "`crypto ikev2 fragmentation`", .fortiGate: "`set fragmentation enable`", .windows: "`EnableServerFragmentation`"])).",
      "Or allow IP fragments between both hosts, or use smaller certificates (ECDSA, short chains).",
    ]
  }

  private static func keepalives(_ on: IPsecCommands) -> String {
    "Behind NAT send keepalives below its idle timeout\(on([.strongSwan: "`keep_alive = 20s`", .cisco: "`crypto isakmp nat keepalive 20` (IOS)", .fortiGate: "`set keepalive 10`"]))."
  }

  private static func proposals(_ on: IPsecCommands) -> String {
    "Give both sides a cipher, hash and group in common\(on([.strongSwan: "`proposals` and `esp_proposals`", .libreswan: "`ike=` and `esp=`", .cisco: "`crypto ikev2 proposal` or `crypto isakmp policy`", .fortiGate: "`set proposal` and `set dhgrp`", .windows: "`Set-VpnConnectionIPsecConfiguration`"]))."
  }
  private static func ikeProposals(_ on: IPsecCommands) -> String {
    "Give both sides an IKE cipher, hash and group in common\(on([.strongSwan: "`proposals`", .libreswan: "`ike=`", .cisco: "`crypto ikev2 proposal` or `crypto isakmp policy`", .fortiGate: "`set proposal` and `set dhgrp` of phase 1", .windows: "`Set-VpnConnectionIPsecConfiguration`"]))."
  }
  private static func childProposals(_ on: IPsecCommands) -> String {
    "Give both sides an ESP cipher, hash and PFS group in common\(on([.strongSwan: "`esp_proposals`", .libreswan: "`esp=` and `pfs=`", .cisco: "`crypto ipsec transform-set` and `set pfs`", .fortiGate: "`set proposal` and `set pfs` of phase 2", .windows: "`Set-VpnConnectionIPsecConfiguration`"]))."
  }
  private static func credentials(_ on: IPsecCommands) -> String {
    "Compare shared keys, identities and certificates of both sides; the gateway's log says which failed\(on([.strongSwan: "charon's `AUTHENTICATION_FAILED`", .cisco: "ASA's 750003", .fortiGate: "`diagnose debug application ike -1`", .windows: "error 13801 or 13806"]))."
  }
  /// Of the client, whose product packets do not say.
  private static var certificate: String {
    "Check on the client that it trusts the gateway's certificate: issuer, dates, and the name that the client is set to (strongSwan `remote { id = … }`, libreswan `rightid=`, Windows error 13801)."
  }

  /// What the gateway does not accept.
  private static func clientCertificate(_ on: IPsecCommands) -> String {
    "Check on the gateway that it trusts the client's certificate: the CA that issued it and every CA in between have to be there\(on([.strongSwan: "`/etc/swanctl/x509ca` or `/etc/ipsec.d/cacerts`", .libreswan: "`certutil -L -d sql:/var/lib/ipsec/nss`", .cisco: "`show crypto pki trustpoints` (IOS)"])), its dates, and the identity that the client sends with it."
  }
  /// Of a Windows client.
  private static let machineCertificate =
    "Give the client a certificate with its private key in the computer's store, not the user's (`certlm.msc`, Personal), for client authentication, by a CA that the gateway names; or set the connection to log in with EAP (`Set-VpnConnection -AuthenticationMethod Eap`)."

  private static func sizes(_ request: RemedyRequest, _ on: IPsecCommands) -> String {
    let size = request.bytes.map { bytes in
      request.isInside
        ? "\(bytes) bytes"
        : "\(ESPOverhead.surelyFits(outer: bytes, overIPv6: false)) to \(ESPOverhead.mayFit(outer: bytes, overIPv6: false)) bytes, by the ciphers"
    }
    return
      "Set the tunnel's MTU to what fits\(size.map { " (\($0))" } ?? "") and clamp the MSS to 40 less\(on([.strongSwan: "`charon.plugins.kernel-netlink.mtu` and `mss`", .libreswan: "`mtu=`", .cisco: "`ip mtu` and `ip tcp adjust-mss` on the tunnel (IOS), `sysopt connection tcpmss` (ASA)", .fortiGate: "`set tcp-mss-sender`", .windows: "`netsh interface ipv4 set subinterface`"]))."
  }
}

/// How products do what a remedy asks for.
private struct IPsecCommands {
  /// The gateway's; nil where it is not known.
  let product: Product?

  /// In brackets behind the general words: the gateway's own way alone where it is known and has one.
  func callAsFunction(_ ways: KeyValuePairs<Product, String>) -> String {
    // Another product's words help nobody.
    let own = ways.filter { product == nil || name($0.key) == product.map(name) }
    return own.isEmpty ? "" : " (" + own.map { "\(name($0.key)) \($0.value)" }.joined(separator: ", ") + ")"
  }

  /// Packets do not tell Cisco's products apart, and a log that does names one.
  private func name(_ product: Product) -> String {
    product.name.hasPrefix(Product.cisco.name.prefix { $0 != " " }) ? "Cisco" : product.name
  }
}

/// What one side objects to, by its words: notifies of IKE, and what logs make of them.
private enum IPsecObjection {
  case proposals, ikeProposals, espProposals, selectors, certificate, credentials, connection, keys, child
  case extensible, login

  /// nil where the reason is not known.
  init?(_ reason: String?) {
    guard let reason else { return nil }
    if reason.contains("quick mode") {
      self = .child
    } else if reason.contains("asks for EAP") {
      self = .extensible
    } else if reason == HandshakeFailure.Cause.login.reason {
      self = .login
    } else if reason.contains("PROPOSAL"), reason.contains("offered IKE:") {
      self = .ikeProposals
    } else if reason.contains("PROPOSAL"), reason.contains("offered ESP:") {
      self = .espProposals
    } else if reason.contains("PROPOSAL") || reason.contains("KE_PAYLOAD") {
      self = .proposals
    } else if reason.contains("TS_UNACCEPTABLE") || reason.contains("SELECTORS") {
      self = .selectors
    } else if reason.contains("certificate") {
      self = .certificate
    } else if reason.contains("keys or identities") || reason.contains("preshared keys differ") {
      self = .keys
    } else if reason.contains("no connection is configured") {
      self = .connection
    } else if reason.contains("AUTHENTICATION_FAILED") || reason.contains("authentication")
      || reason.contains("preshared") || reason.contains("IKE_AUTH") || reason.contains("shared key")
    {
      self = .credentials
    } else {
      return nil
    }
  }
}
