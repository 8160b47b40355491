import Logs
import Observations
import Testing

@testable import Families

/// Pluto's own file as libreswan 4.10 writes it between two hosts that know each other's address, so that a gateway's connection
/// names no client; with the addresses of documentation.
@Suite("The file of libreswan's pluto")
struct PlutoFileTests {
  private static func read(_ lines: [String]) throws -> (observations: [Observation], description: LogDescription) {
    try LogOfText.read(timed(lines), RegisteredFamilies.logReaders)
  }

  private static func timed(_ lines: [String]) -> String {
    lines.enumerated().map { "Nov 29 09:46:\($0 < 10 ? "0" : "")\($0).930300: \($1)" }.joined(separator: "\n")
  }

  private static func events(_ lines: [String]) throws -> [String] {
    try LogOfText.events(timed(lines), RegisteredFamilies.logReaders)
  }

  /// What the daemon says of itself before it speaks to anybody.
  private static let start = [
    #"Initializing NSS using read-write database "sql:/var/lib/ipsec/nss""#,
    "FIPS Mode: NO",
    "Starting Pluto (Libreswan Version 4.10 IKEv2 IKEv1 XFRM XFRMI esp-hw-offload FORK) pid:31310",
    "Encryption algorithms:",
    "  AES_CCM_16         {256,192,*128} IKEv1:     ESP     IKEv2:     ESP     FIPS              aes_ccm, aes_ccm_c",
    "  AES_CBC            {256,192,*128} IKEv1: IKE ESP     IKEv2: IKE ESP     FIPS NSS(CBC)     aes",
    "DH algorithms:",
    "  MODP2048                          IKEv1: IKE ESP AH  IKEv2: IKE ESP AH  FIPS NSS(MODP)    dh14",
    "listening for IKE messages",
    #""net": added IKEv2 connection"#,
  ]

  private static let asked = [
    #""net" #3: initiating IKEv2 connection"#, #""net" #3: sent IKE_SA_INIT request to 203.0.113.20:500"#,
    #""net" #3: sent IKE_AUTH request {cipher=AES_GCM_16_256 integ=n/a prf=HMAC_SHA2_512 group=MODP2048}"#,
    #""net" #3: initiator established IKE SA; authenticated peer using authby=secret and ID_FQDN '@g.example.com'"#,
  ]

  private static let answered = [
    #""net" #3: proposal 1:IKE=AES_GCM_C_256-HMAC_SHA2_512-MODP2048 chosen from remote proposals 1:IKE:ENCR=AES_GCM_C_256"#,
    #""net" #3: sent IKE_SA_INIT reply {cipher=AES_GCM_16_256 integ=n/a prf=HMAC_SHA2_512 group=MODP2048}"#,
    #""net" #3: processing decrypted IKE_AUTH request: SK{IDi,IDr,AUTH,SA,TSi,TSr}"#,
    #""net" #3: responder established IKE SA; authenticated peer using authby=secret and ID_FQDN '@c.example.com'"#,
  ]

  private static let up =
    #""net" #4: responder established Child SA using #3; IPsec tunnel [10.10.0.0-10.10.0.255:0-65535 0]"#

  @Test("the lists of algorithms are pluto's, and no Cisco's debugging of IKE")
  func start() throws {
    let description = try Self.read(Self.start + Self.asked).description
    #expect(description.format == .plutoInitiator)
    #expect(description.unknownLines == 0)
  }

  @Test("a responder whose connection has one peer is a gateway, known by the connection's name")
  func responder() throws {
    let reading = try Self.read(Self.start + Self.answered + [Self.up])
    #expect(reading.description.format == .plutoResponder)
    #expect(try Self.events(Self.answered + [Self.up]) == ["1 opened", "5 established"])
    let users = reading.observations.compactMap { observation -> String? in
      if case .line(let origin) = observation.origin { origin.subject.user } else { nil }
    }
    #expect(Set(users) == ["net"])
  }

