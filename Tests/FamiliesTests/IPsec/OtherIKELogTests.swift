import Logs
import Observations
import Testing

@testable import Families

/// Lines as libreswan, an ASA and Windows' client write them, with the addresses of documentation.
@Suite("Logs of other IKE daemons")
struct OtherIKELogTests {
  private static func read(_ lines: [String]) throws -> (observations: [Observation], description: LogDescription) {
    try LogOfText.read(lines.joined(separator: "\n"), RegisteredFamilies.logReaders)
  }

  private static func events(_ lines: [String]) throws -> [String] {
    try LogOfText.events(lines.joined(separator: "\n"), RegisteredFamilies.logReaders, word)
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

  // MARK: racoon and RouterOS

  private static let racoonOpening =
    "2024-03-02 10:00:00 ipsec,info initiate new phase 1 (Identity Protection): 198.51.100.10[500]<=>203.0.113.20[500]"

  private static func racoonTimeUp(_ responderCookie: String) -> String {
    "2024-03-02 10:01:00 ipsec,error phase1 negotiation failed due to time up "
      + "198.51.100.10[500]<=>203.0.113.20[500] 5c1b0f2b7c4e8a11:\(responderCookie)"
  }

  @Test("the responder's cookie tells RouterOS's wait for any answer from its wait for the next one")
  func racoonTimeouts() throws {
    let unanswered = [Self.racoonOpening, Self.racoonTimeUp("0000000000000000")]
    #expect(try Self.events(unanswered) == ["1 opened", "2 failed timedOut"])
    let stalled = [Self.racoonOpening, Self.racoonTimeUp("0a1b2c3d4e5f6071")]
    #expect(try Self.events(stalled) == ["1 opened", "2 failed incomplete"])
    #expect(try Self.read(unanswered).description.format == .racoonInitiator)
  }

  @Test("a RouterOS whose attempts came to nothing gets through in the end, unless phase 2 is refused then")
  func racoonRecovers() throws {
    let attempt = [Self.racoonOpening, Self.racoonTimeUp("0000000000000000")]
    let done =
      "2024-03-02 10:02:00 ipsec,info ISAKMP-SA established 198.51.100.10[500]-203.0.113.20[500] spi:5c1b0f2b7c4e8a11:0a1b2c3d4e5f6071"
    #expect(
      try Self.events(attempt + [Self.racoonOpening, done]) == [
        "1 opened", "2 failed timedOut", "3 opened", "4 established",
      ])
    #expect(try Self.events([Self.racoonOpening, done]) == ["1 opened"])
    #expect(
      try Self.events(attempt + [Self.racoonOpening, done, Self.racoonOpening] + attempt.suffix(1)) == [
        "1 opened", "2 failed timedOut", "3 opened", "4 established", "5 opened", "6 failed timedOut",
      ])
  }

  @Test("an IOS router's tunnel that is up after phase 1 failed has not failed in the end")
  func routerRecovers() throws {
    let failure =
      "Mar  1 10:00:00 r1 101: %CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at 198.51.100.10"
    let up =
      "Mar  1 10:20:00 r1 103: %CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP  .  Peer 198.51.100.10:500       Id: 198.51.100.10"
    #expect(try Self.events([failure, failure]).last?.contains("failed") == true)
    #expect(try Self.events([failure, failure, up]).last == "3 established")
    #expect(try Self.events([up]) == [])
    let down = up.replacing("UP  .", with: "DOWN.")
    #expect(try Self.events([failure, failure, up, down, failure]).last?.hasPrefix("5 failed") == true)
  }

  @Test("RouterOS refuses what a client offers; once may be anybody, and its wait for a client is no failure")
  func racoonStrangers() throws {
    let attempt = [
      "10:00:00 ipsec,info respond new phase 1 (Identity Protection): 203.0.113.20[500]<=>198.51.100.10[500]",
      "10:00:00 ipsec,error no suitable proposal found.",
      "10:00:00 ipsec,error 198.51.100.10 failed to get valid proposal.",
      "10:00:00 ipsec,error 198.51.100.10 phase1 negotiation failed.",
    ]
    #expect(try Self.events(attempt) == ["1 opened"])
    #expect(try Self.events(attempt + attempt).last?.contains("rejected") == true)
    // The log need not have the line with which the client begins.
    #expect(
      try Self.events(Array((attempt + attempt).filter { !$0.contains("respond") })).last?.contains("rejected") == true)
    let scanned = [
      attempt[0],
      "10:01:00 ipsec,error phase1 negotiation failed due to time up 203.0.113.20[500]<=>198.51.100.10[500] 5c1b0f2b7c4e8a11:0a1b2c3d4e5f6071",
    ]
    #expect(try Self.events(scanned + scanned).allSatisfy { $0.hasSuffix("opened") })
  }

  // MARK: pluto

  private static func pluto(_ messages: String...) -> [String] {
    messages.map { "Apr 29 03:40:25 vm pluto[10770]: \($0)" }
  }

  private static let opening = [
    "Apr 29 03:40:25 vm pluto[10770]: \"net\" #1: initiating IKEv2 connection to 203.0.113.20 using UDP",
    "Apr 29 03:40:25 vm pluto[10770]: \"net\" #1: sent IKE_SA_INIT request to 203.0.113.20:UDP/500",
  ]

  @Test("a tunnel comes up with its first Child SA, whose state has a number of its own")
  func plutoEstablished() throws {
    let lines =
      Self.opening
      + Self.pluto(
        "\"net\" #1: sent IKE_AUTH request to 203.0.113.20:UDP/500 {cipher=AES_GCM_16_256}",
        "\"net\" #1: initiator established IKE SA; authenticated peer using authby=secret",
        "\"net\" #2: initiator established Child SA using #1; IPsec tunnel [10.50.0.1/32===10.10.0.0/24]",
        "\"net\" #3: initiating rekey to replace Child SA #2 using IKE SA #1",
        "\"net\" #3: initiator rekeyed Child SA #2 using #1")
    #expect(try Self.events(lines) == ["1 opened", "5 established"])
    #expect(try Self.read(lines).description.format == .plutoInitiator)
  }

  @Test("no answer to the first message, to the next one and to a session's are three things")
  func plutoTimeouts() throws {
    let end = { (state: String, message: String) in
      Self.pluto(
        "\"net\" #1: \(state): 60 second timeout exceeded after 7 retransmits.  No response (or no acceptable response) to our \(message)"
      )
    }
    #expect(
      try Self.events(Self.opening + end("IKE_SA_INIT_I", "first IKEv2 message")).last == "3 failed timedOut")
    let asked = Self.opening + Self.pluto("\"net\" #1: sent IKE_AUTH request to 203.0.113.20:UDP/4500 {cipher=AES}")
    #expect(try Self.events(asked + end("IKE_AUTH_I", "IKEv2 message")).last == "4 failed incomplete")
    let up = asked + Self.pluto("\"net\" #2: initiator established Child SA using #1; IPsec tunnel [a===b]")
    #expect(
      try Self.events(up + end("STATE_V2_ESTABLISHED_IKE_SA", "IKEv2 message")).suffix(1) == ["5 dead peer"])
    #expect(
      try Self.events(
        up + end("STATE_V2_ESTABLISHED_IKE_SA", "IKEv2 message")
          + Self.pluto("\"net\" #1: liveness action - restarting all connections that share this peer")
      ).count == 3, "the same is said twice")
  }

  @Test(
    "what the peer says no to is a rejection by its name",
    arguments: [
      "IKE SA authentication request rejected by peer: AUTHENTICATION_FAILED": "AUTHENTICATION_FAILED",
      "dropping unexpected IKE_SA_INIT message containing NO_PROPOSAL_CHOSEN notification; message payloads: N; missing payloads: SA,KE,Ni":
        "NO_PROPOSAL_CHOSEN",
      "ignoring informational payload NO_PROPOSAL_CHOSEN, msgid=00000000, length=12": "NO_PROPOSAL_CHOSEN",
    ])
  func plutoRejected(message: String, reason: String) throws {
    #expect(
      try Self.events(Self.opening + Self.pluto("\"net\" #1: \(message)")).last
        == "3 failed \(HandshakeFailure.Cause.rejected(reason: reason))")
  }

  @Test(
    "a log that begins behind the opening shows how it fails all the same",
    arguments: [
      "STATE_PARENT_I1: received unauthenticated v2N_NO_PROPOSAL_CHOSEN - ignored":
        HandshakeFailure.Cause.rejected(reason: "NO_PROPOSAL_CHOSEN"),
      "ignoring informational payload NO_PROPOSAL_CHOSEN, msgid=00000000, length=16": .rejected(
        reason: "NO_PROPOSAL_CHOSEN"),
      "STATE_PARENT_I1: 60 second timeout exceeded after 7 retransmits.  No response (or no acceptable response) to our first IKEv2 message":
        .timedOut,
    ])
  func plutoCutBeginning(message: String, cause: HandshakeFailure.Cause) throws {
    #expect(try Self.events(Self.pluto("\"net\" #81: \(message)")) == ["1 opened", "1 failed \(cause)"])
  }

  @Test("older versions open with the name of the message alone")
  func plutoOlderOpening() throws {
    let lines = Self.pluto("\"net\" #82: STATE_PARENT_I1: sent v2I1, expected v2R1")
    #expect(try Self.events(lines) == ["1 opened"])
  }

  @Test("a gateway says what was offered, once a client comes again")
  func plutoGateway() throws {
    let attempt = { (serial: Int) in
      Self.pluto(
        "\"any\"[\(serial)] 198.51.100.10 #\(serial): processed IKE_SA_INIT request from 198.51.100.10:UDP/500 {cipher=AES}",
        "\"any\"[\(serial)] 198.51.100.10 #\(serial): no local proposal matches remote proposals 1:IKE:ENCR=AES_CBC_128",
        "\"any\"[\(serial)] 198.51.100.10 #\(serial): responding to IKE_SA_INIT message (ID 0) from 198.51.100.10:500 with unencrypted notification NO_PROPOSAL_CHOSEN"
      )
    }
    #expect(try Self.events(attempt(1)) == ["1 opened"])
    let reading = try Self.read(attempt(1) + attempt(2))
    #expect(
      Self.word(try #require(reading.observations.last).event)
        == "failed \(HandshakeFailure.Cause.rejected(reason: "NO_PROPOSAL_CHOSEN: offered 1:IKE:ENCR=AES_CBC_128"))")
    #expect(reading.description.format == .plutoResponder)
  }

  @Test("lines of pluto's own file have a time of their own, and IKE version 1 its states")
  func plutoFile() throws {
    let lines = [
      "\"net\" #9: initiating Main Mode", "\"net\" #9: STATE_MAIN_I2: sent MI2, expecting MR2",
      "\"net\" #9: STATE_MAIN_I4: ISAKMP SA established {auth=PRESHARED_KEY}",
      "\"net\" #10: STATE_QUICK_I2: sent QI2, IPsec SA established tunnel mode {ESP=>0x01234567}",
      "\"net\" #10: DPD: No response from peer - declaring peer dead",
    ].map { "Jul  6 11:42:43.318230: \($0)" }
    #expect(try Self.events(lines) == ["1 opened", "4 established", "5 dead peer"])
  }

  // MARK: what people paste

  @Test("pluto's lines as whack prints them to a terminal")
  func plutoTerminal() throws {
    let lines =
      ["181 \"net\" #7: initiating IKEv2 IKE SA", "181 \"net\" #7: STATE_PARENT_I1: sent v2I1, expected v2R1"]
      + ["0.5", "1", "2", "4"].map {
        "010 \"net\" #7: STATE_PARENT_I1: retransmission; will wait \($0) seconds for response"
      }
    #expect(try Self.events(lines).last == "6 failed timedOut")
  }

  @Test("a log that begins in a session shows that it was one")
  func plutoCutSession() throws {
    let end =
      "\"any\"[1] 198.51.100.10 #1: STATE_V2_ESTABLISHED_IKE_SA: 300 second timeout exceeded after 10 retransmits.  No response (or no acceptable response) to our IKEv2 message"
    #expect(try Self.events(Self.pluto(end)).suffix(2) == ["1 established", "1 dead peer"])
    let up = "\"any\"[1] 198.51.100.10 #2: responder established Child SA using #1; IPsec tunnel [a===b]"
    let lines = Self.pluto(up, end)
    #expect(try Self.events(lines) == ["1 opened", "1 established", "2 dead peer"])
    #expect(try Self.read(lines).description.format == .plutoResponder)
  }

  @Test("a user who does not answer XAUTH has no session that could be lost")
  func plutoXAuth() throws {
    let lines = Self.pluto(
      "\"xauth\"[2] 198.51.100.10 #1: ISAKMP SA established {auth=PRESHARED_KEY cipher=AES_CBC_256}",
      "\"xauth\"[2] 198.51.100.10 #1: XAUTH: Sending Username/Password request (MAIN_R3->XAUTH_R0)",
      "\"xauth\"[2] 198.51.100.10 #1: STATE_XAUTH_R0: 60 second timeout exceeded after 7 retransmits.  No response (or no acceptable response) to our IKEv1 message"
    )
    #expect(try Self.events(lines) == ["1 opened", "3 failed incomplete"])
  }

  @Test("a peer for which no connection is configured counts when it comes again")
  func plutoStranger() throws {
    let line =
      "packet from 198.51.100.10:500: initial parent SA message received on 203.0.113.20:500 but no suitable connection found with IKEv2 policy"
    #expect(try Self.events(Self.pluto(line)) == [])
    #expect(
      try Self.events(Self.pluto(line, line)) == [
        "2 opened",
        "2 failed \(HandshakeFailure.Cause.rejected(reason: "no connection is configured for this peer"))",
      ])
  }

  @Test("an ASA and an IOS router that debug IKE tell why they refuse a peer that comes again")
  func ciscoRefusal() throws {
    let attempt = { (number: Int) in
      [
        "IKEv2-PLAT-4: RECV PKT [IKE_SA_INIT] [198.51.100.10]:500->[203.0.113.20]:500 InitSPI=0x8c RespSPI=0x00 MID=00",
        "IKEv2-PROTO-2: (\(number)): Failed to find a matching policy",
        "IKEv2-PROTO-4: (\(number)): Sending no proposal chosen notify",
      ]
    }
    #expect(try !Self.events(attempt(1)).contains { $0.contains("failed") })
    let reason = HandshakeFailure.Cause.rejected(reason: "NO_PROPOSAL_CHOSEN: no policy matches")
    #expect(try Self.events(attempt(1) + attempt(2)).contains("5 failed \(reason)"))
    let old = [
      "Mar  1 00:15:04: ISAKMP:(0): phase 1 SA policy not acceptable! (local 203.0.113.20 remote 198.51.100.10)",
      "Mar  1 00:15:14: ISAKMP:(0): phase 1 SA policy not acceptable! (local 203.0.113.20 remote 198.51.100.10)",
    ]
    #expect(try Self.events(old).last == "2 failed \(reason)")
  }

  @Test("a router's attempt that nobody answers, in IKE version 2 and 1")
  func ciscoUnanswered() throws {
    let new = [
      "*Nov 11 19:30:34.811: IKEv2:(SESSION ID = 3,SA ID = 1):Sending Packet [To 203.0.113.5:500/From 192.0.2.1:500/VRF i0:f0]",
      "*Nov 11 19:30:36.811: IKEv2:(SESSION ID = 3,SA ID = 1):Retransmitting packet",
      "*Nov 11 19:32:30.811: IKEv2-ERROR:(SESSION ID = 3,SA ID = 1):: Maximum number of retransmissions reached",
    ]
    #expect(try Self.events(new) == ["1 opened", "3 failed timedOut"])
    #expect(try Self.read(new).description.format == .ciscoIKEInitiator)
    let old = [
      "*Jun  5 10:00:00.123: ISAKMP:(0): beginning Main Mode exchange",
      "*Jun  5 10:00:00.123: ISAKMP:(0): sending packet to 203.0.113.5 my_port 500 peer_port 500 (I) MM_NO_STATE",
      "*Jun  5 10:00:10.123: ISAKMP:(0): retransmitting phase 1 MM_NO_STATE...",
      "*Jun  5 10:01:00.123: ISAKMP:(0):deleting SA reason \"Death by retransmission P1\" state (I) MM_NO_STATE (peer 203.0.113.5)",
    ]
    #expect(try Self.events(old) == ["1 opened", "4 failed timedOut"])
  }

  @Test("a router's tunnel that comes up is no failure")
  func ciscoEstablished() throws {
    let lines = [
      "*Nov 11 19:30:34.811: IKEv2:(SESSION ID = 3,SA ID = 1):Sending Packet [To 203.0.113.5:500/From 192.0.2.1:500/VRF i0:f0]",
      "*Nov 11 19:30:34.911: IKEv2:(SESSION ID = 3,SA ID = 1):Received Packet [From 203.0.113.5:500/To 192.0.2.1:500/VRF i0:f0]",
      "*Nov 11 19:30:35.011: IKEv2:(SESSION ID = 3,SA ID = 1):IKEV2 SA created; inserting SA into database. SA lifetime timer (86400 sec) started",
    ]
    #expect(try Self.events(lines) == ["1 opened", "3 established"])
  }

  @Test("an event of a FortiGate names why a peer that comes again is refused")
  func fortiGateEvent() throws {
    let line =
      "date=2024-03-01 time=10:00:01 devname=\"FGT1\" logid=\"0101037125\" logdesc=\"IPsec phase 1 error\" msg=\"IPsec phase 1 error\" action=\"negotiate\" remip=198.51.100.10 locip=203.0.113.20 status=\"negotiate_error\" reason=\"peer SA proposal not match local policy\""
    #expect(try Self.events([line]) == [])
    let reason = "NO_PROPOSAL_CHOSEN: peer SA proposal not match local policy"
    #expect(
      try Self.events([line, line]) == ["2 failed \(HandshakeFailure.Cause.rejected(reason: reason))"])
  }

  @Test("a code of Windows' security is written as a negative number")
  func negativeCode() throws {
    let line =
      "CoId={01}: The user LAPTOP\\alice dialed a connection named Work which has failed. The error code returned on failure is -2146762495."
    #expect(
      try Self.events([line]).last
        == "1 failed \(HandshakeFailure.Cause.other(reason: "certificate: error 0x800B0101, expired"))")
  }

  // MARK: ASA

  private static func asa(_ messages: String...) -> [String] {
    messages.map { "Nov 23 2026 20:16:47 asa : \($0)" }
  }

  @Test("an ASA tells of IKE version 2 by local and remote end")
  func asaVersion2() throws {
    let ends = "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice"
    let lines = Self.asa(
      "%ASA-5-750002: Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:Unknown Received a IKE_INIT_SA request",
      "%ASA-5-750006: \(ends) IKEv2 SA UP. Reason: New Connection Established",
      "%ASA-5-750007: \(ends) IKEv2 SA DOWN. Reason: peer lost")
    #expect(try Self.events(lines) == ["1 opened", "2 established", "3 dead peer"])
    let wished = Self.asa("%ASA-5-750007: \(ends) IKEv2 SA DOWN. Reason: application initiated")
    #expect(try Self.events(Array(lines.prefix(2)) + wished).last == "3 ended, by the gateway")
  }

  @Test(
    "a negotiation that an ASA aborts is a rejection from the second time on",
    arguments: [
      ("Failed to find a matching policy", "NO_PROPOSAL_CHOSEN"), ("Auth exchange failed", "AUTHENTICATION_FAILED"),
    ])
  func asaAborted(reason: String, name: String) throws {
    let attempt = Self.asa(
      "%ASA-5-750002: Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:Unknown Received a IKE_INIT_SA request",
      "%ASA-4-750003: Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:Unknown IKEv2 Negotiation aborted due to ERROR: \(reason)"
    )
    #expect(try Self.events(attempt) == ["1 opened"])
    #expect(
      try Self.events(attempt + attempt).last
        == "4 failed \(HandshakeFailure.Cause.rejected(reason: "\(name): \(reason)"))")
  }

  @Test("an ASA tells of IKE version 1 by group and address")
  func asaVersion1() throws {
    let peer = "Group = g, IP = 198.51.100.10,"
    let lines = Self.asa(
      "%ASA-3-713119: \(peer) PHASE 1 COMPLETED", "%ASA-5-713120: \(peer) PHASE 2 COMPLETED (msgid=00000001)",
      "%ASA-5-713120: \(peer) PHASE 2 COMPLETED (msgid=00000002)",
      "%ASA-3-713123: \(peer) IKE lost contact with remote peer, deleting connection (keepalive type: DPD)")
    #expect(try Self.events(lines) == ["2 established", "4 dead peer"])
  }

  // MARK: FortiGate

  private static let comes = "ike 0: comes 198.51.100.10:500->203.0.113.20:500,ifindex=3...."

  @Test("a FortiGate that initiates tells where to, and that nothing answers")
  func fortiGateUnanswered() throws {
    let lines = [
      "ike 0:to-hq:12: initiator: main mode is sending 1st message...",
      "ike 0:to-hq:12: sent IKE msg (ident_i1send): 198.51.100.10:500->203.0.113.20:500, len=164, id=5f1f/0000",
      "ike 0:to-hq:12: sent IKE msg (P1_RETRANSMIT): 198.51.100.10:500->203.0.113.20:500, len=164, id=5f1f/0000",
      "ike 0:to-hq:12: negotiation timeout, deleting",
    ]
    let reading = try Self.read(lines)
    #expect(try Self.events(lines) == ["1 opened", "4 failed timedOut"])
    guard case .line(let origin)? = reading.observations.last?.origin else { return }
    #expect(origin.subject.gateway == IPAddress("203.0.113.20"))
    #expect(reading.description.format == .fortiGateIKEInitiator)
  }

  @Test("a FortiGate that answers tells from whom, and that no proposal fits, from the second time on")
  func fortiGateProposals() throws {
    let attempt = { (number: Int) in
      [
        Self.comes, "2025-02-28 10:28:08.260710 ike 0:5f1f/0000:\(number): responder: main mode get 1st message...",
        "ike Negotiate ISAKMP SA Error: ike 0:5f1f/0000:\(number): no SA proposal chosen",
      ]
    }
    #expect(try Self.events(attempt(1)) == ["2 opened"])
    #expect(
      try Self.events(attempt(1) + attempt(2)).last
        == "6 failed \(HandshakeFailure.Cause.rejected(reason: "NO_PROPOSAL_CHOSEN: no SA proposal chosen"))")
  }

  @Test(
    "a tunnel is up with its first IPsec SA; different keys show as messages that do not decrypt",
    arguments: ["0", "V=root:0"])
  func fortiGateEstablished(domain: String) throws {
    let opened = [Self.comes, "ike \(domain):dial:7: responder received SA_INIT msg"]
    #expect(
      try Self.events(
        opened + [
          "ike \(domain):dial:7: established IKE SA 5f1f/9a7c", "ike \(domain):dial:7:p2:8: added IPsec SA: SPIs=01/02",
        ]
      ) == ["2 opened", "4 established"])
    #expect(
      try #require(
        try Self.events(opened + ["ike \(domain):dial:7: probable pre-shared secret mismatch"]).last
      ).hasPrefix("3 failed other"))
  }

  // MARK: Windows

  private static func windows(_ words: String) -> String {
    "CoId={01234567}: The user LAPTOP\\alice \(words)"
  }
  private static let dials = windows(
    "has started dialing a VPN connection using a per-user connection profile named Work.")

  @Test("an event as the Event Viewer's window shows it has the time of its date")
  func eventViewer() throws {
    let lines = [
      "Log Name:      Application", "Source:        RasClient", "Date:          11/21/2023 9:15:54 PM",
      "Event ID:      20227", "Level:         Error", "Description:",
      Self.windows("dialed a connection named Work which has failed. The error code returned on failure is 809."),
    ]
    let log = try LogOfText.read(lines.joined(separator: "\n"), RegisteredFamilies.logReaders)
    #expect(log.description.understoodLines == lines.count - 1)
    guard case .line(let origin) = log.observations.first?.origin else {
      Issue.record("no event")
      return
    }
    #expect(origin.time?.written == Timestamp(nanoseconds: 1_700_601_354_000_000_000))
    #expect(try Self.events(lines) == ["7 failed \(HandshakeFailure.Cause.timedOut)"])
  }

  private static func event(_ id: Int, _ code: Int) -> [String] {
    [
      "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">", "  <System>",
      "  <Provider Name=\"RasClient\" />", "  <EventID Qualifiers=\"0\">\(id)</EventID>",
      "  <TimeCreated SystemTime=\"2017-12-24T19:38:13.426726900Z\" />", "  </System>", "  <EventData>",
      "  <Data>{FACCBEE1-58E9-4867-B9E7-0E7D94DC40C9}</Data>", "  <Data>SYSTEM</Data>", "  <Data>Work</Data>",
      "  <Data>\(code)</Data>", "  </EventData>", "</Event>",
    ]
  }

  @Test("an event of Windows' client as XML says by its numbers what it is, on one line or on many")
  func windowsXML() throws {
    let failed = Self.event(20_227, 809)
    #expect(try Self.events(failed) == ["13 failed \(HandshakeFailure.Cause.timedOut)"])
    #expect(try Self.events([failed.joined()]) == ["1 failed \(HandshakeFailure.Cause.timedOut)"])
    // That the link was made is no news; another program's event is none of it.
    #expect(try Self.events(Self.event(20_224, 1)) == [])
    #expect(try Self.events(failed.map { $0.replacing("RasClient", with: "Other") }) == [])
  }

  // MARK: macOS

  private static func apple(_ messages: String...) -> [String] { messages.map { "Wed Apr 22 21:59:54 2020 : \($0)" } }

  @Test("macOS' client of L2TP tells how far its IKE came")
  func appleL2TP() throws {
    let opening = Self.apple(
      "L2TP connecting to server 'vpn.example.com' (203.0.113.20)...", "IPSec connection started",
      "IPSec phase 1 client started")
    let failure = Self.apple("IPSec connection failed")
    #expect(try Self.events(opening + failure) == ["3 opened", "4 failed timedOut"])
    let answer = Self.apple("IPSec phase 1 server replied")
    #expect(try Self.events(opening + answer + failure) == ["3 opened", "5 failed incomplete"])
    let rest = Self.apple("IPSec phase 2 established", "IPSec connection established", "L2TP sent SCCRQ")
    #expect(try Self.events(opening + answer + rest) == ["3 opened", "6 established"])
  }

  // MARK: macOS' client of IKEv2

  private static func session(_ words: String) -> String {
    "default\t11:39:49.159519-0700\tnesessionmanager\tNESMIKEv2VPNSession[Primary Tunnel:Work:F6CFCB8B:(null)]\(words)"
  }

  private static let connecting = session(": status changed to connecting")

  private static func stopped(_ reason: String) -> String {
    session(": status changed to disconnected, last stop reason \(reason)")
  }

  @Test(
    "macOS' client of IKEv2 says by a reason why it did not come up",
    arguments: [
      ("Server is not responding", HandshakeFailure.Cause.timedOut),
      ("Authentication failed", .rejected(reason: "AUTHENTICATION_FAILED")),
      ("Failed to resolve the server address", .setup(reason: "the gateway's name is not resolved")),
      ("Client certificate has expired", .setup(reason: "Client certificate has expired")),
      ("Tunnel was terminated by the server", .other(reason: "Tunnel was terminated by the server")),
    ])
  func appleFails(reason: String, cause: HandshakeFailure.Cause) throws {
    #expect(try Self.events([Self.connecting, Self.stopped(reason)]) == ["1 opened", "2 failed \(cause)"])
    // The plugin says it first.
    let plugin = Self.session(
      " in state NESMVPNSessionStateStarting: plugin NEVPNTunnelPlugin(com.apple.NetworkExtension.IKEv2Provider[inactive]) disconnected with reason \(reason)"
    )
    #expect(try Self.events([plugin, Self.stopped(reason)]) == ["1 failed \(cause)"])
  }

  @Test("a session that was up is lost, or ends; what its own user does is no failure")
  func appleEnds() throws {
    let up = [Self.connecting, Self.session(": status changed to connected")]
    #expect(try Self.events(up + [Self.stopped("Server is not responding")]).last == "3 dead peer")
    #expect(
      try Self.events(up + [Self.stopped("Tunnel was terminated by the server")]).last
        == "3 ended, Tunnel was terminated by the server")
    for reason in ["Stop command received", "Device went to sleep", "No network available"] {
      #expect(try Self.events([Self.connecting, Self.stopped(reason)]) == ["1 opened"])
      #expect(try Self.events(up + [Self.stopped(reason)]).last == "3 ended, by the client")
    }
  }

  @Test("a reason that is written of several causes is shown, and nothing comes of it")
  func appleUnclear() throws {
    let reading = try LogOfText.read(
      [Self.connecting, Self.stopped("Plugin initiated")].joined(separator: "\n"), IPsecLogs.readers)
    #expect(reading.description.firstSuspicious == [2])
    #expect(try Self.events([Self.connecting, Self.stopped("Plugin initiated")]) == ["1 opened"])
  }

  @Test(
    "Windows' client says by a number why it failed",
    arguments: [
      (809, HandshakeFailure.Cause.timedOut), (691, .rejected(reason: "error 691: user name or password")),
      (13_801, .other(reason: "error 13801: IKE authentication credentials are unacceptable")),
      (13_806, .setup(reason: "error 13806: no valid machine certificate")),
      (13_868, .rejected(reason: "NO_PROPOSAL_CHOSEN: error 13868, policy match error")),
      (789, .other(reason: "error 789: IKE of L2TP failed: the preshared keys differ, or a NAT is in between")),
      (87, .setup(reason: "error 87: Windows does not accept a setting of the connection, or its adapter is damaged")),
      (633, .other(reason: "error 633")),
    ])
  func windowsFails(code: Int, cause: HandshakeFailure.Cause) throws {
    let failed = Self.windows(
      "dialed a connection named Work which has failed. The error code returned on failure is \(code).")
    #expect(try Self.events([Self.dials, failed]) == ["1 opened", "2 failed \(cause)"])
  }

  @Test(
    "and why it ended", arguments: [(631, "ended, by the client"), (829, "dead peer"), (633, "ended, error 633")])
  func windowsEnds(code: Int, word: String) throws {
    let lines = [
      Self.dials,
      Self.windows(
        "has dialed a connection named Work to the Remote Access Server which has successfully connected. The connection parameters are:"
      ),
      Self.windows(
        "dialed a connection named Work which has terminated. The reason code returned on termination is \(code)."),
    ]
    #expect(try Self.events(lines) == ["1 opened", "2 established", "3 \(word)"])
  }

  @Test("every length of a line is read or refused")
  func lengths() throws {
    let lines =
      Self.opening
      + Self.asa("%ASA-5-750006: Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:a IKEv2 SA UP.")
    for line in lines {
      for count in 0...line.utf8.count { _ = try Self.read([String(decoding: line.utf8.prefix(count), as: UTF8.self)]) }
    }
  }

  @Test("lines with a damaged byte anywhere stop nothing")
  func damage() throws {
    let whole =
      Self.opening
      + Self.pluto(
        "\"any\"[1] 198.51.100.10 #1: processed IKE_SA_INIT request from 198.51.100.10:UDP/500 {cipher=AES}",
        "\"net\" #1: IKE_SA_INIT_I: 60 second timeout exceeded after 7 retransmits.  No response")
      + Self.asa("%ASA-3-713123: Group = g, IP = 198.51.100.10, IKE lost contact with remote peer")
      + [
        Self.comes, "ike V=root:0:dial:7:p2:8: added IPsec SA: SPIs=01/02",
        "ike Negotiate ISAKMP SA Error: ike 0:5f1f/0000:7: no SA proposal chosen", Self.dials,
      ]
    let damaged = whole.flatMap { line in
      line.utf8.indices.flatMap { index in
        ["", "9", "\u{0}", " ", "\"", ":"].map {
          line.prefix(upTo: index) + $0 + line.suffix(from: line.utf8.index(after: index))
        }
      }
    }
    let reading = try Self.read(damaged.map { String($0) })
    #expect(reading.description.lines == damaged.count)
  }

  // MARK: OpenIKED

  private static func iked(_ lines: String...) -> [String] {
    lines.map {
      "Jun  2 11:02:31 gw iked[40211]: " + $0.replacing("SA ", with: "spi=0x2f1c7b0a1e0b1c2d: ", maxReplacements: 1)
    }
  }

  private static let ends = "peer 203.0.113.20:500 local 198.51.100.10:500"

  @Test("iked that hears nothing has asked in vain, and its tunnel is dead once one was up")
  func ikedUnanswered() throws {
    let opening = Self.iked(
      "ikev2_init_ike_sa: initiating \"road\"", "SA send IKE_SA_INIT req 0 \(Self.ends), 518 bytes",
      "SA retransmit 1 IKE_SA_INIT req 0 \(Self.ends)")
    #expect(
      try Self.events(opening + Self.iked("SA sa_free: retransmit limit reached")) == ["2 opened", "4 failed timedOut"])
    let session = Self.iked(
      "SA recv IKE_SA_INIT res 0 \(Self.ends), 235 bytes, policy 'road'",
      "SA established peer 203.0.113.20:4500[FQDN/gw] local 198.51.100.10:4500[FQDN/me] policy 'road' as initiator (enc aes-256)",
      "SA sa_free: retransmit limit reached")
    #expect(try Self.events(opening + session) == ["2 opened", "5 established", "6 dead peer"])
    #expect(try Self.read(opening + session).description.format == .ikedInitiator)
  }

  @Test("iked refuses a client whose certificate it does not accept, and a client that comes again with its offer")
  func ikedRefuses() throws {
    let opening = Self.iked(
      "SA recv IKE_SA_INIT req 0 peer 198.51.100.7:500 local 203.0.113.20:500, 518 bytes, policy 'road'")
    #expect(
      try Self.events(
        opening
          + Self.iked(
            "ca_validate_cert: unable to get local issuer certificate", "SA sa_free: authentication failed")
      ).last
        == "3 failed rejected(reason: Optional(\"AUTHENTICATION_FAILED: certificate: unable to get local issuer certificate\"))"
    )
    let offer = opening + Self.iked("SA sa_free: no proposal chosen")
    #expect(try Self.events(offer) == ["1 opened"])
    #expect(try Self.events(offer + offer).last == "4 failed rejected(reason: Optional(\"NO_PROPOSAL_CHOSEN\"))")
  }

  @Test("an SA of iked that was deleted has ended as it should")
  func ikedEnds() throws {
    let session = Self.iked(
      "SA send IKE_SA_INIT req 0 \(Self.ends), 518 bytes", "SA established peer 203.0.113.20:4500[FQDN/gw]")
    #expect(
      try Self.events(session + Self.iked("SA sa_free: received delete")).last == "3 ended, by the gateway")
    #expect(try Self.events(session + Self.iked("SA sa_free: SA rekeyed")).count == 2)
  }

  // MARK: IOS without debugging

  private static func crypto(_ text: String) -> String {
    "Nov 28 10:11:12 r1 123: *Nov 28 10:11:12.123: %CRYPTO-\(text)"
  }

  @Test("an IOS router's syslog tells of keys that differ, and of a phase 1 that fails, from the second time on")
  func routerSyslog() throws {
    let garbled = Self.crypto(
      "4-IKMP_BAD_MESSAGE: IKE message from 198.51.100.10 failed its sanity check or is malformed")
    #expect(try Self.events([garbled]) == ["1 opened"])
    #expect(
      try Self.events([garbled, garbled]) == [
        "1 opened",
        "2 failed other(reason: Optional(\"messages do not decrypt: the preshared keys differ\"))",
      ])
    let failed = Self.crypto("6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at 198.51.100.10")
    #expect(try Self.events([failed]) == ["1 opened"])
    #expect(try Self.events([failed, failed]).last == "2 failed rejected(reason: Optional(\"phase 1 failed\"))")
    // Of another peer it is the first.
    #expect(
      try Self.events([failed, failed.replacing("198.51.100.10", with: "198.51.100.11")]).contains {
        $0.contains("failed")
      } == false)
  }

  @Test("a router's tunnel that goes up and down is no news")
  func routerStatus() throws {
    let lines = ["UP  .  Peer 198.51.100.10:500       Id: 198.51.100.10", "DOWN.  Peer 198.51.100.10:500"].map {
      Self.crypto("5-SESSION_STATUS: Crypto tunnel is \($0)")
    }
    #expect(try Self.events(lines + lines) == [])
    #expect(try Self.read(lines).description.understoodLines == 2)
    #expect(try Self.read(lines).description.suspiciousLines == 0)
  }

  @Test("in a debugged negotiation, a message that is none and a repetition behind it are keys that differ")
  func debuggedGarbledMessage() throws {
    #expect(
      try Self.events([
        "00:27:07: ISAKMP (0:2): beginning Main Mode exchange",
        "00:27:07: ISAKMP (0:2): sending packet to 198.51.100.10 (I) MM_NO_STATE",
        "00:27:08: ISAKMP (0:2): received packet from 198.51.100.10 (I) MM_KEY_EXCH",
        "00:27:08: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 198.51.100.10 failed its sanity check or is malformed",
        "00:27:18: ISAKMP (0:2): retransmitting phase 1 MM_KEY_EXCH...",
      ]).last == "5 failed other(reason: Optional(\"messages do not decrypt: the preshared keys differ\"))")
  }

  // MARK: An ASA's refusals

  @Test(
    "an ASA says in words of its own why it has no tunnel for a peer",
    arguments: [
      (751_009, "Unable to find tunnel group for peer."),
      (751_010, "Unable to determine self-authentication method. No crypto map setting or tunnel group found."),
      (751_006, "Certificate authentication failed. Error: Certificate expired"),
    ])
  func refusedByASA(number: Int, words: String) throws {
    let line = "%ASA-3-\(number): Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:Unknown \(words)"
    #expect(try !Self.events([line]).contains { $0.contains("failed") })
    #expect(try Self.events([line, line]).last?.contains("rejected(reason: Optional(\"\(words)\"))") == true)
  }

  @Test("an ASA that has no crypto map for the networks refuses them in both versions of IKE")
  func selectors() throws {
    #expect(
      try Self.events([
        "%ASA-5-713119: Group = 198.51.100.10, IP = 198.51.100.10, PHASE 1 COMPLETED",
        "%ASA-3-713061: Group = 198.51.100.10, IP = 198.51.100.10, Rejecting IPSec tunnel: no matching crypto map entry for remote proxy 10.1.0.0/255.255.0.0/0/0 local proxy 10.2.0.0/255.255.0.0/0/0 on interface outside",
      ]).last?.contains("TS_UNACCEPTABLE") == true)
  }
}
