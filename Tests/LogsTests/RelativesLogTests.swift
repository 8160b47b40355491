import Observations
import Testing

@testable import Logs

/// Logs of AnyConnect's relatives: what their lines say becomes the same events as openconnect's.
@Suite("logs of the TLS VPN's relatives")
struct RelativesLogTests {
  private static func events(_ text: String) throws -> [Observation.Event] { try Reading(text).events }

  @Test("openfortivpn: a tunnel that its gateway takes down, and a connection that is refused")
  func openfortivpn() throws {
    let log = """
      2026-11-28T16:07:57.623797686Z INFO:   Connected to gateway.
      2026-11-28T16:07:57.623797686Z INFO:   Authenticated.
      2026-11-28T16:07:57.735250257Z INFO:   Remote gateway has allocated a VPN.
      2026-11-28T16:07:58.735250257Z INFO:   Got addresses: [10.212.134.200], ns [0.0.0.0, 0.0.0.0]
      2026-11-28T16:07:58.835250257Z INFO:   Tunnel is up and running.
      2026-11-28T16:10:57.735250257Z ERROR:  Error reading from TLS connection (unexpected eof while reading).
      2026-11-28T16:10:58.735250257Z INFO:   Cancelling threads...
      2026-11-28T16:11:57.623797686Z ERROR:  connect: Connection refused
      """
    let events = try Self.events(log)
    #expect(events.contains { if case .established(let it) = $0 { it.relation == .first } else { false } })
    #expect(
      events.contains {
        if case .ended(let it) = $0 { it.reason == "unexpected eof while reading" } else { false }
      })
    #expect(
      events.contains {
        if case .failed(let it) = $0 { it.cause == .other(reason: "Connection refused") } else { false }
      })
  }

  @Test("openfortivpn: a login that is not accepted; what fails while it logs out is no news")
  func openfortivpnFailures() throws {
    func causes(_ lines: String...) throws -> [HandshakeFailure.Cause] {
      try Self.events(lines.joined(separator: "\n")).compactMap {
        if case .failed(let it) = $0 { it.cause } else { nil }
      }
    }
    let closed = "INFO:   Closed connection to gateway."
    #expect(
      try causes(
        "INFO:   Connected to gateway.",
        "ERROR:  Could not authenticate to gateway. Please check the password, client certificate, etc.", closed,
        "INFO:   Logged out.") == [.login])
    let answer = "Could not authenticate to gateway (Bad HTTP response code)"
    #expect(
      try causes("INFO:   Connected to gateway.", "ERROR:  \(answer).", closed, "INFO:   Logged out.") == [
        .rejected(reason: answer)
      ])
    #expect(
      try causes("ERROR:  SSL_connect: error:0A000126:SSL routines::unexpected eof while reading").count == 1)
    let loggingOut = [closed, "ERROR:  connect: Connection refused", "INFO:   Could not log out."]
    #expect(
      try causes((["ERROR:  getaddrinfo: Name or service not known"] + loggingOut).joined(separator: "\n")) == [
        .setup(reason: "the gateway's name is not resolved")
      ])
    #expect(
      try causes((["ERROR:  connect: Connection refused"] + loggingOut).joined(separator: "\n")) == [
        .other(reason: "Connection refused")
      ])
    #expect(
      try causes((["ERROR:  connect: No route to host"] + loggingOut).joined(separator: "\n")).count == 1)
  }

  @Test("a gateway's word that a login failed is none about a tunnel: users mistype, and strangers guess")
  func gatewayLogins() throws {
    let line =
      #"date=2026-11-28 time=09:20:00 type="event" subtype="vpn" level="alert" logdesc="SSL VPN login fail" remip=198.51.100.10 user="alice" reason="sslvpn_login_permission_denied""#
    #expect(try !Self.events(line).contains { if case .failed = $0 { true } else { false } })
  }

  @Test("gof5: DTLS that is not answered; snx-rs: ESP that is not; nxBender: a tunnel that breaks off")
  func otherClients() throws {
    let f5 = try Self.events(
      """
      2021/01/19 12:00:02 Connecting to vpn.example.com:4433 using DTLS
      2021/01/19 12:00:32 failed to dial vpn.example.com:4433: handshake error: context deadline exceeded
      """)
    #expect(f5.contains { if case .failed(let it) = $0 { it.cause == .timedOut } else { false } })
    let checkPoint = try Self.events(
      """
      2024-11-22T08:57:42.725618Z DEBUG snxcore::tunnel::ipsec::natt: Sending NAT-T probe to 203.0.113.20:4500
      Error: Probing failed, server is not reachable via ESPinUDP tunnel!
      """)
    #expect(
      checkPoint.contains {
        if case .failed(let it) = $0 { it.cause == .timedOut && it.id.channel == .esp } else { false }
      })
    let sonicWall = try Self.events(
      """
      INFO     Dialing up tunnel...
      INFO     Remote routing configured, VPN is up
      INFO     pppd exited with code 16
      """)
    #expect(sonicWall.contains { if case .established = $0 { true } else { false } })
    #expect(sonicWall.contains { if case .ended = $0 { true } else { false } })
  }

  @Test(
    "openfortivpn: a link that does not come up over the allocated VPN has failed once, for the first reason it gives")
  func linkThatFails() throws {
    let failures = try Self.events(
      """
      INFO:   Authenticated.
      INFO:   Remote gateway has allocated a VPN.
      Using interface ppp0
      INFO:   Negotiation complete.
      ERROR:  Timed out waiting for the ppp interface to be UP.
      INFO:   Cancelling threads...
      Modem hangup
      INFO:   pppd: The link was terminated by the modem hanging up.
      INFO:   Closed connection to gateway.
      """
    ).compactMap { if case .failed(let it) = $0 { it.cause } else { nil } }
    #expect(failures == [.other(reason: "Timed out waiting for the ppp interface to be UP")])
  }

  @Test("openfortivpn: without the end of its log, a link that failed has failed all the same")
  func linkThatFailsAtTheEnd() throws {
    let reading = try Reading(
      """
      INFO:   Remote gateway has allocated a VPN.
      ERROR:  read: Input/output error
      """)
    #expect(
      reading.observations.contains {
        if case .failed(let it) = $0.event { it.cause == .other(reason: "Input/output error") } else { false }
      })
  }

  @Test("openfortivpn: a user who cancels before the link is up has not lost anything")
  func linkThatIsCancelled() throws {
    let events = try Self.events(
      """
      INFO:   Remote gateway has allocated a VPN.
      INFO:   Cancelling threads...
      ERROR:  pppd: Terminated because it was sent a SIGINT, SIGTERM or SIGHUP signal.
      INFO:   Closed connection to gateway.
      INFO:   Logged out.
      """)
    #expect(!events.contains { if case .failed = $0 { true } else { false } })
  }

  @Test("openfortivpn: where pppd may not do its work, the client's own setup is at fault")
  func linkWithoutRights() throws {
    let events = try Self.events(
      """
      INFO:   Remote gateway has allocated a VPN.
      ERROR:  read: Input/output error
      INFO:   Cancelling threads...
      ERROR:  pppd: Is not setuid-root and the invoking user is not root.
      INFO:   Closed connection to gateway.
      """)
    #expect(events.contains { if case .statement(.adapterFailed) = $0 { true } else { false } })
    #expect(!events.contains { if case .failed = $0 { true } else { false } })
  }

  @Test("openfortivpn: a gateway that does not answer, and one that ends the connection under the login")
  func silentGateway() throws {
    func causes(_ line: String) throws -> [HandshakeFailure.Cause] {
      try Self.events("DEBUG:  Establishing ssl connection\n\(line)\nINFO:   Closed connection to gateway.").compactMap
      {
        if case .failed(let it) = $0 { it.cause } else { nil }
      }
    }
    #expect(try causes("ERROR:  connect: Operation timed out") == [.timedOut])
    #expect(
      try causes("ERROR:  Could not authenticate to gateway (SSL error).")
        == [.other(reason: "the gateway ended the connection without an answer")])
  }

  @Test("openfortivpn: what ends a request's connection is no failure of the link that is built after it")
  func connectionOfRequest() throws {
    let events = try Self.events(
      """
      INFO:   Remote gateway has allocated a VPN.
      DEBUG:  Error reading from SSL connection (Protocol violation with EOF).
      DEBUG:  Gateway certificate validation failed.
      DEBUG:  Gateway certificate digest found in white list.
      DEBUG:  ssl_read_thread
      """)
    #expect(!events.contains { if case .failed = $0 { true } else { false } })
  }

  @Test("openfortivpn: a tunnel that was up before its log begins breaks off; a request's connection does not")
  func earlierTunnel() throws {
    func ends(_ lines: String...) throws -> [SessionEnd] {
      try Self.events(
        (["DEBUG:  Error reading from SSL connection (Connection reset by peer)."] + lines).joined(separator: "\n")
      )
      .compactMap { if case .ended(let it) = $0 { it } else { nil } }
    }
    let broken = try ends(
      "INFO:   Cancelling threads...", "INFO:   Setting ppp interface down.", "INFO:   Closed connection to gateway.",
      "INFO:   Logged out.")
    #expect(broken.map(\.isBreak) == [true, false] && broken.allSatisfy { !$0.byClient })
    #expect(
      try ends("INFO:   Closed connection to gateway.", "INFO:   Setting ppp interface down.").allSatisfy {
        !$0.isBreak
      })
  }

  @Test("openfortivpn: a link is on its way up although its log begins late")
  func linkThatBeganEarlier() throws {
    let events = try Self.events(
      """
      INFO:   Negotiation complete.
      Peer refused to agree to our IP address
      ERROR:  read: Input/output error
      """)
    #expect(
      events.contains { $0 == .statement(.adapterFailed(reason: "Peer refused to agree to our IP address")) })
  }

  @Test("openfortivpn: the bytes that -vv shows of each packet are no end of the tunnel")
  func dumpedPackets() throws {
    let events = try Self.events(
      """
      INFO:   Tunnel is up and running.
      DEBUG:  pppd ---> gateway (10 bytes)
      pppd:   c0 21 09 02 00 08 95 90 ca da
      """)
    #expect(!events.contains { if case .ended = $0 { true } else { false } })
  }

  @Test("FortiClient: the states of the tunnel in its XML log are its sessions")
  func fortiClient() throws {
    func line(_ time: String, _ state: String) -> String {
      #"<log time="08/08/2020 \#(time)" level="6" source="16">id=96600 user=alice msg=&quot;SSLVPN tunnel status&quot; "#
        + "vpnstate=\(state) vpntype=ssl vpnuser=alice remotegw=vpn.example.com</log>"
    }
    let reading = try Reading(
      [line("07:22:58", "connected"), line("07:32:58", "disconnected"), line("07:33:01", "connected")]
        .joined(separator: "\n"))
    #expect(reading.log?.format.name == "forticlient")
    #expect(reading.events.compactMap(\.relation) == [.first, .unknown])
    #expect(reading.log?.start?.written == Timestamp("2020-08-08T07:22:58Z"))
  }

  @Test("a firewall's GlobalProtect log says that IPsec did not come up, and whose tunnel it is")
  func globalProtectLog() throws {
    let reading = try Reading(
      """
      1,2024/01/12 11:41:42,0154,GLOBALPROTECT,0,2562,2024/01/12 11:41:42,vsys1,gateway-connected,connected,,SSLVPN,alice,FR,\
      laptop,198.51.100.7,0.0.0.0,10.20.0.50,0.0.0.0,662f0b44,PF00,6.0.4,Windows,"Windows 10",1,,,,success,
      1,2024/01/12 11:41:43,0154,GLOBALPROTECT,0,2562,2024/01/12 11:41:43,vsys1,gateway-switch-to-ssl,tunnel,,SSLVPN,alice,FR,\
      laptop,198.51.100.7,0.0.0.0,10.20.0.50,0.0.0.0,662f0b44,PF00,6.0.4,Windows,"Windows 10",1,,,,success,
      """)
    #expect(reading.log?.format.name == "globalprotect-gateway")
    let failure = try #require(
      reading.observations.first { if case .failed = $0.event { true } else { false } })
    guard case .failed(let event) = failure.event else { return }
    #expect(event.id.channel == .esp && event.cause == .timedOut)
    #expect(failure.subject.user == "alice")
    #expect(failure.subject.client == IPAddress("198.51.100.7"))
  }

  @Test("GlobalProtect: a tunnel that goes down for lack of keep-alives and is restored")
  func globalProtect() throws {
    let events = try Self.events(
      """
      11/24/2026 13:09:54:000 [Info ]: Trying to create tunnel with gateway vpn.example.com
      11/24/2026 13:10:28:120 [Info ]: IPSec tunnel creation finished with Gateway vpn.example.com.
      11/24/2026 15:14:08:000 [Info ]: Tunnel is down due to keep-alive timeout.
      11/24/2026 15:14:08:000 [Error]: Preferred gateway vpn.example.com: Checking network availability and restoring VPN connection when network is available.
      11/24/2026 15:14:11:000 [Info ]: Tunnel is restored.
      """)
    #expect(events.contains { if case .deadPeer(let it) = $0 { it.id.channel == .tls } else { false } })
    let sessions = events.compactMap { if case .established(let it) = $0 { it.relation } else { nil } }
    #expect(sessions == [.first, .replacing])
    #expect(events.contains(.reconnecting(.tls)))
  }

  @Test("Pulse: whom an event is about stands in front of its words")
  func pulse() throws {
    let reading = try Reading(
      """
      Nov 28 13:38:34 11.155.45.2 PulseSecure: 2026-11-28 13:38:34 - ive - [198.51.100.10] Root::alice(Users)[Users] - VPN Tunneling: Session started for user with IPv4 address 10.20.0.50, hostname laptop
      Nov 28 14:38:34 11.155.45.2 PulseSecure: 2026-11-28 14:38:34 - ive - [198.51.100.10] Root::alice(Users)[Users] - Session timed out for alice/Users (session:00000000) due to inactivity (last access at 10:11:12 2026/11/28).
      """)
    #expect(reading.observations.map(\.subject.user) == ["alice", "alice"])
    #expect(reading.observations.first?.subject.client == IPAddress("198.51.100.10"))
    #expect(reading.observations.first?.subject.innerAddress == IPAddress("10.20.0.50"))
  }

  @Test("FortiGate: a session and why it ended; a login that failed is nobody's tunnel")
  func fortiGate() throws {
    let events = try Self.events(
      """
      date=2026-11-28 time=09:20:00 devname="fg1" logid="0101039426" type="event" subtype="vpn" level="alert" logdesc="SSL VPN login fail" action="ssl-login-fail" tunneltype="ssl-web" tunnelid=0 remip=198.51.100.66 user="root" group="N/A" dst_host="N/A" reason="sslvpn_login_permission_denied" msg="SSL user failed to logged in"
      date=2026-11-28 time=09:21:00 devname="fg1" logid="0101039947" type="event" subtype="vpn" level="information" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" tunnelid=7 remip=198.51.100.10 tunnelip=10.20.0.50 user="alice" group="vpn" dst_host="N/A" reason="tunnel established" msg="SSL tunnel established"
      date=2026-11-28 time=11:21:00 devname="fg1" logid="0101039948" type="event" subtype="vpn" level="information" logdesc="SSL VPN tunnel down" action="tunnel-down" tunneltype="ssl-tunnel" tunnelid=7 remip=198.51.100.10 tunnelip=10.20.0.50 user="alice" group="vpn" dst_host="N/A" reason="Session timeout" msg="SSL tunnel shutdown"
      """)
    #expect(!events.contains { if case .failed = $0 { true } else { false } })
    #expect(events.contains { if case .established(let it) = $0 { it.id.channel == .tls } else { false } })
    #expect(events.contains { if case .ended(let it) = $0 { it.reason == "Session timeout" } else { false } })
  }
}

