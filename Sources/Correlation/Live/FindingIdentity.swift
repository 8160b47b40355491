import Observations

/// What makes a finding of one report the same as a finding of the next: the rule and what it is about.
struct FindingIdentity: Hashable {
  let rule: RuleName
  let client: IPAddress?
  let gateway: IPAddress?
  let port: Int?
  /// For a finding about no tunnel: from where to where.
  let path: String?
  /// Which of several that are alike otherwise.
  var ordinal = 0

  init(_ finding: Finding, _ tunnel: TunnelDescription?) {
    rule = finding.rule
    client = tunnel?.client
    gateway = tunnel?.gateway
    port = Self.integer(finding, "port") ?? Self.integer(finding, "dtls_port")
    path =
      tunnel == nil ? "\(Self.text(finding, "source") ?? "") \(Self.text(finding, "destination") ?? "")" : nil
  }

  private static func integer(_ finding: Finding, _ name: String) -> Int? {
    guard case .integer(let value) = finding.fact(name) else { return nil }
    return value
  }

  private static func text(_ finding: Finding, _ name: String) -> String? {
    guard case .text(let value) = finding.fact(name) else { return nil }
    return value
  }
}
