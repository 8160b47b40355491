import Logs
import Observations
import Testing

@testable import Families

@Suite("OpenVPN logs")
struct OpenVPNLogTests {
  private static func events(_ lines: [String]) throws -> [String] {
    try LogOfText.events(lines.joined(separator: "\n"), OpenVPNLogs.readers, word)
  }

  private static func read(_ lines: [String]) throws -> [Observation] {
    try LogOfText.read(lines.joined(separator: "\n"), OpenVPNLogs.readers).observations
  }

  private static func word(_ event: Observation.Event) -> String {
    switch event {
    case .opened: "opened"
    case .established: "established"
    case .failed(let it): "failed \(it.cause)"
    case .deadPeer: "dead peer"
    case .ended(let it): it.byClient ? "ended by client" : "ended"
    default: "other"
    }
  }

  /// Lines of `--verb 3`, or of 4 and more, which have microseconds.
  private static func own(_ messages: [String], withMicroseconds: Bool) -> [String] {
    messages.enumerated().map { "2026-11-27 22:31:\($0 + 10) \(withMicroseconds ? "us=916749 " : "")\($1)" }
  }

  private static let asks = "UDPv4 link remote: [AF_INET]203.0.113.20:1194"
  private static let answer = "TLS: Initial packet from [AF_INET]203.0.113.20:1194, sid=c023cf38 6905c206"
  private static let timeout =
    "TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)"

  @Test(
    "a gateway before OpenVPN 2.5 lets a client in whom it gives its settings, after attempts that came to nothing, too"
  )
  func oldGateway() throws {
    func attempt(_ port: Int) -> [String] {
      [
        "TLS: Initial packet from [AF_INET]198.51.100.10:\(port), sid=5e8e21b4 7cc979c7",
        "TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)",
      ].map { "2026-11-27 22:3\(port % 10):10 198.51.100.10:\(port) \($0)" }
    }
    let session = [
      "198.51.100.10:1003 TLS: Initial packet from [AF_INET]198.51.100.10:1003, sid=5e8e21b4 7cc979c7",
      "198.51.100.10:1003 Data Channel Encrypt: Cipher 'BF-CBC' initialized with 128 bit key",
      "198.51.100.10:1003 [alice] Peer Connection Initiated with [AF_INET]198.51.100.10:1003",
      "alice/198.51.100.10:1003 PUSH: Received control message: 'PUSH_REQUEST'",
      "alice/198.51.100.10:1003 SENT CONTROL [alice]: 'PUSH_REPLY,route 10.8.0.1,ifconfig 10.8.0.6 10.8.0.5' (status=1)",
    ].map { "2026-11-27 22:33:10 \($0)" }
    #expect(try Self.events(attempt(1_001) + attempt(1_002) + session).last == "9 established")
    // The line that newer ones have comes next, or has come before.
    let newer =
      "2026-11-27 22:33:10 alice/198.51.100.10:1003 Outgoing Data Channel: Cipher 'AES-256-GCM' initialized with 256 bit key"
    #expect(try Self.events(session + [newer]) == ["1 opened", "6 established"])
    #expect(try Self.events(session.dropLast() + [newer] + session.suffix(1)) == ["1 opened", "5 established"])
    let other = "2026-11-27 22:33:10 198.51.100.11:1003 Re-using SSL/TLS context"
    #expect(try Self.events(session + [other, newer]) == ["1 opened", "5 established", "6 opened"])
  }

  @Test("a client's session is asked for, established and ended by its user", arguments: [false, true])
  func client(withMicroseconds: Bool) throws {
    let log = Self.own(
      [Self.asks, Self.answer, "Initialization Sequence Completed", "SIGTERM[hard,] received, process exiting"],
      withMicroseconds: withMicroseconds)
    #expect(try Self.events(log) == ["1 opened", "3 established", "4 ended by client"])
    let subject = try #require(try Self.read(log).first?.line).subject
    #expect(subject.gateway == IPAddress("203.0.113.20"))
    #expect(subject.gatewayPort == 1_194)
  }