/// Nothing that went wrong is passed over because somebody knows the line.
@Suite("problems of lines that are known")
struct KnownProblemTests {
  @Test("a problem that no reader makes an event of is shown")
  func noRoute() throws {
    let reading = try Reading(
      """
      Nov 28 09:00:00 laptop openconnect[1]: CSTP connected. DPD 30, Keepalive 20
      Nov 28 09:40:01 laptop openconnect[1]: No --script argument provided; DNS and routing are not configured
      """)
    #expect(reading.log?.suspiciousLines == 1 && reading.log?.firstSuspicious == [2])
  }

  @Test("an error in words that other programs write too is shown, whoever wrote it")
  func assumed() throws {
    let reading = try Reading(
      """
      CSTP connected. DPD 30, Keepalive 20
      connect: No route to host
      """)
    #expect(reading.log?.suspiciousLines == 1 && reading.log?.firstSuspicious == [2])
  }

  @Test(
    "a session that the gateway ended is one that ended",
    arguments: [
      "Unrecoverable I/O error; exiting.", "Received server disconnect: 01 'Server disconnect'",
      "Server terminated connection (session expired)",
    ])
  func ended(_ line: String) throws {
    let events = try Reading("CSTP connected. DPD 30, Keepalive 20\n\(line)\n").events
    #expect(events.contains { if case .ended(let it) = $0 { it.id == nil && !it.byClient } else { false } })
  }

