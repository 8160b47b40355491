extension ProductMessages {
  /// A LANCOM router: `trace + vpn-status`, with the errors that LANmonitor shows (LCOS Reference Manual). "-I-" is an error of who
  /// begins, "-R-" of who answers.
  // A message is a line.
  // swift-format-ignore
  static let lancom = ProductMessages(product: .lancom, messages: [
    Message("VPN: connecting to {name} ({address})", .channelStarted(.ike), sample: "VPN: connecting to BRANCH (203.0.113.20)"),
    Message("VPN: connecting to {name} ({address} ", .channelStarted(.ike), sample: "VPN: connecting to BRANCH (203.0.113.20 IKEv2)"),
    Message("VPN: connecting to {name} ({address}, ", .channelStarted(.ike), sample: "VPN: connecting to BRANCH (203.0.113.20, ikev2)"),
    Message("VPN: start IKE negotiation for {name} ({address})", .informational, sample: "VPN: start IKE negotiation for BRANCH (203.0.113.20)"),
    Message("VPN: start dynamic VPN negotiation for ", .informational, sample: "VPN: start dynamic VPN negotiation for BRANCH (203.0.113.20) via ICMP/UDP"),
    Message("VPN: create authentication packet for ", .informational, sample: "VPN: create authentication packet for BRANCH (203.0.113.20)"),
    Message("VPN: installing ruleset for ", .informational, sample: "VPN: installing ruleset for BRANCH (203.0.113.20)"),
    Message("VPN: ruleset installed for ", .informational, sample: "VPN: ruleset installed for BRANCH (203.0.113.20)"),
    Message("VPN: rulesets installed", .informational),
    Message("VPN: installed rulesets", .informational),
    Message("VPN: selecting next remote gateway ", .informational, sample: "VPN: selecting next remote gateway using strategy eFirst for BRANCH"),
    Message("VPN: wait for IKE negotiation from ", .informational, sample: "VPN: wait for IKE negotiation from BRANCH (203.0.113.20)"),
    Message("VPN: Error: {reason} for {name} ({address})", .channelFailed(.ike), sample: "VPN: Error: IFC-I-Connection-timeout-IKE-IPSEC (0x1106) for BRANCH (203.0.113.20)"),
    Message("VpnIpm: info; ", .informational, sample: "VpnIpm: info; phase-1 negotiation started for peer isakmp-peer-BRANCH"),
  ])
}
