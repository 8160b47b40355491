extension ProductMessages {
  /// SonicWall's SSL VPN: nxBender, a client (nxbender/nx.py, ppp.py, sslconn.py), and NetExtender for Linux.
  // A message is a line.
  // swift-format-ignore
  static let sonicWall = ProductMessages(product: .sonicWall, messages: [
    Message("Starting session...", .informational, common: true),
    Message("Dialing up tunnel...", .channelStarted(.tls)),
    Message("Remote routing configured, VPN is up", .sessionOpened(.unknown)),
    Message("Error connecting to remote host: {reason}", .channelFailed(.tls), common: true, sample: "Error connecting to remote host: timed out"),
    Message("Certificate fingerprint verification failed; server's fingerprint is", .certificateRejected, sample: "Certificate fingerprint verification failed; server's fingerprint is eb:8e"),
    Message("Server returned error: {reason}", .channelRejected(.tls, .policy), common: true, sample: "Server returned error: login failed"),
    Message("Unable to start pppd: {reason}", .adapterProblem, common: true, sample: "Unable to start pppd: No such file or directory"),
    Message("pppd exited with code 0", .informational, common: true),
    Message("pppd exited with code 5", .sessionEnded(.byClient), common: true),
    Message("pppd exited with code 15", .deadPeer(.tls), common: true),
    Message("pppd exited with code 16", .channelBroken(.tls), common: true),
    Message("pppd exited with code {code}", .adapterProblem, common: true, sample: "pppd exited with code 2"),
    Message("Are you root? You almost certainly need to be root", .informational),
    Message("caught SIGINT, signalling pppd", .sessionEnded(.byClient)),
    Message("Shutting down...", .informational, common: true),
    Message("pyroute2.netlink.exceptions.NetlinkError: {reason}", .routeProblem, sample: "pyroute2.netlink.exceptions.NetlinkError: (17, 'File exists')"),
    // NetExtender.
    Message("Connecting to SSL VPN Server", .channelStarted(.tls), sample: "Connecting to SSL VPN Server \"vpn.example.com:4433\". . ."),
    Message("SSL Connection is ready", .informational, common: true),
    Message("Using SSL Encryption Cipher '{cipher}'", .informational, sample: "Using SSL Encryption Cipher 'ECDHE-RSA-AES256-SHA384'"),
    Message("Using new PPP frame encoding mechanism", .informational),
    Message("Using PPP async mode", .informational, sample: "Using PPP async mode (chosen by server)"),
    Message("Client IP Address: {inner}", .addressAssigned, common: true, sample: "Client IP Address: 10.20.0.50"),
    Message("NetExtender connected successfully", .sessionOpened(.unknown), sample: "NetExtender connected successfully. Type \"Ctrl-c\" to disconnect..."),
    Message("SSL VPN logging out", .informational, sample: "SSL VPN logging out..."),
    Message("SSL VPN connection is terminated", .sessionEnded(.unknown), sample: "SSL VPN connection is terminated."),
    Message("Exiting NetExtender client", .informational),
  ])
}
