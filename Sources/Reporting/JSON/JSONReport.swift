import Correlation
import Observations

/// The report for programs: the schema `tunnelscope-report/1`, described by `Documentation/report.schema.json`.
///
/// Members may be added within the schema's version; none changes its meaning or goes away.
public struct JSONReport: Sendable {
  public static let schema = "tunnelscope-report/1"

  public init() {}

  public func render(_ report: Report, generator: Generator) -> String { value(report, generator: generator).text }

  func value(_ report: Report, generator: Generator) -> JSONValue {
    .object([
      ("schema", .string(Self.schema)),
      ("generator", .object([("name", .string(generator.name)), ("version", .string(generator.version))])),
      ("answer", .string(Answer(report).text)),
      ("captures", .array(report.captures.map(capture))),
      ("logs", .array(report.logs.map(log))),
      ("narrowing", report.narrowing.map(narrowing) ?? .null),
      ("clock_offsets", .array(report.clockOffsets.map(clockOffset))),
      ("tunnels", .array(report.tunnels.map(tunnel))),
      ("findings", .array(report.findings.map(finding))),
      ("common_causes", .array(report.commonCauses.map(commonCause))),
      ("timeline", .array(report.timeline.map(entry))),
    ])
  }

  func capture(_ capture: CaptureDescription) -> JSONValue {
    .object([
      ("id", .string(capture.id)),
      ("point", .integer(capture.point)),
      ("name", text(capture.name)),
      ("format", text(capture.format)),
      ("link_types", .array(capture.linkTypes.map(text))),
      ("snap_length", .integer(capture.snapLength)),
      ("packets", .integer(capture.packets)),
      ("bytes", .integer(capture.bytes)),
      ("start", time(capture.start)),
      ("end", time(capture.end)),
      ("complete", .boolean(capture.isComplete)),
      ("problem", text(capture.problem)),
      ("cut_packets", .integer(capture.cutPackets)),
      ("shortest_cut", capture.cutPackets > 0 ? .integer(capture.shortestCut) : .null),
      ("dropped_packets", integer(capture.droppedPackets)),
      ("backward_steps", .integer(capture.backwardSteps)),
      ("super_packets", .integer(capture.superPackets)),
      ("unread_packets", .integer(capture.unreadPackets)),
      ("skipped_packets", .integer(capture.skippedPackets)),
      ("unfilterable_packets", .integer(capture.unfilterablePackets)),
    ])
  }

  func log(_ log: LogReport) -> JSONValue {
    let description = log.description
    return .object([
      ("id", .string(description.id)),
      ("name", text(description.name)),
      ("format", .string(description.format.rawValue)),
      ("lines", .integer(description.lines)),
      ("understood_lines", .integer(description.understoodLines)),
      ("unknown_lines", .integer(description.unknownLines)),
      ("cut_lines", .integer(description.cutLines)),
      ("dropped_observations", .integer(description.droppedObservations)),
      ("start", time(log.start)),
      ("end", time(log.end)),
      ("time_zone", text(log.clock.zoneText)),
      ("time_zone_source", text(log.clock.zoneSource)),
      ("assumed_year", integer(log.clock.year)),
      ("clock_offset_seconds", log.clock.reference == nil ? .null : .number(log.clock.errorSeconds)),
      ("clock_matches", .integer(log.clock.matches)),
      ("clock_ambiguous", .boolean(log.clock.isAmbiguous)),
      ("clock_reference", text(log.clock.referenceText)),
      ("untied_events", .integer(log.untied)),
      ("problem", text(description.problem)),
    ])
  }

  private func narrowing(_ narrowing: Narrowing) -> JSONValue {
    .object([
      ("since", time(narrowing.since)),
      ("until", time(narrowing.until)),
      ("filter", text(narrowing.filter)),
      ("clients", .array(narrowing.tunnels.clients.map { .string($0.description) })),
      ("gateways", .array(narrowing.tunnels.gateways.map { .string($0.description) })),
      ("other_tunnels", .integer(narrowing.otherTunnels)),
    ])
  }

  private func commonCause(_ cause: CommonCause) -> JSONValue {
    .object([
      ("rule", .string(cause.rule.rawValue)),
      ("gateway", .string(cause.gateway.description)),
      ("port", integer(cause.port)),
      ("affected", .integer(cause.tunnels.count)),
      ("total", .integer(cause.total)),
      ("title", text(cause.title)),
      ("tunnels", .array(cause.tunnels.map { .string($0) })),
      ("findings", .array(cause.findings.map { .string($0) })),
    ])
  }

  private func clockOffset(_ offset: ClockOffset) -> JSONValue {
    .object([
      ("point", .integer(offset.point)),
      ("reference", .integer(offset.reference)),
      ("offset_seconds", .number(offset.seconds)),
      ("drift_parts_per_million", .number(offset.driftPartsPerMillion)),
      ("matches", .integer(offset.matches)),
    ])
  }

