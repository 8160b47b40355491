extension ProductMessages {
  /// Windows' own client (event source RasClient, 20221 to 20227; Remote Access error codes).
  // A message is a line.
  // swift-format-ignore
  static let windowsRAS = ProductMessages(product: .windowsRAS, messages: [
    Message("has started dialing a VPN connection using a {} connection profile named {name}", .sessionRequested, number: 20_221, sample: "CoId={01234567}: The user LAPTOP\\alice has started dialing a VPN connection using a per-user connection profile named Work."),
    // The settings below it.
    Message("Dial-in User = ", .informational, sample: "Dial-in User = alice"),
    Message("VpnStrategy = ", .informational, sample: "VpnStrategy = IKEv2"),
    Message("DataEncryption = ", .informational, sample: "DataEncryption = Require"),
    Message("PrerequisiteEntry = ", .informational, sample: "PrerequisiteEntry = Work"),
    Message("AutoLogon = ", .informational, sample: "AutoLogon = No"),
    Message("UseRasCredentials = ", .informational, sample: "UseRasCredentials = Yes"),
    Message("Ipv4DefaultGateway = ", .informational, sample: "Ipv4DefaultGateway = Yes"),
    Message("Ipv6DefaultGateway = ", .informational, sample: "Ipv6DefaultGateway = Yes"),
    Message("Ipv4AddressAssignment = ", .informational, sample: "Ipv4AddressAssignment = By Server"),
    Message("Ipv6AddressAssignment = ", .informational, sample: "Ipv6AddressAssignment = By Server"),
    Message("Ipv4DNSServerAssignment = ", .informational, sample: "Ipv4DNSServerAssignment = By Server"),
    Message("Ipv6DNSServerAssignment = ", .informational, sample: "Ipv6DNSServerAssignment = By Server"),
    Message("IpDnsFlags = ", .informational, sample: "IpDnsFlags = Register primary domain suffix"),
    Message("IpNBTEnabled = ", .informational, sample: "IpNBTEnabled = Yes"),
    Message("UseFlags = ", .informational, common: true, sample: "UseFlags = Private Connection"),
    Message("ConnectOnWinlogon = ", .informational, sample: "ConnectOnWinlogon = No"),
    Message("Mobility enabled for IKEv2 = ", .informational, sample: "Mobility enabled for IKEv2 = Yes."),
    Message("Authentication Type = ", .informational, common: true, sample: "Authentication Type = Machine Certificate"),
    Message("is trying to establish a link to the Remote Access Server for the connection named {name}", .channelStarted(.ike), number: 20_222, sample: "CoId={01234567}: The user LAPTOP\\alice is trying to establish a link to the Remote Access Server for the connection named Work using the following device:"),
    Message("has successfully established a link to the Remote Access Server using the following device", .channelEstablished(.ike), number: 20_223, sample: "CoId={01234567}: The user LAPTOP\\alice has successfully established a link to the Remote Access Server using the following device:"),
    Message("The link to the Remote Access Server has been established by user", .informational, number: 20_224, sample: "CoId={01234567}: The link to the Remote Access Server has been established by user LAPTOP\\alice."),
    Message("to the Remote Access Server which has successfully connected", .sessionOpened(.unknown), number: 20_225, sample: "CoId={01234567}: The user LAPTOP\\alice has dialed a connection named Work to the Remote Access Server which has successfully connected. The connection parameters are:"),
    Message("which has terminated. The reason code returned on termination is 631", .sessionEnded(.byClient), number: 20_226, sample: failed("which has terminated. The reason code returned on termination is 631")),
    Message("which has terminated. The reason code returned on termination is 829", .deadPeer(.ike), number: 20_226, sample: failed("which has terminated. The reason code returned on termination is 829")),
    Message("which has terminated. The reason code returned on termination is {code}", .sessionEnded(.forReason), number: 20_226, sample: failed("which has terminated. The reason code returned on termination is 828")),
    // 809: nothing answers on UDP 500 or 4500; 868: the name; 691 and 13801: credentials; 13806: no certificate;
    // 13868: no common proposal; 789: IKE of L2TP failed.
    Message("which has failed. The error code returned on failure is 809", .channelUnanswered(.ike), number: 20_227, sample: failed("which has failed. The error code returned on failure is 809")),
    Message("which has failed. The error code returned on failure is 868", .nameNotResolved, number: 20_227, sample: failed("which has failed. The error code returned on failure is 868")),
    Message("which has failed. The error code returned on failure is 691", .channelRejected(.ike, .credentials), number: 20_227, sample: failed("which has failed. The error code returned on failure is 691")),
    Message("which has failed. The error code returned on failure is 13801", .channelRejected(.ike, .credentials), number: 20_227, sample: failed("which has failed. The error code returned on failure is 13801")),
    Message("which has failed. The error code returned on failure is 13806", .certificateRejected, number: 20_227, sample: failed("which has failed. The error code returned on failure is 13806")),
    Message("which has failed. The error code returned on failure is 13868", .channelRejected(.ike, .proposal), number: 20_227, sample: failed("which has failed. The error code returned on failure is 13868")),
    Message("which has failed. The error code returned on failure is {code}", .channelFailed(.ike), number: 20_227, sample: failed("which has failed. The error code returned on failure is 789")),
  ])

  private static func failed(_ words: String) -> String {
    "CoId={01234567}: The user LAPTOP\\alice dialed a connection named Work \(words)."
  }
}