  @Test(
    "a gateway's lines about clients whose address was hidden are no client's own, and failures only if none gets in",
    arguments: ["xxx.xxx.xxx.xxx", "[External IP]", "<redacted>", "alice/xx.xx.xx.xx", "*.*.*.*"])
  func hiddenClients(place: String) throws {
    let failures = [51_236, 51_237].flatMap { port in
      [
        "Nov 18 21:37:55 gw ovpn-server[611]: \(place):\(port) TLS: Initial packet from [AF_INET]\(place):\(port), sid=2b d1",
        "Nov 18 21:38:55 gw ovpn-server[611]: \(place):\(port) \(Self.timeout)",
        "Nov 18 21:38:55 gw ovpn-server[611]: \(place):\(port) TLS Error: TLS handshake failed",
      ]
    }
    #expect(try Self.events(failures) == ["2 failed incomplete", "5 failed incomplete"])
    #expect(try Self.read(failures).first?.line?.subject == LogSubject())
    let session = "Nov 18 21:39:55 gw ovpn-server[611]: \(place):51238 Data Channel: cipher 'AES-256-GCM', peer-id: 0"
    #expect(try Self.events(failures + [session]).isEmpty)
  }

  @Test("of clients whose address was hidden the first failures are kept")
  func manyHiddenClients() throws {
    let lines = (0..<OpenVPNLogLimits.hiddenFailures + 9).map {
      "Nov 18 21:38:55 gw ovpn-server[611]: xx.xx.xx.xx:\($0 + 51_000) \(Self.timeout)"
    }
    #expect(try Self.events(lines).count == OpenVPNLogLimits.hiddenFailures)
  }

  @Test("no answer, an answer and an ICMP error make a timeout three things", arguments: [false, true])
  func timeouts(withMicroseconds: Bool) throws {
    func cause(_ between: [String]) throws -> String? {
      try Self.events(Self.own([Self.asks] + between + [Self.timeout], withMicroseconds: withMicroseconds)).last
    }
    #expect(try cause([]) == "2 failed timedOut")
    #expect(try cause([Self.answer]) == "3 failed incomplete")
    #expect(try cause(["read UDPv4 [ECONNREFUSED]: Connection refused (fd=3,code=111)"]) == "3 failed sendFailed")
    #expect(try cause(["read UDPv6 [EHOSTUNREACH]: No route to host (fd=3,code=113)"]) == "3 failed sendFailed")
  }

