import Families
import Observations
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
        Jun  2 11:02:35 gw accel-sstp: ppp0:alice: sstp: invalid Nonce

        """) == [1, 2, 3, 5])
    #expect(
      try Self.suspicious(
        """
        VPN: connection for HQ (203.0.113.20) timed out: no response
        Web: connection for HQ (203.0.113.20) timed out: no response

        """) == [1])
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

@Suite("Complaints beside tunnels that work")
struct ComplaintTests {
  private static let established = """
    2026-11-28 10:11:12 UDPv4 link remote: [AF_INET]203.0.113.20:1194
    2026-11-28 10:11:12 TLS: Initial packet from [AF_INET]203.0.113.20:1194, sid=1 2
    2026-11-28 10:11:13 [gw] Peer Connection Initiated with [AF_INET]203.0.113.20:1194
    2026-11-28 10:11:14 Initialization Sequence Completed

    """

  private static func description(_ lines: String...) throws -> LogDescription {
    let text = established + lines.map { "2026-11-28 10:11:20 \($0)\n" }.joined()
    return try LogOfText.read(text, RegisteredFamilies.logReaders).description
  }

  @Test(
    "a complaint from which no trouble follows is shown, and does not weigh",
    arguments: [
      "TLS Error: incoming packet authentication failed from [AF_INET]203.0.113.20:1194",
      "TLS Error: local/remote TLS keys are out of sync: [AF_INET]203.0.113.20:1194 (received key id: 1, known key ids: )",
      "TCP/UDP: Incoming packet rejected from [AF_INET]198.51.100.20:1194[2], expected peer address: [AF_INET]203.0.113.20:1194",
      "Exiting due to fatal error", "Network unreachable, restarting",
    ])
  func shown(line: String) throws {
    let description = try Self.description(line)
    #expect(description.complaints == LogComplaints(lines: 1, first: [5]))
    #expect(description.suspiciousLines == 0)
  }

  @Test("what the program only says in passing is not shown")
  func silent() throws {
    #expect(
      try Self.description(
        "TLS Error: Unroutable control packet received from [AF_INET]198.51.100.10:40124 (si=3 op=P_CONTROL_V1)",
        "Authenticate/Decrypt packet error: bad packet ID (may be a replay): [ #17 ] -- see the man page entry for --replay",
        "Re-using SSL/TLS context"
      ).complaints == nil)
  }

  @Test("a complaint near the trouble that it is part of is explained by it, before and behind it")
  func explained() throws {
    #expect(
      try Self.description(
        "OpenSSL: error:0A000086:SSL routines::certificate verify failed:",
        "TLS Error: TLS object -> incoming plaintext read error", "Inactivity timeout (--ping-restart), restarting",
        "TLS Error: TLS handshake failed"
      ).complaints == nil)
  }

  @Test("one that is far from it is shown")
  func farAway() throws {
    let talk = Array(repeating: "2026-11-28 10:11:20 Re-using SSL/TLS context\n", count: 100).joined()
    let text =
      Self.established + "2026-11-28 10:11:20 TLS Error: TLS handshake failed\n" + talk
      + "2026-11-28 10:11:20 Inactivity timeout (--ping-restart), restarting\n"
    let description = try LogOfText.read(text, RegisteredFamilies.logReaders).description
    #expect(description.complaints == LogComplaints(lines: 1, first: [5]))
  }

  @Test("a proxy that does not let a client through is why its handshake fails")
  func proxies() throws {
    let openVPN = """
      2026-11-28 10:11:12 Attempting to establish TCP connection with [AF_INET]198.51.100.1:3128
      2026-11-28 10:11:12 TCP connection established with [AF_INET]198.51.100.1:3128
      2026-11-28 10:11:12 HTTP proxy returned: 'HTTP/1.1 403 Forbidden'
      2026-11-28 10:11:12 HTTP proxy returned bad status

      """
    #expect(try Self.failures(openVPN) == ["the HTTP proxy answered 'HTTP/1.1 403 Forbidden'"])
    let openconnect = """
      [2026-11-28 10:11:12] Attempting to connect to proxy 198.51.100.1:1080
      [2026-11-28 10:11:12] Requesting SOCKS proxy connection to vpn.example.com:443
      [2026-11-28 10:11:12] Password authentication to SOCKS server failed
      [2026-11-28 10:11:12] Failed to open HTTPS connection to vpn.example.com
      [2026-11-28 10:11:12] Failed to obtain WebVPN cookie

      """
    #expect(try Self.failures(openconnect) == ["Password authentication to SOCKS server failed"])
  }

  private static func failures(_ text: String) throws -> [String] {
    try LogOfText.read(text, RegisteredFamilies.logReaders).observations.compactMap { observation in
      guard case .failed(let failure) = observation.event, case .other(let reason) = failure.cause else { return nil }
      return reason
    }
  }

  @Test(
    "what any program writes of TLS and DTLS is no tunnel's where nothing else of the log is",
    arguments: [
      "2023-07-19 18:13:27.546 ERROR [254353] [rtc::impl::DtlsTransport::runRecvLoop@202] DTLS handshake failed: timeout",
      "2024-03-02T10:12:01Z ERROR iot-gw DTLS handshake timed out with 10.0.0.7",
      "2024-03-02 10:12:31 ERROR SSL connection failure: certificate expired",
      "2024-03-02 10:12:31 ERROR c.e.Client - SSL read error: EOF",
      #"time="2024-03-02T10:12:01Z" level=error msg="Tunnel is down due to network failure""#,
      "2024-03-02 10:12:31 ERROR Failed to connect to the gateway: connection refused",
    ])
  func wordsOfAnyProgram(line: String) throws {
    let read = try LogOfText.read(line + "\n", RegisteredFamilies.logReaders)
    #expect(read.observations.isEmpty)
    #expect(read.description.suspiciousLines == 1)
    let other = "Mar  2 10:12:01 web haproxy[2211]: SSL connection failure: handshake\n"
    #expect(try LogOfText.read(other, RegisteredFamilies.logReaders).observations.isEmpty)
  }

  @Test(
    "the same words without anything around them are nobody's either",
    arguments: [
      "Connected to 10.0.0.5:6379\nFailed to connect to 10.0.0.6:6379: Connection refused\n",
      "Starting sync\nFailed to connect to host db.example.com\nReconnect failed\n",
      "[2024-03-02 10:12:01] SSL connection failure\n[2024-03-02 10:12:05] DTLS handshake failed: bad certificate\n",
      "SSL write error: broken pipe\nFailed to open tun device: no such file\n",
    ])
  func bareWordsOfAnyProgram(log: String) throws {
    let read = try LogOfText.read(log, RegisteredFamilies.logReaders)
    #expect(read.observations.isEmpty)
    #expect(read.description.suspiciousLines >= 1)
  }

  @Test("the same words are openconnect's behind its own, and in its own lines")
  func wordsOfOpenConnect() throws {
    let window = "2018-01-16 09:31:02 | 2a50 | "
    for log in [
      "\(window)CSTP connected. DPD 90, Keepalive 32400\n\(window)DTLS handshake timed out\n",
      "Nov 23 20:16:47 laptop openconnect[716]: DTLS handshake timed out\n", "DTLS handshake timed out\n",
    ] {
      let read = try LogOfText.read(log, RegisteredFamilies.logReaders)
      #expect(
        read.observations.contains { if case .failed(let it) = $0.event { it.id.channel == .dtls } else { false } })
    }
  }
}
