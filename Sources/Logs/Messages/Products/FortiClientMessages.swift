extension ProductMessages {
  /// FortiClient: the log that its window shows and exports, in XML, with `msg="…"` escaped.
  // A message is a line.
  // swift-format-ignore
  static let fortiClient = ProductMessages(product: .fortiClient, messages: [
    Message("SSLVPN service started successfully", .programStarted, sample: "SSLVPN service started successfully."),
    Message("vpnstate=connected vpntype=ssl", .sessionOpened(.unknown)),
    Message("vpnstate=disconnected vpntype=ssl", .sessionEnded(.unknown)),
    Message("FortiSslvpn: {code}: ", .informational, sample: "FortiSslvpn: 14328: fortissl_connect: device=ftvnic"),
    Message("srcname=sslvpn {}utmevent=vpn", .informational, sample: "srcname=sslvpn direction=outbound utmevent=vpn threat=connect"),
  ])
}
