extension ProductMessages {
  /// PAN-OS: events of IKE and IPsec in the system log (PAN-OS System Log Messages, type vpn). The writer's end stands in front
  /// of the peer's.
  // A message is a line.
  // swift-format-ignore
  static let paloAlto = ProductMessages(product: .paloAlto, messages: [
    Message("IKE phase-1 negotiation is started as {name}. Initiated SA: {source}[{}]-{address}[{}]", .channelStarted(.ike), sample: "IKE phase-1 negotiation is started as initiator, main mode. Initiated SA: 198.51.100.10[500]-203.0.113.20[500] cookie:84222f276c2fa2e9:0000000000000000."),
    Message("IKE phase-1 negotiation is succeeded as {name}. Established SA: {source}[{}]-{address}[{}]", .channelEstablished(.ike), sample: "IKE phase-1 negotiation is succeeded as responder. Established SA: 198.51.100.10[500]-203.0.113.20[500] lifetime 28800 Sec."),
    Message("IKE phase-1 negotiation is failed as {name}. Failed SA: {source}[{}]-{address}[{}]", .channelFailed(.ike), sample: "IKE phase-1 negotiation is failed as initiator. Failed SA: 198.51.100.10[500]-203.0.113.20[500] cookie:84222f276c2fa2e9:0000000000000000. Due to timeout."),
    Message("IKE phase-1 negotiation is failed. Couldn't find configuration for IKE phase-1 request for peer IP {address}[", .channelRejected(.ike, .policy), sample: "IKE phase-1 negotiation is failed. Couldn't find configuration for IKE phase-1 request for peer IP 198.51.100.10[1929]."),
    Message("Couldn't find configuration for IKE phase-1 request for peer IP {address}[", .channelRejected(.ike, .policy), sample: "Couldn't find configuration for IKE phase-1 request for peer IP 198.51.100.10[1929]."),
    Message("IKE phase-1 negotiation is failed {reason}", .channelFailed(.ike), sample: "IKE phase-1 negotiation is failed likely due to pre-shared key mismatch."),
    Message("IKE phase-1 negotiation is failed. {reason}", .channelFailed(.ike), sample: "IKE phase-1 negotiation is failed. no suitable proposal found in peer SA payload."),
    Message("IKE phase-1 negotiation failed when processing {reason}", .channelFailed(.ike), sample: "IKE phase-1 negotiation failed when processing SA payload. no suitable proposal found."),
    Message("IKE phase-2 negotiation is started as {name}.", .informational, sample: "IKE phase-2 negotiation is started as initiator, non-rekey. Initiated SA: 198.51.100.10[500]-203.0.113.20[500]"),
    Message("IKE phase-2 negotiation is succeeded as {name}. Established SA: {source}[{}]-{address}[{}]", .channelEstablished(.esp), sample: "IKE phase-2 negotiation is succeeded as responder. Established SA: 198.51.100.10[500]-203.0.113.20[500] lifetime 28800 Sec."),
    Message("IKE phase-2 negotiation is failed as {name}. Failed SA: {source}[{}]-{address}[{}]", .channelFailed(.esp), sample: "IKE phase-2 negotiation is failed as initiator. Failed SA: 198.51.100.10[500]-203.0.113.20[500] cookie:84222f276c2fa2e9:0000000000000000. Due to timeout."),
    Message("IKE phase-2 negotiation is failed {reason}", .channelFailed(.esp), sample: "IKE phase-2 negotiation is failed likely due to pre-shared key mismatch."),
    Message("IKE phase-2 negotiation is failed. {reason}", .channelFailed(.esp), sample: "IKE phase-2 negotiation is failed. no suitable proposal found in peer SA payload."),
    Message("IKE phase-2 negotiation failed when processing {reason}", .channelFailed(.esp), sample: "IKE phase-2 negotiation failed when processing SA payload. no suitable proposal found."),
    Message("IKEv2 IKE SA negotiation is started as {name}. Initiated SA: {source}[{}]-{address}[{}]", .channelStarted(.ike), sample: "IKEv2 IKE SA negotiation is started as initiator, main mode. Initiated SA: 198.51.100.10[500]-203.0.113.20[500] cookie:84222f276c2fa2e9:0000000000000000."),
    Message("IKEv2 IKE SA negotiation is succeeded as {name}. Established SA: {source}[{}]-{address}[{}]", .channelEstablished(.ike), sample: "IKEv2 IKE SA negotiation is succeeded as responder. Established SA: 198.51.100.10[500]-203.0.113.20[500] lifetime 28800 Sec."),
    Message("IKEv2 IKE SA negotiation is failed as {name}. Failed SA: {source}[{}]-{address}[{}]", .channelFailed(.ike), sample: "IKEv2 IKE SA negotiation is failed as initiator. Failed SA: 198.51.100.10[500]-203.0.113.20[500] cookie:84222f276c2fa2e9:0000000000000000. Due to timeout."),
    Message("IKEv2 IKE SA negotiation is failed {reason}", .channelFailed(.ike), sample: "IKEv2 IKE SA negotiation is failed likely due to pre-shared key mismatch."),
    Message("IKEv2 IKE SA negotiation is failed. {reason}", .channelFailed(.ike), sample: "IKEv2 IKE SA negotiation is failed. no suitable proposal found in peer SA payload."),
    Message("IKEv2 IKE SA negotiation failed when processing {reason}", .channelFailed(.ike), sample: "IKEv2 IKE SA negotiation failed when processing SA payload. no suitable proposal found."),
    Message("IKEv2 IKE SA is down determined by DPD", .deadPeer(.ike), sample: "IKEv2 IKE SA is down determined by DPD."),
    Message("IKEv2 child SA negotiation is started as {name}.", .informational, sample: "IKEv2 child SA negotiation is started as initiator, non-rekey. Initiated SA: 198.51.100.10[500]-203.0.113.20[500]"),
    Message("IKEv2 child SA negotiation is succeeded as {name}. Established SA: {source}[{}]-{address}[{}]", .channelEstablished(.esp), sample: "IKEv2 child SA negotiation is succeeded as responder. Established SA: 198.51.100.10[500]-203.0.113.20[500] lifetime 28800 Sec."),
    Message("IKEv2 child SA negotiation is failed as {name}. Failed SA: {source}[{}]-{address}[{}]", .channelFailed(.esp), sample: "IKEv2 child SA negotiation is failed as initiator. Failed SA: 198.51.100.10[500]-203.0.113.20[500] cookie:84222f276c2fa2e9:0000000000000000. Due to timeout."),
    Message("IKEv2 child SA negotiation is failed {reason}", .channelFailed(.esp), sample: "IKEv2 child SA negotiation is failed likely due to pre-shared key mismatch."),
    Message("IKEv2 child SA negotiation is failed. {reason}", .channelFailed(.esp), sample: "IKEv2 child SA negotiation is failed. no suitable proposal found in peer SA payload."),
    Message("IKEv2 child SA negotiation failed when processing {reason}", .channelFailed(.esp), sample: "IKEv2 child SA negotiation failed when processing SA payload. no suitable proposal found."),
    Message("IKE phase-1 SA is down determined by DPD", .deadPeer(.ike), sample: "IKE phase-1 SA is down determined by DPD."),
    Message("IPSec key installed. Installed SA: {source}[{}]-{address}[{}]", .channelEstablished(.esp), sample: "IPSec key installed. Installed SA: 198.51.100.10[500]-203.0.113.20[500] SPI:0xA1B2C3D4/0xE5F60718 lifetime 3600 Sec"),
    Message("IPSec key deleted. Deleted SA: ", .informational, sample: "IPSec key deleted. Deleted SA: 198.51.100.10[500]-203.0.113.20[500] SPI:0xA1B2C3D4/0xE5F60718."),
    Message("IKE protocol notification message received: received notify type {reason}", .informational, sample: "IKE protocol notification message received: received notify type NO_PROPOSAL_CHOSEN"),
  ])
}
