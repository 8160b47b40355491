import Correlation
import Observations

/// The comparison for programs: the schema `tunnelscope-comparison/2`, described by
/// `Documentation/comparison.schema.json`.
public struct ComparisonJSON: Sendable {
  public static let schema = "tunnelscope-comparison/2"

  private let report = JSONReport()

  public init() {}

  /// Ends with a line feed. The same comparison gives the same bytes.
  public func render(_ comparison: ReportComparison, generator: Generator) -> String {
    JSONWriter.document { json in
      json.member("schema", Self.schema)
      json.object("generator") { report.write(generator, to: &$0) }
      json.member("verdict", comparison.verdict.rawValue)
      json.member("answer", ComparisonAnswer(comparison).text)
      json.array("caveats", comparison.caveats.map { report.text($0) })
      json.object("before") { write(comparison.before, to: &$0) }
      json.object("after") { write(comparison.after, to: &$0) }
      json.objects("tunnels", comparison.tunnels) { write($0, to: &$1) }
      json.objects("findings", comparison.findings) { write($0, to: &$1) }
    }
  }

  private func write(_ side: Report, to json: inout JSONWriter) {
    json.member("answer", Answer(side).text)
    json.member("verdict", side.verdict.rawValue)
    json.objects("captures", side.captures) { report.write($0, to: &$1) }
  }

  private func write(_ change: TunnelChange, to json: inout JSONWriter) {
    json.member("matched_by", report.text(change.grounds?.rawValue))
    json.object("before", change.before) { write($0, to: &$1) }
    json.object("after", change.after) { write($0, to: &$1) }
  }

  private func write(_ tunnel: TunnelDescription, to json: inout JSONWriter) {
    json.member("id", tunnel.id)
    json.member("family", tunnel.family.rawValue)
    json.object("client") { $0.member("address", report.text(tunnel.client?.description)) }
    json.object("gateway") { $0.member("address", report.text(tunnel.gateway?.description)) }
    json.member("server_name", report.text(tunnel.serverName))
    json.objects("channels", tunnel.channels) { channel, json in
      json.member("channel", channel.kind.rawValue)
      json.member("port", channel.port)
      json.member("outcome", channel.outcome.rawValue)
    }
  }

  private func write(_ change: FindingChange, to json: inout JSONWriter) {
    json.member("status", change.status.rawValue)
    json.member("reason", change.reason.isEmpty ? nil : report.text(change.reason))
    json.object("before", change.before) { write($0, to: &$1) }
    json.object("after", change.after) { write($0, to: &$1) }
    json.objects("changed_facts", change.changedFacts) { fact, json in
      json.member("name", fact.name)
      report.write(fact.before, as: "before", to: &json)
      report.write(fact.after, as: "after", to: &json)
    }
  }

  private func write(_ finding: Finding, to json: inout JSONWriter) {
    json.member("id", finding.id)
    json.member("rule", finding.rule.rawValue)
    json.member("channel", finding.channel?.rawValue)
    json.member("severity", finding.severity.rawValue)
    json.member("confidence", finding.confidence.rawValue)
    json.member("tunnel", report.text(finding.tunnel))
    json.member("title", report.text(finding.title))
    json.member("start", finding.start)
    json.member("end", finding.end)
    json.object("facts") { report.write(finding.facts, to: &$0) }
  }
}
