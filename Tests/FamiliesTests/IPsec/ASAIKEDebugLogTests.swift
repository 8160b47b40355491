import Logs
import Observations
import Testing

@testable import Families

@Suite("Debugging of IKE version 1 on an ASA")
struct ASAIKEDebugLogTests {
  private static func events(_ lines: [String]) throws -> [String] {
    try LogOfText.events(lines.joined(separator: "\n"), IPsecLogs.readers)
  }

  private static let peer = "IP = 203.0.113.20"
  private static let begins =
    "[IKEv1]\(peer), IKE Initiator: New Phase 1, Intf inside, IKE Peer 203.0.113.20  local Proxy Address 10.1.0.0"
  private static func timeout(_ state: String) -> String {
    "[IKEv1 DEBUG]\(peer), IKE MM Initiator FSM error history (struct &0xcd1b2a40)  <state>, <event>:  MM_DONE, EV_ERROR-->\(state), EV_RETRY-->\(state), EV_TIMEOUT-->\(state), NullEvent"
  }

  @Test("an opening that times out was not answered; a later message was")
  func unanswered() throws {
    #expect(try Self.events([Self.begins, Self.timeout("MM_WAIT_MSG2")]) == ["1 opened", "2 failed timedOut"])
    #expect(try Self.events([Self.timeout("MM_WAIT_MSG2")]) == ["1 opened", "1 failed timedOut"])
    #expect(try Self.events([Self.timeout("MM_WAIT_MSG6")]) == ["1 opened", "1 failed incomplete"])
  }

  private static let refusal = [
    "[IKEv1 DEBUG]\(peer), processing SA payload",
    "[IKEv1]Phase 1 failure:  Mismatched attribute types for class Group Description:  Rcv'd: Group 5  Cfg'd: Group 2",
    "[IKEv1]\(peer), All SA proposals found unacceptable",
  ]

  @Test("a peer whose proposals are not accepted counts when it comes again, with the first difference")
  func refused() throws {
    #expect(try Self.events(Self.refusal) == ["1 opened"])
    #expect(
      try Self.events(Self.refusal + Self.refusal).last
        == "6 failed rejected(reason: Optional(\"NO_PROPOSAL_CHOSEN: Group Description: received Group 5, configured Group 2\"))"
    )
  }

  @Test("a tunnel that comes up and is ended by the peer is no failure")
  func healthy() throws {
    let lines = [
      Self.begins,
      "[IKEv1]\(Self.peer), IKE_DECODE RECEIVED Message (msgid=0) with payloads : HDR + SA (1) + VENDOR (13) + NONE (0) total length : 108",
      "[IKEv1]Group = 203.0.113.20, \(Self.peer), PHASE 1 COMPLETED",
      "[IKEv1]Group = 203.0.113.20, \(Self.peer), PHASE 2 COMPLETED (msgid=a1b2c3d4)",
      "[IKEv1]Group = 203.0.113.20, \(Self.peer), Connection terminated for peer 203.0.113.20.  Reason: Peer Terminate",
      "[IKEv1]\(Self.peer), Removing peer from peer table failed, no match!",
    ]
    #expect(try Self.events(lines) == ["1 opened", "4 established", "5 ended"])
  }

  @Test("networks that no crypto map has are refused")
  func selectors() throws {
    let line =
      "[IKEv1]Group = g, \(Self.peer), Rejecting IPSec tunnel: no matching crypto map entry for remote proxy 10.2.0.0/255.255.255.0/0/0"
    #expect(
      try Self.events([line]).last
        == "1 failed rejected(reason: Optional(\"TS_UNACCEPTABLE: no crypto map for the networks asked for\"))")
  }
}
