import Logs
import Observations
import Testing

@testable import Families

/// Events of IKE as firewalls and the gateways of clouds write them, with the addresses of documentation.
@Suite("Events of IKE at firewalls and clouds")
struct IKEEventsLogTests {
  /// What a log shows: "opened", "failed …", each with its hosts.
  private static func events(_ lines: [String]) throws -> [String] {
    try LogOfText.read(lines.joined(separator: "\n"), RegisteredFamilies.logReaders).observations.compactMap {
      guard case .line(let origin) = $0.origin else { return nil }
      let subject = origin.subject
      let hosts = [subject.client, subject.gateway].map { $0?.description ?? "?" }.joined(separator: " → ")
      switch $0.event {
      case .opened: return "opened \(hosts)"
      case .established: return "established \(hosts)"
      case .failed(let it): return "failed \(it.cause) \(hosts)"
      case .deadPeer: return "dead peer \(hosts)"
      case .ended: return "ended \(hosts)"
      default: return "other"
      }
    }
  }

  private static let asked = "198.51.100.10 → 203.0.113.20"
  private static let answered = "203.0.113.20 → 198.51.100.10"

  // MARK: Junos

  private static func junos(_ message: String) -> String { "Aug  3 10:18:01  srx kmd[14162]: \(message)" }

  private static func junosFailure(_ error: String, role: String, vpn: String = "branch") -> String {
    junos(
      "IKE negotiation failed with error: \(error). IKE Version: 2, VPN: \(vpn) Gateway: gw, Local: 198.51.100.10/500, "
        + "Remote: 203.0.113.20/500, Local IKE-ID: Not-Available, Remote IKE-ID: Not-Available, VR-ID: 0: Role: \(role)"
    )
  }

