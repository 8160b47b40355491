import Correlation
import Observations

/// The report for programs: the schema `tunnelscope-report/2`, described by `Documentation/report.schema.json`.
///
/// Members may be added within a version of the schema; none changes its meaning or goes away.
public struct JSONReport: Sendable {
  public static let schema = "tunnelscope-report/2"

  public init() {}

  public func render(_ report: Report, generator: Generator) -> String {
    JSONWriter.document { write(report, generator: generator, to: &$0) }
  }

  /// Writes what `render` gives in blocks of bytes; a large report is never whole in memory.
  public func write(_ report: Report, generator: Generator, to sink: (RawSpan) throws -> Void) throws {
    try JSONWriter.document(to: sink) { write(report, generator: generator, to: &$0) }
  }

  /// The members of a report, inside an object that the caller has begun.
  func write(_ report: Report, generator: Generator, to json: inout JSONWriter) {
    json.member("schema", Self.schema)
    json.object("generator") { write(generator, to: &$0) }
    json.member("answer", Answer(report).text)
    json.member("verdict", report.verdict.rawValue)
    json.object("counts") { writeCounts(of: report, to: &$0) }
    json.objects("captures", report.captures) { write($0, to: &$1) }
    json.objects("logs", report.logs) { write($0, to: &$1) }
    json.object("narrowing", report.narrowing) { write($0, to: &$1) }
    json.objects("clock_offsets", report.clockOffsets) { write($0, to: &$1) }
    json.objects("tunnels", report.tunnels) { write($0, to: &$1) }
    let tunnels = report.tunnelsByID
    json.objects("findings", report.findings) { finding, json in
      write(finding, tunnel: finding.tunnel.flatMap { tunnels[$0] }, beside: report.evidence, to: &json)
    }
    json.objects("problems", report.problems) { write($0, to: &$1) }
    json.objects("common_causes", report.commonCauses) { write($0, to: &$1) }
    json.objects("checks", report.checks) { write($0, to: &$1) }
    json.objects("timeline", report.timeline) { write($0, to: &$1) }
  }

  /// Counts of what follows, so that a script need not read it all.
  private func writeCounts(of report: Report, to json: inout JSONWriter) {
    json.member("tunnels", report.tunnels.count)
    json.member("problems", report.problems.count)
    json.member("findings", report.findings.count)
    for severity in Severity.allCases.reversed() {
      json.member(named: "\(severity.rawValue)s", report.findings.count { $0.severity == severity })
    }
  }

  func write(_ generator: Generator, to json: inout JSONWriter) {
    json.member("name", generator.name)
    json.member("version", generator.version)
  }

  func write(_ capture: CaptureDescription, to json: inout JSONWriter) {
    json.member("id", capture.id)
    json.member("point", capture.point)
    json.member("name", text(capture.name))
    json.member("format", text(capture.format))
    json.array("link_types", capture.linkTypes.map(text))
    json.member("snap_length", capture.snapLength)
    json.member("packets", capture.packets)
    json.member("bytes", capture.bytes)
    json.member("start", capture.start)
    json.member("end", capture.end)
    json.member("complete", capture.isComplete)
    json.member("problem", text(capture.problem))
    json.member("cut_packets", capture.cutPackets)
    json.member("shortest_cut", capture.cutPackets > 0 ? capture.shortestCut : nil)
    json.member("dropped_packets", capture.droppedPackets)
    json.member("backward_steps", capture.backwardSteps)
    json.member("super_packets", capture.superPackets)
    json.objects("unread", unread(of: capture)) { unread, json in
      json.member("what", unread.what)
      json.member("packets", unread.packets)
      json.member("may_hold_tunnels", unread.mayHoldTunnels)
    }
    json.member("duplicates", capture.copies)
    json.member("skipped_packets", capture.skippedPackets)
    json.member("unfilterable_packets", capture.unfilterablePackets)
  }

