import Logs
import Observations
import Testing

@testable import Families

/// Logs of IKE daemons as people show them in reports: addresses hidden, openings cut off, daemons that do not start.
@Suite("IKE logs in reports")
struct IKEReportedLogTests {
  private static func causes(_ lines: String...) throws -> [HandshakeFailure.Cause] {
    try LogOfText.read(lines.joined(separator: "\n"), RegisteredFamilies.logReaders).observations.compactMap {
      guard case .failed(let it) = $0.event else { return nil }
      return it.cause
    }
  }

  // MARK: charon

  @Test("a client that does not trust the gateway's certificate says so, wherever its log begins")
  func certificate() throws {
    #expect(
      try Self.causes(
        "I/charon  ( 3593): 13[ENC] received fragment #1 of 3, waiting for complete IKE message",
        "I/charon  ( 3593): 15[ENC] parsed IKE_AUTH response 1 [ IDr CERT CERT AUTH EAP/REQ/ID ]",
        "I/charon  ( 3593): 15[IKE] no trusted RSA public key found for 'vpn.example.com'")
        == [.other(reason: "certificate: no trusted RSA public key found for 'vpn.example.com'")])
  }

  @Test("a gateway whose address is hidden does not answer")
  func hiddenGateway() throws {
    let opening = [
      "Feb 03 13:21:25 host charon[22169]: 11[IKE] initiating Main Mode IKE_SA vpn[1] to x.x.x.x",
      "Feb 03 13:21:26 host charon[22169]: 14[ENC] parsed ID_PROT response 0 [ KE No NAT-D NAT-D ]",
    ]
    let repeated = "Feb 03 13:21:30 host charon[22169]: 07[IKE] sending retransmit 1 of request message ID 0, seq 3"
    let end = "Feb 03 13:21:36 host charon[22169]: 00[IKE] destroying IKE_SA in state CONNECTING without notification"
    #expect(try Self.causes(opening[0], opening[1], repeated, end) == [.incomplete])
    #expect(try Self.causes(opening[0], opening[1], end) == [])
  }

  @Test("where the log begins behind the opening of main mode, its messages count by themselves")
  func mainModeGoesOn() throws {
    func causes(_ place: Int) throws -> [HandshakeFailure.Cause] {
      try Self.causes(
        "Apr  2 14:56:06 host charon: 12[IKE] sending retransmit 1 of request message ID 0, seq \(place)",
        "Apr  2 14:56:13 host charon: 12[IKE] sending retransmit 2 of request message ID 0, seq \(place)",
        "Apr  2 14:56:50 host charon: 12[IKE] giving up after 2 retransmits")
    }
    #expect(try causes(1) == [.timedOut])
    #expect(try causes(3) == [.incomplete])
  }

  @Test("the word that the peer does not respond is enough, and no loss of a session that is up")
  func notResponding() throws {
    let line = "Mar 26 00:32:53 12[IKE] establishing IKE_SA failed, peer not responding"
    #expect(try Self.causes(line) == [.timedOut])
    #expect(
      try LogOfText.read(
        [
          "Mar 26 00:30:53 09[IKE] initiating IKE_SA vpn[1] to 203.0.113.20",
          "Mar 26 00:30:53 13[IKE] IKE_SA vpn[1] established between 198.51.100.10[alice]...203.0.113.20[vpn]", line,
        ].joined(separator: "\n"), RegisteredFamilies.logReaders
      ).observations.allSatisfy { if case .deadPeer = $0.event { false } else { true } })
  }

  @Test("a daemon that does not start says what it lacks")
  func start() throws {
    #expect(
      try Self.causes(
        "Nov 21 16:11:31 host charon[29833]: 00[LIB] failed to load 1 critical plugin feature",
        "Nov 21 16:11:31 host charon[29833]: 00[DMN] initialization failed - aborting charon")
        == [.setup(reason: "failed to load 1 critical plugin feature")])
    #expect(
      try Self.causes(
        "Nov 21 16:11:31 host charon[29833]: 00[DMN] initialization failed - aborting charon",
        "Nov 21 16:12:31 host charon[29834]: 09[IKE] initiating IKE_SA vpn[1] to 203.0.113.20") == [])
  }

  @Test("a firewall's window shows the connection in front of charon's words, and columns instead of a header")
  func columns() throws {
    let front = "2026-05-11T12:13:17\tInformational\tcharon\t15[IKE] <net|3> "
    let log = [
      front + "initiating IKE_SA net[3] to 203.0.113.31",
      front + "IKE_SA net[3] established between 198.51.100.1[198.51.100.1]...203.0.113.31[203.0.113.31]",
      front + "CHILD_SA net{5} established with SPIs c5c8cfc2_i c679466d_o and TS 10.1.0.0/16 === 10.2.0.0/16",
    ]
    let events = try LogOfText.events(log.joined(separator: "\n"), RegisteredFamilies.logReaders) {
      String(String(describing: $0).prefix { $0 != "(" })
    }
    #expect(events == ["1 opened", "3 established"])
  }

  @Test("a daemon without a socket sends nothing: another one has the ports, or the plugin is not loaded")
  func noSocket() throws {
    #expect(
      try Self.causes(
        "Oct 24 09:06:25 host charon[12]: 03[IKE] initiating IKE_SA vpn[1] to 203.0.113.20",
        "Oct 24 09:06:25 host charon[12]: 04[NET] no socket implementation registered, sending failed",
        "Oct 24 09:06:25 host charon[12]: 04[NET] no socket implementation registered, sending failed")
        == [.setup(reason: "no socket implementation registered, sending failed")])
  }

  @Test("a side has no key for its peer, wherever its log begins")
  func noKey() throws {
    let reason = "no shared key found for 'A.A.A.A'[A.A.A.A] - 'B.B.B.B'[B.B.B.B]"
    #expect(
      try Self.causes("Nov 23 22:29:43 host charon: 09[IKE] <net|4> \(reason)") == [.setup(reason: reason)])
    #expect(
      try Self.causes(
        "Nov 23 22:29:42 host charon: 09[IKE] 198.51.100.10 is initiating an IKE_SA",
        "Nov 23 22:29:43 host charon: 09[IKE] <net|4> \(reason)") == [.rejected(reason: reason)])
  }

  // MARK: pluto

  @Test("a client whose address is hidden does not hear the gateway's answers")
  func hiddenClient() throws {
    let front = "Feb 22 19:01:55 host pluto[2747]: \"l2tp-psk\"[1] xxx.xxx.xxx.xxx #1: "
    let lines = [
      front + "responding to Main Mode from unknown peer xxx.xxx.xxx.xxx on port 500",
      front + "STATE_MAIN_R1: sent MR1, expecting MI2",
      front + "STATE_MAIN_R1: retransmitting in response to duplicate packet; already STATE_MAIN_R1",
    ]
    let end = front + "deleting incomplete state after 60.000 seconds"
    #expect(try Self.causes(lines[0], lines[1], lines[2], end) == [.incomplete])
    #expect(try Self.causes(lines[0], lines[1], lines[2]) == [])
    let stranger = (lines + [end]).map { $0.replacing("xxx.xxx.xxx.xxx", with: "198.51.100.10") }
    #expect(try Self.causes(stranger[0], stranger[1], stranger[3]) == [], "once may be anybody")
  }

  private static func repetitions(_ state: String, _ count: Int) -> [String] {
    (0..<count).map { "010 \"net\" #20: STATE_\(state): retransmission; will wait \(1 << $0) seconds for response" }
  }

  @Test("a state's name says what is not answered where the log begins behind the opening")
  func stateAlone() throws {
    func causes(_ lines: [String]) throws -> [HandshakeFailure.Cause] {
      try Self.causes(lines.joined(separator: "\n"))
    }
    #expect(try causes(Self.repetitions("MAIN_I1", 4)) == [.timedOut])
    #expect(try causes(Self.repetitions("V2_PARENT_I2", 4)) == [.incomplete])
    #expect(try causes(Self.repetitions("QUICK_I1", 4)) == [.incomplete])
    #expect(try causes(Self.repetitions("QUICK_I1", 2)) == [], "two may be lost by chance")
    #expect(try causes(Self.repetitions("V2_ESTABLISHED_IKE_SA", 2)) == [], "a session whose peer answers late")
    #expect(
      try causes(
        Self.repetitions("PARENT_I1", 4) + [
          "002 \"net\" #20: STATE_PARENT_I2: sent v2I2, expected v2R2 {auth=IKEv2 cipher=aes_gcm_16_256}"
        ]) == [])
  }

  @Test("what pluto writes for its developers is pluto's")
  func debugging() throws {
    let log = [
      "Apr  8 07:16:17.165846: | free_event_entry: release EVENT_v1_RETRANSMIT-pe@0x55a3ebde55c8",
      "Jan  8 17:05:10 host pluto[26867]: |   00 00 00 10  00 00 00 01  03 04 00 0e",
      "Jan  8 17:05:10 host other[26867]: |   00 00 00 10  00 00 00 01  03 04 00 0e",
    ]
    let description = try LogOfText.read(log.joined(separator: "\n"), RegisteredFamilies.logReaders).description
    #expect(description.understoodLines == 2)
    #expect(description.format.title == "Libreswan")
  }

  @Test("a side without its own private key is to blame itself")
  func ownKey() throws {
    let lines = [
      "Sep 11 01:58:54.077402: \"net\" #1: initiating Main Mode",
      "Sep 11 01:58:54.082359: \"net\" #1: Can't find the certificate or private key from the NSS CKA_ID",
      "Sep 11 01:58:54.083528: \"net\" #1: unable to locate my private key for RSA Signature",
      "Sep 11 01:58:54.083811: \"net\" #1: sending notification AUTHENTICATION_FAILED to 203.0.113.20:500",
    ]
    #expect(
      try Self.causes(lines[0], lines[1], lines[2], lines[3], lines[2])
        == [.setup(reason: "unable to locate my private key for RSA Signature")])
  }

  @Test("a client whose address is hidden has no connection", arguments: ["-snip-", "<client>:500"])
  func hiddenClient(place: String) throws {
    #expect(
      try Self.causes(
        "Oct 30 11:12:53 gw pluto[4790]: packet from \(place): initial parent SA message received on -snip- "
          + "but no suitable connection found with IKEv2 policy"
      ) == [.rejected(reason: "no connection is configured for this peer")])
  }

  // MARK: FortiGate and IOS

  @Test("a FortiGate's reason counts although the log begins behind the first message")
  func fortiGate() throws {
    #expect(
      try Self.causes(
        "ike 0:VPN-HQ:52: responder: main mode get 3rd message...",
        "ike 0:VPN-HQ:52: probable pre-shared secret mismatch")
        == [.other(reason: "messages do not decrypt: the preshared keys differ")])
  }

  @Test("an IOS router that accepts no offer says so twice of one attempt; a stranger counts when it comes again")
  func offers() throws {
    let attempt = [
      "Mar  1 00:15:04: ISAKMP (0): received packet from 198.51.100.10 dport 500 sport 500 Global (N) NEW SA",
      "Mar  1 00:15:04: ISAKMP:(0):no offers accepted!",
      "Mar  1 00:15:04: ISAKMP:(0): phase 1 SA policy not acceptable! (local 203.0.113.20 remote 198.51.100.10)",
    ].joined(separator: "\n")
    #expect(try Self.causes(attempt) == [])
    #expect(try Self.causes(attempt, attempt) == [.rejected(reason: "NO_PROPOSAL_CHOSEN: no policy matches")])
  }
}
