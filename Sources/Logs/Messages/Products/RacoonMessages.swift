extension ProductMessages {
  /// KAME's racoon, and RouterOS of MikroTik, whose topic `ipsec` has its words. The writer's end stands in front of the
  /// peer's.
  // A message is a line.
  // swift-format-ignore
  static let racoon = ProductMessages(product: .racoon, messages: [
    Message("initiate new phase 1 ({}): ", .channelStarted(.ike), sample: "initiate new phase 1 (Identity Protection): 198.51.100.10[500]<=>203.0.113.20[500]"),
    Message("initiate new phase 1 negotiation: ", .channelStarted(.ike), sample: "initiate new phase 1 negotiation: 198.51.100.10[500]<=>203.0.113.20[500]"),
    Message("respond new phase 1 ({}): ", .channelStarted(.ike), sample: "respond new phase 1 (Identity Protection): 203.0.113.20[500]<=>198.51.100.10[500]"),
    Message("respond new phase 1 negotiation: ", .channelStarted(.ike), sample: "respond new phase 1 negotiation: 203.0.113.20[500]<=>198.51.100.10[500]"),
    Message("used as isakmp port (fd={count})", .informational, sample: "198.51.100.10[500] used as isakmp port (fd=6)"),
    Message("used for NAT-T", .informational, sample: "198.51.100.10[500] used for NAT-T"),
    Message("phase1 negotiation failed due to time up", .channelUnanswered(.ike), sample: "phase1 negotiation failed due to time up 198.51.100.10[500]<=>203.0.113.20[500] 5c1b0f2b7c4e8a11:0000000000000000"),
    Message("phase1 negotiation failed due to send error", .sendFailed(.ike), sample: "phase1 negotiation failed due to send error. 198.51.100.10[500]<=>203.0.113.20[500] 5c1b0f2b7c4e8a11:0000000000000000"),
    Message("phase1 negotiation failed.", .informational, sample: "203.0.113.20 phase1 negotiation failed."),
    Message("phase2 negotiation failed due to time up waiting for phase1", .informational, sample: "phase2 negotiation failed due to time up waiting for phase1. ESP 203.0.113.20[0]->198.51.100.10[0]"),
    Message("no suitable proposal found", .informational, sample: "no suitable proposal found."),
    Message("failed to get valid proposal", .channelRejected(.ike, .proposal), sample: "198.51.100.10 failed to get valid proposal."),
    Message("failed to pre-process ph1 packet", .informational, sample: "198.51.100.10 failed to pre-process ph1 packet (side: 1, status 1)."),
    Message("parsing packet failed, possible cause: wrong password", .notDecrypted(.ike), sample: "198.51.100.10 parsing packet failed, possible cause: wrong password"),
    Message("login failed for user \"{user}\"", .authenticationFailed, sample: "login failed for user \"alice\""),
    // RouterOS, IKE version 2.
    Message("new ike2 SA ({}): ", .channelStarted(.ike), sample: "new ike2 SA (I): hq 198.51.100.10[4500]-203.0.113.20[4500] spi:5c1b0f2b7c4e8a11:0a1b2c3d4e5f6071"),
    Message("killing ike2 SA: ", .sessionEnded(.unknown), sample: "killing ike2 SA: hq 198.51.100.10[4500]-203.0.113.20[4500] spi:5c1b0f2b7c4e8a11:0a1b2c3d4e5f6071"),
    Message("got fatal error: AUTHENTICATION_FAILED", .channelRejected(.ike, .credentials)),
    Message("ISAKMP-SA established ", .informational, sample: "ISAKMP-SA established 198.51.100.10[500]-203.0.113.20[500] spi:5c1b0f2b7c4e8a11:0a1b2c3d4e5f6071"),
    Message("ISAKMP-SA deleted ", .sessionEnded(.unknown), sample: "ISAKMP-SA deleted 198.51.100.10[500]-203.0.113.20[500] spi:5c1b0f2b7c4e8a11:0a1b2c3d4e5f6071 rekey:1"),
  ])
}
