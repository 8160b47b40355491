import Correlation
import Observations

/// How expectations name findings: the rule, and behind it the channel where the finding is about one, as in
/// "handshake-unanswered dtls".
extension Finding {
  var expectedName: String { channel.map { "\(rule) \($0.rawValue)" } ?? rule.rawValue }

  /// Whether one of some expectations means it. Those of a family with one channel name the rule alone.
  func isNamed(in expectations: Set<String>) -> Bool {
    expectations.contains(expectedName) || expectations.contains(rule.rawValue)
  }
}

extension Report {
  /// What was found.
  var rules: Set<String> { Set(findings.map(\.expectedName)) }

  /// What was found of severity warning or error.
  var alarms: Set<String> { Set(findings.filter { $0.severity != .note }.map(\.expectedName)) }

  /// Expectations that nothing meets.
  func missing(_ must: Set<String>) -> Set<String> {
    must.filter { name in !findings.contains { $0.isNamed(in: [name]) } }
  }

  /// Warnings and errors that no expectation means.
  func falseAlarms(_ allowed: Set<String>) -> Set<String> {
    Set(findings.filter { $0.severity != .note && !$0.isNamed(in: allowed.union(["capture-quality"])) }.map(\.expectedName))
  }
}

/// The training captures' expectations were written when a rule's name held its channel.
enum OlderNames {
  static let renamed = [
    "dtls-unanswered": "handshake-unanswered dtls", "dtls-refused": "handshake-refused dtls",
    "dtls-handshake-stalled": "handshake-stalled dtls", "dtls-lost": "tunnel-lost dtls",
    "dtls-port-mismatch": "port-mismatch dtls",
  ]

  static func renewed(_ names: Set<String>) -> Set<String> { Set(names.map { renamed[$0] ?? $0 }) }
}

extension RuleName {
  static let handshakeUnanswered = RuleName("handshake-unanswered")
  static let handshakeRefused = RuleName("handshake-refused")
  static let portMismatch = RuleName("port-mismatch")
  static let oversizedDF = RuleName("oversized-df")
  static let reconnectCycle = RuleName("reconnect-cycle")
  static let sessionReconnects = RuleName("session-reconnects")
  static let mtuReconnect = RuleName("mtu-reconnect")
}
