import Observations

/// What many tunnels to one gateway have in common, said once.
public struct CommonCause: Sendable, Hashable {
  public let rule: RuleName
  public let gateway: IPAddress
  /// The channel and port concerned; nil where the rule is about none.
  public let channel: ChannelKind?
  public let port: Int?
  /// The tunnels concerned, in the order of the report.
  public let tunnels: [String]
  /// Their findings, the one that stands for all first.
  public let findings: [String]
  /// All tunnels to that gateway.
  public let total: Int
  /// "41 of 60 tunnels to 203.0.113.20 never get a DTLS answer on UDP 443".
  public let title: String

  public init(
    rule: RuleName, gateway: IPAddress, channel: ChannelKind?, port: Int?, tunnels: [String], findings: [String],
    total: Int, title: String
  ) {
    self.rule = rule
    self.gateway = gateway
    self.channel = channel
    self.port = port
    self.tunnels = tunnels
    self.findings = findings
    self.total = total
    self.title = title
  }
}
