extension ProductMessages {
  /// openfortivpn (tunnel.c, http.c, ipv4.c, io.c).
  // A message is a line.
  // swift-format-ignore
  static let openfortivpn = ProductMessages(product: .openfortivpn, messages: [
    Message("Connected to gateway.", .channelEstablished(.tls), common: true),
    Message("Authenticated.", .authenticationSucceeded, common: true),
    Message("Remote gateway has allocated a VPN", .sessionRequested, sample: "Remote gateway has allocated a VPN."),
    Message("Got addresses: [{inner}], ns", .addressAssigned, sample: "Got addresses: [10.20.0.50], ns [10.1.1.1, 0.0.0.0]"),
    Message("Negotiation complete.", .informational, common: true),
    Message("Tunnel is up and running", .sessionOpened(.unknown), sample: "Tunnel is up and running."),
    Message("Closed connection to gateway", .channelClosed(.tls), sample: "Closed connection to gateway."),
    Message("Logged out.", .sessionEnded(.byClient), common: true),
    Message("Cancelling threads...", .sessionEnded(.unknown), common: true),
    Message("Could not authenticate to gateway", .authenticationFailed, sample: "Could not authenticate to gateway. Please check the password, client certificate, etc."),
    Message("Could not authenticate to the gateway", .authenticationFailed, sample: "Could not authenticate to the gateway. Please make sure tunnel mode is allowed by the gateway, check the realm, etc."),
    Message("Gateway certificate validation failed", .certificateRejected, sample: "Gateway certificate validation failed, and the certificate digest is not in the local whitelist."),
    Message("Could not get VPN configuration (HTTP status code)", .channelRejected(.tls, .policy), sample: "Could not get VPN configuration (HTTP status code)."),
    Message("VPN allocation request failed", .channelRejected(.tls, .policy), sample: "VPN allocation request failed (HTTP status code)."),
    Message("SSL_connect: {reason}", .channelFailed(.tls), common: true, sample: "SSL_connect: error:0A000102:SSL routines::unsupported protocol"),
    Message("Could not resolve host: {host}", .nameNotResolved, common: true, sample: "Could not resolve host: vpn.example.com"),
    Message("The connection to the gateway was lost", .channelBroken(.tls), common: true),
    Message("Error reading from TLS connection ({reason})", .channelBroken(.tls), sample: "Error reading from TLS connection (unexpected eof while reading)."),
    Message("Error writing to TLS connection ({reason})", .channelBroken(.tls), sample: "Error writing to TLS connection (Broken pipe)."),
    Message("Establishing TLS connection", .channelStarted(.tls), common: true),
    Message("pppd: {reason}", .sessionEnded(.forReason), common: true, sample: "pppd: The link was terminated by the modem hanging up."),
  ])
}