  @Test("a program's source quotes messages and is no log")
  func source() throws {
    let reading = try Reading(
      """
          if text.starts(with: "DTLS initialised.") {
          vpn_progress(vpninfo, PRG_ERR, _("CSTP Dead Peer Detection detected dead peer!\\n"));
          print("%ASA-6-722022: Group <g> User <u> IP <198.51.100.10> TCP SVC connection established without compression")
      """)
    #expect(reading.observations.isEmpty)
    #expect(reading.log?.understoodLines == 0)
  }

  @Test("a session that is resumed is one session, whether a line tells of its connection too or not")
  func resumed() throws {
    let who = "Group <g> User <alice> IP <198.51.100.10>"
    func sessions(_ lines: [String]) throws -> Int {
      let text = lines.map { "Apr 21 2023 \($0)" }.joined(separator: "\n")
      let ids = try Reading(text).events.compactMap { event -> HandshakeID? in
        if case .established(let it) = event { it.id } else { nil }
      }
      return Set(ids).count
    }
    let lost = [
      "10:00:00 fw1 : %ASA-5-722033: \(who) First TCP SVC connection established for SVC session.",
      "10:41:07 fw1 : %ASA-6-716058: \(who) AnyConnect session lost connection. Waiting to resume.",
    ]
    let resumed = "10:43:55 fw1 : %ASA-6-716059: \(who) AnyConnect session resumed connection from IP <198.51.100.10>."
    let connected = "10:43:55 fw1 : %ASA-5-722034: \(who) New TCP SVC connection, no existing connection."
    #expect(try sessions(lost + [resumed]) == 2)
    #expect(try sessions(lost + [resumed, connected]) == 2)
    #expect(try sessions(lost + [connected, resumed]) == 2)
  }

