extension ProductMessages {
  /// Azure's VPN gateway: the messages of IKEDiagnosticLog, behind the hosts of their SA.
  // A message is a line.
  // swift-format-ignore
  static let azureVPN = ProductMessages(product: .azureVPN, messages: [
    Message("Remote {address}: Local {source}: IKE Tunnel closed for tunnelId {session} with status {reason}", .channelFailed(.ike), sample: "Remote 198.51.100.10:500: Local 203.0.113.20:500: IKE Tunnel closed for tunnelId 0x1 with status Policy match error"),
    Message("Remote {address}: Local {source}: [SEND]", .informational, sample: "Remote 198.51.100.10:500: Local 203.0.113.20:500: [SEND]Sending IKE_SA_INIT packet"),
    Message("Remote {address}: Local {source}: [RECEIVED]", .informational, sample: "Remote 198.51.100.10:500: Local 203.0.113.20:500: [RECEIVED]Received IKE payload"),
    Message("Remote {address}: Local {source}: [LOCAL_MSG]", .informational, sample: "Remote 198.51.100.10:500: Local 203.0.113.20:500: [LOCAL_MSG] IKE Tunnel created with tunnelId 0x1"),
  ])

  /// AWS Site-to-Site VPN: the details of tunnel logs (Site-to-Site VPN User Guide).
  // A message is a line.
  // swift-format-ignore
  static let awsVPN = ProductMessages(product: .awsVPN, messages: [
    Message("AWS tunnel detected a pre-shared key mismatch with cgw: {address}", .channelRejected(.ike, .credentials), sample: "AWS tunnel detected a pre-shared key mismatch with cgw: 198.51.100.10"),
    Message("AWS tunnel Timeout: deleting unestablished Phase 1 IKE_SA with cgw: {address}", .channelUnanswered(.ike), sample: "AWS tunnel Timeout: deleting unestablished Phase 1 IKE_SA with cgw: 198.51.100.10"),
    Message("AWS tunnel payload decryption was unsuccessful due to invalid Pre-shared Key", .channelRejected(.ike, .credentials)),
    Message("No Proposal Match Found by AWS", .channelRejected(.ike, .proposal)),
    Message("AWS tunnel processing ", .informational, sample: "AWS tunnel processing IKE_AUTH request from cgw"),
    Message("No Proposal Match Found. Notifying with", .channelRejected(.ike, .proposal), sample: "No Proposal Match Found. Notifying with: No proposal chosen"),
    Message("Peer is not responsive - Declaring peer dead", .deadPeer(.ike)),
  ])
}
