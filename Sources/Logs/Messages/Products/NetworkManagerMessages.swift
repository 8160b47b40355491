extension ProductMessages {
  /// NetworkManager and its plugins for VPNs.
  // A message is a line.
  // swift-format-ignore
  static let networkManager = ProductMessages(product: .networkManager, messages: [
    Message("Starting VPN service '{name}'", .sessionRequested, sample: "Starting VPN service 'openconnect'..."),
    Message("VPN plugin state changed: {name}", .informational, sample: "VPN plugin state changed: starting (3)"),
    Message("VPN plugin: state changed: {name}", .informational, sample: "VPN plugin: state changed: started (4)"),
    Message("VPN plugin: failed: connect-failed", .channelFailed(.tls), sample: "VPN plugin: failed: connect-failed (1)"),
    Message("VPN plugin: failed: login-failed", .authenticationFailed, sample: "VPN plugin: failed: login-failed (0)"),
    Message("VPN plugin: failed: {reason}", .channelFailed(.tls), sample: "VPN plugin: failed: bad-ip-config (2)"),
    Message("VPN plugin failed: {reason}", .channelFailed(.tls), sample: "VPN plugin failed: connect-failed (1)"),
    Message("dbus: failure: {reason}", .channelFailed(.tls), sample: "dbus: failure: connect-failed (1)"),
    Message("VPN connection: failed to connect: '{reason}'", .channelFailed(.tls), sample: "VPN connection: failed to connect: 'Connection timed out'"),
    Message("VPN connection: (IP Config Get) complete", .sessionOpened(.unknown)),
    Message("VPN connection: (IP4 Config Get) reply received", .informational),
    Message("VPN connection '{name}' (IP Config Get) complete", .sessionOpened(.unknown), sample: "VPN connection 'work' (IP Config Get) complete."),
    Message("VPN connection '{name}' (Connect) reply received", .informational, sample: "VPN connection 'work' (Connect) reply received."),
    Message("VPN connection '{name}' failed to connect: '{reason}'", .channelFailed(.tls), sample: "VPN connection 'work' failed to connect: 'Connection refused'"),
    Message("VPN connection: connect timeout exceeded", .channelUnanswered(.tls)),
    Message("VPN connection '{name}' (Connect) timeout exceeded", .channelUnanswered(.tls), sample: "VPN connection 'work' (Connect) timeout exceeded."),
    Message("final secrets request failed to provide sufficient secrets", .authenticationFailed),
    Message("starting openconnect", .sessionRequested, common: true),
    Message("VPN service '{name}' disappeared", .programEnded, sample: "VPN service 'openconnect' disappeared"),
    Message("VPN service disappeared", .programEnded),
    Message("VPN Gateway: {gateway}", .informational, sample: "VPN Gateway: 203.0.113.20"),
    Message("Internal Address: {inner}", .addressAssigned, common: true, sample: "Internal Address: 10.20.0.50"),
    Message("Maximum Segment Size (MSS): {mtu}", .mtu(.segment), common: true, sample: "Maximum Segment Size (MSS): 0"),
    Message("sleep: sleep requested", .sleeping, sample: "manager: sleep: sleep requested (sleeping: no  enabled: yes)"),
    Message("sleep: wake requested", .awake, sample: "manager: sleep: wake requested (sleeping: yes  enabled: yes)"),
    Message("NetworkManager state is now DISCONNECTED", .networkLost, sample: "manager: NetworkManager state is now DISCONNECTED"),
    Message("NetworkManager state is now ASLEEP", .sleeping),
    Message("NetworkManager state is now CONNECTED_{}", .networkChanged, sample: "manager: NetworkManager state is now CONNECTED_GLOBAL"),
    Message("state change: activated {} unavailable", .networkLost, sample: "device (wlan0): state change: activated -> unavailable (reason 'carrier-changed', sys-iface-state: 'managed')"),
    Message("state change: activated {} disconnected", .networkLost, sample: "device (wlan0): state change: activated -> disconnected (reason 'user-requested', sys-iface-state: 'managed')"),
    Message("Connect failed: {reason}", .channelFailed(.tls), common: true, sample: "Connect failed: timed out"),
  ])
}