  @Test(
    "Pulse Connect Secure names the session in the middle; what its gateway refuses is shown, and nothing comes of it")
  func pulseSessions() throws {
    let header =
      "<134>1 2026-04-03T14:57:46+02:00 vpn PulseSecure: - - - 2026-04-03 14:57:46 - vpn - [198.51.100.10] Default Network::alice(Users)[Role][0a] - "
    let reading = try Reading(
      [
        "VPN Tunneling: Session started for user  (session: sid00) with IPv4 address 10.20.0.50, hostname PC",
        "VPN Tunneling: User with IP 10.20.0.50 connected with ESP transport mode. ",
        "VPN Tunneling: Session ended for user  (session: sid00) with IPv4 address 10.20.0.50",
      ].map { header + $0 }.joined(separator: "\n"))
    #expect(reading.log?.understoodLines == 3)
    #expect(reading.events.contains { if case .established(let it) = $0 { it.id.channel == .esp } else { false } })
    #expect(reading.observations.allSatisfy { $0.subject.innerAddress == IPAddress("10.20.0.50") })
    let refused = try Reading(
      header
        + "AUT24604: SSL negotiation failed while client at source IP '198.51.100.44' was trying to connect to '203.0.113.80'. Reason: 'unsupported protocol'"
    )
    #expect(refused.events.isEmpty)
    #expect(refused.log?.suspiciousLines == 1)
  }

