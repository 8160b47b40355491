extension ProductMessages {
  /// macOS' and iOS' own client of IKEv2: what nesessionmanager writes of its sessions to the unified log.
  // A message is a line.
  // swift-format-ignore
  static let appleIKE = ProductMessages(product: .appleIKE, messages: [
    Message("NESMIKEv2VPNSession[{}]: status changed to connecting", .channelStarted(.ike), sample: session("]: status changed to connecting")),
    Message("NESMIKEv2VPNSession[{}]: status changed to connected", .sessionOpened(.unknown), sample: session("]: status changed to connected")),
    Message("NESMIKEv2VPNSession[{}]: status changed to reasserting", .reconnecting(.ike), sample: session("]: status changed to reasserting")),
    Message("NESMIKEv2VPNSession[{}]: status changed to disconnecting", .informational, sample: session("]: status changed to disconnecting")),
    Message("NESMIKEv2VPNSession[{}]: status changed to disconnected, last stop reason {reason}", .sessionEnded(.forReason), sample: session("]: status changed to disconnected, last stop reason Server is not responding")),
    Message("NESMIKEv2VPNSession[{}) disconnected with reason {reason}", .sessionEnded(.forReason), sample: session("] in state NESMVPNSessionStateStarting: plugin NEVPNTunnelPlugin(com.apple.NetworkExtension.IKEv2Provider[inactive]) disconnected with reason Tunnel was terminated by the server")),
    Message("NESMIKEv2VPNSession[", .informational, sample: session("]: Leaving state NESMVPNSessionStateStarting")),
  ])

  private static func session(_ words: String) -> String {
    "NESMIKEv2VPNSession[Primary Tunnel:Work:F6CFCB8B-E165-49AB-8B43-E037CB36FE19:(null)\(words)"
  }
}
