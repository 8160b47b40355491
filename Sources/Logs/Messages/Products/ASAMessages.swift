extension ProductMessages {
  /// ASA and FTD, by the numbers of the Cisco Secure Firewall ASA Series Syslog Messages.
  ///
  /// Group, user and client stand in front of most (`MessageSubject`). With a tag in the line the number decides,
  /// without one the words.
  static let asa = ProductMessages(product: .asa, messages: sessions + tls + packets + ipsec + authentication)

  // swift-format-ignore
  private static func message(_ number: Int, _ text: String, _ meaning: MessageMeaning, common: Bool = false, sample: String) -> Message {
    Message(text, meaning, common: common, number: number, sample: sample)
  }

  /// 722007 to 722014: what a client says, an error, a warning, a notice or only talk.
  // swift-format-ignore
  private static func clientMessage(_ text: String, _ meaning: MessageMeaning, sample: String) -> Message {
    Message(text, meaning, numbers: 722_007...722_014, sample: sample)
  }

  private static let user = "Group <ac_users_group> User <alice> IP <198.51.100.10> "

  // A message is a line.
  // swift-format-ignore
  private static let sessions: [Message] = [
    message(113_019, "Session disconnected. Session Type: {transport}, Duration: {}, Bytes xmt: {}, Bytes rcv: {}, Reason: User Requested", .sessionEnded(.byClient), sample: "Group = ac_users_group, Username = alice, IP = 198.51.100.10, Session disconnected. Session Type: SSL, Duration: 1h:02m:03s, Bytes xmt: 1, Bytes rcv: 2, Reason: User Requested"),
    message(113_019, "Session disconnected. Session Type: {transport}, Duration: {}, Bytes xmt: {}, Bytes rcv: {}, Reason: Idle Timeout", .sessionEnded(.idle), sample: "Group = ac_users_group, Username = alice, IP = 198.51.100.10, Session disconnected. Session Type: SSL, Duration: 1h:02m:03s, Bytes xmt: 1, Bytes rcv: 2, Reason: Idle Timeout"),
    message(113_019, "Session disconnected. Session Type: {transport}, Duration: {}, Bytes xmt: {}, Bytes rcv: {}, Reason: Max time exceeded", .sessionEnded(.lifetime), sample: "Group = ac_users_group, Username = alice, IP = 198.51.100.10, Session disconnected. Session Type: SSL, Duration: 24h:00m:00s, Bytes xmt: 1, Bytes rcv: 2, Reason: Max time exceeded"),
    message(113_019, "Session disconnected. Session Type: {transport}, Duration: {}, Bytes xmt: {}, Bytes rcv: {}, Reason: {reason}", .sessionEnded(.forReason), sample: "Group = ac_users_group, Username = alice, IP = 198.51.100.10, Session disconnected. Session Type: AnyConnect-Parent, Duration: 0h:05m:00s, Bytes xmt: 1, Bytes rcv: 2, Reason: Connection Preempted"),
    message(113_029, "Session could not be established: session limit of {count} reached", .limitReached, sample: user + "Session could not be established: session limit of 250 reached"),
    message(113_035, "Session terminated: AnyConnect not enabled", .channelRejected(.tls, .policy), sample: user + "Session terminated: AnyConnect not enabled or invalid AnyConnect image on the ASA."),
    message(113_038, "Unable to create AnyConnect parent session", .channelFailed(.tls), sample: user + "Unable to create AnyConnect parent session."),
    message(113_039, "AnyConnect parent session started", .sessionOpened(.first), sample: user + "AnyConnect parent session started."),
    message(113_040, "Terminating the VPN connection attempt from {group}. Reason: {reason}", .channelRejected(.tls, .policy), sample: "Terminating the VPN connection attempt from ac_users_group. Reason: This connection is group locked to other."),
    message(716_001, "WebVPN session started", .sessionOpened(.unknown), sample: user + "WebVPN session started."),
    message(716_002, "WebVPN session terminated: User requested", .sessionEnded(.byClient), sample: user + "WebVPN session terminated: User requested."),
    message(716_002, "WebVPN session terminated: {reason}", .sessionEnded(.forReason), sample: user + "WebVPN session terminated: Idle timeout."),
    message(716_038, "Authentication: successful, Session Type: {transport}", .authenticationSucceeded, sample: user + "Authentication: successful, Session Type: WebVPN."),
    message(716_039, "Authentication: rejected, Session Type: {transport}", .authenticationFailed, sample: user + "Authentication: rejected, Session Type: WebVPN."),
    message(716_007, "WebVPN Unable to create session", .channelFailed(.tls), sample: user + "WebVPN Unable to create session."),
    message(716_056, "Authentication to SSO server", .authenticationFailed, sample: user + "Authentication to SSO server name: sso type SAML failed reason: timeout"),
    message(716_057, "Session terminated, no {name} license available", .limitReached, sample: user + "Session terminated, no AnyConnect Premium license available."),
    message(716_058, "AnyConnect session lost connection. Waiting to resume", .sessionInterrupted, sample: user + "AnyConnect session lost connection. Waiting to resume."),
    message(716_059, "AnyConnect session resumed connection from IP {client}", .sessionOpened(.resumed), sample: user + "AnyConnect session resumed connection from IP <198.51.100.20>."),
    message(716_060, "Terminated AnyConnect session in inactive state to accept a new connection", .limitReached, sample: user + "Terminated AnyConnect session in inactive state to accept a new connection. License limit reached."),
    message(722_001, "Error parsing SVC connect request", .channelFailed(.tls), sample: "IP <198.51.100.10> Error parsing SVC connect request."),
    message(722_002, "Error consolidating SVC connect request", .channelFailed(.tls), sample: "IP <198.51.100.10> Error consolidating SVC connect request."),
    message(722_003, "Error authenticating SVC connect request", .channelRejected(.tls, .cookie), sample: "IP <198.51.100.10> Error authenticating SVC connect request."),
    message(722_004, "Error responding to SVC connect request", .channelFailed(.tls), sample: user + "Error responding to SVC connect request."),
    message(722_005, "Unable to update session information for SVC connection", .channelFailed(.tls), sample: user + "Unable to update session information for SVC connection."),
    message(722_006, "Invalid address {inner} assigned to SVC connection", .configurationProblem, sample: user + "Invalid address <0.0.0.0> assigned to SVC connection."),
    clientMessage("SVC Message: 16/{}: {reason}", .sessionEnded(.byClient), sample: user + "SVC Message: 16/NOTICE: The user has requested to disconnect the connection.."),
    clientMessage("SVC Message: 17/{}: {reason}", .channelClosed(.tls), sample: user + "SVC Message: 17/WARNING: Reconnecting the VPN tunnel.."),
    clientMessage("SVC Message: 18/{}: {reason}", .rekeyStarted(.tls), sample: user + "SVC Message: 18/NOTICE: Rekey."),
    clientMessage("SVC Message: {code}/{}: {reason}", .informational, sample: user + "SVC Message: 1/INFO: hello."),
    message(722_015, "Unknown SVC frame type", .channelBroken(.tls), sample: user + "Unknown SVC frame type: 9"),
    message(722_016, "Bad SVC frame length", .channelBroken(.tls), sample: user + "Bad SVC frame length: 9000 expected: 1400"),
    message(722_017, "Bad SVC framing", .channelBroken(.tls), sample: user + "Bad SVC framing: 525446, reserved: 0"),
    message(722_018, "Bad SVC protocol version", .channelBroken(.tls), sample: user + "Bad SVC protocol version: 2, expected: 1"),
    message(722_019, "Not enough data for an SVC header", .channelBroken(.tls), sample: user + "Not enough data for an SVC header: 4"),
    message(722_020, "No address available for SVC connection", .limitReached, sample: "TunnelGroup <ac> GroupPolicy <ac_users_group> User <alice> IP <198.51.100.10> No address available for SVC connection"),
    message(722_022, "TCP SVC connection established", .channelEstablished(.tls), sample: user + "TCP SVC connection established without compression"),
    message(722_022, "UDP SVC connection established", .channelEstablished(.dtls), sample: user + "UDP SVC connection established without compression"),
    message(722_022, "TCP connection established with compression", .channelEstablished(.tls), common: true, sample: user + "TCP connection established with compression"),
    message(722_022, "TCP connection established without compression", .channelEstablished(.tls), common: true, sample: user + "TCP connection established without compression"),
    message(722_022, "UDP connection established with compression", .channelEstablished(.dtls), common: true, sample: user + "UDP connection established with compression"),
    message(722_022, "UDP connection established without compression", .channelEstablished(.dtls), common: true, sample: user + "UDP connection established without compression"),
    message(722_023, "TCP SVC connection terminated", .channelClosed(.tls), sample: user + "TCP SVC connection terminated without compression"),
    message(722_023, "UDP SVC connection terminated", .channelClosed(.dtls), sample: user + "UDP SVC connection terminated without compression"),
    message(722_023, "TCP connection terminated with compression", .channelClosed(.tls), common: true, sample: user + "TCP connection terminated with compression"),
    message(722_023, "TCP connection terminated without compression", .channelClosed(.tls), common: true, sample: user + "TCP connection terminated without compression"),
    message(722_023, "UDP connection terminated with compression", .channelClosed(.dtls), common: true, sample: user + "UDP connection terminated with compression"),
    message(722_023, "UDP connection terminated without compression", .channelClosed(.dtls), common: true, sample: user + "UDP connection terminated without compression"),
    message(722_028, "Stale SVC connection closed", .channelClosed(.tls), sample: user + "Stale SVC connection closed."),
    message(722_028, "Stale connection closed", .channelClosed(.tls), common: true, sample: user + "Stale connection closed."),
    message(722_029, "SVC Session Termination: Conns: {count}, DPD Conns: {}", .informational, sample: user + "SVC Session Termination: Conns: 2, DPD Conns: 0, Comp resets: 0, Dcmp resets: 0."),
    message(722_030, "SVC Session Termination: In: {}", .informational, sample: user + "SVC Session Termination: In: 1 (+2) bytes, 3 (+4) packets, 0 drops."),
    message(722_031, "SVC Session Termination: Out: {}", .informational, sample: user + "SVC Session Termination: Out: 1 (+2) bytes, 3 (+4) packets, 0 drops."),
    message(722_032, "New TCP SVC connection replacing old connection", .sessionOpened(.replacing), sample: user + "New TCP SVC connection replacing old connection."),
    message(722_032, "New UDP SVC connection replacing old connection", .reconnecting(.dtls), sample: user + "New UDP SVC connection replacing old connection."),
    message(722_032, "New SVC connection replacing old connection", .sessionOpened(.replacing), sample: user + "New SVC connection replacing old connection."),
    message(722_033, "First TCP SVC connection established for SVC session", .sessionOpened(.first), sample: user + "First TCP SVC connection established for SVC session."),
    message(722_033, "First UDP SVC connection established for SVC session", .channelEstablished(.dtls), sample: user + "First UDP SVC connection established for SVC session."),
    message(722_033, "First SVC connection established for SVC session", .sessionOpened(.first), sample: user + "First SVC connection established for SVC session."),
    message(722_034, "New TCP SVC connection, no existing connection", .sessionOpened(.additional), sample: user + "New TCP SVC connection, no existing connection."),
    message(722_034, "New UDP SVC connection, no existing connection", .reconnecting(.dtls), sample: user + "New UDP SVC connection, no existing connection."),
    message(722_034, "New SVC connection, no existing connection", .sessionOpened(.additional), sample: user + "New SVC connection, no existing connection."),
    message(722_035, "Received large packet {size} (threshold {threshold})", .largePacket(towardsClient: false), sample: user + "Received large packet 1400 (threshold 1347)."),
    message(722_036, "Transmitting large packet {size} (threshold {threshold})", .largePacket(towardsClient: true), sample: user + "Transmitting large packet 1418 (threshold 1347)."),
    message(722_037, "SVC closing connection: DPD failure", .deadPeer(.tls), sample: user + "SVC closing connection: DPD failure."),
    message(722_037, "SVC closing connection: {reason}", .channelClosed(.tls), sample: user + "SVC closing connection: Transport closing."),
    message(722_037, "closing connection: {reason}", .channelClosed(.tls), common: true, sample: user + "closing connection: User requested."),
    message(722_038, "SVC terminating session: User requested", .sessionEnded(.byClient), sample: user + "SVC terminating session: User requested."),
    message(722_038, "SVC terminating session: {reason}", .sessionEnded(.forReason), sample: user + "SVC terminating session: Idle timeout."),
    message(722_041, "No IPv6 address available for SVC connection", .informational, sample: "TunnelGroup <ac> GroupPolicy <ac_users_group> User <alice> IP <198.51.100.10> No IPv6 address available for SVC connection"),
    message(722_042, "Invalid Cisco SSL Tunneling Protocol version", .channelRejected(.tls, .version), sample: user + "Invalid Cisco SSL Tunneling Protocol version."),
    message(722_043, "DTLS disabled: {reason}", .channelRejected(.dtls, .proposal), sample: user + "DTLS disabled: unable to negotiate cipher."),
    message(722_044, "Unable to request {} address for SSL tunnel", .limitReached, sample: user + "Unable to request IPv4 address for SSL tunnel."),
    message(722_045, "Connection terminated: no SSL tunnel initialization data", .channelFailed(.tls), sample: user + "Connection terminated: no SSL tunnel initialization data."),
    message(722_046, "Unable to establish tunnel", .channelFailed(.tls), common: true, sample: user + "Unable to establish tunnel."),
    message(722_047, "Tunnel terminated: SVC not enabled or invalid SVC image", .channelRejected(.tls, .policy), sample: user + "Tunnel terminated: SVC not enabled or invalid SVC image on the ASA."),
    message(722_048, "Tunnel terminated: SVC not enabled for the user", .channelRejected(.tls, .policy), sample: user + "Tunnel terminated: SVC not enabled for the user."),
    message(722_049, "Session terminated: SVC not enabled or invalid image", .channelRejected(.tls, .policy), sample: user + "Session terminated: SVC not enabled or invalid image on the ASA."),
    message(722_050, "Session terminated: SVC not enabled for the user", .channelRejected(.tls, .policy), sample: user + "Session terminated: SVC not enabled for the user."),
    message(722_051, "IPv4 Address <{inner}> IPv6 address <{address}> assigned to session", .addressAssigned, sample: user + "IPv4 Address <10.20.0.165> IPv6 address <::> assigned to session"),
    message(722_051, "Address <{inner}> assigned to session", .addressAssigned, sample: user + "Address <10.20.0.165> assigned to session"),
    message(722_053, "Unknown client {} connection", .informational, sample: user + "Unknown client curl connection."),
    message(722_054, "SVC terminating connection: Failed to install Redirect", .channelFailed(.tls), sample: user + "SVC terminating connection: Failed to install Redirect URL: https://example.com for 10.20.0.50"),
    message(722_055, "Client Type: {name}", .informational, common: true, sample: user + "Client Type: Cisco AnyConnect VPN Agent for Windows 4.10"),
    message(722_056, "Unsupported AnyConnect client connection rejected from {client}. Client info: {name}. Reason: {reason}", .channelRejected(.tls, .version), sample: "Unsupported AnyConnect client connection rejected from 198.51.100.10. Client info: curl. Reason: Unsupported"),
    message(734_001, "DAP: User {user}, Addr {client}, Connection {transport}: The following DAP records were selected", .informational, sample: "DAP: User alice, Addr 198.51.100.10, Connection AnyConnect: The following DAP records were selected for this connection: DfltAccessPolicy"),
    message(734_002, "DAP: User {user}, Addr {client}: Connection terminated by the following DAP records: {reason}", .channelRejected(.tls, .policy), sample: "DAP: User alice, Addr 198.51.100.10: Connection terminated by the following DAP records: NoAntivirus"),
    message(734_004, "DAP: Processing error: {reason}", .configurationProblem, sample: "DAP: Processing error: internal error 1"),
    message(746_012, "user-identity: Add IP-User mapping", .informational, sample: "user-identity: Add IP-User mapping 10.20.0.50 - EXAMPLE\\alice Succeeded - VPN user login"),
    message(746_013, "user-identity: Delete IP-User mapping", .informational, sample: "user-identity: Delete IP-User mapping 10.20.0.50 - EXAMPLE\\alice Succeeded - VPN user logout"),
    message(737_007, "IPAA: Local pool request failed for tunnel-group '{group}'", .limitReached, sample: "IPAA: Local pool request failed for tunnel-group 'ac_users_group'"),
    message(737_019, "IPAA: Unable to get address from group-policy or tunnel-group local pools", .limitReached, sample: "IPAA: Unable to get address from group-policy or tunnel-group local pools"),
  ]

  // A message is a line.
  // swift-format-ignore
  private static let tls: [Message] = [
    message(725_001, "Starting SSL handshake with client {client} to {gateway} for DTLS{}session", .channelStarted(.dtls), sample: "Starting SSL handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443 for DTLSv1.2 session"),
    message(725_001, "Starting SSL handshake with client {client} to {gateway} for {}session", .channelStarted(.tls), sample: "Starting SSL handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443 for TLS session"),
    message(725_001, "Starting SSL handshake with client {client} for DTLS{}session", .channelStarted(.dtls), sample: "Starting SSL handshake with client outside:198.51.100.10/52435 for DTLSv1 session."),
    message(725_001, "Starting SSL handshake with client {client} for {}session", .channelStarted(.tls), sample: "Starting SSL handshake with client outside:198.51.100.10/52435 for TLS session."),
    message(725_001, "Starting SSL handshake with server", .informational, sample: "Starting SSL handshake with server outside:198.51.100.30/443 to 203.0.113.20/40000 for TLS session"),
    message(725_002, "Device completed SSL handshake with client {client} to {gateway} for DTLS{}session", .channelEstablished(.dtls), sample: "Device completed SSL handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443 for DTLSv1.2 session"),
    message(725_002, "Device completed SSL handshake with client {client} to {gateway} for {}session", .channelEstablished(.tls), sample: "Device completed SSL handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443 for TLSv1.2 session"),
    message(725_002, "Device completed SSL handshake with client {client}", .channelEstablished(.tls), sample: "Device completed SSL handshake with client outside:198.51.100.10/52435"),
    message(725_003, "SSL client {client} to {gateway} request to resume previous session", .informational, sample: "SSL client outside:198.51.100.10/52435 to 203.0.113.20/443 request to resume previous session"),
    message(725_006, "Device failed SSL handshake with client {client} to {gateway}", .channelFailed(.tls), sample: "Device failed SSL handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443"),
    message(725_006, "Device failed SSL handshake with client {client}", .channelFailed(.tls), sample: "Device failed SSL handshake with client outside:198.51.100.10/52435"),
    message(725_007, "SSL session with client {client} to {gateway} terminated", .channelClosed(.tls), sample: "SSL session with client outside:198.51.100.10/52435 to 203.0.113.20/443 terminated"),
    message(725_007, "SSL session with client {client} terminated", .channelClosed(.tls), sample: "SSL session with client outside:198.51.100.10/52435 terminated."),
    message(725_012, "Device chooses cipher {cipher} for the SSL session with client {client}", .cipherNegotiated(.tls), sample: "Device chooses cipher ECDHE-RSA-AES256-GCM-SHA384 for the SSL session with client outside:198.51.100.10/52435 to 203.0.113.20/443"),
    message(725_014, "SSL lib error. Function: {name} Reason: {reason}", .informational, sample: "SSL lib error. Function: ssl3_get_client_hello Reason: no shared cipher"),
    message(725_015, "Error verifying client certificate", .certificateRejected, sample: "Error verifying client certificate. Public key size in client certificate exceeds the maximum supported key size."),
    message(725_017, "No certificates received during the handshake with client {client}", .certificateRejected, sample: "No certificates received during the handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443 for TLSv1.2 session"),
  ]

  // A message is a line.
  // swift-format-ignore
  private static let packets: [Message] = [
    message(106_001, "Inbound TCP connection denied from {source} to {destination} flags", .accessDenied, sample: "Inbound TCP connection denied from 198.51.100.10/40000 to 203.0.113.20/443 flags SYN on interface outside"),
    message(106_006, "Deny inbound UDP from {source} to {destination} on interface {interface}", .accessDenied, sample: "Deny inbound UDP from 198.51.100.10/52435 to 203.0.113.20/443 on interface outside"),
    message(106_014, "Deny inbound icmp src {source} dst {destination}", .accessDenied, sample: "Deny inbound icmp src outside:198.51.100.1 dst inside:10.1.1.1 (type 3, code 4)"),
    message(106_015, "Deny TCP (no connection) from {source} to {destination} flags", .accessDenied, sample: "Deny TCP (no connection) from 198.51.100.10/40000 to 203.0.113.20/443 flags RST on interface outside"),
    message(106_021, "Deny UDP reverse path check from {source} to {destination} on interface {interface}", .accessDenied, sample: "Deny UDP reverse path check from 198.51.100.10 to 203.0.113.20 on interface outside"),
    message(106_021, "Deny TCP reverse path check from {source} to {destination} on interface {interface}", .accessDenied, sample: "Deny TCP reverse path check from 198.51.100.10 to 203.0.113.20 on interface outside"),
    message(106_023, "Deny udp src {source} dst {destination} by access-group", .accessDenied, sample: "Deny udp src outside:198.51.100.10/52435 dst inside:203.0.113.20/443 by access-group \"outside_in\" [0x0, 0x0]"),
    message(106_023, "Deny tcp src {source} dst {destination} by access-group", .accessDenied, sample: "Deny tcp src outside:198.51.100.10/52435 dst inside:203.0.113.20/443 by access-group \"outside_in\" [0x0, 0x0]"),
    message(106_023, "Deny icmp src {source} dst {destination} (type {code}, code {count}) by access-group", .accessDenied, sample: "Deny icmp src outside:198.51.100.10 dst inside:203.0.113.20 (type 3, code 4) by access-group \"outside_in\" [0x0, 0x0]"),
    message(106_023, "Deny protocol {code} src {source} dst {destination} by access-group", .accessDenied, sample: "Deny protocol 50 src outside:198.51.100.10 dst inside:203.0.113.20 by access-group \"outside_in\" [0x0, 0x0]"),
    message(602_101, "PMTU-D packet {size} bytes greater than effective mtu {mtu}, dest_addr={destination}, src_addr={source}, prot={transport}", .pathMTUExceeded, sample: "PMTU-D packet 1418 bytes greater than effective mtu 1347, dest_addr=10.20.0.50, src_addr=10.1.1.1, prot=TCP"),
    message(602_103, "IPSEC: Received an ICMP Destination Unreachable from {source} with suggested PMTU of {mtu}; PMTU updated for SA with peer {address}", .mtu(.path), sample: "IPSEC: Received an ICMP Destination Unreachable from 198.51.100.1 with suggested PMTU of 1400; PMTU updated for SA with peer 198.51.100.10, SPI 1, tunnel name alice, old PMTU 1500, new PMTU 1400."),
    message(710_003, "UDP access denied by ACL from {source} to {destination}", .requestDiscarded, sample: "UDP access denied by ACL from 198.51.100.10/52435 to outside:203.0.113.20/443"),
    message(710_003, "TCP access denied by ACL from {source} to {destination}", .requestDiscarded, sample: "TCP access denied by ACL from 198.51.100.10/52435 to outside:203.0.113.20/443"),
    message(710_005, "UDP request discarded from {source} to {destination}", .requestDiscarded, sample: "UDP request discarded from 198.51.100.10/52435 to outside:203.0.113.20/443"),
    message(710_005, "TCP request discarded from {source} to {destination}", .requestDiscarded, sample: "TCP request discarded from 198.51.100.10/52435 to outside:203.0.113.20/443"),
    message(710_006, "request discarded from {source} to {destination}", .requestDiscarded, common: true, sample: "ESP request discarded from 198.51.100.10 to outside:203.0.113.20"),
  ]

  // A message is a line.
  // swift-format-ignore
  private static let ipsec: [Message] = [
    message(402_119, "that failed anti-replay checking", .replayed(.esp), sample: "IPSEC: Received an ESP packet (SPI= 0x1, sequence number= 0x2) from 198.51.100.10 (user= alice) to 203.0.113.20 that failed anti-replay checking."),
    message(402_120, "that failed authentication", .notDecrypted(.esp), common: true, sample: "IPSEC: Received an ESP packet (SPI= 0x1, sequence number= 0x2) from 198.51.100.10 (user= alice) to 203.0.113.20 that failed authentication."),
    message(602_303, "IPSEC: An {} SA (SPI= {}) between {source} and {destination} (user= {user}) has been created", .channelEstablished(.esp), sample: "IPSEC: An inbound remote access SA (SPI= 0x1) between 203.0.113.20 and 198.51.100.10 (user= alice) has been created."),
    message(602_304, "IPSEC: An {} SA (SPI= {}) between {source} and {destination} (user= {user}) has been deleted", .channelClosed(.esp), sample: "IPSEC: An inbound remote access SA (SPI= 0x1) between 203.0.113.20 and 198.51.100.10 (user= alice) has been deleted."),
    message(713_048, "Error processing payload: Payload ID: {code}", .channelFailed(.ike), sample: "IP = 198.51.100.10, Error processing payload: Payload ID: 1"),
    message(713_050, "Connection terminated for peer {name}. Reason: {reason} Remote Proxy", .sessionEnded(.forReason), sample: "Group = g, IP = 198.51.100.10, Connection terminated for peer alice. Reason: Peer Terminate Remote Proxy N/A, Local Proxy N/A"),
    message(713_061, "Rejecting IPSec tunnel: no matching crypto map entry", .channelRejected(.esp, .selectors), sample: "Group = g, IP = 198.51.100.10, Rejecting IPSec tunnel: no matching crypto map entry for remote proxy 10.0.0.0/255.0.0.0/0/0"),
    message(713_119, "PHASE 1 COMPLETED", .channelEstablished(.ike), sample: "Group = g, IP = 198.51.100.10, PHASE 1 COMPLETED"),
    message(713_120, "PHASE 2 COMPLETED", .channelEstablished(.esp), sample: "Group = g, IP = 198.51.100.10, PHASE 2 COMPLETED (msgid=00000001)"),
    message(713_123, "IKE lost contact with remote peer, deleting connection", .deadPeer(.ike), sample: "Group = g, IP = 198.51.100.10, IKE lost contact with remote peer, deleting connection (keepalive type: DPD)"),
    message(713_201, "Duplicate Phase {count} packet detected", .retransmission(.ike), sample: "Group = g, IP = 198.51.100.10, Duplicate Phase 1 packet detected. Retransmitting last packet."),
    message(713_259, "Session is being torn down. Reason: {reason}", .sessionEnded(.forReason), sample: "Group = g, Username = alice, IP = 198.51.100.10, Session is being torn down. Reason: Phase 2 Mismatch"),
    message(713_060, "Tunnel Rejected: User ({user}) not member of group ({group})", .channelRejected(.ike, .policy), sample: "Group = g, Username = alice, IP = 198.51.100.10, Tunnel Rejected: User (alice) not member of group (g), group-lock check failed."),
    message(713_132, "Cannot obtain an IP address for remote peer", .limitReached, sample: "Group = g, Username = alice, IP = 198.51.100.10, Cannot obtain an IP address for remote peer"),
    message(713_167, "Remote peer has failed user authentication", .authenticationFailed, sample: "Group = g, Username = alice, IP = 198.51.100.10, Remote peer has failed user authentication - check configured username and password"),
    message(713_203, "IKE Receiver: Error reading from socket", .configurationProblem, sample: "IKE Receiver: Error reading from socket."),
    message(713_206, "Tunnel Rejected: Conflicting protocols specified by tunnel-group and group-policy", .channelRejected(.ike, .policy), sample: "Group = g, IP = 198.51.100.10, Tunnel Rejected: Conflicting protocols specified by tunnel-group and group-policy"),
    message(713_257, "Mismatched attribute types for class {name}: {}", .channelRejected(.ike, .proposal), sample: "Phase 1 failure: Mismatched attribute types for class Group Description: Rcv'd: Group 2 Cfg'd: Group 5"),
    // What no message of its own exists for.
    message(713_902, "QM FSM error", .channelFailed(.esp), sample: "Group = g, IP = 198.51.100.10, QM FSM error (P2 struct &0xda90f540, mess id 0x2c91ca52)!"),
    message(713_902, "Removing peer from correlator table failed", .informational, sample: "Group = g, IP = 198.51.100.10, Removing peer from correlator table failed, no match!"),
    message(713_903, "Can't find a valid tunnel group", .channelRejected(.ike, .policy), sample: "IP = 198.51.100.10, Can't find a valid tunnel group, aborting...!"),
    message(713_903, "Error: Unable to remove PeerTblEntry", .informational, sample: "IP = 198.51.100.10, Error: Unable to remove PeerTblEntry"),
    message(751_002, "No preshared key or trustpoint configured for self in tunnel group {group}", .configurationProblem, sample: "Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:g No preshared key or trustpoint configured for self in tunnel group g"),
    message(751_006, "Certificate authentication failed. Error: {reason}", .certificateRejected, common: true, sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice Certificate authentication failed. Error: Certificate expired"),
    message(751_008, "Tunnel rejected: IKEv2 not enabled in group policy", .channelRejected(.ike, .policy), sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice Group=g, Tunnel rejected: IKEv2 not enabled in group policy"),
    message(751_009, "Unable to find tunnel group for peer", .channelRejected(.ike, .policy), sample: "Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:Unknown Unable to find tunnel group for peer."),
    message(751_010, "Unable to determine self-authentication method", .configurationProblem, sample: "Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:Unknown Unable to determine self-authentication method. No crypto map setting or tunnel group found."),
    message(751_011, "Failed user authentication. Error: {reason}", .authenticationFailed, common: true, sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice Failed user authentication. Error: Access denied"),
    message(751_012, "Failure occurred during Configuration Mode processing. Error: {reason}", .channelFailed(.ike), sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice Failure occurred during Configuration Mode processing. Error: No address"),
    message(751_015, "SA request rejected by CAC. Reason: {reason}", .limitReached, sample: "Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:Unknown SA request rejected by CAC. Reason: IN-NEGOTIATION SA LIMIT REACHED"),
    message(751_022, "Tunnel rejected: Crypto Map Policy not found", .channelRejected(.esp, .selectors), sample: "Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:198.51.100.10 Tunnel rejected: Crypto Map Policy not found for remote traffic selector 10.50.0.1/10.50.0.1/0/65535/0 local traffic selector 10.9.0.0/10.9.255.255/0/65535/0!"),
    message(750_002, "Local:{gateway} Remote:{client} Username:{user} Received a IKE_INIT_SA request", .channelStarted(.ike), sample: "Local:203.0.113.20:500 Remote:198.51.100.10:500 Username:Unknown Received a IKE_INIT_SA request"),
    message(750_003, "Local:{gateway} Remote:{client} Username:{user} IKEv2 Negotiation aborted due to ERROR: {reason}", .channelFailed(.ike), sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:Unknown IKEv2 Negotiation aborted due to ERROR: Auth exchange failed"),
    message(750_003, "Local:{gateway} Remote:{client} Username:{user} Negotiation aborted due to ERROR: {reason}", .channelFailed(.ike), sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:Unknown Negotiation aborted due to ERROR: Failed to find a matching policy"),
    message(750_006, "Local:{gateway} Remote:{client} Username:{user} IKEv2 SA UP. Reason: {reason}", .channelEstablished(.ike), sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice IKEv2 SA UP. Reason: New Connection Established"),
    message(750_006, "Local:{gateway} Remote:{client} Username:{user} SA UP. Reason: {reason}", .channelEstablished(.ike), sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice SA UP. Reason: New Connection Established"),
    message(750_007, "Local:{gateway} Remote:{client} Username:{user} IKEv2 SA DOWN. Reason: {reason}", .channelClosed(.ike), sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice IKEv2 SA DOWN. Reason: peer lost"),
    message(750_007, "Local:{gateway} Remote:{client} Username:{user} SA DOWN. Reason: {reason}", .channelClosed(.ike), sample: "Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice SA DOWN. Reason: peer lost"),
  ]

  // A message is a line.
  // swift-format-ignore
  private static let authentication: [Message] = [
    message(113_001, "Unable to open AAA session. Session limit", .limitReached, sample: "Unable to open AAA session. Session limit [512] reached."),
    message(113_020, "Kerberos error : Clock skew with server {address}", .authenticationFailed, sample: "Kerberos error : Clock skew with server 10.1.1.5 greater than 300 seconds"),
    message(737_003, "DHCP configured, no viable servers found for tunnel-group '{group}'", .limitReached, sample: "IPAA: DHCP configured, no viable servers found for tunnel-group 'ac'"),
    message(737_004, "DHCP configured, request failed for tunnel-group '{group}'", .limitReached, sample: "IPAA: DHCP configured, request failed for tunnel-group 'ac'"),
    message(737_017, "DHCP request attempt {count} failed", .informational, sample: "IPAA: DHCP request attempt 1 failed"),
    message(737_033, "Unable to assign {} provided IP address {inner} to client", .limitReached, sample: "IPAA: Unable to assign DHCP provided IP address 10.20.0.50 to client. This IP address has already been assigned by Local Pool"),
    message(113_004, "AAA user authentication Successful : server = {address}", .authenticationSucceeded, sample: "AAA user authentication Successful : server = 10.1.1.5 : user = alice"),
    message(113_005, "AAA user authentication Rejected : reason = {reason} : server = {address} : user = {user} : user IP = {client}", .authenticationFailed, sample: "AAA user authentication Rejected : reason = AAA failure : server = 10.1.1.5 : user = alice : user IP = 198.51.100.10"),
    message(113_005, "AAA user authentication Rejected : reason = {reason} : server = {address} : user = {user}", .authenticationFailed, sample: "AAA user authentication Rejected : reason = AAA failure : server = 10.1.1.5 : user = alice"),
    message(113_006, "locked out on exceeding {count} successive", .authenticationFailed, sample: "User alice locked out on exceeding 3 successive failed authentication attempts"),
    message(113_012, "AAA user authentication Successful : local database : user = {user}", .authenticationSucceeded, sample: "AAA user authentication Successful : local database : user = alice"),
    message(113_013, "AAA unable to complete the request Error : reason = {reason} : user = {user}", .authenticationFailed, sample: "AAA unable to complete the request Error : reason = server timed out : user = alice"),
    message(113_014, "AAA authentication server not accessible : server = {address} : user = {user}", .authenticationFailed, sample: "AAA authentication server not accessible : server = 10.1.1.5 : user = alice"),
    message(113_015, "AAA user authentication Rejected : reason = {reason} : local database : user = {user} : user IP = {client}", .authenticationFailed, sample: "AAA user authentication Rejected : reason = Invalid password : local database : user = alice : user IP = 198.51.100.10"),
    message(113_022, "AAA Marking {} server {address} in aaa-server group {group} as FAILED", .authenticationFailed, sample: "AAA Marking RADIUS server 10.1.1.5 in aaa-server group RAD as FAILED"),
  ]
}
