import Observations

/// What makes a finding of one report the same as a finding of the next: the rule and what it is about.
struct FindingIdentity: Hashable {
  let rule: RuleName
  let topic: RuleTopic?
  let client: IPAddress?
  let gateway: IPAddress?
  let about: FindingSubject
  /// Which of several that are alike otherwise.
  var ordinal = 0

  init(_ finding: Finding, _ tunnel: TunnelDescription?, _ topic: RuleTopic?) {
    rule = finding.rule
    self.topic = topic
    client = tunnel?.client
    gateway = tunnel?.gateway
    // Within a tunnel the inner hosts concerned may change from report to report.
    about = tunnel != nil && finding.channel == nil ? .tunnel : finding.about
  }

  /// Whether the end of a finding is worth no line: another one about the same tunnel replaces it (an irregular reconnect
  /// that turns out to be a cycle), so that nothing recovered.
  func isReplaced(by others: some Sequence<FindingIdentity>) -> Bool {
    guard client != nil else { return false }
    return others.contains { other in
      other.rule != rule && other.client == client && other.gateway == gateway && other.topic == topic
    }
  }
}
