import Families
import Observations
import Testing

/// How clients say that the tunnel's data channel, or the way to the gateway, is gone.
@Suite("What clients write when a channel or the network is lost")
struct ClientLossTests {
  private static func events(_ text: String) throws -> [Observation.Event] { try Reading(text).events }

  @Test("openconnect says of ESP that it is up, that its peer is dead, and that nothing answers")
  func esp() throws {
    #expect(
      try Self.events(
        "ESP session established with server\nESP tunnel connected; exiting HTTPS mainloop.\nESP detected dead peer")
        == [.completed(.tls, since: 1), .established(.esp, since: 1), .deadPeer(.esp, since: 1)])
    #expect(
      try Self.events("Failed to connect ESP tunnel; using HTTPS instead.").last == .failed(.esp, since: 1, .timedOut))
  }

  @Test(
    "GlobalProtect has no DTLS that could fail to be set up",
    arguments: [
      "POST https://vpn.example.com/ssl-vpn/getconfig.esp", "> GET /ssl-tunnel-connect.sslvpn?user=alice HTTP/1.1",
      "Send GPST DPD/keepalive request",
    ])
  func noDTLS(_ line: String) throws {
    let events = try Self.events("\(line)\nSet up DTLS failed; using SSL instead")
    #expect(events == [.statement(.product(.globalProtect))])
  }

  @Test("a connection that cannot leave the host is one only after the gateway was found dead")
  func unreachable() throws {
    let line = "Failed to reconnect to host vpn.example.com: Network is unreachable"
    #expect(try Self.events(line) == [.failed(.tls, since: 1, .other(reason: "Network is unreachable"))])
    #expect(
      try Self.events("CSTP Dead Peer Detection detected dead peer!\n\(line)").last
        == .failed(
          .tls, since: 2, .sendFailed))
  }

  @Test("openfortivpn: a certificate that the user allows is no failure, nor is a request's connection that ends")
  func openfortivpn() throws {
    #expect(
      try Self.events(
        """
        DEBUG:  Gateway certificate validation failed.
        DEBUG:  Gateway certificate digest found in white list.
        INFO:   Connected to gateway.
        DEBUG:  Error reading from SSL connection (Protocol violation with EOF).
        """
      ).contains { if case .failed = $0 { true } else if case .ended = $0 { true } else { false } } == false)
    #expect(
      try Self.events(
        "ERROR:  Gateway certificate validation failed, and the certificate digest is not in the local whitelist."
      ).contains { if case .failed = $0 { true } else { false } })
  }

  @Test(
    "openfortivpn: a tunnel that breaks says why",
    arguments: [
      ("DEBUG:  Error reading from SSL connection (Protocol violation with EOF).", "Protocol violation with EOF"),
      ("ERROR:  read: Connection reset by peer", "Connection reset by peer"),
      ("ERROR:  read: Input/output error", "Input/output error"),
    ])
  func broken(_ line: String, _ reason: String) throws {
    let events = try Self.events("INFO:   Tunnel is up and running.\n\(line)\nINFO:   Cancelling threads...")
    #expect(events.contains(.tunnelBrokeOff(reason: reason)))
  }

  @Test(
    "openfortivpn: a link that hangs up broke off if no signal stopped the client, which only the line's level shows")
  func hungUp() throws {
    func ends(_ before: String, _ exit: String) throws -> [SessionEnd] {
      try Self.events(
        """
        \(before)
        INFO:   Cancelling threads...
        INFO:   Cleanup, joining threads...
        INFO:   Setting ppp0 interface down.
        Hangup (SIGHUP)
        \(exit)
        INFO:   Closed connection to gateway.
        """
      ).compactMap { if case .ended(let it) = $0 { it } else { nil } }
    }
    let up = "INFO:   Tunnel is up and running."
    let error = "ERROR:  pppd: The link was terminated by the modem hanging up."
    let information = "INFO:   pppd: The link was terminated by the modem hanging up."
    #expect(try ends(up, error).map(\.isBreak) == [true, false])
    #expect(try ends("INFO:   Restoring routes...", error).map(\.isBreak) == [true, false])
    #expect(try ends(up, information).allSatisfy { !$0.isBreak })
    // It stops its openfortivpn without a signal.
    #expect(try ends("INFO:   Start tunnel.\n\(up)", error).allSatisfy { !$0.isBreak })
  }

  @Test("openfortivpn: a peer that is found dead had a tunnel, although the log begins later")
  func deadBeforeTheLog() throws {
    let events = try Self.events(
      """
      openfortivpn[13041]: No response to 4 echo-requests
      openfortivpn[13041]: Modem hangup
      openfortivpn[13041]: ERROR:  read: Input/output error
      openfortivpn[13041]: INFO:   Cancelling threads...
      """)
    #expect(events.contains { if case .deadPeer = $0 { true } else { false } })
    #expect(events.contains(.tunnelBrokeOff(reason: "Input/output error")))
  }

  @Test("openfortivpn: logging out after the tunnel broke is not the user's wish; without a reason it is")
  func loggedOut() throws {
    func isWished(_ lines: String) throws -> Bool {
      try Self.events("INFO:   Tunnel is up and running.\n\(lines)\nINFO:   Logged out.").contains {
        if case .ended(let it) = $0 { it.byClient } else { false }
      }
    }
    #expect(try isWished("INFO:   Cancelling threads..."))
    #expect(try !isWished("DEBUG:  Error reading from SSL connection (Protocol violation with EOF)."))
    #expect(
      try !isWished("INFO:   Cancelling threads...\nERROR:  pppd: The link was terminated by the modem hanging up."))
  }

  @Test("a gateway that does not speak the client's protocol rejects it")
  func protocolRejected() throws {
    #expect(
      try Self.events("Server response to hostname packet is error 0x08\nCreating SSL connection failed") == [
        .failed(.tls, since: 1, .rejected(reason: "Server response to hostname packet is error 0x08"))
      ])
  }

  @Test("ocserv: without a tunnel device no client gets a tunnel")
  func noTunnelDevice() throws {
    #expect(
      try Self.events(
        "Jun  5 04:12:40 gw ocserv[812]: main: tun.c:495: Can't open /dev/net/tun: No such file or directory")
        == [.statement(.adapterFailed(reason: "tunnel device: No such file or directory"))])
  }

  @Test("ocserv: a worker that cannot set its library's DTLS up says why, and a password is the user's affair")
  func noDTLSOfGateway() throws {
    let reason = "could not set TLS priority: 'NORMAL:-VERS-ALL': The request is invalid."
    let events = try Self.events(
      """
      ocserv[25765]: worker[alice]: 198.51.100.10 setting up DTLS-PSK connection
      ocserv[25765]: worker[alice]: 198.51.100.10 worker-vpn.c:243: \(reason)
      ocserv[25765]: PAM-auth pam_auth_pass: Authentication failure
      """)
    #expect(events.count == 2)
    #expect(events.contains { if case .failed(let it) = $0 { it.cause == .setup(reason: reason) } else { false } })
  }
}