  /// What is not looked into, the most frequent first; last, what is of more kinds than are told apart.
  private func unread(of capture: CaptureDescription) -> [(what: String, packets: Int, mayHoldTunnels: Bool)] {
    guard let counts = capture.unread else {
      return capture.unreadPackets > 0 ? [("of kinds that nobody named", capture.unreadPackets, true)] : []
    }
    return counts.ranked.map { ($0.kind.name, $0.packets, $0.kind.mayHoldTunnels) }
      + (counts.others > 0 ? [("of other kinds", counts.others, true)] : [])
  }

  private func write(_ log: LogReport, to json: inout JSONWriter) {
    let description = log.description
    json.member("id", description.id)
    json.member("name", text(description.name))
    json.array("formats", [description.format.name])
    json.member("lines", description.lines)
    json.member("understood_lines", description.understoodLines)
    json.member("used_lines", description.usedLines)
    json.member("unknown_lines", description.unknownLines)
    json.member("suspicious_lines", description.suspiciousLines)
    json.member("complaint_lines", description.complaints?.lines ?? 0)
    json.member("cut_lines", description.cutLines)
    json.member("dropped_observations", description.droppedObservations)
    json.member("forgotten_handshakes", description.forgottenHandshakes)
    json.member("start", log.start)
    json.member("end", log.end)
    json.member("time_zone", text(log.clock.zoneText))
    json.member("time_zone_source", text(log.clock.zoneSource))
    json.member("assumed_year", log.clock.year)
    json.member("clock_offset_seconds", log.clock.reference == nil ? nil : log.clock.errorSeconds)
    json.member("clock_matches", log.clock.matches)
    json.member("clock_ambiguous", log.clock.isAmbiguous)
    json.member("clock_reference", text(log.clock.referenceText))
    json.member("untied_events", log.untied)
    json.member("problem", text(description.problem))
  }

  private func write(_ narrowing: Narrowing, to json: inout JSONWriter) {
    json.member("since", narrowing.since)
    json.member("until", narrowing.until)
    json.member("filter", text(narrowing.filter))
    json.array("clients", narrowing.tunnels.clients.map(\.description))
    json.array("gateways", narrowing.tunnels.gateways.map(\.description))
    json.member("other_tunnels", narrowing.otherTunnels)
  }

  private func write(_ cause: CommonCause, to json: inout JSONWriter) {
    json.member("rule", cause.rule.rawValue)
    json.member("gateway", cause.gateway.description)
    json.member("channel", cause.channel?.rawValue)
    json.member("port", cause.port)
    json.member("affected", cause.tunnels.count)
    json.member("total", cause.total)
    json.member("title", text(cause.title))
    json.array("tunnels", cause.tunnels)
    json.array("findings", cause.findings)
  }

  private func write(_ offset: ClockOffset, to json: inout JSONWriter) {
    json.member("point", offset.point)
    json.member("reference", offset.reference)
    json.member("offset_seconds", offset.seconds)
    json.member("drift_parts_per_million", offset.driftPartsPerMillion)
    json.member("matches", offset.matches)
  }

  private func write(_ entry: TimelineEntry, to json: inout JSONWriter) {
    json.member("time", entry.time)
    json.member("end", entry.end)
    json.member("count", entry.count)
    json.member("kind", entry.kind.rawValue)
    json.member("tunnel", text(entry.tunnel))
    json.member("channel", entry.channel?.rawValue)
    write(entry.source, to: &json)
    json.member("text", text(entry.text))
    json.member("finding", text(entry.finding))
  }

  /// The packet or the line: always all four members.
  func write(_ source: Source, to json: inout JSONWriter) {
    let (frame, line) = (source.frame, source.line)
    json.member("capture", "c", frame.map { $0.capture + 1 })
    json.member("frame", frame?.frame)
    json.member("log", "l", line.map { $0.log + 1 })
    json.member("line", line?.number)
  }

  private func write(_ check: RuleCheck, to json: inout JSONWriter) {
    json.member("rule", check.rule.rawValue)
    json.member("outcome", check.outcome.rawValue)
    json.member("why", text(check.why))
  }

  func text(_ value: String?) -> String? { value.map(text) }

  func text(_ value: String) -> String {
    guard value.utf8.count > VisibleText.longest else { return value }
    return String(String.UnicodeScalarView(value.unicodeScalars.prefix(VisibleText.longest))) + "…"
  }
}
