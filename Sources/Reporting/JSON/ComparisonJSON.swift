import Correlation
import Observations

/// The comparison for programs: the schema `tunnelscope-comparison/1`, described by
/// `Documentation/comparison.schema.json`.
public struct ComparisonJSON: Sendable {
  public static let schema = "tunnelscope-comparison/1"

  private let report = JSONReport()

  public init() {}

  /// Ends with a line feed. The same comparison gives the same bytes.
  public func render(_ comparison: ReportComparison, generator: Generator) -> String {
    let value = JSONValue.object([
      ("schema", .string(Self.schema)),
      ("generator", .object([("name", .string(generator.name)), ("version", .string(generator.version))])),
      ("verdict", .string(comparison.verdict.rawValue)),
      ("answer", .string(ComparisonAnswer(comparison).text)),
      ("caveats", .array(comparison.caveats.map { report.text($0) })),
      ("before", side(comparison.before)),
      ("after", side(comparison.after)),
      ("tunnels", .array(comparison.tunnels.map(tunnel))),
      ("findings", .array(comparison.findings.map { finding($0) })),
    ])
    return value.text
  }

  private func side(_ side: Report) -> JSONValue {
    .object([
      ("answer", .string(Answer(side).text)),
      ("captures", .array(side.captures.map { report.capture($0) })),
    ])
  }

  private func tunnel(_ change: TunnelChange) -> JSONValue {
    .object([
      ("matched_by", report.text(change.grounds?.rawValue)),
      ("before", change.before.map(tunnel) ?? .null),
      ("after", change.after.map(tunnel) ?? .null),
    ])
  }

  private func tunnel(_ tunnel: TunnelDescription) -> JSONValue {
    .object([
      ("id", .string(tunnel.id)),
      ("client", .object([("address", report.text(tunnel.client?.description))])),
      ("gateway", .object([("address", report.text(tunnel.gateway?.description))])),
      ("server_name", report.text(tunnel.serverName)),
      ("dtls_outcome", .string(tunnel.dtls.outcome.rawValue)),
    ])
  }

  private func finding(_ change: FindingChange) -> JSONValue {
    .object([
      ("status", .string(change.status.rawValue)),
      ("reason", change.reason.isEmpty ? .null : report.text(change.reason)),
      ("before", change.before.map(finding) ?? .null),
      ("after", change.after.map(finding) ?? .null),
      (
        "changed_facts",
        .array(
          change.changedFacts.map {
            .object([
              ("name", .string($0.name)), ("before", $0.before.map(report.fact) ?? .null),
              ("after", $0.after.map(report.fact) ?? .null),
            ])
          })
      ),
    ])
  }

  private func finding(_ finding: Finding) -> JSONValue {
    .object([
      ("id", .string(finding.id)),
      ("rule", .string(finding.rule.rawValue)),
      ("severity", .string(finding.severity.rawValue)),
      ("confidence", .string(finding.confidence.rawValue)),
      ("tunnel", report.text(finding.tunnel)),
      ("title", report.text(finding.title)),
      ("start", report.time(finding.start)),
      ("end", report.time(finding.end)),
      ("facts", .object(finding.facts.map { ($0.name, report.fact($0.value)) })),
    ])
  }
}
