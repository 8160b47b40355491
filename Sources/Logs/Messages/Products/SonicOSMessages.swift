extension ProductMessages {
  /// A SonicWall firewall: events of IKE (SonicOS Log Events Reference Guide), as its syslog has them in `msg`, with the hosts in
  /// `src` and `dst`, and as its log window shows them.
  static let sonicOS = ProductMessages(
    product: .sonicOS,
    messages: [
      // What came from the peer has the peer first.
      both("IKE Responder: Proposed IKE ID mismatch", .channelRejected(.ike, .credentials), from: .peer),
      both("IKE Responder: IPSec proposal not acceptable", .channelRejected(.esp, .proposal), from: .peer),
      both("IKEv2 IKE proposal does not match", .channelRejected(.ike, .proposal), from: .peer),
      both("IKEv2 Received notify error payload", .channelRejected(.ike, .unknown), from: .peer),
      both("IKE negotiation complete. Adding IPSec SA", .channelEstablished(.esp), from: .peer),
      both("IKEv2 negotiation complete", .channelEstablished(.esp), from: .peer),
      // What the firewall did has the firewall first.
      both("IKEv2 Initiator: Send IKE_SA_INIT request", .channelStarted(.ike), from: .firewall),
      both("IKE negotiation aborted due to timeout", .channelFailed(.ike), from: .firewall),
    ].flatMap(\.self) + others)

  // A message is a line.
  // swift-format-ignore
  private static let others: [Message] = [
    Message("IKE Responder: Received {name} Mode request (Phase 1)", .informational, sample: "IKE Responder: Received Aggressive Mode request (Phase 1)"),
    Message("IKE Responder: Accepting IPSec proposal", .informational),
    Message("IKE Responder: No response - remote party timeout", .retransmission(.ike)),
    Message("IKEv2 Initiator: Remote party timeout - Retransmitting IKEv2 request", .retransmission(.ike)),
    Message("IKEv2 Accept IKE SA Proposal", .informational),
    Message("IKEv2 Accept IPSec SA Proposal", .informational),
    Message("IKEv2 Payload processing error", .informational),
    Message("Deleting IPSec SA for destination", .informational),
    Message("ISAKMP OAK ", .informational, sample: "RECEIVED<<< ISAKMP OAK AG (InitCookie 0xa1b340472acb64ac, MsgID: 0x0) (SA, KE, NON, ID)"),
  ]

  /// Whose address stands first.
  private enum First { case peer, firewall }

  /// An event as a field of syslog, as the log window has it, and with the hosts left out.
  private static func both(_ words: String, _ meaning: MessageMeaning, from first: First) -> [Message] {
    let (one, other) = first == .peer ? ("address", "source") : ("source", "address")
    return [
      Message(
        "msg=\"\(words){}src={\(one)} dst={\(other)}", meaning,
        sample: "msg=\"\(words)\" n=3 src=198.51.100.10:500 dst=203.0.113.20:500 note=\"VPN Policy: branch\""),
      Message(
        "\(words) {\(one)}, {port} {\(other)}, ", meaning,
        sample: "\(words) 198.51.100.10, 500 203.0.113.20, 500 VPN Policy: branch"),
      Message(words, meaning),
    ]
  }
}
