extension ProductMessages {
  /// Zyxel's routers and firewalls: the IKE category of their log (ZyWALL User's Guide, "Log Descriptions", where errors have two
  /// exclamation marks in front, and the ZLD Log Reference).
  // A message is a line.
  // swift-format-ignore
  static let zyxel = ProductMessages(product: .zyxel, messages: [
    Message("Send Main Mode request to <{address}>", .channelStarted(.ike), sample: "Send Main Mode request to <203.0.113.20>"),
    Message("Send Main Mode request to [{address}]", .channelStarted(.ike), sample: "Send Main Mode request to [203.0.113.20]"),
    Message("Send Aggressive Mode request to <{address}>", .channelStarted(.ike), sample: "Send Aggressive Mode request to <203.0.113.20>"),
    Message("Send Aggressive Mode request to [{address}]", .channelStarted(.ike), sample: "Send Aggressive Mode request to [203.0.113.20]"),
    Message("Recv Main Mode request from <{address}>", .channelStarted(.ike), sample: "Recv Main Mode request from <198.51.100.10>"),
    Message("Recv Main Mode request from [{address}]", .channelStarted(.ike), sample: "Recv Main Mode request from [198.51.100.10]"),
    Message("Recv Aggressive Mode request from <{address}>", .channelStarted(.ike), sample: "Recv Aggressive Mode request from <198.51.100.10>"),
    Message("Recv Aggressive Mode request from [{address}]", .channelStarted(.ike), sample: "Recv Aggressive Mode request from [198.51.100.10]"),
    Message("Phase 1 IKE SA process done", .informational),
    Message("Start Phase 2: Quick Mode", .informational),
    Message("Tunnel [{name}] built successfully", .channelEstablished(.esp), sample: "Tunnel [branch] built successfully"),
    Message("Tunnel [{name}] rekeyed successfully", .rekeyCompleted(.esp), sample: "Tunnel [branch] rekeyed successfully"),
    Message("[SA] : Tunnel [{name}] Phase {count} proposal mismatch", .channelRejected(.ike, .proposal), sample: "[SA] : Tunnel [branch] Phase 1 proposal mismatch"),
    Message("[SA] : No proposal chosen", .channelRejected(.ike, .proposal)),
    Message("[ID] : Tunnel [{name}] Phase {count} {}mismatch", .channelRejected(.ike, .credentials), sample: "[ID] : Tunnel [branch] Phase 1 Remote ID mismatch"),
    Message("[PWD] : Tunnel [{name}] Phase 1 pre-shared key mismatch", .channelRejected(.ike, .credentials), sample: "[PWD] : Tunnel [branch] Phase 1 pre-shared key mismatch"),
    Message("[DPD] : No response from {address}", .deadPeer(.ike), sample: "[DPD] : No response from 203.0.113.20:500 using existing Phase 1 IKE SA"),
    Message("!! IKE Packet Retransmit", .retransmission(.ike)),
    Message("!! Duplicate requests with the same cookie", .retransmission(.ike)),
  ])
}