  @Test("a TCP connection that is reset before the session is up fails the attempt, and ends the session afterwards")
  func resets() throws {
    let reset = "Connection reset, restarting [-1]"
    let again = "Attempting to establish TCP connection with [AF_INET]203.0.113.20:1194 [nonblock]"
    func log(_ messages: [String]) -> [String] {
      // Attempts are further apart than the lines of one.
      messages.enumerated().map { "2026-11-27 22:31:\($0 * 5 + 10) \($1)" }
    }
    let ask = "TCP_CLIENT link remote: [AF_INET]203.0.113.20:1194"
    #expect(
      try Self.events(log([ask, Self.answer, reset, again, reset])) == [
        "1 opened", "3 failed other(reason: Optional(\"connection reset\"))", "4 opened",
        "5 failed other(reason: Optional(\"connection reset\"))",
      ])
    #expect(
      try Self.events(log([ask, "Initialization Sequence Completed", reset])) == [
        "1 opened", "2 established", "3 ended",
      ]
    )
    #expect(try Self.events(log([reset])) == [])
  }

  @Test("a client that cannot keep its packets out of the tunnel fails by itself")
  func socketProtect() throws {
    let log = Self.own(
      ["Contacting 203.0.113.20:1194 via UDP", "Transport Error: socket_protect error (UDP)"], withMicroseconds: false)
    #expect(
      try Self.events(log) == ["1 opened", "2 failed setup(reason: Optional(\"socket_protect error\"))"])
  }

  @Test("a refused TCP connection is one, though \"TCP:\" looks like a program's name", arguments: [false, true])
  func refusedTCP(withMicroseconds: Bool) throws {
    let log = Self.own(
      [
        "Attempting to establish TCP connection with [AF_INET]203.0.113.20:1194",
        "TCP: connect to [AF_INET]203.0.113.20:1194 failed: Connection refused",
      ], withMicroseconds: withMicroseconds)
    #expect(try Self.events(log) == ["1 opened", "2 failed sendFailed"])
  }

  @Test("an attempt begins anew without what the one before came to")
  func nextAttempt() throws {
    let log = Self.own([Self.asks, Self.answer, Self.timeout, Self.asks, Self.timeout], withMicroseconds: true)
    #expect(
      try Self.events(log) == ["1 opened", "3 failed incomplete", "4 opened", "5 failed timedOut"])
  }

  @Test("a client's log that begins behind the line that names its gateway shows how it fails all the same")
  func cutBeginning() throws {
    let expired = "VERIFY ERROR: depth=1, error=certificate has expired: C=US, O=Example"
    for (message, failure) in [
      (Self.timeout, HandshakeFailure.Cause.timedOut),
      (expired, .other(reason: "certificate has expired")),
    ] {
      let observations = try Self.read(Self.own([message], withMicroseconds: false))
      #expect(observations.map { Self.word($0.event) } == ["failed \(failure)"])
    }
    #expect(
      try Self.events(Self.own(["[gw] Inactivity timeout (--ping-restart), restarting"], withMicroseconds: false))
        == ["1 dead peer"])
  }

  @Test("where a gateway's log names its clients, a line without one is about none of them")
  func gatewayWithoutClient() throws {
    let log = Self.own(
      ["198.51.100.10:40938 TLS: Initial packet from [AF_INET]198.51.100.10:40938", Self.timeout],
      withMicroseconds: false)
    #expect(!(try Self.events(log).contains { $0.hasPrefix("2 ") }))
  }

  @Test("a session that restarts because new keys failed ends for that; one whose next keys come does not")
  func rekey() throws {
    let up = [Self.asks, Self.answer, "Initialization Sequence Completed", "TLS: soft reset sec=50/50", Self.timeout]
    let restart = "SIGUSR1[soft,tls-error] received, process restarting"
    #expect(
      try Self.events(Self.own(up + [restart, restart], withMicroseconds: true))
        == ["1 opened", "3 established", "5 failed renewalTimedOut", "6 ended"])
    #expect(
      try Self.events(Self.own(up, withMicroseconds: true)) == [
        "1 opened", "3 established", "5 failed renewalTimedOut",
      ])
  }

  @Test("a gateway's lines name the client, before the login and after it", arguments: [false, true])
  func gateway(withMicroseconds: Bool) throws {
    let log = Self.own(
      [
        "198.51.100.10:40938 TLS: Initial packet from [AF_INET]198.51.100.10:40938, sid=fe6aeabe 1ab99bd9",
        "alice/198.51.100.10:40938 Data Channel: cipher 'AES-256-GCM', peer-id: 0",
        "alice/198.51.100.10:40938 SIGTERM[soft,remote-exit] received, client-instance exiting",
      ], withMicroseconds: withMicroseconds)
    #expect(try Self.events(log) == ["1 opened", "2 established", "3 ended"])
    let subjects = try Self.read(log).compactMap { $0.line?.subject }
    #expect(subjects.map(\.user) == [nil, "alice", "alice"])
    #expect(subjects.allSatisfy { $0.client == IPAddress("198.51.100.10") && $0.clientPort == 40_938 })
  }

  @Test("the same lines behind a syslog header")
  func syslog() throws {
    let log = [Self.asks, Self.answer, Self.timeout].map { "2026-11-27T22:31:12+00:00 laptop openvpn[7]: \($0)" }
    #expect(try Self.events(log) == ["1 opened", "3 failed incomplete"])
  }

  @Test("a gateway's own errors of clients that went away are none")
  func gatewayErrors() throws {
    let log = Self.own(
      [
        "Initialization Sequence Completed", "read UDPv4 [ECONNREFUSED]: Connection refused (fd=4,code=111)",
        "198.51.100.10:40938 " + Self.timeout,
      ], withMicroseconds: false)
    #expect(try Self.events(log) == [])
  }

  // MARK: A gateway's clients

  private static let silent = "[alice] Inactivity timeout (--ping-restart), restarting"
  private static let data = "Data Channel: cipher 'AES-256-GCM', peer-id: 0"

  @Test("a client of which nothing is heard is a dead peer; one that has come again from another port is not")
  func silentClient() throws {
    let log = ["alice/198.51.100.10:40938 " + Self.data, "alice/198.51.100.10:40938 " + Self.silent]
    #expect(try Self.events(Self.own(log, withMicroseconds: true)) == ["1 established", "2 dead peer"])
    let again = [log[0], "alice/198.51.100.10:50001 " + Self.data, log[1]]
    #expect(try Self.events(Self.own(again, withMicroseconds: true)) == ["1 established", "2 established"])
  }

  @Test("new keys of a session are no new session")
  func renewedAtGateway() throws {
    let client = "alice/198.51.100.10:40938 "
    let keys = "Outgoing Data Channel: Cipher 'AES-256-GCM' initialized with 256 bit key"
    let log = [client + keys, client + Self.data, client + "TLS: soft reset sec=3600/3600", client + keys]
    #expect(try Self.events(Self.own(log, withMicroseconds: true)) == ["1 established"])
    #expect(try Self.events(Self.own(Array(log.suffix(2)), withMicroseconds: true)) == [])
  }

  @Test("new keys that time out at the gateway are those of the session that is up")
  func noKeysAtGateway() throws {
    let client = "alice/198.51.100.10:40938 "
    let log = [
      client + Self.data, client + "TLS: soft reset sec=47/47", client + Self.timeout,
      client + "SIGUSR1[soft,tls-error] received, client-instance restarting",
    ]
    #expect(
      try Self.events(Self.own(log, withMicroseconds: true)) == [
        "1 established", "3 failed renewalTimedOut", "4 ended",
      ])
  }

  @Test("handshakes that are not done in time are a client's from the second one on")
  func unfinished() throws {
    let log = [40_938, 40_939, 40_940].map { "198.51.100.10:\($0) " + Self.timeout }
    #expect(
      try Self.events(Self.own(log, withMicroseconds: true)) == ["2 failed incomplete", "3 failed incomplete"])
  }

  @Test("a gateway says that a session takes the place of another one")
  func replaced() throws {
    let log = Self.own(
      [
        "alice/198.51.100.10:40938 " + Self.data,
        "MULTI: new connection by client 'alice' will cause previous active sessions by this client to be dropped.",
        "alice/198.51.100.10:50001 " + Self.data,
      ], withMicroseconds: true)
    let relations = try Self.read(log).compactMap { observation in
      if case .established(let it) = observation.event { it.relation } else { nil }
    }
    #expect(relations == [.unknown, .replacing])
  }

  @Test("ends over IPv6 are read: a gateway's lines leave out the client's port")
  func overIPv6() throws {
    let client = Self.own(["UDPv6 link remote: [AF_INET6]2001:db8:2::20:1194", Self.timeout], withMicroseconds: true)
    #expect(try Self.events(client) == ["1 opened", "2 failed timedOut"])
    let asked = try #require(try Self.read(client).first?.line).subject
    #expect(asked.gateway == IPAddress("2001:db8:2::20"))
    #expect(asked.gatewayPort == 1_194)
    let gateway = Self.own(["alice/2001:db8:1::10 " + Self.data], withMicroseconds: true)
    let named = try #require(try Self.read(gateway).first?.line).subject
    #expect(named.user == "alice")
    #expect(named.client == IPAddress("2001:db8:1::10"))
    #expect(named.clientPort == nil)
  }

  @Test("a gateway over TCP asks nobody")
  func gatewayOverTCP() throws {
    let log = Self.own(
      ["TCPv4_SERVER link remote: [AF_INET]198.51.100.10:35010", "alice/198.51.100.10:35010 " + Self.data],
      withMicroseconds: true)
    #expect(try Self.events(log) == ["2 established"])
  }

  @Test("how long a side waits is read from what the gateway pushes")
  func pingRestart() throws {
    let log = Self.own(
      [Self.asks, "PUSH: Received control message: 'PUSH_REPLY,ping 5,ping-restart 20,peer-id 0'"],
      withMicroseconds: true)
    guard case .negotiated(.timers(.openvpn, let timers))? = try Self.read(log).last?.event else {
      Issue.record("no timers")
      return
    }
    #expect(timers.deadPeerDetection == 20)
  }

  @Test("another daemon's line that fails to authenticate is not OpenVPN's")
  func otherDaemon() throws {
    #expect(try Self.read(["2026-11-27 22:37:47 10[ENC] parsed INFORMATIONAL request 2 [ N(AUTH_FAILED) ]"]).isEmpty)
  }

  private static func stranger(_ number: Int) -> String {
    "2026-11-27 22:31:12 TLS Error: tls-crypt unwrapping failed from [AF_INET]198.51.\(number / 250).\(number % 250):4000"
  }

  @Test("three packets under another key are a client whose key differs; one or two may be a scanner's")
  func strangers() throws {
    #expect(try Self.events(Array(repeating: Self.stranger(1), count: 2)) == [])
    let events = try Self.events(Array(repeating: Self.stranger(1), count: 5))
    #expect(events.count == 2)
    #expect(events.first == "3 opened")
  }

  @Test("the client may stand in front of a line about another key")
  func strangersInFront() throws {
    let line =
      "2026-11-27 22:31:12 198.51.100.1:4000 TLS Error: tls-crypt unwrapping failed from [AF_INET]198.51.100.1:4000"
    let events = try Self.events(Array(repeating: line, count: 3))
    #expect(events.first == "3 opened")
    #expect(events.last?.contains("ignored") == true)
  }

  private static let replay =
    "tls-crypt unwrap error: bad packet ID (may be a replay): [ #2 / time = (1765311885) 2025-12-09 21:24:45 ] -- see"
  private static let replayOfAuth =
    "Authenticate/Decrypt packet error: bad packet ID (may be a replay): [ #1 / time = (1561647242) Thu Jun 27 14:54:02 2019 ] -- see"

  @Test(
    "packets that come again are a client whose answers get lost, and no other key", arguments: [replay, replayOfAuth])
  func repeatedPackets(replay: String) throws {
    for prefix in ["", "198.51.100.1:4000 "] {
      let pair = [
        "2026-11-27 22:31:12 \(prefix)\(replay)",
        "2026-11-27 22:31:12 \(prefix)TLS Error: incoming packet authentication failed from [AF_INET]198.51.100.1:4000",
      ]
      #expect(try Self.events(pair) == [])
      #expect(try Self.events(pair + pair + pair + pair) == ["4 failed repeated", "6 failed repeated"])
    }
  }

  @Test("packets of a session's client that come again are no failure")
  func repeatedPacketsOfSession() throws {
    let pair = [
      "2026-11-27 22:31:12 alice/198.51.100.1:4000 \(Self.replay)",
      "2026-11-27 22:31:12 alice/198.51.100.1:4000 TLS Error: tls-crypt unwrapping failed from [AF_INET]198.51.100.1:4000",
    ]
    let log = ["2026-11-27 22:31:12 alice/198.51.100.1:4000 \(Self.data)"] + pair + pair + pair
    #expect(try Self.events(log) == ["1 established"])
  }

  @Test("at the client, packets that come again are the gateway's, and those under another key are its answers")
  func strangersAtClient() throws {
    let stranger = "TLS Error: tls-crypt unwrapping failed from [AF_INET]203.0.113.20:1194"
    let repeated = Self.own(
      [Self.asks, Self.answer] + Array(repeating: [Self.replay, stranger], count: 4).flatMap(\.self) + [Self.timeout],
      withMicroseconds: false)
    #expect(try Self.events(repeated) == ["1 opened", "11 failed incomplete"])
    let other = Self.own([Self.asks] + Array(repeating: stranger, count: 4), withMicroseconds: false)
    #expect(try Self.events(other).count == 2)
    #expect(try Self.events(other).last?.contains("keys differ") == true)
    // Who else knocks at its port is no gateway.
    let scanner = Array(repeating: Self.stranger(1), count: 4)
    #expect(try Self.events(Self.own([Self.asks], withMicroseconds: false) + scanner) == ["1 opened"])
  }

  @Test("ends from which packets come again beyond the limit empty the table")
  func manyRepetitions() throws {
    func events(others: Int) throws -> Int {
      let lines = ([1] + Array(2..<(2 + others)) + [1]).flatMap {
        ["2026-11-27 22:31:12 \(Self.replay)", Self.stranger($0)]
      }
      return try Self.read(lines).count
    }
    #expect(try events(others: OpenVPNLogLimits.strangers - 1) == 1)
    #expect(try events(others: OpenVPNLogLimits.strangers) == 0)
  }

  @Test("what only a client asks for and gets makes the log a client's, of the gateway it came up with")
  func pulls() throws {
    let log = Self.own(
      [
        Self.answer, "[vpn.example.com] Peer Connection Initiated with [AF_INET]203.0.113.20:1194",
        "SENT CONTROL [vpn.example.com]: 'PUSH_REQUEST' (status=1)", "Initialization Sequence Completed",
      ], withMicroseconds: false)
    #expect(try Self.events(log) == ["4 established"])
    #expect(try Self.read(log).first?.line?.subject.gateway == IPAddress("203.0.113.20"))
    // A gateway is as ready without anybody asking it.
    #expect(try Self.events(Self.own(["Initialization Sequence Completed"], withMicroseconds: false)) == [])
  }

  @Test("a refusal in the words of Windows and of old versions, and the password of a key")
  func olderWords() throws {
    let refused = Self.own(
      [Self.asks, "read UDP: Unknown error (code=10054)", Self.timeout], withMicroseconds: false)
    #expect(try Self.events(refused).last == "3 failed sendFailed")
    let denied = Self.own([Self.asks, "AUTH: Received AUTH_FAILED control message"], withMicroseconds: false)
    #expect(try Self.events(denied).last?.contains("AUTH_FAILED") == true)
    let key = Self.own(["Error: private key password verification failed"], withMicroseconds: false)
    #expect(try Self.events(key).last?.contains("private key") == true)
  }

  @Test("a program in brackets is what a program that runs OpenVPN says in front, and not whom the message is about")
  func programInBrackets() throws {
    for header in ["2023-07-26T04:30:39+02:00 WARN [openvpn] ", "gluetun  | 2023-07-26T04:30:39+02:00 WARN [openvpn] "]
    {
      #expect(try Self.events([header + Self.timeout]) == ["1 failed timedOut"])
    }
  }

  @Test("strangers beyond the limit empty the table: who was counted before begins anew")
  func manyStrangers() throws {
    func events(others: Int) throws -> Int {
      let other = (2..<(2 + others)).map(Self.stranger)
      return try Self.read([Self.stranger(1), Self.stranger(1)] + other + [Self.stranger(1)]).count
    }
    #expect(try events(others: OpenVPNLogLimits.strangers - 1) == 2)
    #expect(try events(others: OpenVPNLogLimits.strangers) == 0)
  }

  @Test("sessions beyond the limit empty the table: new keys of one that is forgotten look like a new one")
  func manySessions() throws {
    func events(others: Int) throws -> Int {
      let all = [0] + Array(1...others) + [0]
      return try Self.read(
        all.map { "2026-11-27 22:31:12 user\($0)/198.51.\($0 / 250).\($0 % 250):4000 \(Self.data)" }
      ).count
    }
    #expect(try events(others: OpenVPNLogLimits.sessions - 1) == OpenVPNLogLimits.sessions)
    #expect(try events(others: OpenVPNLogLimits.sessions) == OpenVPNLogLimits.sessions + 2)
  }

  @Test("every length of a line is read or refused")
  func lengths() throws {
    let line = Self.own(["alice/198.51.100.10:40938 " + Self.answer], withMicroseconds: true)[0]
    for count in 0...line.count { _ = try Self.read([String(line.prefix(count))]) }
  }
}

extension Observation {
  fileprivate var line: LineOrigin? { if case .line(let origin) = origin { origin } else { nil } }
}
