extension ProductMessages {
  /// FortiClient: the log that its window shows and exports, in XML, with `msg="…"` escaped; and what its command for Linux
  /// prints.
  // A message is a line.
  // swift-format-ignore
  static let fortiClient = ProductMessages(product: .fortiClient, messages: [
    Message("SSLVPN service started successfully", .programStarted, sample: "SSLVPN service started successfully."),
    Message("vpnstate=connected vpntype=ssl", .sessionOpened(.unknown)),
    Message("vpnstate=disconnected vpntype=ssl", .sessionEnded(.unknown)),
    Message("FortiSslvpn: {code}: ", .informational, sample: "FortiSslvpn: 14328: fortissl_connect: device=ftvnic"),
    Message("srcname=sslvpn {}utmevent=vpn", .informational, sample: "srcname=sslvpn direction=outbound utmevent=vpn threat=connect"),
    // Since version 6.4 the tunnel's name stands in the place of its kind.
    Message("subtype=sslvpn {}vpnstate=connected", .sessionOpened(.unknown), sample: "subtype=sslvpn eventtype=status level=info user=alice vpnstate=connected vpntunnel=work"),
    Message("subtype=sslvpn {}vpnstate=disconnected", .sessionEnded(.unknown), sample: "subtype=sslvpn eventtype=status level=info user=alice vpnstate=disconnected vpntunnel=work"),
    Message("SSLVPN tunnel connection failed", .channelFailed(.tls)),
    // Linux.
    Message("STATUS::Setting up the tunnel", .channelStarted(.tls)),
    Message("STATUS::Connecting", .informational, sample: "STATUS::Connecting..."),
    Message("STATUS::Login succeed", .authenticationSucceeded, sample: "STATUS::Login succeed..."),
    Message("STATUS::Starting PPPd", .informational, sample: "STATUS::Starting PPPd..."),
    Message("STATUS::Tunnel running", .sessionOpened(.unknown)),
    Message("STATUS::Tunnel closed", .sessionEnded(.unknown)),
    Message("STATUS::Set up tunnel failed", .programFailed),
    Message("STATUS::{name}", .informational, common: true, sample: "STATUS::Connected"),
    Message("Insufficient credential(s). Please check the password, client certificate", .authenticationFailed, sample: "NOTICE::Insufficient credential(s). Please check the password, client certificate, etc."),
  ])
}
