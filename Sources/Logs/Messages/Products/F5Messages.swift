extension ProductMessages {
  /// F5 BIG-IP: gof5, a client (pkg/client, pkg/link).
  // A message is a line.
  // swift-format-ignore
  static let f5 = ProductMessages(product: .f5, messages: [
    Message("gof5 v{} compiled with", .programStarted, sample: "gof5 v0.1.4 compiled with go1.17.2 for linux/arm64"),
    Message("Found F5 VPN profiles: ", .informational, sample: "Found F5 VPN profiles: [\"0:/Common/full\"]"),
    Message("Using {} F5 VPN profile", .informational, sample: "Using \"/Common/full\" F5 VPN profile"),
    Message("Reusing saved HTTPS VPN session for {host}", .informational, sample: "Reusing saved HTTPS VPN session for vpn.example.com"),
    Message("Overriding session ID from a CLI argument", .informational),
    Message("Logon denied", .channelRejected(.tls, .credentials), common: true),
    Message("Connection Status: logon failed", .channelRejected(.tls, .credentials)),
    Message("Connection Status: session established", .sessionOpened(.unknown)),
    Message("Server certificate verification failed", .certificateRejected, common: true, sample: "Server certificate verification failed."),
    Message("Logging in...", .informational, common: true),
    Message("Connecting to {host} using DTLS", .channelStarted(.dtls), sample: "Connecting to vpn.example.com:4433 using DTLS"),
    Message("failed to dial {host}: handshake error: context deadline exceeded", .channelUnanswered(.dtls), common: true, sample: "failed to dial vpn.example.com:4433: handshake error: context deadline exceeded"),
    Message("failed to dial {host}: handshake error: {reason}", .channelFailed(.dtls), common: true, sample: "failed to dial vpn.example.com:4433: handshake error: alert: Alert LevelFatal: HandshakeFailure"),
    Message("failed to dial {host}: {}connection refused", .channelRefused(.tls), common: true, sample: "failed to dial vpn.example.com:443: dial tcp 203.0.113.20:443: connect: connection refused"),
    Message("failed to dial {host}: {}i/o timeout", .channelUnanswered(.tls), common: true, sample: "failed to dial vpn.example.com:443: dial tcp 203.0.113.20:443: i/o timeout"),
    Message("failed to dial {host}: {}no such host", .nameNotResolved, common: true, sample: "failed to dial vpn.example.com:443: dial tcp: lookup vpn.example.com: no such host"),
    Message("failed to dial {host}: {reason}", .channelFailed(.tls), common: true, sample: "failed to dial vpn.example.com:443: tls: handshake failure"),
    Message("failed to get VPN connection options: {reason}", .channelFailed(.tls), sample: "failed to get VPN connection options: failed to read a request: read: connection reset by peer"),
    Message("failed to get VPN profiles: {reason}", .channelFailed(.tls), sample: "failed to get VPN profiles: EOF"),
    Message("failed to parse VPN profiles: {reason}", .channelFailed(.tls), sample: "failed to parse VPN profiles: EOF"),
    Message("VPN profile was not found", .configurationProblem),
    Message("fatal read http: {reason}", .channelBroken(.tls), sample: "fatal read http: read tcp 192.168.1.10:40000->203.0.113.20:443: connection reset by peer"),
    Message("fatal write to http: {reason}", .channelBroken(.tls), sample: "fatal write to http: broken pipe"),
    Message("fatal read pppd: {reason}", .adapterProblem, sample: "fatal read pppd: read /dev/ptmx: input/output error"),
    Message("fatal read tun: {reason}", .adapterProblem, sample: "fatal read tun: file already closed"),
    Message("connection error, retries exhausted. Aborting. Last error was: {reason}", .reconnectFailed(.tls), sample: "connection error, retries exhausted. Aborting. Last error was: EOF"),
    Message("Applying routes, pushed from F5 VPN server", .informational),
    Message("Client IP: {inner}", .addressAssigned, common: true, sample: "Client IP: 10.20.0.50"),
    Message("received {name} signal, exiting", .sessionEnded(.byClient), common: true, sample: "received interrupt signal, exiting"),
  ])
}