  func tunnel(_ tunnel: TunnelDescription) -> JSONValue {
    .object([
      ("id", .string(tunnel.id)),
      (
        "client",
        .object([
          ("address", text(tunnel.client?.description)),
          ("translated", .array(tunnel.translatedClients.map { .string($0.description) })),
          ("user", text(tunnel.users.first)),
          ("inner_address", text(tunnel.innerAddresses.first?.description)),
        ])
      ),
      ("gateway", .object([("address", text(tunnel.gateway?.description))])),
      ("server_name", text(tunnel.serverName)),
      ("profile", .null),
      ("tls", tls(tunnel.tls)),
      ("dtls", dtls(tunnel.dtls)),
      (
        "mtu",
        .object([
          ("tls", integer(tunnel.mtu.tls)), ("dtls", integer(tunnel.mtu.dtls)), ("path", integer(tunnel.mtu.path)),
          ("client_mss", integer(tunnel.mtu.clientMSS)), ("gateway_mss", integer(tunnel.mtu.gatewayMSS)),
        ])
      ),
      ("comparison", .array(tunnel.comparison.map(text))),
    ])
  }

  private func tls(_ tls: TunnelDescription.TLS) -> JSONValue {
    .object([
      ("port", integer(tls.port)),
      ("version", text(tls.version?.name)),
      ("cipher_suite", text(tls.cipherSuite?.name)),
      (
        "sessions",
        .array(
          tls.sessions.map {
            .object([("start", time($0.start)), ("end", time($0.end)), ("end_reason", text($0.endReason))])
          })
      ),
    ])
  }

  private func dtls(_ dtls: TunnelDescription.DTLS) -> JSONValue {
    .object([
      ("port", integer(dtls.port)),
      ("version", text(dtls.version?.name)),
      ("cipher_suite", text(dtls.cipherSuite?.name)),
      ("outcome", .string(dtls.outcome.rawValue)),
      (
        "attempts",
        .array(
          dtls.attempts.map {
            .object([
              ("start", time($0.start)), ("end", time($0.end)), ("outcome", .string($0.outcome.rawValue)),
              ("hellos", .integer($0.hellos)),
            ])
          })
      ),
    ])
  }

  func finding(_ finding: Finding) -> JSONValue {
    .object([
      ("id", .string(finding.id)),
      ("rule", .string(finding.rule.rawValue)),
      ("severity", .string(finding.severity.rawValue)),
      ("confidence", .string(finding.confidence.rawValue)),
      ("confidence_reason", text(finding.confidenceReason)),
      ("tunnel", text(finding.tunnel)),
      ("title", text(finding.title)),
      ("explanation", text(finding.explanation)),
      ("remedies", .array(finding.remedies.map(text))),
      ("start", time(finding.start)),
      ("end", time(finding.end)),
      ("causes", .array(finding.causes.map(text))),
      ("facts", .object(finding.facts.map { ($0.name, fact($0.value)) })),
      (
        "evidence",
        .array(
          finding.evidence.map {
            .object([
              ("capture", .string(captureID($0.frame))), ("frame", .integer($0.frame.frame)), ("time", time($0.time)),
              ("note", text($0.note)),
            ])
          })
      ),
      (
        "log_evidence",
        .array(
          finding.logEvidence.map {
            .object([
              ("log", .string(logID($0.line))), ("line", .integer($0.line.number)), ("time", time($0.time)),
              ("note", text($0.note)),
            ])
          })
      ),
      (
        "display_filters",
        .array(
          DisplayFilter.filters(for: finding).map {
            .object([("capture", .string("c\($0.capture + 1)")), ("filter", .string($0.text))])
          })
      ),
    ])
  }

  private func entry(_ entry: TimelineEntry) -> JSONValue {
    .object([
      ("time", time(entry.time)),
      ("end", time(entry.end)),
      ("count", .integer(entry.count)),
      ("kind", .string(entry.kind.rawValue)),
      ("tunnel", text(entry.tunnel)),
      ("capture", entry.frame.map { .string(captureID($0)) } ?? .null),
      ("frame", integer(entry.frame?.frame)),
      ("log", entry.line.map { .string(logID($0)) } ?? .null),
      ("line", integer(entry.line?.number)),
      ("text", text(entry.text)),
      ("finding", text(entry.finding)),
    ])
  }

  private func logID(_ line: LogLine) -> String { "l\(line.log + 1)" }

  private func captureID(_ frame: FrameReference) -> String { "c\(frame.capture + 1)" }

  func fact(_ value: FactValue) -> JSONValue {
    switch value {
    case .integer(let value): .integer(value)
    case .number(let value): .number(rounded(value))
    case .text(let value): text(value)
    case .boolean(let value): .boolean(value)
    case .numbers(let values): .array(values.map { .number(rounded($0)) })
    }
  }

  /// To three decimals, which is what a fact's precision means.
  private func rounded(_ value: Double) -> Double { value.magnitude < 1e12 ? (value * 1000).rounded() / 1000 : value }

  func text(_ value: String?) -> JSONValue { value.map(text) ?? .null }

  func text(_ value: String) -> JSONValue {
    guard value.utf8.count > VisibleText.longest else { return .string(value) }
    return .string(String(String.UnicodeScalarView(value.unicodeScalars.prefix(VisibleText.longest))) + "…")
  }

  private func integer(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }

  func time(_ value: Timestamp?) -> JSONValue { value.map { .string($0.calendar.rfc3339) } ?? .null }
}
