import Correlation
import Observations

// Findings, with their facts and evidence.
extension JSONReport {
  /// - Parameter tunnel: The one that the finding is about.
  /// - Parameter held: Where the packets lie that travel with the report.
  func write(
    _ finding: Finding, tunnel: TunnelDescription?, beside held: EvidenceFiles? = nil, to json: inout JSONWriter
  ) {
    json.member("id", finding.id)
    json.member("rule", finding.rule.rawValue)
    json.member("channel", finding.channel?.rawValue)
    json.member("severity", finding.severity.rawValue)
    json.member("confidence", finding.confidence.rawValue)
    json.member("confidence_reason", text(finding.confidenceReason))
    json.member("tunnel", text(finding.tunnel))
    json.member("title", text(finding.title))
    json.member("headline", text(finding.headline))
    json.member("explanation", text(finding.explanation))
    json.array("remedies", finding.remedies.map(text))
    json.member("start", finding.start)
    json.member("end", finding.end)
    json.array("causes", finding.causes.map(text))
    json.object("facts") { write(finding.facts, to: &$0) }
    json.objects("evidence", finding.evidence) { evidence, json in
      write(evidence.source, to: &json)
      if let held { json.member("evidence_frame", evidence.frame.flatMap { held.frames[$0] }) }
      json.member("time", evidence.time)
      json.member("note", text(evidence.note))
    }
    json.objects("display_filters", DisplayFilter.filters(for: finding, beside: held)) { filter, json in
      json.member("capture", "c\(filter.capture + 1)")
      if let file = filter.file { json.member("file", file) }
      json.member("filter", filter.text)
    }
    json.member("subject_filter", DisplayFilter.subject(of: finding, tunnel: tunnel))
  }

  /// - Parameter problem: Findings that are cause and effect of each other.
  func write(_ problem: Problem, to json: inout JSONWriter) {
    json.member("id", problem.id)
    json.member("root", problem.root)
    json.array("findings", problem.findings)
    json.array("tunnels", problem.tunnels.map(text))
    json.member("severity", problem.severity.rawValue)
    json.member("place", text(problem.place))
    json.array("remedies", problem.remedies.map(text))
    json.member("stopgap", text(problem.stopgap))
  }

  func write(_ facts: [(name: String, value: FactValue)], to json: inout JSONWriter) {
    for fact in facts { write(fact.value, as: fact.name, to: &json) }
  }

  func write(_ fact: FactValue?, as name: String, to json: inout JSONWriter) {
    switch fact {
    case .integer(let value): json.member(named: name, value)
    case .number(let value): json.member(named: name, rounded(value))
    case .text(let value): json.member(named: name, text(value))
    case .boolean(let value): json.member(named: name, value)
    case .numbers(let values): json.array(named: name, values.map(rounded))
    case nil: json.null(named: name)
    }
  }

  /// To three decimals, which is what a fact's precision means.
  private func rounded(_ value: Double) -> Double { value.magnitude < 1e12 ? (value * 1000).rounded() / 1000 : value }
}