  @Test("an SRX that begins says why it fails")
  func junosInitiator() throws {
    #expect(
      try Self.events([Self.junosFailure("Timed out", role: "Initiator")]) == ["failed timedOut \(Self.asked)"])
    #expect(
      try Self.events([Self.junosFailure("No proposal chosen", role: "Initiator")]).last?
        .contains("NO_PROPOSAL_CHOSEN") == true)
  }

  @Test("who fails once at an SRX that answers may be anybody")
  func junosResponder() throws {
    let failure = Self.junosFailure("Authentication failed", role: "Responder")
    #expect(try Self.events([failure]).isEmpty)
    #expect(try Self.events([failure, failure]).last?.contains("AUTHENTICATION_FAILED") == true)
    #expect(try Self.events([failure, failure]).last?.hasSuffix(Self.answered) == true)
  }

  @Test("new keys of a VPN that is up are no other session, and a dead peer ends it")
  func junosSession() throws {
    let keys = Self.junos(
      "KMD_PM_SA_ESTABLISHED: Local gateway: 198.51.100.10, Remote gateway: 203.0.113.20, Local ID: ipv4_subnet(any:0)")
    let up = Self.junos(
      "KMD_VPN_UP_ALARM_USER: VPN v1 from 203.0.113.20 is up. Local-ip: 198.51.100.10, gateway name: g")
    let dead = Self.junos("KMD_DPD_PEER_DOWN: DPD detected peer 203.0.113.20 is dead")
    let down = Self.junos("KMD_VPN_DOWN_ALARM_USER: VPN v1 from 203.0.113.20 is down. Local-ip: 198.51.100.10")
    #expect(
      try Self.events([keys, up, keys, dead, down]) == ["established \(Self.answered)", "dead peer \(Self.answered)"])
    #expect(try Self.events([up, down]) == ["established \(Self.answered)", "ended \(Self.answered)"])
  }

  // MARK: PAN-OS

  private static func paloAlto(_ event: String, _ message: String) -> String {
    "<14>Nov 28 10:00:00 PA-220 1,2026/11/28 10:00:00,0128,SYSTEM,vpn,2561,2026/11/28 10:00:00,,\(event),gw,0,0,general,"
      + "informational,\"\(message)\",1234567,0x0,0,0,0,0,,PA-220"
  }

  private static let hosts = "198.51.100.10[500]-203.0.113.20[500]"

  @Test("a firewall with PAN-OS tells a peer that is silent from one that does not go on")
  func paloAltoTimeouts() throws {
    func failed(_ responder: String) -> String {
      Self.paloAlto(
        "ikev2-nego-ike-fail",
        "IKEv2 IKE SA negotiation is failed as initiator, non-rekey. Failed SA: \(Self.hosts) SPI:fff8c4d0c82ad2f7:\(responder). Due to timeout."
      )
    }
    #expect(
      try Self.events([failed("0000000000000000")]) == ["failed timedOut \(Self.asked)"])
    #expect(
      try Self.events([failed("ab12cd34ef56ab12")]) == ["failed incomplete \(Self.asked)"])
  }

  @Test("each line that says that an attempt failed is an attempt of its own, also of the same second")
  func attempts() throws {
    let line = Self.junosFailure("Timed out", role: "Initiator")
    let failures = try LogOfText.read([line, line, line].joined(separator: "\n"), RegisteredFamilies.logReaders)
      .observations
      .compactMap { if case .failed(let it) = $0.event { it.id } else { nil } }
    #expect(failures.count == 3)
    #expect(Set(failures).count == 3)
  }

  @Test("phase 1 alone is no tunnel, and what phase 2 lacks is said")
  func paloAltoPhase2() throws {
    let phase1 = Self.paloAlto(
      "ike-nego-p1-succ",
      "IKE phase-1 negotiation is succeeded as initiator, main mode. Established SA: \(Self.hosts) cookie:84:9b lifetime 28800 Sec."
    )
    let selectors = Self.paloAlto(
      "ike-nego-p2-proxy-id-bad",
      "IKE phase-2 negotiation failed when processing Proxy ID. Received local id: 10.1.0.0/16 type IPv4_subnet.")
    let keys = Self.paloAlto("ipsec-key-install", "IPSec key installed. Installed SA: \(Self.hosts) SPI:0xA1/0xE5.")
    #expect(try Self.events([phase1]).isEmpty)
    #expect(try Self.events([phase1, selectors]).last?.contains("TS_UNACCEPTABLE") == true)
    #expect(try Self.events([phase1, keys]) == ["established \(Self.asked)"])
  }

  // MARK: FortiGate

  private static func fortiGate(_ description: String, _ rest: String) -> String {
    "date=2026-11-28 time=09:20:00 devname=\"FG\" type=\"event\" subtype=\"vpn\" logdesc=\"\(description)\" \(rest)"
  }

  @Test("a FortiGate's events tell phase 2 that fails, tunnels that come up, and peers that are dead")
  func fortiGate() throws {
    let error = Self.fortiGate(
      "IPsec phase 2 error",
      "action=\"negotiate\" remip=203.0.113.20 locip=198.51.100.10 status=\"negotiate_error\" reason=\"peer SA proposal not match local policy\""
    )
    let up = Self.fortiGate(
      "IPsec connection status changed", "action=\"tunnel-up\" remip=203.0.113.20 locip=198.51.100.10")
    let dead = Self.fortiGate("IPsec DPD failed", "action=\"dpd\" remip=203.0.113.20 locip=198.51.100.10")
    #expect(try Self.events([error, error]).last?.contains("NO_PROPOSAL_CHOSEN") == true)
    #expect(
      try Self.events([up, error, error, dead]) == ["established 203.0.113.20 → ?", "dead peer 203.0.113.20 → ?"])
  }

  // MARK: Clouds

  @Test("Azure's gateway gives the status with which a tunnel closed")
  func azure() throws {
    func closed(_ status: String) -> String {
      #"{"time":"2026-11-28T10:00:00Z","category":"IKEDiagnosticLog","properties":{"message":"SESSION_ID :{2f1c} Remote 198.51.100.10:500: Local 203.0.113.20:500: IKE Tunnel closed for tunnelId 0x1 with status \#(status)"}}"#
    }
    #expect(
      try Self.events([closed("Policy match error"), closed("Policy match error")]).last?.contains("NO_PROPOSAL_CHOSEN")
        == true)
    #expect(try Self.events([closed("Timed out"), closed("Timed out")]).last == "failed incomplete \(Self.asked)")
  }

  @Test("AWS names its customer's gateway or nobody")
  func aws() throws {
    func details(_ text: String) -> String {
      #"{"event_timestamp":1764324000,"ike_phase1_state":"down","details":"\#(text)"}"#
    }
    let mismatch = details("AWS tunnel detected a pre-shared key mismatch with cgw: 198.51.100.10")
    #expect(try Self.events([mismatch, mismatch]).last?.contains("AUTHENTICATION_FAILED") == true)
    let proposal = details("No Proposal Match Found. Notifying with: No proposal chosen")
    #expect(try Self.events([proposal, proposal]).last?.contains("NO_PROPOSAL_CHOSEN") == true)
  }

  // MARK: SonicWall

  private static func sonicWall(_ message: String, first: String = "198.51.100.10", then: String = "203.0.113.20")
    -> String
  {
    "<134>id=firewall sn=0017C5000000 time=\"2026-11-28 09:20:00\" fw=203.0.113.20 pri=4 c=16 m=403 msg=\"\(message)\" n=3 "
      + "src=\(first):500 dst=\(then):500"
  }

  @Test("a SonicWall that is asked says why it refuses, and the log window says it too")
  func sonicWallResponder() throws {
    let refusal = Self.sonicWall("IKE Responder: IPSec proposal not acceptable")
    #expect(try Self.events([refusal]).isEmpty)
    #expect(
      try Self.events([refusal, refusal]).last
        == "failed rejected(reason: Optional(\"NO_PROPOSAL_CHOSEN: IKE Responder: IPSec proposal not acceptable\")) \(Self.asked)"
    )
    let shown =
      "10/31/2026 10:30:41.624    Warning    VPN IKE    IKE Responder: Proposed IKE ID mismatch 198.51.100.10, 500 203.0.113.20, 500"
    #expect(try Self.events([shown, shown]).last?.contains("AUTHENTICATION_FAILED") == true)
  }

  @Test("a SonicWall that begins and gets no answer says so; a tunnel that comes up is told")
  func sonicWallInitiator() throws {
    let begins = Self.sonicWall("IKEv2 Initiator: Send IKE_SA_INIT request")
    let again = Self.sonicWall("IKEv2 Initiator: Remote party timeout - Retransmitting IKEv2 request")
    let gaveUp = Self.sonicWall("IKE negotiation aborted due to timeout")
    #expect(
      try Self.events([begins, again, gaveUp]) == ["opened \(Self.asked)", "failed timedOut \(Self.asked)"])
    let up = Self.sonicWall("IKEv2 negotiation complete", first: "203.0.113.20", then: "198.51.100.10")
    #expect(try Self.events([begins, again, up]) == ["opened \(Self.asked)", "established \(Self.asked)"])
  }

  // MARK: SoftEther

  private static func softEther(_ subject: String, _ message: String) -> String {
    "2026-11-28 18:01:45.648 IPsec \(subject) (198.51.100.10:62713 -> 203.0.113.20:500): \(message)"
  }

  private static let ike = "IKE Session (IKE SA) 12 (Client: 35)"
  private static let fromClient = "198.51.100.10 → ?"

  @Test("an IKE SA of SoftEther's that is taken down before it was up came to nothing, once it happens again")
  func softEtherIncomplete() throws {
    let attempt = [
      Self.softEther("Client 35", "A new IPsec client is created."),
      Self.softEther(Self.ike, "A new IKE SA (Main Mode) is created. Initiator Cookie: 0x3B663C91968AA11A"),
      Self.softEther(Self.ike, "This IKE SA is deleted."),
    ]
    #expect(try Self.events(attempt) == ["opened \(Self.fromClient)"])
    #expect(try Self.events(attempt + attempt).last == "failed incomplete \(Self.fromClient)")
  }

  @Test("SoftEther's SAs of a client that comes up, renews its keys and leaves, are one session")
  func softEtherSession() throws {
    let esp = "ESP Session (IPsec SA) 127 (Client: 129)"
    let lines = [
      Self.softEther(Self.ike, "A new IKE SA (Main Mode) is created. Initiator Cookie: 0x3B663C91968AA11A"),
      Self.softEther(Self.ike, "This IKE SA is established between the server and the client."),
      Self.softEther(esp, "This IPsec SA is established between the server and the client."),
      Self.softEther(esp, "This IPsec SA is established between the server and the client."),
      Self.softEther(esp, "This IPsec SA is deleted."), Self.softEther(Self.ike, "This IKE SA is deleted."),
    ]
    #expect(try Self.events(lines) == ["opened \(Self.fromClient)", "established \(Self.fromClient)"])
  }

  // MARK: Zyxel, LANCOM, Huawei

  @Test("a Zyxel that begins is told that nothing it offers is accepted; one that is asked counts the second time")
  func zyxel() throws {
    #expect(
      try Self.events([
        "001 05 Mar 10:12:07 Send Main Mode request to <203.0.113.20>", "002 05 Mar 10:12:08 !! No proposal chosen",
      ]).last?.contains("NO_PROPOSAL_CHOSEN") == true)
    let attempt = ["Recv Main Mode request from [198.51.100.10]", "[SA] : Tunnel [branch] Phase 1 proposal mismatch"]
    #expect(try Self.events(attempt).count == 1)
    #expect(try Self.events(attempt + attempt).last?.contains("NO_PROPOSAL_CHOSEN") == true)
    #expect(
      try Self.events(attempt.prefix(1) + ["Tunnel [branch] built successfully"]).last?.hasPrefix("established") == true
    )
  }

  @Test("a LANCOM that begins gets no answer, and comes up later")
  func lancom() throws {
    let attempt = [
      "VPN: connecting to BRANCH (203.0.113.20)",
      "VPN: Error: IFC-I-Connection-timeout-IKE-IPSEC (0x1106) for BRANCH (203.0.113.20)",
    ]
    #expect(try Self.events(attempt).last?.hasPrefix("failed timedOut") == true)
    #expect(
      try Self.events(attempt + ["VPN: connecting to BRANCH (203.0.113.20)", "VPN: BRANCH (203.0.113.20) connected"])
        .last?.hasPrefix("established") == true)
    let refused = "VPN: Error: IPSEC-R-No-rule-matched-ID (0x3201) for BRANCH (198.51.100.10)"
    #expect(try Self.events([refused, refused]).last?.contains("TS_UNACCEPTABLE") == true)
  }

  @Test("a Huawei's alarm names the peer and the reason")
  func huawei() throws {
    let line =
      "%%01IPSEC/4/IPSECNEGOFAIL(l)[12]: OID 1.3.6 IPSec tunnel negotiation fails. (Ifindex=12, SeqNum=1, Reason=phase1 proposal mismatch, ReasonCode=1, PeerAddress=203.0.113.20, PeerPort=500, VsysName=Public, InterfaceName=GE0/0/1)"
    #expect(try Self.events([line]).isEmpty)
    #expect(try Self.events([line, line]).last?.contains("NO_PROPOSAL_CHOSEN") == true)
  }

  @Test("PAN-OS has no gateway for a peer, and an older FortiOS says that the keys differ, once the peer comes again")
  func namelessPeers() throws {
    let unknown =
      "IKE phase-1 negotiation is failed. Couldn't find configuration for IKE phase-1 request for peer IP 198.51.100.10[1929]."
    #expect(try Self.events([unknown]).isEmpty)
    #expect(try Self.events([unknown, unknown]).last?.contains("no connection is configured for this peer") == true)
    let keys =
      "type=event subtype=ipsec loc_ip=203.0.113.20 loc_port=500 rem_ip=198.51.100.10 rem_port=500 action=negotiate status=negotiate_error msg=\"Negotiate SA Error: probable pre-shared secret mismatch\""
    #expect(try Self.events([keys, keys]).last?.contains("AUTHENTICATION_FAILED") == true)
  }
}
