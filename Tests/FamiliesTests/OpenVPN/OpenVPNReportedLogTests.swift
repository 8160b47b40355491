import Logs
import Observations
import Testing

@testable import Families

/// Logs of OpenVPN as people show them in reports: addresses hidden, a few lines of many, a program that does not start.
@Suite("OpenVPN logs in reports")
struct OpenVPNReportedLogTests {
  private struct Failure: Equatable {
    let cause: HandshakeFailure.Cause
    let user: String?
  }

  private static func failures(_ lines: [String]) throws -> [Failure] {
    try LogOfText.read(lines.joined(separator: "\n"), OpenVPNLogs.readers).observations.compactMap { observation in
      guard case .failed(let it) = observation.event else { return nil }
      return Failure(cause: it.cause, user: observation.line?.subject.user)
    }
  }

  // MARK: Compression

  @Test(
    "a session whose data is no IP packet is of no use: the sides compress in different ways",
    arguments: ["write to TUN/TAP : Invalid argument (code=22)", "Bad LZO decompression header byte: 69"])
  func compression(words: String) throws {
    let session = [
      "Thu Jan  9 08:23:19 2020 UDPv4 link remote: [AF_INET]203.0.113.20:1194",
      "Thu Jan  9 08:23:21 2020 Initialization Sequence Completed",
    ]
    let garbled = "Thu Jan  9 08:23:26 2020 \(words)"
    let failure = Failure(cause: .setup(reason: OpenVPNGarbledData.reason), user: nil)
    #expect(try Self.failures(session + [garbled, garbled]) == [])
    #expect(try Self.failures(session + Array(repeating: garbled, count: 9)) == [failure])
    #expect(
      try Self.failures(session + [garbled, garbled, session[1], garbled, garbled]) == [],
      "each session has its own")
  }

  @Test("data of a side that alone has `fragment` is of no use either")
  func fragment() throws {
    let lines = (1...4).map {
      "2026-11-27 22:01:1\($0) alice/198.51.100.10:40124 FRAG_IN error flags=0x4500003c: spurious FRAG_WHOLE flags"
    }
    let failure = Failure(cause: .setup(reason: OpenVPNGarbledData.reason), user: "alice")
    #expect(try Self.failures(Array(lines.prefix(2))) == [])
    #expect(try Self.failures(lines) == [failure])
  }

  @Test("a gateway tells it of each client")
  func compressionOfClient() throws {
    let client = "Thu Jan  9 08:23:2"
    let lines = (0..<8).map { second in
      "\(client)\(second) 2020 \(second % 2 == 0 ? "alice" : "bob")/198.51.100.1\(second % 2):40124 Bad LZO decompression header byte: 69"
    }
    #expect(try Self.failures(Array(lines.prefix(4))).isEmpty)
    #expect(try Self.failures(lines).map(\.user) == ["alice", "bob"])
  }

  // MARK: Handshakes at a gateway

  @Test("why TLS fails with a client that comes again is told; of one that comes once it may be a scanner")
  func tlsAtGateway() throws {
    func attempt(_ minute: Int) -> [String] {
      [
        "Re-using SSL/TLS context", "OpenSSL: error:0A000102:SSL routines::unsupported protocol:",
        "TLS_ERROR: BIO read tls_read_plaintext error", "TLS Error: TLS object -> incoming plaintext read error",
        "TLS Error: TLS handshake failed", "SIGUSR1[soft,tls-error] received, client-instance restarting",
      ].map { "2026-11-27 22:0\(minute):10 198.51.100.10:51713 \($0)" }
    }
    #expect(try Self.failures(attempt(1)) == [])
    #expect(
      try Self.failures(attempt(1) + attempt(2)) == [Failure(cause: .other(reason: "unsupported protocol"), user: nil)])
  }

  @Test("a certificate that does not please is told once, though the library says it again")
  func certificateAtGateway() throws {
    let lines = [
      "Re-using SSL/TLS context", "VERIFY ERROR: depth=0, error=certificate is not yet valid: CN=alice, serial=1",
      "OpenSSL: error:0A000086:SSL routines::certificate verify failed:", "TLS Error: TLS handshake failed",
    ].map { "2026-11-27 22:01:10 198.51.100.10:51713 \($0)" }
    let failure = Failure(cause: .other(reason: "certificate is not yet valid"), user: nil)
    #expect(try Self.failures(lines + lines) == [failure, failure])
  }

  @Test("clients beyond the limit empty the table of what the library says: the failure under way is not told of")
  func manyReasons() throws {
    func line(_ port: Int, _ words: String) -> String { "2026-11-27 22:01:10 198.51.100.10:\(port) \(words)" }
    func failures(others: Int) throws -> Int {
      let complaint = "OpenSSL: error:0A000102:SSL routines::unsupported protocol:"
      let end = "TLS Error: TLS handshake failed"
      let other = (2..<(2 + others)).map { line($0, complaint) }
      let first = [line(1, "Re-using SSL/TLS context"), line(1, complaint), line(1, end), line(1, complaint)]
      return try Self.failures(first + other + [line(1, end)]).count
    }
    #expect(try failures(others: OpenVPNLogLimits.strangers - 1) == 1)
    #expect(try failures(others: OpenVPNLogLimits.strangers) == 0)
  }

  // MARK: Large packets

  private static func large(_ seconds: [Int], _ words: String) throws -> [String] {
    try events(
      ["2023-05-08 15:08:00 UDPv4 link remote: [AF_INET]203.0.113.20:1194"]
        + seconds.map { "2023-05-08 15:\($0 / 60 + 10):\($0 % 60 < 10 ? "0" : "")\($0 % 60) \(words) (code=90)" })
  }

  @Test(
    "packets that the path does not take are told of when they go on after the system has learnt its MTU",
    arguments: [
      "read UDPv4 [EMSGSIZE Path-MTU=1358]: Message too large",
      "read UDPv4 [CMSG=8|EMSGSIZE Path-MTU=1492]: Message too large",
      "write UDPv4: Message too long",
    ])
  func large(words: String) throws {
    #expect(
      try Self.large([1, 2, 4, 5, 9], words) == ["1 opened", "4 sendTooLarge", "5 sendTooLarge", "6 sendTooLarge"])
    #expect(try Self.large([1, 1, 1, 1, 2], words) == ["1 opened"], "those that were on their way")
    #expect(try Self.large([1, 601, 1201, 1801], words) == ["1 opened"], "it has forgotten it")
  }

  @Test("whose packets are too large is known of a client's log, of a gateway with one client, and of nobody else")
  func largeOfWhom() throws {
    let large = [1, 2, 3, 4].map { "2023-05-08 15:10:0\($0) read UDPv4 [EMSGSIZE Path-MTU=1358]: Message too large" }
    let client = ["alice", "bob"].enumerated().map { index, name in
      "2023-05-08 15:09:00 \(name)/198.51.100.1\(index):40124 Data Channel: cipher 'AES-256-GCM', peer-id: \(index)"
    }
    func users(_ lines: [String]) throws -> [String?] {
      try LogOfText.read(lines.joined(separator: "\n"), OpenVPNLogs.readers).observations.compactMap {
        if case .sendTooLarge = $0.event { $0.line?.subject.user } else { String??.none }
      }
    }
    #expect(try users(large) == [nil, nil])
    #expect(try users([client[0]] + large) == ["alice", "alice"])
    #expect(try users(client + large) == [])
  }

  @Test("an attempt of which the last word is that it is refused has failed, and one that is answered later has not")
  func refusedAtTheEnd() throws {
    let log = [
      "2023-05-08 15:08:00 UDPv4 link remote: [AF_INET]203.0.113.20:1194",
      "2023-05-08 15:08:00 read UDPv4 [ECONNREFUSED]: Connection refused (code=111)",
    ]
    let answer = "2023-05-08 15:08:02 TLS: Initial packet from [AF_INET]203.0.113.20:1194, sid=01234567 89abcdef"
    let timeout = "2023-05-08 15:09:00 TLS Error: TLS key negotiation failed to occur within 60 seconds"
    #expect(try Self.failures(log).map(\.cause) == [.sendFailed])
    #expect(try Self.failures(log + [answer]) == [])
    #expect(try Self.failures(log + [timeout]).map(\.cause) == [.sendFailed], "once")
  }

  @Test(
    "a peer is dead whose host refuses what a session sends for as long as two pings; a few errors at once are none")
  func refusedWhileUp() throws {
    func error(_ minute: Int, _ second: Int) -> String {
      "2023-05-08 15:\(10 + minute):\(10 + second) read UDPv4 [ECONNREFUSED]: Connection refused (code=111)"
    }
    let session = [
      "2023-05-08 15:08:00 UDPv4 link remote: [AF_INET]203.0.113.20:1194",
      "2023-05-08 15:08:02 Initialization Sequence Completed",
    ]
    func deaths(_ errors: [String]) throws -> Int {
      try Self.events(session + errors).count { $0.hasSuffix(" deadPeer") }
    }
    #expect(try deaths((0..<8).map { _ in error(0, 0) }) == 0)
    #expect(try deaths([0, 10, 20, 30, 40].map { error(0, $0) }) == 1, "once")
    #expect(try deaths([0, 10, 20].map { error($0, 0) }) == 0, "minutes apart they have nothing in common")
  }

  // MARK: Version 3

  private static func events(_ lines: [String]) throws -> [String] {
    try LogOfText.events(lines.joined(separator: "\n"), OpenVPNLogs.readers) {
      String(String(describing: $0).prefix { $0 != "(" })
    }
  }

  @Test(
    "openvpn3-linux says of a connection that it is up, and that it ends it itself", arguments: ["", "{tag:12345} "])
  func linuxClient(tag: String) throws {
    let front = "Sat Jan 31 19:09:08 2026  {tag:12345} Client INFO: \(tag)"
    let up =
      front + "Connected: alice@203.0.113.20:8443 (203.0.113.20) via /TCP on tun/10.8.0.2/ gw=[10.8.0.1/] mtu=1500"
    #expect(
      try Self.events([
        front + "Starting connection", front + "Connecting", up, front + "Connection closing due to inactivity",
        front + "Disconnected",
      ]) == ["3 established", "4 ended"])
    #expect(try Self.failures([front + "Connecting", front + "Connection timeout"]).map(\.cause) == [.timedOut])
  }

  @Test("an alert of TLS is named, and whoever disconnects ends the session")
  func events() throws {
    #expect(
      try Self.failures([
        "11:12:55.438 -- Contacting 203.0.113.20:1194 via UDP",
        "11:12:56.438 -- EVENT: TLS_ALERT_UNKNOWN_CA [FATAL-ERR]", "11:12:56.538 -- EVENT: DISCONNECTED",
      ]).map(\.cause) == [.other(reason: "TLS alert: UNKNOWN_CA")])
  }

  @Test("the options and what the client tells of itself stand below the log's lines")
  func lists() throws {
    let log = [
      "11:12:55.421 -- OpenVPN core 3.git:released:662eae9a:Release android arm64 64-bit PT_PROXY",
      "11:12:55.435 -- UNUSED OPTIONS", "4 [nobind]", "14 [verify-x509-name] [vpn.example.com] [name]",
      "11:12:55.579 -- Peer Info:", "IV_VER=3.git:released:662eae9a:Release", "5 [other", "6 apples",
    ]
    let description = try LogOfText.read(log.joined(separator: "\n"), OpenVPNLogs.readers).description
    #expect(description.understoodLines == 6)
  }

  // MARK: Hidden addresses

  @Test(
    "one client whose address is hidden fails for the reason that the gateway gives", arguments: ["x.x.x.x", "myip"])
  func hiddenCertificate(place: String) throws {
    let log = [
      "Aug 29 00:46:53 gw openvpn[11357]: \(place):45962 VERIFY ERROR: depth=0, error=CRL has expired: CN=client",
      "Aug 29 00:46:53 gw openvpn[11357]: \(place):45962 TLS Error: TLS handshake failed",
    ]
    #expect(
      try Self.failures(log) == [Failure(cause: .other(reason: "certificate: CRL has expired"), user: place)])
  }

  private static func wrongKeys(_ seconds: [Int]) -> [String] {
    seconds.map { second in
      "Nov  5 06:4\(second / 60):\(second % 60 < 10 ? "0" : "")\(second % 60) gw ovpn-server[347]: "
        + "TLS Error: tls-crypt unwrapping failed from [AF_INET]87.000.000.00:xxxx"
    }
  }

  @Test("packets under another key from a hidden address are a client's when they keep its schedule")
  func hiddenKeys() throws {
    let reason = "the control-channel keys differ (tls-auth, tls-crypt)"
    #expect(
      try Self.failures(Self.wrongKeys([1, 3, 7]))
        == [Failure(cause: .ignored(reason: reason), user: "87.000.000.00")])
    #expect(try Self.failures(Self.wrongKeys([1, 3])) == [])
    #expect(try Self.failures(Self.wrongKeys([1, 120, 240])) == [])
  }

  @Test("packets under another key are no news where clients get in")
  func hiddenKeysBesideSession() throws {
    let session = "Nov  5 06:40:00 gw ovpn-server[347]: alice/198.51.100.10:40124 Data Channel: cipher 'AES-256-GCM'"
    #expect(try Self.failures([session] + Self.wrongKeys([1, 3, 7])) == [])
  }

  @Test("over TCP a client with another key comes from another port each time")
  func keysOverTCP() throws {
    func attempts(_ count: Int) -> [String] {
      (1...count).map {
        "Dec 11 16:13:3\($0) gw ovpn-server[349]: 198.51.100.10:4164\($0) "
          + "TLS Error: tls-crypt unwrapping failed from [AF_INET]198.51.100.10:4164\($0)"
      }
    }
    #expect(try Self.failures(attempts(2)) == [])
    #expect(try Self.failures(attempts(3)).count == 1)
  }

  // MARK: Programs that do not start

  @Test(
    "what keeps the client from starting is its own fault",
    arguments: [
      "Cannot load inline certificate file", "Options error: --nobind doesn't make sense unless used with --remote",
      "TCP/UDP: Socket bind failed on local address [AF_INET]192.0.2.1:1194: Address already in use (errno=98)",
      "All TAP-Windows adapters on this system are currently in use.",
      "ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)",
      "ERROR: could not read Auth username/password/ok/string from management interface",
    ])
  func setup(message: String) throws {
    let words = message.hasSuffix(".") ? String(message.dropLast()) : message
    #expect(
      try Self.failures([
        "Nov  5 06:41:04 laptop openvpn[347]: OpenVPN 2.6.14 x86_64-pc-linux-gnu",
        "daemon.err openvpn(home)[347]: \(message)",
      ])
        == [Failure(cause: .setup(reason: words), user: nil)])
  }

  @Test("why a certificate cannot be loaded the TLS library says in front of it")
  func weakCertificate() throws {
    #expect(
      try Self.failures([
        "04:30 DEPRECATED OPTION: --cipher set to 'AES-256-CBC' but missing in --data-ciphers (AES-256-GCM).",
        "04:30 OpenSSL: error:0A00018E:SSL routines::ca md too weak", "04:30 Cannot load inline certificate file",
      ]) == [Failure(cause: .setup(reason: "Cannot load inline certificate file: ca md too weak"), user: nil)])
  }

  @Test("the same where nothing in front of it shows whose words they are")
  func weakCertificateFirst() throws {
    let library = "2021-10-08 16:22:04 OpenSSL: error:0A00018E:SSL routines::ca md too weak"
    let words = "2021-10-08 16:22:04 OpenSSL reported a certificate with a weak hash, please see the in app FAQ"
    let load = "2021-10-08 16:22:04 Cannot load inline certificate file"
    #expect(
      try Self.failures([library, words, load]).map(\.cause)
        == [.setup(reason: "Cannot load inline certificate file: ca md too weak")])
    #expect(
      try Self.failures([words, load]).map(\.cause)
        == [.setup(reason: "Cannot load inline certificate file: the hash of a certificate is too weak")])
  }

  @Test(
    "what is pushed and not known, what a gateway is set to, and other programs' files stop no client",
    arguments: [
      "2026-11-27 22:31:10 Options error: Unrecognized option or missing parameter(s) in [PUSH-OPTIONS]:3: foo (2.3.2)",
      "2026-11-27 22:31:10 Options error: --server already defines an ifconfig-pool",
      "2026-11-27 22:31:10 Cannot load certificate file server.crt",
    ])
  func noSetup(line: String) throws { #expect(try Self.failures([line]) == []) }

  @Test(
    "a name that is not resolved keeps the client from asking",
    arguments: [
      "RESOLVE: Cannot resolve host address: vpn.example.com:1194 (Name or service not known)",
      "Transport Error: DNS resolve error on 'vpn.example.com' for UDP session: Host not found (authoritative)",
    ])
  func name(message: String) throws {
    #expect(try Self.failures(["2026-11-27 22:31:10 \(message)"]).map(\.cause) == [.nameNotResolved])
  }

  @Test("a gateway whose first start failed is no client", arguments: [true, false])
  func secondStart(isAsked: Bool) throws {
    let failed = "TCP/UDP: Socket bind failed on local address [AF_INET]0.0.0.0:1194: Address already in use"
    let start = [
      "Jan  1 00:00:00 gw openvpn[9]: UDPv4 link local (bound): [AF_INET]0.0.0.0:1194",
      "Jan  1 00:00:01 gw openvpn[9]: \(failed)", "Jan  1 00:00:05 gw openvpn[10]: Initialization Sequence Completed",
    ]
    let client =
      "Jan  1 00:10:05 gw openvpn[10]: alice/198.51.100.10:40124 Data Channel: cipher 'AES-256-GCM', peer-id: 0"
    let read = try LogOfText.read(
      (isAsked ? start + [client] : start).joined(separator: "\n"), OpenVPNLogs.readers)
    #expect(read.description.format == .openvpnServer)
    #expect(read.observations.allSatisfy { if case .failed = $0.event { false } else { true } })
  }

  @Test("options that OpenVPN alone has are its own in a line without anything else")
  func bareOptions() throws {
    #expect(
      try Self.failures(["Options error: You must define TUN/TAP device (--dev)", "Use --help for more information."])
        .count == 1)
  }

  // MARK: The TLS library

  @Test("what the TLS library says in the first lines belongs to the handshake that fails behind it")
  func libraryFirst() throws {
    #expect(
      try Self.failures([
        "2024-01-01 10:00:00 OpenSSL: error:1409441B:SSL routines:ssl3_read_bytes:tlsv1 alert decrypt error",
        "2024-01-01 10:00:00 TLS_ERROR: BIO read tls_read_plaintext error",
        "2024-01-01 10:00:00 TLS Error: TLS handshake failed",
      ]).map(\.cause) == [.other(reason: "tlsv1 alert decrypt error")])
  }

  @Test("a handshake fails for what the TLS library does not accept, and once")
  func library() throws {
    let asks = "2026-11-27 22:31:10 UDPv4 link remote: [AF_INET]203.0.113.20:1194"
    let library = "2026-11-27 22:31:11 OpenSSL: error:0A000102:SSL routines::unsupported protocol:"
    let failed = "2026-11-27 22:31:11 TLS Error: TLS handshake failed"
    #expect(
      try Self.failures([asks, library, failed])
        == [Failure(cause: .other(reason: "unsupported protocol"), user: nil)])
    let refused = "2026-11-27 22:31:11 VERIFY ERROR: depth=0, error=certificate has expired: CN=vpn"
    #expect(
      try Self.failures([asks, refused, library, failed]).map(\.cause)
        == [.other(reason: "certificate has expired")])
    #expect(try Self.failures([asks, library]) == [])
  }

  @Test("OpenVPN 3: a tunnel over TCP whose other side closes the connection ends")
  func endOfFile() throws {
    let log = """
      2021-02-06 12:40:44 Connected via tun
      2021-02-06 13:36:35 TCP recv EOF
      2021-02-06 13:36:35 Transport Error: Transport error on 'vpn.example.com' via HTTP proxy 127.0.0.1:8118: NETWORK_EOF_ERROR
      """
    let events = try LogOfText.events(log, OpenVPNLogs.readers) { event in
      switch event {
      case .established: "established"
      case .ended(let it): "ended, \(it.reason ?? "")"
      default: "other"
      }
    }
    #expect(events == ["1 established", "3 ended, the other side closed the connection"])
  }

  // MARK: Cut at the beginning

  @Test("a client that was answered is not told to have had no answer, although no line says whom it asks")
  func answeredWithoutOpening() throws {
    let lines = [
      "2025-12-09 21:24:45 TLS: Initial packet from [AF_INET6]2001:db8::7a6:1194, sid=8ef5e9f0 2a7bb487",
      "2025-12-09 21:24:45 tls-crypt unwrap error: packet replay",
      "2025-12-09 21:24:45 TLS Error: tls-crypt unwrapping failed from [AF_INET6]2001:db8::7a6:1194",
      "2025-12-09 21:24:47 tls-crypt unwrap error: packet replay",
      "2025-12-09 21:24:47 TLS Error: tls-crypt unwrapping failed from [AF_INET6]2001:db8::7a6:1194",
      "2025-12-09 21:25:45 TLS Error: TLS key negotiation failed to occur within 60 seconds",
    ]
    #expect(try Self.failures(lines) == [Failure(cause: .incomplete, user: nil)])
  }

  // MARK: Scripts

  @Test("a client that is refused because the gateway cannot run its script has no wrong password")
  func script() throws {
    let client = "Oct 23 22:47:21 gw openvpn[741]: alice/198.51.100.10:40124 "
    let refused = client + "SENT CONTROL [alice]: 'AUTH_FAILED' (status=1)"
    func answers(_ script: String) throws -> [Failure] {
      try Self.failures([
        client + "PUSH: Received control message: 'PUSH_REQUEST'",
        "Oct 23 22:47:21 gw openvpn[741]: WARNING: Failed running command (--client-connect): \(script)", refused,
      ])
    }
    #expect(
      try answers("external program fork failed") == [
        Failure(cause: .setup(reason: "its script --client-connect: external program fork failed"), user: "alice")
      ])
    // It ran, and said no.
    #expect(
      try answers("external program exited with error status: 1") == [
        Failure(cause: .other(reason: "AUTH_FAILED"), user: "alice")
      ])
    #expect(try Self.failures([refused]) == [Failure(cause: .other(reason: "AUTH_FAILED"), user: "alice")])
  }
}

extension Observation {
  fileprivate var line: LineOrigin? { if case .line(let origin) = origin { origin } else { nil } }
}