  @Test("a firewall's steps of a GlobalProtect login that fail are shown")
  func gatewaySteps() throws {
    let line =
      #"1,2026/10/01 08:02:11,016201004321,GLOBALPROTECT,0,2817,2026/10/01 08:02:10,vsys1,gateway-auth,login,LDAP,,alice,IL,PC,203.0.113.24,0.0.0.0,0.0.0.0,0.0.0.0,6c1f,PF3K,6.2.4-28,Windows,"Microsoft Windows 11 Enterprise , 64-bit",1,,Invalid username/password,"",STATUS,,0,user-logon,0,GP-GW-HQ,74129,0x0"#
    #expect(try Reading(line.replacing("STATUS", with: "failure")).log?.suspiciousLines == 1)
    #expect(try Reading(line.replacing("STATUS", with: "success")).log?.suspiciousLines == 0)
  }

  @Test("F5's access policy manager tells of a tunnel by its address; a password that it refuses is none")
  func f5Gateway() throws {
    let header = "Jan  2 19:10:03 bigip notice apmd[18544]: 01490549:5: /Common/vpn:Common:49dc8781: "
    let reading = try Reading(
      header
        + "Assigned PPP Dynamic IPv4: 10.20.0.50 Tunnel Type: VPN_TUNNELTYPE_TLS NA Resource: /Common/vpn Client IP: 198.51.100.10"
    )
    #expect(reading.log?.format == .f5Gateway)
    #expect(reading.events.count == 1)
    #expect(reading.observations.first?.subject.client == IPAddress("198.51.100.10"))
    let refused = try Reading(header + "AD agent: Auth (logon attempt:0): authenticate with 'alice' failed")
    #expect(refused.events.isEmpty)
    #expect(refused.log?.suspiciousLines == 1)
  }

  @Test("NetExtender's tunnel that breaks off is SonicWall's")
  func netExtender() throws {
    let reading = try Reading(
      """
      SSL Connection is ready
      Using SSL Encryption Cipher 'ECDHE-RSA-AES256-SHA384'
      NetExtender connected successfully. Type "Ctrl-c" to disconnect...
      SSL VPN logging out...
      SSL VPN connection is terminated.
      Exiting NetExtender client
      """)
    #expect(reading.log?.format == .sonicWall)
    #expect(reading.events.contains { if case .ended = $0 { true } else { false } })
  }
}
