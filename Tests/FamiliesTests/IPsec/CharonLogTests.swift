import Logs
import Observations
import Testing

@testable import Families

@Suite("Logs of charon")
struct CharonLogTests {
  private static func read(_ text: String) throws -> (observations: [Observation], description: LogDescription) {
    try LogOfText.read(text, IPsecLogs.readers)
  }

  private static func events(_ text: String) throws -> [String] {
    try LogOfText.events(text, IPsecLogs.readers, word)
  }

  private static func word(_ event: Observation.Event) -> String {
    switch event {
    case .opened: "opened"
    case .established: "established"
    case .failed(let it): "failed \(it.cause)"
    case .deadPeer: "dead peer"
    case .ended(let it): "ended, \(it.reason ?? (it.byClient ? "by the client" : "by the gateway"))"
    default: "other"
    }
  }

  private static func file(_ lines: String...) -> String {
    lines.map { "2026-11-27 22:37:10 \($0)" }.joined(separator: "\n")
  }

  private static let initiation = [
    "09[IKE] initiating IKE_SA vpn[1] to 203.0.113.20", "09[IKE] IKE_SA vpn[1] state change: CREATED => CONNECTING",
    "09[NET] sending packet: from 198.51.100.10[500] to 203.0.113.20[500] (240 bytes)",
  ]
  private static let answer = [
    "13[NET] received packet: from 203.0.113.20[500] to 198.51.100.10[500] (248 bytes)",
    "13[ENC] parsed IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) ]",
  ]
  private static let establishment = [
    "13[IKE] IKE_SA vpn[1] established between 198.51.100.10[alice]...203.0.113.20[vpn]",
    "13[IKE] CHILD_SA net{1} established with SPIs 01_i 02_o and TS 10.50.0.1/32 === 10.10.0.0/24",
  ]

  private static func log(_ parts: [String]...) -> String {
    parts.joined().map { "2026-11-27 22:37:10 \($0)" }.joined(separator: "\n")
  }

