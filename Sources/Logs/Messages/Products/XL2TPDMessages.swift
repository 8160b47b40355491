extension ProductMessages {
  /// xl2tpd (xl2tpd.c, control.c, network.c): L2TP, mostly inside IPsec, whose own daemon tells of that. An L2TP that is not
  /// answered there may be ESP that is blocked, or a gateway without L2TP.
  // A message is a line.
  // swift-format-ignore
  static let xl2tpd = ProductMessages(product: .xl2tpd, messages: [
    Message("Maximum retries exceeded for tunnel {count}", .deadPeer(.esp), sample: "Maximum retries exceeded for tunnel 32311.  Closing."),
    Message("Host name lookup failed for {host}", .nameNotResolved, common: true, sample: "Host name lookup failed for vpn.example.com."),
    Message("select timeout with max retries: {count} for tunnel", .retransmission(.esp), sample: "network_thread: select timeout with max retries: 5 for tunnel: 32311"),
    // A signal that ends it in an orderly way.
    Message("death_handler: Fatal signal 15 received", .programEnded),
    Message("death_handler: Fatal signal 2 received", .programEnded),
    Message("xl2tpd version {}started on", .programStarted, sample: "xl2tpd version xl2tpd-1.3.14 started on laptop PID:557"),
    Message("Connecting to host {gateway}, port {port}", .informational, common: true, sample: "Connecting to host 203.0.113.234, port 1701"),
    Message("Connection established to {gateway}, {port}", .informational, common: true, sample: "Connection established to 203.0.113.234, 1701.  Local: 21163, Remote: 59003 (ref=0/0)."),
    Message("Call established with {client}, PID", .informational, sample: "Call established with 203.0.113.234, PID: 712, Local: 1, Remote: 2, Serial: 1"),
    Message("Calling on tunnel {count}", .informational, sample: "Calling on tunnel 21163"),
    Message("Connection {count} closed to {gateway}, port {port} ({reason})", .informational, common: true, sample: "Connection 59003 closed to 203.0.113.234, port 1701 (Timeout)"),
    Message("Terminating pppd: sending TERM signal to pid {count}", .informational, sample: "Terminating pppd: sending TERM signal to pid 26861"),
    Message("L2TP kernel support not detected", .informational, sample: "L2TP kernel support not detected (try modprobing l2tp_ppp and pppol2tp)"),
  ])
}
