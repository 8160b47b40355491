extension ProductMessages {
  /// GlobalProtect: the events of a gateway (PAN-OS System logs, subtype globalprotect) and the client's service. What
  /// openconnect prints when it speaks the protocol is openconnect's.
  // A message is a line.
  // swift-format-ignore
  static let globalProtect = ProductMessages(product: .globalProtect, messages: [
    Message("GlobalProtect gateway user authentication succeeded. Login from: {client}", .authenticationSucceeded, sample: "GlobalProtect gateway user authentication succeeded. Login from: 198.51.100.10, User name: alice"),
    Message("GlobalProtect gateway user authentication failed. Login from: {client}", .authenticationFailed, sample: "GlobalProtect gateway user authentication failed. Login from: 198.51.100.10, User name: alice, Reason: Authentication failed"),
    Message("GlobalProtect gateway user login succeeded. Login from: {client}", .sessionOpened(.unknown), sample: "GlobalProtect gateway user login succeeded. Login from: 198.51.100.10, User name: alice"),
    Message("GlobalProtect gateway user login failed", .channelRejected(.tls, .policy), sample: "GlobalProtect gateway user login failed. Login from: 198.51.100.10, User name: alice, Reason: no IP address available"),
    Message("GlobalProtect gateway client configuration generated. User name: {user}, Private IP: {inner}", .addressAssigned, sample: "GlobalProtect gateway client configuration generated. User name: alice, Private IP: 10.20.0.50, Client region: US"),
    Message("GlobalProtect gateway client switch to SSL tunnel mode succeeded", .channelUnanswered(.esp), sample: "GlobalProtect gateway client switch to SSL tunnel mode succeeded. User name: alice, Private IP: 10.20.0.50"),
    Message("GlobalProtect gateway user logout succeeded. User name: {user}, {}Reason: client logout", .sessionEnded(.byClient), sample: "GlobalProtect gateway user logout succeeded. User name: alice, Client OS version: Microsoft Windows 10, Reason: client logout."),
    Message("GlobalProtect gateway user logout succeeded. User name: {user}, {}Reason: {reason}", .sessionEnded(.forReason), sample: "GlobalProtect gateway user logout succeeded. User name: alice, Client OS version: Microsoft Windows 10, Reason: session expiration."),
    Message("GlobalProtect gateway user logout", .sessionEnded(.unknown), sample: "GlobalProtect gateway user logout failed."),
    Message("GlobalProtect portal user authentication succeeded", .informational, sample: "GlobalProtect portal user authentication succeeded. Login from: 198.51.100.10, User name: alice"),
    Message("GlobalProtect portal user authentication failed", .authenticationFailed, sample: "GlobalProtect portal user authentication failed. Login from: 198.51.100.10, User name: alice"),
    Message("IPSec failed to receive keep alive response", .deadPeer(.esp), sample: "IPSec failed to receive keep alive response, tunnel is down"),
    Message("failed to receive keep-alive response", .deadPeer(.esp), common: true),
    Message("SSL tunnel creation finished successfully", .channelEstablished(.tls)),
    Message("IPSec tunnel creation finished successfully", .channelEstablished(.esp)),
    Message("Network is unreachable, gateway {host}", .networkLost, common: true, sample: "Network is unreachable, gateway vpn.example.com"),
    Message("Failed to connect to gateway {host}", .channelFailed(.tls), common: true, sample: "Failed to connect to gateway vpn.example.com"),
    Message("Gateway {host}: Could not connect to gateway", .channelFailed(.tls), sample: "Gateway vpn.example.com: Could not connect to gateway. The device or feature requires a GlobalProtect subscription license."),
    Message("Could not connect to the GlobalProtect gateway", .channelFailed(.tls), sample: "Could not connect to the GlobalProtect gateway. Please contact your administrator."),
  ])
}
