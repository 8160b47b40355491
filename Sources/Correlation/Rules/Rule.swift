import Observations

/// One diagnosis: what it means, and a pure judgement over a situation.
///
/// To add a rule, add a file with a type that conforms, a case in `RuleName`, and a line in `Rules.all`.
protocol Rule: Sendable {
  static var name: RuleName { get }
  static var documentation: RuleDocumentation { get }

  /// What this rule finds.
  ///
  /// - Parameter earlier: What the rules before it in `Rules.all` found, for rules that join findings.
  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding]
}

/// What the rules before one found, by tunnel.
struct EarlierFindings {
  private(set) var all: [Finding] = []
  private var byTunnel: [String: [Int]] = [:]

  /// Adds a finding under an identifier that lasts until the report is put together.
  mutating func add(_ finding: Finding) {
    var named = finding
    named.id = "\(all.count)"
    if let tunnel = finding.tunnel { byTunnel[tunnel, default: []].append(all.count) }
    all.append(named)
  }

  /// The findings about a tunnel, in the order in which they were found.
  func about(_ tunnel: Tunnel) -> [Finding] { about(tunnel.id) }

  /// The same for a tunnel by its identifier.
  func about(_ tunnel: String) -> [Finding] { (byTunnel[tunnel] ?? []).map { all[$0] } }
}

/// All rules, in the order in which they judge: a rule may look at the findings of those above it.
public enum Rules {
  static let all: [any Rule.Type] = [
    DTLSUnanswered.self,
    DTLSRefused.self,
    DTLSHandshakeStalled.self,
    DTLSLost.self,
    DTLSPortMismatch.self,
    OversizedDF.self,
    MSSExceedsMTU.self,
    PMTUBlackHole.self,
    TunnelFragmentation.self,
    ReconnectCycle.self,
    SessionReconnects.self,
    MTUReconnect.self,
    ConfigRisk.self,
    CaptureQuality.self,
  ]

  /// What a rule means; nil for a name that no rule has.
  public static func documentation(of name: RuleName) -> RuleDocumentation? {
    all.first { $0.name == name }?.documentation
  }
}
