import Families
import Testing

@Suite("Error lines that nothing judges")
struct UnreadErrorTests {
  private static func suspicious(_ text: String) throws -> [Int] {
    let description = try LogOfText.read(text, RegisteredFamilies.logReaders).description
    #expect(description.suspiciousLines == description.firstSuspicious.count)
    return description.firstSuspicious
  }

  @Test("what wireguard-go calls an error is shown, unless it tells of a peer; what it says besides is not")
  func wireGuard() throws {
    let header = " (wg0) 2026/11/28 10:11:12 "
    #expect(
      try Self.suspicious(
        """
        DEBUG:\(header)Routine: handshake worker 1 - started
        ERROR:\(header)Failed to read packet from TUN device: file already closed
        ERROR:\(header)netlink socket closed: EOF
        DEBUG:\(header)peer(BVGT…dNhU) - Sending handshake initiation
        ERROR:\(header)peer(BVGT…dNhU) - Failed to derive keypair: no such thing

        """) == [2, 3, 5])
  }

  @Test("in a log of one program, a message that begins with a word and a colon is not another program's")
  func firstWord() throws {
    let own = """
      2026-11-28 10:11:12 UDPv4 link remote: [AF_INET]203.0.113.20:1194
      2026-11-28 10:11:13 GDG: ioctl #1 failed

      """
    #expect(try Self.suspicious(own) == [2])
    // Where lines name hosts, they name programs as well.
    let shared = """
      Nov 28 10:11:12 gw openvpn[716]: UDPv4 link remote: [AF_INET]203.0.113.20:1194
      Nov 28 10:11:13 gw dhclient: send_packet failed

      """
    #expect(try Self.suspicious(shared).isEmpty)
  }

  @Test(
    "a complaint that its reader knows is shown where the log tells of no tunnel",
    arguments: [
      "Nov 28 10:11:12 laptop openconnect[716]: Server presented no certificate",
      "Feb 27 11:02:41 vpn charon-systemd[1203]: no trusted RSA public key found for 'vpn.example.com'",
      "Sun Sep 15 11:40:31 2019 Authenticate/Decrypt packet error: packet HMAC authentication failed",
    ])
  func onlyComplaint(line: String) throws { #expect(try Self.suspicious(line + "\n") == [1]) }

  @Test("the same complaint is not shown beside what it led to")
  func complaintWithOutcome() throws {
    #expect(
      try Self.suspicious(
        """
        09[IKE] initiating IKE_SA vpn[1] to 203.0.113.20
        09[CFG] received AUTHENTICATION_FAILED notify error

        """
      ).isEmpty)
  }

  @Test("programs of tunnels whose messages are in no table complain like the others")
  func untabledPrograms() throws {
    #expect(
      try Self.suspicious(
        """
        Jun  2 11:02:31 gw iked[76521]: ca_validate_cert: unable to get local issuer certificate
        Jun  2 11:02:32 gw xl2tpd[612]: Maximum retries exceeded for tunnel 5.  Closing.
        Jun  2 11:02:33 gw vpnc[613]: no response from target
        Jun  2 11:02:34 gw cupsd[613]: no response from printer

        """) == [1, 2, 3])
  }

  @Test("a warning of an ASA about a tunnel that looks like an error is shown, its talk and other warnings are not")
  func warningsOfASA() throws {
    #expect(
      try Self.suspicious(
        """
        %ASA-4-713999: Group = g, IP = 198.51.100.10, Something failed
        %ASA-4-713999: Group = g, IP = 198.51.100.10, Something was done
        %ASA-5-713999: Group = g, IP = 198.51.100.10, Something failed
        %ASA-4-500004: Invalid transport field for protocol=17
        %ASA-3-751099: Something strange

        """) == [1, 5])
  }
}
