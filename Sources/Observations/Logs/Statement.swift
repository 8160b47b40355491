/// What a device or client says of itself, which the rules of its family understand.
public enum Statement: Sendable, Hashable, Codable {
  /// The client reconfigures its connection; reason code 16 is a new MTU.
  case reconfigured(reasonCode: Int, text: String)
  /// The client takes its adapter down and up to apply a new MTU.
  case adapterMTUApplied
  case listeningSockets([ListeningSocket])
  case webVPN(WebVPNConfiguration)
  case groupPolicy(GroupPolicyConfiguration)
  /// `sysopt connection tcpmss`, in bytes; 0 when it is off.
  case tcpMSSLimit(Int)
  /// A counter of `show asp drop`.
  case packetsDropped(reason: String, count: Int)
  case vpnSession(VPNSessionDetail)
  /// What the gateway is, as its own words or its client's show it.
  case product(Product)
  /// A host could not set its tunnel adapter up as it was asked to.
  case adapterFailed(reason: String)
}
