extension ProductMessages {
  /// Pulse Secure and Ivanti Connect Secure: events of the gateway's user access log.
  // A message is a line.
  // swift-format-ignore
  static let pulse = ProductMessages(product: .pulse, messages: [
    Message("VPN Tunneling: Session started for user {}(session: {session}) with IPv4 address {inner}", .sessionOpened(.unknown), sample: "VPN Tunneling: Session started for user (session: sid00) with IPv4 address 10.20.0.50, hostname laptop"),
    Message("VPN Tunneling: Session ended for user {}(session: {session}) with IPv4 address {inner}", .sessionEnded(.unknown), sample: "VPN Tunneling: Session ended for user  (session: sid00) with IPv4 address 10.20.0.50"),
    Message("VPN Tunneling: Session started for user with IPv4 address {inner}", .sessionOpened(.unknown), sample: "VPN Tunneling: Session started for user with IPv4 address 10.20.0.50, hostname laptop"),
    Message("VPN Tunneling: Session ended for user with IPv4 address {inner}", .sessionEnded(.unknown), sample: "VPN Tunneling: Session ended for user with IPv4 address 10.20.0.50"),
    Message("VPN Tunneling: User with IP {inner} connected with ESP transport mode", .channelEstablished(.esp), sample: "VPN Tunneling: User with IP 10.20.0.50 connected with ESP transport mode."),
    Message("VPN Tunneling: User with IP {inner} connected with SSL transport mode", .channelEstablished(.tls), sample: "VPN Tunneling: User with IP 10.20.0.50 connected with SSL transport mode."),
    Message("VPN Tunneling: Transport mode switched over to SSL for user with NCIP {inner}", .channelUnanswered(.esp), sample: "VPN Tunneling: Transport mode switched over to SSL for user with NCIP 10.20.0.50"),
    Message("VPN Tunneling: Transport mode switched over to ESP for user with NCIP {inner}", .channelEstablished(.esp), sample: "VPN Tunneling: Transport mode switched over to ESP for user with NCIP 10.20.0.50"),
    Message("Max session timeout for {user} (session:{session})", .sessionEnded(.lifetime), sample: "Max session timeout for alice/Users (session:00000000)."),
    Message("Session timed out for {user} (session:{session}) due to inactivity", .sessionEnded(.idle), sample: "Session timed out for alice/Users (session:00000000) due to inactivity (last access at 10:11:12 2026/11/28)."),
    Message("Remote address for user {user} changed from {previous} to {client}", .peerAddressChanged, sample: "Remote address for user alice/Users changed from 198.51.100.10 to 198.51.100.20."),
    Message("Login succeeded for {user} (session:{session})", .authenticationSucceeded, sample: "Login succeeded for alice/Users (session:00000000) from 198.51.100.10 with Pulse Secure."),
    Message("Login failed using auth server {name}. {}Reason: {reason}", .authenticationFailed, sample: "Login failed using auth server System Local (Local Authentication).  Reason: Failed"),
    Message("Primary authentication failed for {user}/{} from {client}", .authenticationFailed, sample: "Primary authentication failed for alice/System Local from 198.51.100.10"),
    Message("Primary authentication successful for {user}/{} from {client}", .informational, sample: "Primary authentication successful for alice/System Local from 198.51.100.10"),
    Message("Logout from {client} (session:{session})", .sessionEnded(.byClient), sample: "Logout from 198.51.100.10 (session:00000000)"),
    Message("Key Exchange number {count} occurred for user with NCIP {inner}", .rekeyCompleted(.esp), sample: "Key Exchange number 1 occurred for user with NCIP 10.20.0.50"),
    Message("Agent login succeeded for {user} (session:{session})", .authenticationSucceeded, sample: "Agent login succeeded for alice/Users (session:sid00) from 198.51.100.10 with Pulse-Secure/9.1."),
    Message("Login failed. Reason: {reason}", .authenticationFailed, common: true, sample: "Login failed. Reason: Wrong Password"),
    Message("Secondary authentication successful for {user}/{} from {client}", .informational, sample: "Secondary authentication successful for alice/OTP from 198.51.100.10"),
    Message("Secondary authentication failed for {user}/{} from {client}", .authenticationFailed, sample: "Secondary authentication failed for alice/OTP from 198.51.100.10"),
    Message("Session resumed from user agent '{name}' (session:{session})", .informational, sample: "Session resumed from user agent 'Pulse-Secure/9.1 (Windows 10)' (session:sid00)."),
    Message("User Limit realm restrictions successfully passed for {user}", .informational, sample: "User Limit realm restrictions successfully passed for alice/Users"),
    Message("Host Checker realm restrictions successfully passed for {user}", .informational, sample: "Host Checker realm restrictions successfully passed for alice/Users"),
    Message("Host Checker policy '{name}' passed on host", .informational, sample: "Host Checker policy 'AV' passed on host '198.51.100.10' address '0a-0b-0c' for user 'alice'."),
    Message("Host Checker policy '{name}' failed on host '{}' address '{}' for user '{user}' reason '{reason}'", .configurationProblem, sample: "Host Checker policy 'AV' failed on host '198.51.100.10' address '0a-0b-0c' for user 'alice' reason 'Rule-AV:too old'."),
    // As of a login, strangers make it fail as well.
    Message("SSL negotiation failed while client at source IP '{client}' was trying to connect to '{}'. Reason: '{reason}'", .authenticationFailed, sample: "SSL negotiation failed while client at source IP '198.51.100.10' was trying to connect to '203.0.113.20'. Reason: 'unsupported protocol'"),
    Message("Session created for user: [{user}/", .informational, sample: "Session created for user: [alice/Users] from [198.51.100.10] with primary auth-server type: [LDAP Server]"),
  ])
}
