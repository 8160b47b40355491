extension ProductMessages {
  /// SoftEther VPN Server: server_log/vpn_*.log (src/bin/hamcore/strtable_en.stb). Beside its own protocol it serves SSTP, OpenVPN
  /// and L2TP over IPsec; of IKE it tells each SA.
  // A message is a line.
  // swift-format-ignore
  static let softEther = ProductMessages(product: .softEther, messages: [
    Message("IPsec IKE Session (IKE SA) {count} (Client: {}) ({client} -> {}): A new IKE SA", .channelStarted(.ike), sample: ike("A new IKE SA (Main Mode) is created. Initiator Cookie: 0x3B663C91968AA11A")),
    Message("IPsec IKE Session (IKE SA) {count} (Client: {}) ({client} -> {}): This IKE SA is established", .channelEstablished(.ike), sample: ike("This IKE SA is established between the server and the client.")),
    Message("IPsec IKE Session (IKE SA) {count} (Client: {}) ({client} -> {}): This IKE SA is deleted", .channelClosed(.ike), sample: ike("This IKE SA is deleted.")),
    Message("IPsec IKE Session (IKE SA) {count} (Client: {}) ({client} -> {}): There are no acceptable transform proposals from the client for establishing an IPsec SA", .channelRejected(.esp, .proposal), sample: ike("There are no acceptable transform proposals from the client for establishing an IPsec SA.")),
    Message("IPsec IKE Session (IKE SA) ", .informational, sample: ike("The client initiates a QuickMode negotiation.")),
    Message("IPsec Client {count} ({client} -> {}): There are no acceptable transform proposals from the client for establishing an IKE SA", .channelRejected(.ike, .proposal), sample: client("There are no acceptable transform proposals from the client for establishing an IKE SA.")),
    Message("IPsec Client {count} ({client} -> {}): The connection cannot be accepted because this VPN client is not compatible with IPsec NAT Traversal", .channelRejected(.ike, .policy), sample: client("The connection cannot be accepted because this VPN client is not compatible with IPsec NAT Traversal (RFC 3947 Negotiation of NAT-Traversal in the IKE).")),
    Message("IPsec Client {count} ({client} -> ", .informational, sample: client("A new IPsec client is created.")),
    Message("IPsec ESP Session (IPsec SA) {count} (Client: {}) ({client} -> {}): This IPsec SA is established", .channelEstablished(.esp), sample: esp("This IPsec SA is established between the server and the client.")),
    Message("IPsec ESP Session (IPsec SA) ", .informational, sample: esp("This IPsec SA is deleted.")),
    // PPP inside L2TP and SSTP.
    Message("PPP Session [{client}]: {}user authentication failed", .authenticationFailed, sample: "L2TP PPP Session [198.51.100.143:1701]: \"MS-CHAP v2\" (Microsoft Challenge and Response Protocol Version 2.0) user authentication failed."),
    Message("PPP Session [{client}]: The client denied to accept ", .authenticationFailed, sample: "SSTP PPP Session [198.51.100.143:52193]: The client denied to accept the authentication protocol \"PAP\""),
    Message("PPP Session [{client}]: A timeout on the PPP ", .deadPeer(.esp), sample: "L2TP PPP Session [198.51.100.143:1701]: A timeout on the PPP data transmitting occurred."),
    Message("PPP Session [{client}]: Acquiring an IP address from the DHCP server failed", .configurationProblem, sample: "L2TP PPP Session [198.51.100.143:1701]: Acquiring an IP address from the DHCP server failed."),
    // Also where a client hangs up.
    Message("PPP Session [{client}]: A PPP protocol error occurred, or the PPP session has been disconnected", .informational, sample: "L2TP PPP Session [198.51.100.143:1701]: A PPP protocol error occurred, or the PPP session has been disconnected."),
    Message("PPP Session [{client}]: ", .informational, sample: "SSTP PPP Session [198.51.100.143:52193]: A new PPP session (Upper protocol: SSTP) is started."),
    // Its own protocol. Error 5 is of whoever knocks at the port, 11 of a session that was taken down.
    Message("On the TCP Listener (Port {port}), a Client (IP address {client}, ", .informational, sample: "On the TCP Listener (Port 443), a Client (IP address 198.51.100.143, Host name \"laptop\", Port number 52193) has connected."),
    Message("For the client (IP address: {client}, ", .informational, sample: "For the client (IP address: 198.51.100.143, host name: \"laptop\", port number: 52193), connection \"CID-1\" has been created."),
    Message("The connection with the client (IP address {client}, ", .informational, sample: "The connection with the client (IP address 198.51.100.143, Port number 52193) has been disconnected."),
    Message("SSL communication for connection \"{}\" has been started", .informational, sample: "SSL communication for connection \"CID-1\" has been started. The encryption algorithm name is \"TLS_AES_256_GCM_SHA384\"."),
    Message("Failed to start SSL communication for connection \"{}\". Error: {reason}", .channelFailed(.tls), sample: "Failed to start SSL communication for connection \"CID-1\". Error: Protocol error occurred. (code 4)"),
    Message("terminated by the cause \"A client which is non-SoftEther VPN software has connected to the port", .informational, sample: "Connection \"CID-88\" terminated by the cause \"A client which is non-SoftEther VPN software has connected to the port.\" (code 5)."),
    Message("terminated by the cause \"The VPN session has been deleted", .informational, sample: "Connection \"CID-88\" terminated by the cause \"The VPN session has been deleted.\" (code 11)."),
    Message("terminated by the cause \"User authentication failed", .authenticationFailed, sample: "Connection \"CID-88\" terminated by the cause \"User authentication failed.\" (code 9)."),
    Message("terminated by the cause \"{reason}\" (code {code})", .channelFailed(.tls), sample: "Connection \"CID-88\" terminated by the cause \"Time-out occurred during VPN session communication.\" (code 13)."),
    Message("Successfully authenticated as user \"{user}\"", .authenticationSucceeded, sample: "Connection \"CID-88\": Successfully authenticated as user \"alice\"."),
    Message("The session has been terminated. The statistical information is as follows", .informational, sample: "[HUB \"DEFAULT\"] Session \"SID-ALICE-12\": The session has been terminated. The statistical information is as follows: Total outgoing data size: 7363 bytes"),
  ])

  private static func ike(_ words: String) -> String {
    "IPsec IKE Session (IKE SA) 12 (Client: 35) (198.51.100.143:62713 -> 203.0.113.15:500): \(words)"
  }

  private static func client(_ words: String) -> String {
    "IPsec Client 35 (198.51.100.143:62713 -> 203.0.113.15:500): \(words)"
  }

  private static func esp(_ words: String) -> String {
    "IPsec ESP Session (IPsec SA) 127 (Client: 129) (198.51.100.143:34307 -> 203.0.113.15:4500): \(words)"
  }
}