  @Test("a gateway whose log does not number its IKE SAs refuses a client, once it comes again")
  func unnumberedClient() throws {
    let attempt = [
      "14[NET] received packet: from 198.51.100.10[500] to 203.0.113.20[500] (180 bytes)",
      "14[IKE] 198.51.100.10 is initiating a Main Mode IKE_SA",
      "14[CFG] received proposals: IKE:AES_CBC_256", "14[CFG] configured proposals: IKE:AES_CBC_128",
      "14[IKE] received proposals inacceptable",
    ]
    #expect(try Self.events(Self.log(attempt)) == ["5 opened"])
    #expect(
      try Self.events(Self.log(attempt, attempt)).last
        == "10 failed rejected(reason: Optional(\"NO_PROPOSAL_CHOSEN: offered IKE:AES_CBC_256, configured IKE:AES_CBC_128\"))"
    )
  }

  // MARK: Without an address, without quick mode

  @Test("a gateway without an address for its client rejects it, also where the log begins behind the client's opening")
  func noVirtualAddress() throws {
    let log = Self.file(
      "12[ENC] parsed IKE_AUTH request 1 [ IDi AUTH CPRQ(ADDR) SA TSi TSr ]",
      "12[IKE] IKE_SA rw[1] established between 203.0.113.20[gw]...198.51.100.10[alice]",
      "12[IKE] no virtual IP found for %any requested by 'alice'",
      "12[IKE] no virtual IP found, sending INTERNAL_ADDRESS_FAILURE",
      "12[IKE] failed to establish CHILD_SA, keeping IKE_SA")
    #expect(
      try Self.events(log) == [
        "2 opened",
        "4 failed \(HandshakeFailure.Cause.rejected(reason: "INTERNAL_ADDRESS_FAILURE: no virtual IP address for the client"))",
      ])
  }

  @Test("an address of one kind that is missing is no failure")
  func oneVirtualAddress() throws {
    let log = Self.file(
      "12[ENC] parsed IKE_AUTH request 1 [ IDi AUTH CPRQ(ADDR ADDR6) SA TSi TSr ]",
      "12[IKE] IKE_SA rw[1] established between 203.0.113.20[gw]...198.51.100.10[alice]",
      "12[IKE] no virtual IP found for %any6 requested by 'alice'",
      "12[IKE] CHILD_SA rw{1} established with SPIs 01_i 02_o and TS 10.10.0.0/24 === 10.50.0.1/32")
    #expect(try Self.events(log) == ["2 opened", "4 established"])
  }

  @Test("a gateway that answers quick mode by deleting the IKE SA has rejected it; after a CHILD_SA it is an end")
  func deletedInQuickMode() throws {
    let beginning = [
      "07[IKE] initiating Main Mode IKE_SA vpn[1] to 203.0.113.20",
      "07[NET] sending packet: from 192.168.1.10[500] to 203.0.113.20[500] (212 bytes)",
      "10[NET] received packet: from 203.0.113.20[4500] to 192.168.1.10[4500] (124 bytes)",
      "10[IKE] IKE_SA vpn[1] established between 192.168.1.10[192.168.1.10]...203.0.113.20[203.0.113.20]",
      "10[ENC] generating QUICK_MODE request 3371751540 [ HASH SA No ID ID NAT-OA NAT-OA ]",
      "10[NET] sending packet: from 192.168.1.10[4500] to 203.0.113.20[4500] (244 bytes)",
    ]
    let deletion = [
      "03[NET] received packet: from 203.0.113.20[4500] to 192.168.1.10[4500] (84 bytes)",
      "03[ENC] parsed INFORMATIONAL_V1 request 2833268232 [ HASH D ]", "03[IKE] received DELETE for IKE_SA vpn[1]",
    ]
    #expect(try Self.events(Self.log(beginning, deletion)).last?.contains("rejected") == true)
    let child = ["10[IKE] CHILD_SA vpn{1} established with SPIs 01_i 02_o and TS 192.168.1.10/32 === 203.0.113.20/32"]
    #expect(
      try Self.events(Self.log(beginning, child, deletion)).suffix(2) == ["7 established", "10 ended, by the gateway"])
  }

  // MARK: The initiator

  @Test(
    "a log that begins behind the opening shows how it fails: an opening, IKE_AUTH or a session's request in vain",
    arguments: [(0, "failed timedOut"), (1, "failed incomplete"), (5, "dead peer")])
  func cutBeginning(message: Int, word: String) throws {
    let log = Self.file(
      "09[IKE] retransmit 5 of request with message ID \(message)", "11[IKE] giving up after 5 retransmits")
    #expect(try Self.events(log) == ["2 opened", "2 \(word)"])
  }

  @Test("an error alone is its answer to the initiator; beside a gateway's clients it is theirs")
  func errorAlone() throws {
    let error = "10[IKE] received AUTHENTICATION_FAILED notify error"
    let rejected = "failed \(HandshakeFailure.Cause.rejected(reason: "AUTHENTICATION_FAILED"))"
    #expect(try Self.events(Self.file(error)) == ["1 opened", "1 \(rejected)"])
    #expect(
      try Self.events(Self.file("08[IKE] initiating IKE_SA android[1] to 203.0.113.9", error)).suffix(1)
        == ["2 \(rejected)"], "the log leaves packets out")
    #expect(try Self.events(Self.file("13[IKE] 198.51.100.10 is initiating an IKE_SA", error)) == [])
  }

  @Test("an IKE SA is established with its first CHILD_SA; new keys are no news")
  func established() throws {
    let renewal = [
      "11[IKE] IKE_SA vpn[1] state change: ESTABLISHED => REKEYING",
      "14[IKE] IKE_SA vpn[2] rekeyed between 198.51.100.10[alice]...203.0.113.20[vpn]",
      "14[IKE] IKE_SA vpn[1] state change: REKEYING => REKEYED", "14[IKE] sending DELETE for IKE_SA vpn[1]",
      "15[IKE] IKE_SA vpn[1] state change: DELETING => DESTROYING",
      "15[IKE] inbound CHILD_SA net{2} established with SPIs 03_i 04_o and TS 10.50.0.1/32 === 10.10.0.0/24",
    ]
    #expect(
      try Self.events(Self.log(Self.initiation, Self.answer, Self.establishment, renewal)) == [
        "1 opened", "7 established",
      ])
  }

  @Test("a CHILD_SA that is closed tells whether data passed both ways")
  func counters() throws {
    func closing(_ received: Int, _ sent: Int) -> String {
      "13[IKE] closing CHILD_SA net{1} with SPIs b8520bee_i (\(received) bytes) 5b6b9566_o (\(sent) bytes) and TS 10.50.0.1/32 === 10.10.0.0/24"
    }
    func last(_ received: Int, _ sent: Int) throws -> Observation.Event? {
      let lines = (Self.initiation + Self.answer + Self.establishment + [closing(received, sent)]).map {
        "2026-11-27 22:37:10 \($0)"
      }
      return try Self.read(lines.joined(separator: "\n")).observations.last?.event
    }
    guard case .established(let data) = try last(253_636, 8_962) else { return #expect(Bool(false)) }
    #expect(data.id.channel == .esp)
    for (received, sent) in [(0, 8_962), (253_636, 0)] {
      guard case .established(let control) = try last(received, sent) else { return #expect(Bool(false)) }
      #expect(control.id.channel == .ike)
    }
  }

  @Test("an opening names from where it is sent, so that it meets the packets of a capture")
  func ends() throws {
    let reading = try Self.read(Self.log(Self.initiation))
    guard case .line(let origin) = try #require(reading.observations.first).origin else {
      Issue.record("it is of a line")
      return
    }
    #expect(origin.subject.client == IPAddress(v4: 0xC633_640A))
    #expect(origin.subject.gateway == IPAddress(v4: 0xCB00_7114))
    #expect(reading.description.format == .charonInitiator)
    #expect(reading.description.understoodLines == 3)
  }

  @Test("no answer to the first message is a time-out, none to the next one another thing")
  func givenUp() throws {
    let end = ["07[IKE] retransmit 5 of request with message ID 0", "08[IKE] giving up after 5 retransmits"]
    #expect(try Self.events(Self.log(Self.initiation, end)) == ["1 opened", "5 failed timedOut"])
    #expect(try Self.events(Self.log(Self.initiation, Self.answer, end)) == ["1 opened", "7 failed incomplete"])
    #expect(
      try Self.events(Self.log(Self.initiation, Self.answer, Self.establishment, end)).suffix(1) == ["9 dead peer"])
  }

  @Test(
    "a notify that says no is a rejection by its name",
    arguments: [
      "13[IKE] received AUTHENTICATION_FAILED notify error": "AUTHENTICATION_FAILED",
      "13[IKE] received NO_PROPOSAL_CHOSEN error notify": "NO_PROPOSAL_CHOSEN",
      "13[IKE] received TS_UNACCEPTABLE notify, no CHILD_SA built": "TS_UNACCEPTABLE",
      "13[IKE] received EAP_FAILURE, EAP authentication failed": "EAP authentication failed",
    ])
  func rejected(line: String, reason: String) throws {
    #expect(
      try Self.events(Self.log(Self.initiation, Self.answer, [line])).last
        == "6 failed \(HandshakeFailure.Cause.rejected(reason: reason))")
  }

  @Test("IKEv1 with another preshared key at the client says so by its hash")
  func hashMismatch() throws {
    let lines = ["13[IKE] calculated HASH does not match HASH payload"]
    let last = try #require(try Self.events(Self.log(Self.initiation, Self.answer, lines)).last)
    #expect(last.contains("the preshared keys differ"))
  }

  @Test("a certificate that is not trusted is named with what is wrong with it")
  func certificate() throws {
    let lines = [
      "13[CFG] subject certificate invalid (valid from Jan 01 00:00:00 2024 to Feb 01 00:00:00 2024)",
      "13[IKE] no trusted RSA public key found for 'vpn.example.com'",
    ]
    let last = try #require(try Self.events(Self.log(Self.initiation, Self.answer, lines)).last)
    #expect(last.contains("to Feb 01 00:00:00 2024"))
  }

  // MARK: The responder

  @Test("a gateway says what was offered and what it wants, once a client comes again")
  func proposals() throws {
    let attempt = { (number: Int) in
      [
        "16[NET] received packet: from 198.51.100.10[500] to 203.0.113.20[500] (240 bytes)",
        "16[IKE] 198.51.100.10 is initiating an IKE_SA",
        "16[IKE] IKE_SA (unnamed)[\(number)] state change: CREATED => CONNECTING",
        "16[CFG] received proposals: IKE:AES_CBC_256/MODP_2048",
        "16[CFG] configured proposals: IKE:AES_GCM_16_256/ECP_256",
        "16[IKE] received proposals unacceptable",
        "16[IKE] IKE_SA (unnamed)[\(number)] state change: CONNECTING => DESTROYING",
      ]
    }
    #expect(try Self.events(Self.log(attempt(1))) == ["3 opened"])
    let reading = try Self.read(Self.log(attempt(1), attempt(2)))
    let failures = reading.observations.compactMap { observation in
      if case .failed(let failure) = observation.event { failure.cause } else { nil }
    }
    #expect(
      failures == [
        .rejected(
          reason: "NO_PROPOSAL_CHOSEN: offered IKE:AES_CBC_256/MODP_2048, configured IKE:AES_GCM_16_256/ECP_256")
      ])
    #expect(reading.description.format == .charonResponder)
  }

  @Test("a client that does not answer any more is a dead peer, and the line behind it says whose end it was")
  func clientGone() throws {
    let lines = [
      "16[IKE] 198.51.100.10 is initiating an IKE_SA",
      "16[IKE] IKE_SA (unnamed)[1] state change: CREATED => CONNECTING",
      "16[IKE] IKE_SA vpn[1] established between 203.0.113.20[vpn]...198.51.100.10[alice]",
      "16[IKE] CHILD_SA net{1} established with SPIs 01_i 02_o and TS 10.10.0.0/24 === 10.50.0.1/32",
      "05[IKE] giving up after 5 retransmits", "05[IKE] IKE_SA vpn[1] state change: ESTABLISHED => DESTROYING",
    ]
    #expect(
      try Self.events(Self.log(lines)) == ["2 opened", "4 established", "6 dead peer"])
  }

  private static let clientUp = [
    "16[IKE] 198.51.100.10 is initiating an IKE_SA",
    "16[IKE] IKE_SA (unnamed)[1] state change: CREATED => CONNECTING",
    "16[IKE] IKE_SA vpn[1] established between 203.0.113.20[vpn]...198.51.100.10[alice]",
    "16[IKE] CHILD_SA net{1} established with SPIs 01_i 02_o and TS 10.10.0.0/24 === 10.50.0.1/32",
  ]

  @Test("what is given up of a client that has come again is no news of it")
  func oldAssociation() throws {
    let again = [
      "17[IKE] 198.51.100.10 is initiating an IKE_SA",
      "17[IKE] IKE_SA (unnamed)[2] state change: CREATED => CONNECTING",
      "17[IKE] CHILD_SA net{2} established with SPIs 03_i 04_o and TS 10.10.0.0/24 === 10.50.0.1/32",
      "05[IKE] giving up after 5 retransmits", "05[IKE] IKE_SA vpn[1] state change: ESTABLISHED => DESTROYING",
    ]
    #expect(
      try Self.events(Self.log(Self.clientUp, again)) == ["2 opened", "4 established", "6 opened", "7 established"])
  }

  @Test("a client that takes the answer for false says so, and the gateway's session was none")
  func disowned() throws {
    let lines = [
      "10[NET] received packet: from 198.51.100.10[4500] to 203.0.113.20[4500] (80 bytes)",
      "10[ENC] parsed INFORMATIONAL request 2 [ N(AUTH_FAILED) ]", "10[IKE] received DELETE for IKE_SA vpn[1]",
    ]
    let events = try Self.events(Self.log(Self.clientUp, lines))
    #expect(events.count == 3)
    #expect(try #require(events.last).hasPrefix("6 failed other"))
  }

  @Test("a request that a client repeats although it was answered each time is news from the third time on")
  func askedAgain() throws {
    let again = (0..<4).flatMap { _ in
      [
        "10[NET] received packet: from 198.51.100.10[4500] to 203.0.113.20[4500] (80 bytes)",
        "10[IKE] received retransmit of request with ID 2, retransmitting response",
      ]
    }
    #expect(
      try Self.events(Self.log(Self.clientUp, again)).suffix(2) == ["10 failed repeated", "12 failed repeated"])
  }

  @Test("a CHILD_SA that a gateway does not give to a client that it knows is refused the first time")
  func noChild() throws {
    let lines = [
      "16[CFG] received proposals: ESP:AES_CBC_256", "16[CFG] configured proposals: ESP:AES_GCM_16_128",
      "16[IKE] no acceptable proposal found", "16[IKE] failed to establish CHILD_SA, keeping IKE_SA",
      "13[IKE] sending DPD request",
    ]
    let events = try Self.events(Self.log(Array(Self.clientUp.dropLast()), lines))
    #expect(
      events.last
        == "6 failed \(HandshakeFailure.Cause.rejected(reason: "NO_PROPOSAL_CHOSEN: offered ESP:AES_CBC_256, configured ESP:AES_GCM_16_128"))"
    )
  }

  // MARK: Requests in vain

  private static func repeating(_ request: String, _ count: Int) -> [String] {
    ["11[ENC] \(request)", "11[NET] sending packet: from 198.51.100.10[4500] to 203.0.113.20[4500] (80 bytes)"]
      + (0..<count).map { "09[IKE] retransmit \($0 + 1) of request with message ID 2" }
  }
  private static let shutdown = [
    "00[DMN] SIGTERM received, shutting down", "00[IKE] IKE_SA vpn[1] state change: ESTABLISHED => DESTROYING",
  ]

  @Test(
    "a request that was repeated three times without an answer when the log ends was in vain, one repeated twice was not",
    arguments: [true, false])
  func unansweredAtTheEnd(isShutDown: Bool) throws {
    func last(_ count: Int) throws -> String? {
      let up = Self.log(Self.initiation, Self.answer, Self.establishment)
      let end = Self.log(
        Self.repeating("generating INFORMATIONAL request 2 [ ]", count), isShutDown ? Self.shutdown : [])
      return try Self.events(up + "\n" + end).last
    }
    #expect(try last(3) == "12 dead peer")
    #expect(try last(2) == "7 established")
  }

  @Test("an answer ends the wait for it")
  func answered() throws {
    let lines =
      Self.repeating("generating INFORMATIONAL request 2 [ ]", 3)
      + [
        "13[NET] received packet: from 203.0.113.20[4500] to 198.51.100.10[4500] (80 bytes)",
        "13[ENC] parsed INFORMATIONAL response 2 [ ]",
      ]
    #expect(
      try Self.events(Self.log(Self.initiation, Self.answer, Self.establishment, lines, Self.shutdown)).last
        == "7 established")
  }

  @Test("a request for new keys that is given up is one, and not the loss of the peer")
  func keysInVain() throws {
    let lines =
      Self.repeating("generating CREATE_CHILD_SA request 2 [ N(REKEY_SA) SA No TSi TSr ]", 5)
      + ["08[IKE] giving up after 5 retransmits"]
    #expect(
      try Self.events(Self.log(Self.initiation, Self.answer, Self.establishment, lines)).suffix(2) == [
        "15 failed renewalTimedOut", "15 ended, no answer to the request for new keys",
      ])
  }

  @Test("openings that are never answered are a time-out when the daemon ends")
  func openingInVain() throws {
    let lines =
      (1...3).map { "15[IKE] retransmit \($0) of request with message ID 0" } + [
        "00[IKE] destroying IKE_SA in state CONNECTING without notification",
        "00[IKE] IKE_SA vpn[1] state change: CONNECTING => DESTROYING",
      ]
    #expect(try Self.events(Self.log(Self.initiation, lines)) == ["1 opened", "6 failed timedOut"])
  }

  @Test("probes of IKE version 1 are sent anew instead of repeated; the last message of quick mode has no answer")
  func version1() throws {
    let quick = [
      "13[ENC] generating QUICK_MODE request 10 [ HASH ]",
      "13[NET] sending packet: from 198.51.100.10[4500] to 203.0.113.20[4500] (76 bytes)",
    ]
    let probe = [
      "11[IKE] sending DPD request", "11[ENC] generating INFORMATIONAL_V1 request 2992982006 [ HASH N(DPD) ]",
      "11[NET] sending packet: from 198.51.100.10[4500] to 203.0.113.20[4500] (108 bytes)",
    ]
    func last(_ count: Int) throws -> String? {
      let probes = (0..<count).flatMap { _ in probe }
      return try Self.events(Self.log(Self.initiation, Self.answer, Self.establishment, quick, probes)).last
    }
    #expect(try last(4) == "21 dead peer")
    #expect(try last(3) == "7 established")
  }

  // MARK: Lines

  @Test(
    "lines are read behind any header, with names in front and without a time",
    arguments: [
      "09[IKE] initiating IKE_SA vpn[1] to 203.0.113.20",
      "09[IKE] <vpn|1> initiating IKE_SA vpn[1] to 203.0.113.20",
      "Nov 27 22:37:10 vm charon: 09[IKE] initiating IKE_SA vpn[1] to 203.0.113.20",
      "2026-11-27T22:37:10.123456+01:00 vm charon-systemd[99]: 09[IKE] initiating Main Mode IKE_SA vpn[1] to 203.0.113.20",
      "Nov 27 22:37:10 09[IKE] initiating Aggressive Mode IKE_SA vpn[1] to 203.0.113.20",
    ])
  func headers(line: String) throws {
    #expect(try Self.events(line) == ["1 opened"])
  }

  @Test(
    "what looks like an error and is not known keeps the log from being called healthy; libraries' complaints do not")
  func errors() throws {
    #expect(try Self.read(Self.file("09[IKE] something new failed")).description.suspiciousLines == 1)
    #expect(
      try Self.read(Self.file("00[LIB] plugin 'md4': failed to load - md4_plugin_create not found")).description
        .suspiciousLines == 0)
  }

  @Test("of more than 4,096 IKE SAs the table is emptied, and reading goes on")
  func manyAssociations() throws {
    let lines = (1...5_000).map { number in
      "09[IKE] initiating IKE_SA vpn[\(number)] to 10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }
    #expect(try Self.events(Self.log(lines)).count == 5_000)
  }

  @Test("the only client, whose address is hidden, is refused once it has come as far as to authenticate")
  func hiddenClient() throws {
    let opening = [
      "07[IKE] {{{client}}} is initiating an IKE_SA",
      "08[CFG] looking for peer configs matching 203.0.113.20[%any]...{{{client}}}[192.168.1.5]",
    ]
    #expect(
      try Self.events(Self.log(opening, ["08[IKE] peer requested EAP, config inacceptable"])) == [
        "3 opened",
        "3 failed rejected(reason: Optional(\"AUTHENTICATION_FAILED: the client asks for EAP, which the connection does not have\"))",
      ])
    // Anybody may get as far as an offer, and a log without any client may be either side's.
    #expect(try Self.events(Self.log(opening, ["08[IKE] received proposals unacceptable"])) == [])
    #expect(try Self.events(Self.log(["08[IKE] peer requested EAP, config inacceptable"])) == [])
  }

  @Test("a gateway that cannot authenticate itself refuses the client")
  func ownAuthentication() throws {
    #expect(
      try Self.events(
        Self.log([
          "07[IKE] 198.51.100.10 is initiating an IKE_SA",
          "08[IKE] authentication of 'alice' with RSA signature successful",
          "07[IKE] authentication of 'vpn.example.com' (myself) with RSA signature failed",
        ])
      ).last?.contains("(myself)") == true)
    #expect(
      try Self.events(
        Self.log(Self.initiation, ["09[IKE] authentication of 'alice' (myself) with pre-shared key"])
      ).count == 1)
  }

  @Test("the level behind the group, and names in brackets where angle brackets do not survive, are read")
  func otherForms() throws {
    #expect(
      try Self.events(
        Self.log([
          "14[NET1] received packet: from 198.51.100.10[500] to 203.0.113.20[500] (180 bytes)",
          "14[IKE0] <net|3> IKE_SA net[3] established between 203.0.113.20[vpn]...198.51.100.10[alice]",
        ])) == [])
    let refusal = [
      "14[ENC] [net|3] parsed IKE_AUTH request 1 [ IDi IDr AUTH SA TSi TSr ]",
      "14[IKE] [net|3] IKE_SA net[3] established between 203.0.113.20[vpn]...198.51.100.10[alice]",
      "14[IKE] [net|3] no acceptable traffic selectors found",
    ]
    #expect(
      try Self.events(Self.log(refusal)).last
        == "3 failed rejected(reason: Optional(\"TS_UNACCEPTABLE: no acceptable traffic selectors\"))")
  }

  @Test("an answer that refuses is told where the log ends with it")
  func refusalAtEnd() throws {
    let end = ["13[ENC] parsed IKE_AUTH response 1 [ IDr AUTH N(TS_UNACCEPT) ]"]
    #expect(
      try Self.events(Self.log(Self.initiation, Self.answer, end)).last
        == "6 failed rejected(reason: Optional(\"TS_UNACCEPTABLE\"))")
    #expect(
      try !Self.events(Self.log(Self.initiation, Self.answer, end, Self.establishment)).contains {
        $0.contains("failed")
      })
  }

  @Test("a kernel that refuses the IPsec SA keeps the tunnel from coming up")
  func kernel() throws {
    let lines = [
      "13[ENC] parsed IKE_AUTH response 1 [ IDr AUTH SA TSi TSr ]",
      "13[IKE] IKE_SA vpn[1] established between 198.51.100.10[alice]...203.0.113.20[vpn]",
      "13[KNL] received netlink error: Protocol not supported (93)",
      "13[KNL] unable to add SAD entry with SPI c8a1b2c3",
      "13[IKE] unable to install inbound and outbound IPsec SA (SAD) in kernel",
    ]
    #expect(
      try Self.events(Self.log(Self.initiation, Self.answer, lines)).last
        == "10 failed setup(reason: Optional(\"the kernel refuses the IPsec SA: Protocol not supported (93)\"))")
  }

  @Test(
    "a gateway's word against the networks that a client asks for is told where the log begins with who the client is")
  func refusalOfUnopened() throws {
    let lines = [
      "[IKE] [net|16] IKE_SA net[16] established between 203.0.113.20[vpn]...198.51.100.10[alice]",
      "[CFG] [net|16] selected proposal: ESP:AES_GCM_16_128/NO_EXT_SEQ",
      "[IKE] [net|16] no acceptable traffic selectors found",
      "[IKE] [net|16] failed to establish CHILD_SA, keeping IKE_SA",
    ]
    let expected = [
      "3 opened", "3 failed rejected(reason: Optional(\"TS_UNACCEPTABLE: no acceptable traffic selectors\"))",
    ]
    #expect(try Self.events(lines.joined(separator: "\n")) == expected)
    #expect(try Self.events(lines.map { "14" + $0 }.joined(separator: "\n")) == expected)
  }

  @Test("a gateway that wants the group that it does not accept cannot do it; one that wants another is asked again")
  func sameGroup() throws {
    func attempt(_ wanted: String) -> [String] {
      [
        "14[NET] received packet: from 198.51.100.10[500] to 203.0.113.20[500] (300 bytes)",
        "14[IKE] 198.51.100.10 is initiating an IKE_SA", "14[IKE] DH group ECP_521 inacceptable, requesting \(wanted)",
      ]
    }
    #expect(try !Self.events(Self.log(attempt("ECP_521"))).contains { $0.contains("failed") })
    #expect(
      try Self.events(Self.log(attempt("ECP_521"), attempt("ECP_521"))).last?.hasPrefix("6 failed setup") == true)
    #expect(
      try !Self.events(Self.log(attempt("ECP_256"), attempt("ECP_256"))).contains { $0.contains("failed") })
  }
}