  @Test("a CHILD_SA that the gateway rejects in its answer to IKE_AUTH fails at both sides, with the reason")
  func rejectedChild() throws {
    let client = Self.asked + [#""net" #4: IKE_AUTH response rejected Child SA with TS_UNACCEPTABLE"#]
    #expect(try Self.events(client).last == #"5 failed rejected(reason: Optional("TS_UNACCEPTABLE"))"#)
    let selectors = Self.answered + [#""net" #4: No IKEv2 connection found with compatible Traffic Selectors"#]
    #expect(try Self.events(selectors).last == #"5 failed rejected(reason: Optional("TS_UNACCEPTABLE"))"#)
    let gateway =
      Self.answered + [
        #""net" #4: no local proposal matches remote proposals 1:ESP:ENCR=AES_CBC_256"#,
        #""net" #4: IKE_AUTH responder matching remote ESP/AH proposals failed, responder SA processing returned NO_PROPOSAL_CHOSEN"#,
      ]
    #expect(
      try Self.events(gateway).last
        == #"6 failed rejected(reason: Optional("NO_PROPOSAL_CHOSEN: offered 1:ESP:ENCR=AES_CBC_256"))"#)
  }

  @Test("a gateway that rejects the first message names the client in that line; it counts when the client comes again")
  func rejectedOpening() throws {
    func attempt(_ state: Int) -> [String] {
      [
        #""net" #\#(state): no local proposal matches remote proposals 1:IKE:ENCR=AES_CBC_256"#,
        #""net" #\#(state): responding to IKE_SA_INIT message (ID 0) from 198.51.100.10:500 with unencrypted notification NO_PROPOSAL_CHOSEN"#,
      ]
    }
    #expect(try Self.events(attempt(1)) == [])
    #expect(
      try Self.events(attempt(1) + attempt(2)) == [
        "4 opened", #"4 failed rejected(reason: Optional("NO_PROPOSAL_CHOSEN: offered 1:IKE:ENCR=AES_CBC_256"))"#,
      ])
  }

  @Test("an IKE SA with new keys is the same session, which the end of the old state does not end")
  func rekeyed() throws {
    let rekeyed =
      Self.answered + [
        Self.up, #""net" #6: responder rekeyed IKE SA #3 {cipher=AES_GCM_16_256 integ=n/a prf=HMAC_SHA2_512}"#,
        #""net" #3: deleting state (STATE_V2_ESTABLISHED_IKE_SA) aged 51.02s and NOT sending notification"#,
      ]
    #expect(try Self.events(rekeyed) == ["1 opened", "5 established"])
    let deleted = [#""net" #6: deleting state (STATE_V2_ESTABLISHED_IKE_SA) aged 51.02s and NOT sending notification"#]
    #expect(try Self.events(rekeyed + deleted) == ["1 opened", "5 established", "8 ended"])
  }

  @Test("a gateway whose own requests are not answered has lost its client when it deletes the state")
  func lostClient() throws {
    let repeated = [0.5, 1, 2, 4].map {
      #""net" #3: STATE_V2_ESTABLISHED_IKE_SA: retransmission; will wait \#($0) seconds for response"#
    }
    let deleted = [#""net" #3: deleting state (STATE_V2_ESTABLISHED_IKE_SA) aged 89.03s and NOT sending notification"#]
    #expect(try Self.events(Self.answered + [Self.up] + repeated + deleted).last == "9 dead peer")
  }

  @Test("openings that an ICMP error answers are refused")
  func refused() throws {
    let lines =
      Self.asked.prefix(2) + [
        #""net" #3: ERROR: asynchronous network error report on eth0 (198.51.100.10:500), complainant 203.0.113.20: Connection refused [errno 111, origin ICMP type 3 code 3 (not authenticated)]"#,
        #""net" #3: STATE_V2_PARENT_I1: 60 second timeout exceeded after 7 retransmits.  No response (or no acceptable response) to our first IKEv2 message"#,
      ]
    #expect(try Self.events(Array(lines)).last == "4 failed sendFailed")
  }

  private static func events(of lines: [String]) throws -> [String] {
    try LogOfText.events(lines.joined(separator: "\n"), IPsecLogs.readers) { event in
      switch event {
      case .opened: "opened"
      case .established: "established"
      case .failed(let it): "failed \(it.cause)"
      case .deadPeer: "dead peer"
      default: "other"
      }
    }
  }

  private static let instance = "Nov 22 10:22:04 vpn pluto[1554]: \"ikev2-cp\"[7] 198.51.100.10 #13: "

  @Test("requests of a session that are repeated in vain are the loss of a gateway's client")
  func silentClient() throws {
    func waits(_ seconds: [String]) -> [String] {
      seconds.map {
        Self.instance + "STATE_V2_ESTABLISHED_IKE_SA: retransmission; will wait \($0) seconds for response"
      }
    }
    #expect(
      try Self.events(of: waits(["8", "16", "32"])) == ["1 opened", "1 established", "3 dead peer"])
    // A phone that sleeps answers in the end; then the next request begins anew.
    #expect(try Self.events(of: waits(["0.5", "1", "2"])) == [])
    #expect(
      try Self.events(of: waits(["4", "8", "0.5", "1"])).contains { $0.contains("dead") } == false)
    // What is not repeated when its time is up was answered.
    let later =
      Self.instance.replacing("10:22:04", with: "10:25:04").replacing("#13", with: "#14")
      + "sent CREATE_CHILD_SA request to rekey IPsec SA"
    let elsewhere = later.replacing("ikev2-cp", with: "other")
    #expect(try Self.events(of: waits(["8", "16"]) + [elsewhere]).contains { $0.contains("dead") } == false)
    let read = try LogOfText.read(waits(["8"]).joined(separator: "\n"), IPsecLogs.readers)
    #expect(read.description.format == .plutoResponder)
  }

  @Test("a gateway that gives a client's session up says so as a gateway")
  func clientGivenUp() throws {
    let line =
      Self.instance
      + "STATE_V2_ESTABLISHED_IKE_SA: 300 second timeout exceeded after 10 retransmits.  No response (or no acceptable response) to our IKEv2 message"
    #expect(try Self.events(of: [line]) == ["1 opened", "1 established", "1 dead peer"])
    #expect(try LogOfText.read(line, IPsecLogs.readers).description.format == .plutoResponder)
  }

  @Test("lines before a state is known count for the side that answers later")
  func answersLate() throws {
    let lines = [
      "\"net\" #4: no local proposal matches remote proposals 1:ESP:ENCR=AES_CBC_128",
      "\"net\" #2: responding to CREATE_CHILD_SA message (ID 2) from 198.51.100.10:4500 with encrypted notification NO_PROPOSAL_CHOSEN",
    ]
    let read = try LogOfText.read(lines.joined(separator: "\n"), IPsecLogs.readers)
    #expect(read.description.format == .plutoResponder)
  }

  @Test("a gateway that refuses openings, in either version's words, is told of once the client comes again")
  func refusedStrangers() throws {
    let two =
      "Jul  3 19:41:40.960915: packet from 198.51.100.10:500: responding to SA_INIT message (ID 0) from 198.51.100.10:500 with unencrypted notification NO_PROPOSAL_CHOSEN"
    let one =
      "Jul  3 19:41:40 vpn pluto[1]: packet from 198.51.100.10:500: sending notification NO_PROPOSAL_CHOSEN to 198.51.100.10:500"
    for line in [one, two] {
      #expect(try Self.events(of: [line]).isEmpty)
      #expect(
        try Self.events(of: [line, line]).last == "2 failed rejected(reason: Optional(\"NO_PROPOSAL_CHOSEN\"))")
    }
    // Two lines of one attempt are no second attempt, and what asks the client to come back is no refusal.
    let unwanted =
      "Jul  3 19:41:40.960900: packet from 198.51.100.10:500: initial parent SA message received on 203.0.113.20:500 but no suitable connection found with IKEv2 policy"
    #expect(try Self.events(of: [unwanted, two]).isEmpty)
    let cookie = two.replacing("NO_PROPOSAL_CHOSEN", with: "COOKIE")
    #expect(try Self.events(of: [cookie, cookie]).isEmpty)
    func attempt(_ number: Int) -> [String] {
      [
        "responding to Main Mode from unknown peer 198.51.100.10:500", "no acceptable Oakley Transform",
        "sending notification NO_PROPOSAL_CHOSEN to 198.51.100.10:500",
      ].map { "Jul  3 19:41:4\(number) vpn pluto[1]: \"psk\"[\(number)] 198.51.100.10 #\(number): \($0)" }
    }
    #expect(try !Self.events(of: attempt(1)).contains { $0.contains("failed") })
    #expect(
      try Self.events(of: attempt(1) + attempt(2)).last == "5 failed rejected(reason: Optional(\"NO_PROPOSAL_CHOSEN\"))"
    )
  }

  @Test("a writer without a key for its peer cannot set the tunnel up")
  func noKey() throws {
    let lines = ["initiating IKEv2 connection", "Failed to find our PreShared Key"].map {
      "Jul  6 11:42:43 vpn pluto[999]: \"net\" #119: \($0)"
    }
    #expect(
      try Self.events(of: lines).last == "2 failed setup(reason: Optional(\"Failed to find our PreShared Key\"))")
  }
}
