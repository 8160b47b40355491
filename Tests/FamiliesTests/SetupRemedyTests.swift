import Correlation
import Testing

@testable import Families

@Suite("Remedies of sides that cannot set their tunnel up")
struct SetupRemedyTests {
  @Test(
    "OpenVPN's reason names the setting",
    arguments: [
      ("ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)", "NET_ADMIN"),
      ("All TAP-Windows adapters on this system are currently in use", "tapctl"),
      ("TCP/UDP: Socket bind failed on local address [AF_INET]192.0.2.1:1194: Address already in use", "nobind"),
      ("Cannot load inline certificate file: ca md too weak", "SHA-256"),
      ("Cannot load private key file k", "readable"),
      ("its script --client-connect: external program fork failed", "script-security"),
      (OpenVPNGarbledData.reason, "comp-lzo"), (NetworkManagerLog.reason, "nmcli --ask"),
      ("the gateway's name is not resolved", "nslookup"), ("Options error: Unrecognized option", "--version"),
      ("ERROR: could not read Auth username/password/ok/string from management interface", "auth-user-pass"),
    ])
  func openVPN(reason: String, word: String) {
    #expect(OpenVPN.setupRemedies(reason).joined().contains(word))
  }

  @Test(
    "wg-quick's reason names the setting",
    arguments: [
      ("RTNETLINK answers: Operation not permitted", "NET_ADMIN"),
      ("RTNETLINK answers: Operation not supported", "modprobe wireguard"),
      ("Name or service not known: `vpn.example.com:51820'", "Endpoint"),
      ("Key is not the correct length or format: `k'", "base64"),
      ("RTNETLINK answers: Permission denied", "disable_ipv6"), ("RTNETLINK answers: File exists", "ip route"),
      ("/usr/bin/wg-quick: line 32: resolvconf: command not found", "openresolv"),
    ])
  func wireGuard(reason: String, word: String) {
    #expect(WireGuard.setupRemedies(reason).joined().contains(word))
  }

  @Test(
    "why OpenVPN's handshake failed says what to do, and not where to look for it",
    arguments: [
      ("AUTH_FAILED", "password"), ("AUTH_FAILED, Data channel cipher negotiation failed", "data-ciphers"),
      ("certificate has expired", "Renew"), ("certificate is not yet valid", "clock"),
      ("certificate: CRL has expired", "gen-crl"), ("certificate revoked", "crl-verify"),
      ("certificate: unsupported certificate purpose", "build-server-full"),
      ("certificate: self-signed certificate in certificate chain", "`ca`"),
      ("certificate: unable to get local issuer certificate", "`ca`"),
    ])
  func openVPNFailures(reason: String, word: String) throws {
    let remedies = try #require(OpenVPN.failureRemedies(reason)).joined()
    #expect(remedies.contains(word))
    #expect(!remedies.contains("VERIFY ERROR"))
  }

  @Test(
    "a gateway that knows its user, and has no room or has ended the session, is not asked for passwords",
    arguments: [
      ("Session could not be established: session limit of 250 reached", "vpn-simultaneous-logins"),
      ("No address available for SVC connection", "ip local pool"),
      ("Invalid authentication cookie", "Log in anew"),
      ("Session terminated: AnyConnect not enabled or invalid AnyConnect image on the ASA", "anyconnect image"),
    ])
  func gatewayWithoutRoom(reason: String, word: String) {
    var request = RemedyRequest(rule: .handshakeRejected, channel: TLSVPN.channels.first)
    request.reason = reason
    let remedies = TLSVPN.remedies(request).joined()
    #expect(remedies.contains(word))
    #expect(!remedies.contains("password"))
  }

  @Test("reasons that nothing is known of leave it to the rule")
  func unknown() {
    #expect(OpenVPN.setupRemedies("something else").isEmpty)
    #expect(OpenVPN.failureRemedies("certificate") == nil)
    #expect(WireGuard.setupRemedies("something else").isEmpty)
  }
}
