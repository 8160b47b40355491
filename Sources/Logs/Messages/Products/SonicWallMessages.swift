extension ProductMessages {
  /// SonicWall's SSL VPN: nxBender, a client (nxbender/nx.py, ppp.py, sslconn.py).
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
    Message("pppd exited with code 0", .informational),
    Message("pppd exited with code 5", .sessionEnded(.byClient)),
    Message("pppd exited with code 15", .deadPeer(.tls)),
    Message("pppd exited with code 16", .channelBroken(.tls)),
    Message("pppd exited with code {code}", .adapterProblem, sample: "pppd exited with code 2"),
    Message("Are you root? You almost certainly need to be root", .informational),
    Message("caught SIGINT, signalling pppd", .sessionEnded(.byClient)),
    Message("Shutting down...", .informational, common: true),
  ])
}
