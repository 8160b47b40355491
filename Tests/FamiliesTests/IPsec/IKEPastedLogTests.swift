import Correlation
import Logs
import Observations
import Testing

@testable import Families

/// Logs of IKE daemons of which people paste the part that fails: no thread, no opening, the words of newer versions.
@Suite("Parts of IKE logs")
struct IKEPastedLogTests {
  private static func events(_ lines: [String]) throws -> [String] {
    try LogOfText.events(lines.joined(separator: "\n"), RegisteredFamilies.logReaders) { event in
      switch event {
      case .opened: "opened"
      case .established: "established"
      case .failed(let it): "failed \(it.cause)"
      default: "other"
      }
    }
  }

  private static func failed(_ line: Int, _ cause: HandshakeFailure.Cause) -> String { "\(line) failed \(cause)" }

  // MARK: charon

  @Test("a gateway's journal, which has no threads, tells of its clients")
  func journal() throws {
    let front = "Jan 09 15:32:44 gw charon-systemd[2623]: "
    let reason = "no trusted RSA public key found for 'phone.example.com'"
    #expect(
      try Self.events([
        front + "received packet: from 198.51.100.10[45606] to 203.0.113.20[500] (660 bytes)",
        front + "198.51.100.10 is initiating an IKE_SA",
        front + "received packet: from 198.51.100.10[48203] to 203.0.113.20[4500] (1236 bytes)",
        front + "parsed IKE_AUTH request 1 [ IDi CERT IDr AUTH SA TSi TSr CPRQ(ADDR DNS) ]", front + reason,
        front + "generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]",
      ]) == ["5 opened", Self.failed(5, .rejected(reason: "certificate: \(reason)"))])
  }

  @Test("traffic selectors that do not match are rejected, whichever side pastes the end of its log")
  func selectors() throws {
    #expect(
      try Self.events([
        "08[ENC] parsed IKE_AUTH response 1 [ IDr AUTH N(TS_UNACCEPT) ]",
        "08[IKE] IKE_SA net[6] established between 198.51.100.10[alice]...203.0.113.20[vpn]",
        "08[IKE] received TS_UNACCEPTABLE notify, no CHILD_SA built",
        "08[IKE] failed to establish CHILD_SA, keeping IKE_SA",
      ]) == ["2 opened", Self.failed(3, .rejected(reason: "TS_UNACCEPTABLE"))])
    #expect(
      try Self.events([
        "12[ENC] parsed IKE_AUTH request 1 [ IDi AUTH SA TSi TSr ]",
        "12[IKE] IKE_SA net[6] established between 203.0.113.20[vpn]...198.51.100.10[alice]",
        "12[IKE] no acceptable traffic selectors found", "12[IKE] failed to establish CHILD_SA, keeping IKE_SA",
      ]) == [
        "2 opened", Self.failed(3, .rejected(reason: "TS_UNACCEPTABLE: no acceptable traffic selectors")),
      ])
  }

  @Test("a session that is up when the log begins is no failure")
  func upFromTheBeginning() throws {
    let events = try Self.events([
      "08[ENC] parsed IKE_AUTH response 1 [ IDr AUTH SA TSi TSr ]",
      "08[IKE] IKE_SA net[6] established between 198.51.100.10[alice]...203.0.113.20[vpn]",
      "08[IKE] CHILD_SA net{1} established with SPIs 01_i 02_o and TS 10.1.0.0/16 === 10.2.0.0/16",
    ])
    #expect(events == ["2 opened", "3 established"])
  }

  @Test("answers that do not decrypt are another key's, once they come again while the request is repeated")
  func undecrypted() throws {
    let garbled = "charon: 09[ENC] invalid HASH_V1 payload length, decryption failed?"
    let repeated = "charon: 13[IKE] sending retransmit 1 of request message ID 0, seq 3"
    let cause = HandshakeFailure.Cause.other(reason: "messages do not decrypt: the preshared keys differ")
    #expect(try Self.events([garbled, repeated]) == [])
    #expect(try Self.events([garbled, garbled]) == [], "nobody has asked")
    #expect(try Self.events([garbled, repeated, garbled]).last == Self.failed(3, cause))
  }

  @Test("that the connection is not established is said at the end of `ipsec up`, and is no second failure")
  func commandFailed() throws {
    let end = "establishing connection 'vpn' failed"
    let rejection = "received NO_PROPOSAL_CHOSEN error notify"
    #expect(
      try Self.events(["parsed INFORMATIONAL_V1 request 1623582993 [ HASH D ]", end]).last
        == Self.failed(2, .other(reason: nil)))
    #expect(
      try Self.events(["initiating Main Mode IKE_SA vpn[1] to 203.0.113.20", rejection, end])
        .filter { $0.contains("failed") } == [Self.failed(2, .rejected(reason: "NO_PROPOSAL_CHOSEN"))])
  }

  @Test("what the gateway deleted is named in no other line: the command's last word counts")
  func commandFailedBehindDelete() throws {
    #expect(
      try Self.events([
        "host NetworkManager[975]: parsed INFORMATIONAL_V1 request 1623582993 [ HASH D ]",
        "host NetworkManager[975]: received DELETE for IKE_SA net[1]",
        "host NetworkManager[975]: establishing connection 'net' failed",
      ]).last == Self.failed(3, .other(reason: nil)))
  }

  @Test("NetworkManager's plugin for L2TP stops waiting for an answer")
  func plugin() throws {
    let lines = [
      "Mar 23 22:57:45 host charon: 08[IKE] initiating Main Mode IKE_SA net[1] to 203.0.113.20",
      "Mar 23 22:57:49 host charon: 09[IKE] sending retransmit 1 of request message ID 0, seq 1",
      "Mar 23 22:57:56 host nm-l2tp-service[310]: Timeout trying to establish IPsec connection",
    ]
    #expect(try Self.events(lines).last == Self.failed(2, .timedOut))
    #expect(try Self.events([lines[0], lines[2]]) == ["1 opened"], "it may have been answered")
  }

  // MARK: pluto

  @Test("libreswan 5 says that the client asks for EAP")
  func libreswanFive() throws {
    let front = "Jun 10 09:12:31.123456: \"vpn\"[1] 198.51.100.10 #1: "
    let reason = "AUTHENTICATION_FAILED: the client asks for EAP, which the connection does not have"
    #expect(
      try Self.events([
        front + "processing IKE_SA_INIT request from 198.51.100.10:UDP/500 containing SA,KE,Ni",
        front + "sent IKE_SA_INIT response to 198.51.100.10:UDP/500 {cipher=AES_CBC_256 group=MODP2048}",
        front + "processing decrypted IKE_AUTH request from 198.51.100.10:UDP/4500 containing SK{IDi,SA,TSi,TSr,CP}",
        front + "Peer attempted EAP authentication, but IKE_AUTH is required",
        front + "responding to IKE_AUTH message (ID 1) with encrypted notification AUTHENTICATION_FAILED",
      ]) == ["1 opened", Self.failed(4, .rejected(reason: reason))])
  }

  @Test("a gateway that drops IKE version 1 says so of a client that comes again")
  func versionOneDropped() throws {
    let line =
      "May  6 14:01:22 vpn pluto[1120]: packet from 198.51.100.10:500: ignoring IKEv1 packet as policy is set to silently drop all IKEv1 packets"
    #expect(try Self.events([line]) == [], "once may be anybody")
    #expect(
      try Self.events([line, line])
        == ["2 opened", Self.failed(2, .ignored(reason: "IKE version 1 is not accepted (ikev1-policy)"))])
  }

  @Test("a client asks for networks that no connection has")
  func unknownNetworks() throws {
    let front = "Apr 13 00:34:18 gw pluto[270]: \"l2tp\"[1] 198.51.100.10 #1: "
    let events = try Self.events([
      front + "responding to Main Mode from unknown peer 198.51.100.10 on port 65365",
      front + "STATE_MAIN_R3: sent MR3, ISAKMP SA established {auth=PRESHARED_KEY}",
      front + "cannot respond to IPsec SA request because no connection is known for 10.9.0.0/16===203.0.113.20",
      front + "sending encrypted notification INVALID_ID_INFORMATION to 198.51.100.10:4500",
    ])
    #expect(
      events == [
        "1 opened",
        Self.failed(3, .rejected(reason: "TS_UNACCEPTABLE: no connection for 10.9.0.0/16===203.0.113.20")),
      ])
  }

  // MARK: racoon, RouterOS, IOS

  @Test("RouterOS's IKE version 2 is refused by the gateway")
  func routerOS() throws {
    let ends = "hq 198.51.100.10[4500]-203.0.113.20[4500] spi:8d1b2a0011223344:9c2f110011223344"
    #expect(
      try Self.events([
        "2023-05-06 10:11:12 ipsec,info new ike2 SA (I): \(ends)",
        "2023-05-06 10:11:12 ipsec,error got fatal error: AUTHENTICATION_FAILED",
        "2023-05-06 10:11:12 ipsec,info killing ike2 SA: \(ends)",
      ]) == ["1 opened", Self.failed(2, .rejected(reason: "AUTHENTICATION_FAILED"))])
  }

  @Test("a user's login at racoon fails behind phase 1")
  func racoonLogin() throws {
    let events = try Self.events([
      "2015-03-19 04:54:26: INFO: respond new phase 1 negotiation: 203.0.113.20[500]<=>198.51.100.10[30]",
      "2015-03-19 04:54:27: INFO: ISAKMP-SA established 203.0.113.20[4500]-198.51.100.10[4500] spi:cd1a6a2f:7f4f0c7c",
      "2015-03-19 04:54:28: ERROR: login failed for user \"alice\"",
    ])
    #expect(events == ["1 opened", Self.failed(3, .login)])
  }

  @Test("an IOS router is told in quick mode that no transform set fits")
  func quickMode() throws {
    let events = try Self.events([
      "00:27:08: ISAKMP (0:2): sending packet to 203.0.113.20 (I) QM_IDLE",
      "00:27:08: ISAKMP (0:2): received packet from 203.0.113.20 (I) QM_IDLE",
      "00:27:08: ISAKMP (0:2): processing NOTIFY PROPOSAL_NOT_CHOSEN protocol 3",
    ])
    #expect(events == ["3 opened", Self.failed(3, .rejected(reason: "NO_PROPOSAL_CHOSEN in quick mode"))])
  }

  // MARK: What to do

  @Test(
    "the remedy is the side's that has to change",
    arguments: [
      (RuleName.handshakeRejected, "certificate: no trusted RSA public key found", "Check on the gateway"),
      (.handshakeFailed, "certificate: no trusted RSA public key found", "Check on the client"),
      (.handshakeUnanswered, "IKE version 1 is not accepted (ikev1-policy)", "`ikev1-policy=accept`"),
      (.handshakeRejected, "NO_PROPOSAL_CHOSEN in quick mode", "ESP cipher"),
      (.handshakeRejected, "NO_PROPOSAL_CHOSEN", "cipher, hash and group"),
      (
        .handshakeRejected, "AUTHENTICATION_FAILED: the client asks for EAP, which the connection does not have",
        "by EAP"
      ),
      (.handshakeFailed, "the gateway does not accept the login", "RADIUS"),
      (.setupFailed, "error 13806: no valid machine certificate", "certlm.msc"),
    ])
  func remedies(rule: RuleName, reason: String, words: String) {
    var request = RemedyRequest(rule: rule)
    request.reason = reason
    #expect(IPsec.remedies(request).joined().contains(words))
  }
}
