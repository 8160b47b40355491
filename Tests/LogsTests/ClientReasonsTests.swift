import Families
import Observations
import Testing

/// What clients and gateways say of why something does not work.
@Suite("Reasons that clients and gateways write")
struct ClientReasonsTests {
  private static func events(_ text: String) throws -> [Observation.Event] { try Reading(text).events }

  @Test("a channel of which the gateway's answer said nothing is not offered; one that it gave cannot be set up")
  func notOffered() throws {
    let connected = "Got CONNECT response: HTTP/1.1 200 OK\n"
    #expect(
      try Self.events(connected + "Error setting up DTLS") == [.negotiated(.notOffered(.dtls, mayBeByClient: false))])
    #expect(
      try Self.events(connected + "Set up DTLS failed; using SSL instead")
        == [.negotiated(.notOffered(.dtls, mayBeByClient: true))])
    #expect(
      try Self.events(connected + "X-DTLS-MTU: 1390\nError setting up DTLS")
        == [.failed(.dtls, since: 3, .setup(reason: nil))])
    #expect(
      try Self.events("No DTLS when connected via proxy\nSet up UDP failed; using SSL instead")
        == [.negotiated(.notOffered(.dtls, mayBeByClient: true))])
  }

  @Test("another address is one, and another netmask is none")
  func address() throws {
    #expect(
      try Self.events("Reconnect gave different Legacy IP address (10.20.0.60 != 10.20.0.50)")
        == [.negotiated(.innerAddressChanged(from: IPAddress(v4: 0x0A14_0032), to: IPAddress(v4: 0x0A14_003C)))])
    #expect(try Self.events("Reconnect gave different Legacy IP netmask (255.255.0.0 != 255.255.255.0)") == [])
  }

  @Test("what kept the client from logging in counts once it gives up")
  func loginFailures() throws {
    let connected =
      "POST https://vpn.example.com/\nSSL negotiation with vpn.example.com\nConnected to HTTPS on vpn.example.com with ciphersuite (TLS1.3)-(AES-256-GCM)\n"
    let gaveUp = "Failed to complete authentication"
    func failure(_ lines: String) throws -> HandshakeFailure.Cause? {
      try Self.events(lines).compactMap { if case .failed(let it) = $0 { it.cause } else { nil } }.first
    }
    let refused = connected + "Got HTTP response: HTTP/1.0 403 Forbidden\nUnexpected 403 result from server\n"
    #expect(try failure(refused) == nil, "the client tries another way")
    #expect(try failure(refused + gaveUp) == .rejected(reason: "Unexpected 403 result from server"))
    #expect(
      try failure(connected + "Unexpected 200 result from server\n" + gaveUp)
        == .other(reason: "Unexpected 200 result from server"))
    #expect(
      try failure(connected + "Error reading HTTP response: Invalid argument\n" + gaveUp)
        == .other(reason: "the gateway ended the connection without an answer"))
    #expect(
      try failure("getaddrinfo failed for host 'vpn.example.com': Name or service not known\n" + gaveUp)
        == .setup(reason: "the gateway's name is not resolved"))
    #expect(try failure(connected + "Login failed.\n" + gaveUp) == .login)
  }

  @Test("packets that are too large to be sent, and intervals that are off")
  func sizesAndTimers() throws {
    #expect(
      try Self.events("Read error on DTLS session: The transmitted packet is too large (EMSGSIZE).")
        == [.sendTooLarge(.dtls)])
    #expect(
      try Self.events("CSTP connected. DPD 0, Keepalive 0").contains(
        .negotiated(.timers(.tls, ChannelTimers(deadPeerDetection: 0, keepalive: 0)))))
  }

  @Test("why a connection to the gateway fails is read, whether it is the first or comes after a session")
  func connections() throws {
    #expect(
      try Self.events("Failed to connect to 203.0.113.20:443: Connection refused")
        == [.failed(.tls, since: 1, .other(reason: "Connection refused"))])
    #expect(
      try Self.events("Failed to reconnect to host vpn.example.com: Connection refused")
        == [.failed(.tls, since: 1, .other(reason: "Connection refused"))])
    // The user broke it off.
    #expect(try Self.events("Failed to connect to 203.0.113.20:443: Interrupted system call") == [])
    #expect(
      try Self.events("Got inappropriate HTTP CONNECT response: HTTP/1.1 401 Unauthorized")
        == [.failed(.tls, since: 1, .rejected(reason: "the gateway's answer to CONNECT is HTTP/1.1 401 Unauthorized"))])
    #expect(
      try Self.events(
        "Got inappropriate HTTP GET-tunnel response: HTTP/1.1 502 Bad Gateway\nError fetching HTTPS response\n"
      ) == [.failed(.tls, since: 1, .rejected(reason: "HTTP/1.1 502 Bad Gateway"))])
    // What the client says of it afterwards is nothing new.
    #expect(
      try Self.events(
        "Got inappropriate HTTP CONNECT response: HTTP/1.1 401 Unauthorized\nCreating SSL connection failed\n"
      ).count == 1)
  }

  @Test("a connection that times out is one that nobody answers, and is told once for all of a host's addresses")
  func timeouts() throws {
    for words in [
      "Connection timed out", "Operation timed out",
      "A connection attempt failed because the connected party did not properly respond after a period of time",
    ] {
      #expect(
        try Self.events("Failed to connect to 203.0.113.20:443: \(words)\nFailed to connect to host vpn.example.com")
          == [.failed(.tls, since: 1, .timedOut)])
      #expect(
        try Self.events("Failed to reconnect to host vpn.example.com: \(words)") == [.failed(.tls, since: 1, .timedOut)]
      )
    }
    #expect(try Self.events("Failed to connect to host vpn.example.com") == [.failed(.tls, since: 1, .timedOut)])
  }

  @Test("what the gateway sent instead is why no connection is made")
  func otherProtocol() throws {
    for reason in [
      "Unexpected response of size 3 after hostname packet", "Unexpected IF-T/TLS packet when expecting configuration.",
    ] {
      #expect(
        try Self.events("SSL negotiation with vpn.example.com\n\(reason)\nCreating SSL connection failed").last
          == .failed(.tls, since: 1, .other(reason: reason)))
    }
  }

  @Test("DTLS that the client's own host does not send any more, and what is too large to be sent")
  func unsent() throws {
    let error = "Write error on DTLS session: Error in the push function.\n"
    #expect(
      try Self.events("Established DTLS connection (using GnuTLS).\n" + error + error) == [
        .established(.dtls, since: 1), .failed(.dtls, since: 2, .sendFailed), .failed(.dtls, since: 3, .sendFailed),
      ])
    #expect(
      try Self.events("Write error on DTLS session: The transmitted packet is too large (EMSGSIZE).")
        == [.sendTooLarge(.dtls)])
    // Packets by which the client looks for the MTU; TLS does not break off.
    let probe = "Failed to read from SSL socket: The transmitted packet is too large (EMSGSIZE).\n"
    #expect(try !Self.events(probe).contains { if case .ended = $0 { true } else { false } })
  }

  @Test("a connection that ends while the client logs in is why it gives up, in whatever language the rest is")
  func unnamedLoginFailure() throws {
    let events = try Self.events(
      """
      SSL negotiation with vpn.example.com
      Connected to HTTPS on vpn.example.com
      Failed to read from SSL socket: TLS 链接非正常地终止了。
      获取 HTTPS 响应出错
      Failed to obtain WebVPN cookie
      """)
    let causes = events.compactMap { if case .failed(let it) = $0 { it.cause } else { nil } }
    #expect(causes == [.other(reason: "the gateway ended the connection without an answer")])
    // Asked once more, it answers; why the login fails then, no line says.
    let again =
      "Failed to read from SSL socket: x\nConnected to HTTPS on vpn.example.com\nFailed to obtain WebVPN cookie"
    #expect(try !Self.events(again).contains { if case .failed = $0 { true } else { false } })
  }

  @Test("what a client says in another language is what it says in English")
  func translations() throws {
    let german = """
      SSL-Verhandlung mit vpn.example.com
      CSTP verbunden. DPD 30, Keepalive 20
      DTLS-Handshake schlug fehl: Resource temporarily unavailable, try again.
      CSTP Dead Peer Detection erkannte nicht reagierende Gegenstelle!
      Neuverbindung zum Rechner vpn.example.com ist gescheitert: Connection refused
      """
    let english = """
      SSL negotiation with vpn.example.com
      CSTP connected. DPD 30, Keepalive 20
      DTLS handshake failed: Resource temporarily unavailable, try again.
      CSTP Dead Peer Detection detected dead peer!
      Failed to reconnect to host vpn.example.com: Connection refused
      """
    #expect(try Self.events(german) == Self.events(english))
    #expect(try Self.events(german).count >= 5)
  }

  @Test("a client without a tunnel device says why once")
  func tunnelDevice() throws {
    let reason = "Failed to bind local tun device (TUNSETIFF): Operation not permitted\n"
    #expect(
      try Self.events(reason + "Set up tun device failed")
        == [.statement(.adapterFailed(reason: "tunnel device: Operation not permitted"))])
    #expect(
      try Self.events("Set up tun device failed") == [.statement(.adapterFailed(reason: "the tunnel device"))])
    #expect(
      try Self.events("2016-09-25 22:11 Error setting up the TUN device")
        == [.statement(.adapterFailed(reason: "the tunnel device"))])
    let driver = "Error: TAP-Windows driver v9.9 or greater is required (found 9.6)"
    #expect(
      try Self.events(driver + "\nSet up tun device failed") == [.statement(.adapterFailed(reason: driver))])
  }

  @Test("the gateway's product by how it answers")
  func products() throws {
    func product(_ line: String) throws -> Product? {
      try Self.events(line).compactMap { if case .statement(.product(let product)) = $0 { product } else { nil } }.first
    }
    #expect(try product("Got CONNECT response: HTTP/1.1 200 CONNECTED") == .ocserv)
    #expect(try product("X-CSTP-Server-Name: ocserv 1.1.6") == .ocserv)
    #expect(try product("GPST Dead Peer Detection detected dead peer!") == .globalProtect)
    #expect(try product("Got CONNECT response: HTTP/1.1 200 OK") == nil)
  }

  @Test("each configuration of GlobalProtect begins a session, and a dead peer is one of TLS")
  func globalProtect() throws {
    let turn = "Tunnel timeout (rekey interval) is 180 minutes.\nGPST Dead Peer Detection detected dead peer!\n"
    let events = try Self.events(turn + turn)
    #expect(events.compactMap(\.relation) == [.first, .replacing])
    #expect(events.count { if case .deadPeer = $0 { true } else { false } } == 2)
  }

  @Test("what comes to ocserv and does not speak TLS is no client that fails")
  func notTLS() throws {
    let events = try Self.events(
      "ocserv[757]: GnuTLS error (at worker-vpn.c:433): An unexpected TLS packet was received.")
    #expect(!events.contains { if case .failed = $0 { true } else { false } })
  }

  @Test("TLS that fails at ocserv before anyone logged in has no user, and in a session ends it")
  func tlsAtOcserv() throws {
    let failed = try Self.events("ocserv[12]: GnuTLS error (at worker-vpn.c:823): A TLS fatal alert has been received.")
    #expect(failed == [.failed(.tls, .other(reason: "A TLS fatal alert has been received."))])
  }

  @Test("a certificate that the client did not take fails the handshake, one that it took does not")
  func certificate() throws {
    let problem = "Server certificate verify failed: certificate expired\n"
    #expect(try Self.events(problem) == [])
    #expect(
      try Self.events(problem + "Certificate from VPN server \"vpn.example.com\" failed verification.")
        == [
          .failed(
            .tls, since: 2, .other(reason: "the gateway's certificate was not accepted: certificate expired"))
        ])
  }

  @Test("ocserv says whose certificate it does not take, which its library says again")
  func certificateAtOcserv() throws {
    let failed = try Self.events(
      """
      ocserv[13341]: worker: 198.51.100.10 client certificate verification failed: The certificate issuer is unknown.
      ocserv[13341]: GnuTLS error (at worker-vpn.c:861): Error in the certificate.
      """)
    #expect(failed == [.failed(.tls, .other(reason: "the client's certificate: The certificate issuer is unknown."))])
  }

  @Test("what an HTTP proxy answers counts once the client gives up, and nothing that it lets pass")
  func proxy() throws {
    func causes(_ answer: String) throws -> [HandshakeFailure.Cause] {
      try Self.events(
        """
        Attempting to connect to proxy 198.51.100.1:3128
        Requesting HTTP proxy connection to vpn.example.com:443
        Got HTTP response: \(answer)
        Failed to open HTTPS connection to vpn.example.com
        Failed to complete authentication
        """
      ).compactMap { if case .failed(let it) = $0 { it.cause } else { nil } }
    }
    #expect(
      try causes("HTTP/1.1 403 Access violation")
        == [.other(reason: "the HTTP proxy answered 'HTTP/1.1 403 Access violation'")])
    #expect(try causes("HTTP/1.1 200 Connection established") == [])
  }

  @Test("an old client's packets that did not leave its host, and its expired dead-peer detection")
  func oldClient() throws {
    let lines = [
      "Establishing the Primary DTLS connection",
      "[p:1  pp:1]: error - IPC/SocketTransport_unix.cpp:888 (fe1f000b) internalWriteSocket",
      "[p:1  pp:1]: error - CstpProtocol.cpp:1507 (fe1e000b) CCstpProtocol::handleExpiredDPD",
    ].map { "Oct 18 12:30:31 laptop vpnagentd: \($0)" }
    #expect(
      try Self.events(lines.joined(separator: "\n"))
        == [.opened(.dtls), .failed(.dtls, .sendFailed), .deadPeer(.tls, since: 3)])
  }

  @Test(
    "a certificate or key that cannot be loaded, and a proxy's no, count once the client gives up",
    arguments: [
      "Loading certificate failed. Aborting.", "Failed to open private key file alice.key: Permission denied",
      "Proxy CONNECT request failed: 403",
    ])
  func ownCertificate(words: String) throws {
    let lines = "\(words)\nFailed to open HTTPS connection to vpn.example.com\n"
    let program = "Nov 28 10:11:12 laptop openconnect[716]: "
    func failures(_ text: String) throws -> [HandshakeFailure.Cause] {
      let log = text.split(separator: "\n").map { program + $0 }.joined(separator: "\n")
      return try Self.events(log).compactMap { if case .failed(let it) = $0 { it.cause } else { nil } }
    }
    #expect(try failures(lines).isEmpty)
    #expect(try failures(lines + "Failed to complete authentication") == [.other(reason: words)])
  }

  @Test("PPP over TLS that does not come up, and one whose peer is dead")
  func ppp() throws {
    #expect(
      try Self.events("Failed to establish PPP\nEstablishing PPP tunnel over TLS failed")
        == [.failed(.tls, .other(reason: "Failed to establish PPP"))])
    #expect(
      try Self.events("Failed to connect DTLS tunnel; using HTTPS instead (state 2).") == [.failed(.dtls, .timedOut)])
  }

  // MARK: What was understood

  @Test(
    "a daemon's own line whose meaning nobody knows is not understood, and one that looks like an error is shown",
    arguments: [
      "Nov 23 20:16:47 vm ocserv[5751]: ", "Nov 23 20:16:47 laptop openconnect[716]: ", "[2026-11-23 20:16:47] ",
    ])
  func unknownLines(header: String) throws {
    let known = header.contains("ocserv") ? "ocserv[5]: main: initialized ocserv 1.1.6" : "CSTP connected."
    let log = try #require(
      try Reading("\(known)\n\(header)the moon is full tonight\n\(header)the flux failed terribly\n").log)
    #expect(log.understoodLines == 1)
    #expect(log.suspiciousLines == 1)
    #expect(log.firstSuspicious == [3])
  }

  @Test("a known error of which nothing else is made is understood, and shown")
  func unjudged() throws {
    let log = try #require(
      try Reading(
        "CSTP connected.\nDTLS Rehandshake failed; reconnecting.\nDTLS got write error 5. Falling back to SSL\n"
      ).log)
    #expect(log.understoodLines == 3)
    #expect(log.firstSuspicious == [2, 3])
  }

  @Test("an ASA's errors about tunnels that nobody knows are shown, its other errors are not")
  func unknownASA() throws {
    let known = "%ASA-6-722022: Group <g> User <u> IP <10.1.1.1> TCP SVC connection established without compression\n"
    let log = try #require(try Reading(known + "%ASA-3-722999: Strange things\n%ASA-3-305006: translation\n").log)
    #expect(log.understoodLines == 1)
    #expect(log.firstSuspicious == [2])
  }

  @Test("common words count for the program whose own words follow")
  func commonWordsFirst() throws {
    let log = try #require(
      try Reading("2015-03-19 09:33 Connected to 203.0.113.20:443\n2015-03-19 09:33 CSTP connected.\n").log)
    #expect(log.understoodLines == 2)
    #expect(try Reading("2015-03-19 09:33 Connected to 203.0.113.20:443\n").log?.understoodLines ?? 0 == 0)
  }

  @Test(
    "openconnect: a session of other gateways than Cisco's, the port that it asks at, and one whose beginning is cut off"
  )
  func otherSessions() throws {
    let reading = try Reading(
      """
      [2024-03-02 10:12:01] POST https://vpn.example.com:10443/remote/logincheck
      [2024-03-02 10:12:02] GET https://vpn.example.com:10443/remote/fortisslvpn_xml
      [2024-03-02 10:12:03] Configured as 10.1.1.5, with SSL connected and DTLS in progress
      [2024-03-02 10:12:04] Configured as 10.1.1.5, with SSL connected and DTLS in progress
      [2024-03-02 11:12:03] Failed to read from TLS/DTLS socket: Error in the pull function.
      """)
    #expect(reading.observations.last?.subject.innerAddress == IPAddress("10.1.1.5"))
    let ports = reading.events.filter { if case .negotiated(.port(.tls, 10443)) = $0 { true } else { false } }
    #expect(ports.count == 1)
    let sessions = reading.events.filter { if case .established(let it) = $0 { it.id.channel == .tls } else { false } }
    #expect(sessions.count == 1)
    #expect(reading.events.contains { if case .ended(let it) = $0 { it.isBreak } else { false } })
    let hidden = try Reading("Connected to x.x.x.x:10443\nSSL negotiation with vpn.example.com\n")
    #expect(hidden.events.contains { if case .negotiated(.port(.tls, 10443)) = $0 { true } else { false } })
    let window = try Reading(
      """
      2015-06-05 21:34 Error fetching HTTPS response
      2015-06-05 21:34 Route configuration done.
      """)
    #expect(window.events.contains { if case .established(let it) = $0 { it.relation == .first } else { false } })
  }

  @Test("openconnect: a certificate that its user takes is no failure, and one that nobody takes is")
  func askedAboutCertificate() throws {
    let question = """
      Certificate from VPN server "vpn.example.com" failed verification.
      Reason: signer not found
      Enter 'yes' to accept, 'no' to abort; anything else to view: ANSWER

      """
    func failures(_ rest: String) throws -> Int {
      try Self.events(question + rest).count { if case .failed = $0 { true } else { false } }
    }
    #expect(try failures("Connected to HTTPS on vpn.example.com\nXML POST enabled\n") == 0)
    #expect(try failures("SSL negotiation with vpn.example.com\n") == 1)
    #expect(try failures("Failed to obtain WebVPN cookie\n") == 1)
    #expect(try failures("") == 1)
  }
}
