extension ProductMessages {
  /// sstp-client (sstpc, of NetworkManager's plugin as well): src/sstp-client.c, sstp-state.c, sstp-http.c, sstp-stream.c. That the
  /// call is connected says nothing of the login, which is PPP's.
  // A message is a line.
  // swift-format-ignore
  static let sstpClient = ProductMessages(product: .sstpClient, messages: [
    Message("Connect timed out", .channelUnanswered(.tls), common: true),
    Message("Could not connect to the server, {reason}", .channelFailed(.tls), common: true, sample: "Could not connect to the server, Connection refused (111)"),
    Message("Error: Expected HTTP code 200", .channelFailed(.tls)),
    Message("Connect NAK Message", .channelRejected(.tls, .policy)),
    Message("Invalid Crypto Binding Request", .channelFailed(.tls)),
    Message("Unrecoverable SSL error", .channelBroken(.tls), common: true),
    Message("Unrecoverable socket error, {code}", .channelBroken(.tls), common: true, sample: "Unrecoverable socket error, 104"),
    Message("PPPd terminated", .sessionEnded(.failed)),
    Message("SSL certificate verification failed: {reason}", .certificateRejected, common: true, sample: "SSL certificate verification failed: self signed certificate (18)"),
    Message("Server certificated failed verification, ignoring", .informational),
    Message("The certificate did not match the host: {host}", .certificateRejected, sample: "The certificate did not match the host: vpn.example.com"),
    Message("Sending Connect-Request Message", .sessionRequested),
    Message("Sending Connected Message", .informational),
    Message("Sending Echo-Request Message", .probeSent(.tls)),
    Message("Sending Echo-Reply Message", .informational),
    Message("Sending Disconnect Message", .informational, common: true),
    Message("Sending Disconnect Ack Message", .informational),
    Message("Started PPP Link Negotiation", .informational),
    Message("Waiting for sstp-plugin to connect on: {name}", .informational, sample: "Waiting for sstp-plugin to connect on: /var/run/sstpc/sstpc-1"),
    Message("Received callback from sstp-plugin", .informational),
    Message("SSTP session was established for ", .informational, sample: "SSTP session was established for 12 minutes"),
    Message("SSTP CRTL PKT(", .informational, sample: "RECV SSTP CRTL PKT(48)"),
    Message("SSTP DATA PKT(", .informational, sample: "RECV SSTP DATA PKT(28)"),
  ])
}
