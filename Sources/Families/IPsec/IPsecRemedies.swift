import Correlation
import Observations

// What to change, in general words first, then as the products say it that hold most of IPsec.
extension IPsec {
  public static func remedies(_ request: RemedyRequest) -> [String] {
    switch request.rule.rawValue {
    case "handshake-unanswered":
      [
        "Allow UDP 500 and 4500 to \(request.gateway), both directions, on every firewall on the path and on the gateway itself.",
        "Check that the gateway serves this client's address: strongSwan `swanctl --list-conns`, libreswan `ipsec status`, Cisco IOS `show crypto map` and ASA `show run crypto ikev2`, FortiGate `diagnose vpn ike gateway list`, Windows `Get-VpnServerConfiguration`.",
        "Capture at the gateway: openings that arrive and are not answered are the gateway's own decision, none that arrive are the path's.",
      ]
    case "handshake-refused":
      request.reporter.map {
        ["On \($0), find the rule that rejects UDP 500 or 4500 to \(request.gateway) and allow it, both directions."]
      } ?? [
        "Start IKE on \(request.gateway) (strongSwan `systemctl start strongswan`, libreswan `ipsec start`, Windows service IKEEXT), or enable it on that interface (ASA `crypto ikev2 enable outside`, FortiGate a phase 1 on that interface).",
        "Use UDP 500 and 4500 on the client: gateways rarely listen elsewhere.",
      ]
    case "handshake-rejected":
      [
        "NO_PROPOSAL_CHOSEN: give both sides a cipher, hash and group in common (strongSwan `proposals`, libreswan `ike=`, Cisco `crypto ikev2 proposal` or `crypto isakmp policy`, FortiGate `set proposal` and `set dhgrp`, Windows `Set-VpnConnectionIPsecConfiguration`).",
        "An IKE_AUTH answer without acceptance: compare shared keys, identities and certificates of both sides; the gateway's log names which failed (charon `AUTHENTICATION_FAILED`, ASA 750003, FortiGate `diagnose debug application ike -1`, Windows error 13801 or 13806).",
      ]
    case "handshake-stalled", "fragments-dropped":
      [
        "Allow UDP 4500 to \(request.gateway) beside UDP 500, both directions.",
        "Let IKE fragment its own messages (RFC 7383): strongSwan `fragmentation = yes`, libreswan `fragmentation=yes`, Cisco IOS `crypto ikev2 fragmentation`, ASA `crypto ikev2 fragmentation`, FortiGate `set fragmentation enable`, Windows `EnableServerFragmentation`.",
        "Or allow IP fragments between both hosts, or use smaller certificates (ECDSA, short chains).",
      ]
    case "handshake-failed":
      [
        "Check on the client that it trusts the gateway's certificate: issuer, dates, and the name that the client is set to (strongSwan `remote { id = … }`, libreswan `rightid=`, Windows error 13801).",
        "With IKEv1 compare the preshared keys and identities of both sides.",
      ]
    case "data-blocked":
      [
        "Allow ESP, IP protocol 50, both directions, or UDP 4500 where a NAT is between.",
        "Or carry ESP in UDP always: strongSwan `encap = yes`, libreswan `encapsulation=yes`, FortiGate `set nattraversal forced`, Cisco `crypto ipsec nat-transparency udp-encapsulation`, Windows `AssumeUDPEncapsulationContextOnSendRule`.",
        "Behind NAT send keepalives below its idle timeout (strongSwan `keep_alive = 20s`, Cisco IOS `crypto isakmp nat keepalive 20`, FortiGate `set keepalive 10`).",
      ]
    case "tunnel-lost", "tunnel-one-way", "tunnel-refused":
      [
        "Find what changed on the path or at the silent side at that moment: a restart, a firewall's or NAT's state that expired, a route.",
        "Keep the mapping alive: NAT keepalives every 20 s, and dead peer detection every 30 s (strongSwan `dpd_delay`, libreswan `dpddelay=`, Cisco `crypto ikev2 dpd`, ASA `isakmp keepalive`, FortiGate `set dpd on-idle`).",
      ]
    case "rekey-failed":
      [
        "Find what drops IKE on UDP 4500 and passes ESP: a rate limit, inspection, a NAT mapping of port 500 that expired.",
        "Compare the proposals and groups for new keys of both sides (PFS): the first child has no group of its own, a rekeyed one may need one.",
      ]
    case "packet-loss":
      ["Compare both ends' captures: the sequence numbers name the stretch on which ESP packets disappear."]
    case "pmtu-black-hole", "large-packets-lost", "tunnel-fragmentation", "oversized-df", "mss-exceeds-mtu":
      [sizes(request)]
    case "reconnect-cycle", "session-reconnects":
      [
        "Look at both sides' logs for why the IKE SA ends: dead peer detection, reauthentication, a delete of the other side."
      ]
    default: []
    }
  }

  private static func sizes(_ request: RemedyRequest) -> String {
    let size = request.bytes.map { bytes in
      request.isInside
        ? "\(bytes) bytes"
        : "\(ESPOverhead.surelyFits(outer: bytes, overIPv6: false)) to \(ESPOverhead.mayFit(outer: bytes, overIPv6: false)) bytes, by the ciphers"
    }
    return
      "Set the tunnel's MTU to what fits\(size.map { " (\($0))" } ?? "") and clamp the MSS to 40 less (strongSwan `charon.plugins.kernel-netlink.mtu` and `mss`, libreswan `mtu=`, Cisco IOS `ip mtu` and `ip tcp adjust-mss` on the tunnel, ASA `sysopt connection tcpmss`, FortiGate `set tcp-mss-sender`, Windows `netsh interface ipv4 set subinterface`)."
  }
}
