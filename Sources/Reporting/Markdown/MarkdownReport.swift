import Correlation
import Observations

/// The report for a ticket or a chat: the same content as the text report, in Markdown.
public struct MarkdownReport: Sendable {
  /// How many of each are written; the rest are counted.
  struct Extent {
    var findings = 60
    var timeline = 200
    var tunnels = 100
    var captures = 100
    /// Packets and lines of one finding.
    var evidence = 3

    /// Half of everything, and one of each at least; what is left of the findings keeps its proof.
    var halved: Extent {
      Extent(
        findings: max(1, findings / 2), timeline: max(1, timeline / 2), tunnels: max(1, tunnels / 2),
        captures: max(1, captures / 2))
    }
  }

  private var longest = Extent()

  public init() {}

  /// At most `MarkdownLength.most` long: what does not fit is counted, and the HTML and JSON reports have it.
  public func render(_ report: Report, generator: Generator) -> String {
    MarkdownLength.fit(end: "*\(generator.name) \(generator.version)*") { halvings in
      var shorter = self
      for _ in 0..<halvings { shorter.longest = shorter.longest.halved }
      return shorter.blocks(report)
    }
  }

  /// The report but for its last line, however long.
  func blocks(_ report: Report) -> [String] {
    let brief = Brief(report)
    var blocks = ["# Tunnel analysis", "**\(MarkdownText.prose(brief.answer.text))**"]
    if !brief.rows.isEmpty {
      blocks.append(
        brief.rows.map { "- **\($0.label):** \(MarkdownText.proseWithCode($0.words))" }.joined(separator: "\n"))
    }
    if !report.findings.isEmpty {
      blocks.append(summary(report))
      blocks += rest(report.findings.count - longest.findings, "finding")
    }
    if !report.commonCauses.isEmpty { blocks.append(commonCauses(report)) }
    blocks += problems(report)
    if !report.timeline.isEmpty { blocks += timeline(report) }
    if !report.tunnels.isEmpty { blocks += tunnels(report) }
    if !report.checks.isEmpty { blocks += checks(report) }
    return blocks + captures(report)
  }

  private func commonCauses(_ report: Report) -> String {
    report.commonCauses.map { cause in
      let example = cause.findings.first.map { " (for example \($0))" } ?? ""
      return "- \(MarkdownText.prose(cause.title))\(example)"
    }.joined(separator: "\n")
  }

  private func summary(_ report: Report) -> String {
    let rows = report.findings.prefix(longest.findings).map { finding in
      [
        finding.id.visibleLine, finding.severity.rawValue, finding.confidence.rawValue,
        MarkdownText.prose(finding.title),
        finding.tunnel?.visibleLine ?? "",
      ]
    }
    return table(["", "severity", "confidence", "finding", "tunnel"], rows)
  }

  /// Each problem with its findings, causes first, and one list of what to do; then the findings that are no problem.
  private func problems(_ report: Report) -> [String] {
    let own = Set(report.ownFindings.map(\.id))
    var blocks: [String] = []
    var written: Set<String> = []
    for problem in report.problems {
      let findings = problem.findings.filter(own.contains).compactMap(report.finding)
        .prefix(longest.findings - written.count)
      guard !findings.isEmpty else { continue }
      let title = report.finding(problem.root).map { MarkdownText.prose($0.title) } ?? ""
      blocks.append("## Problem \(problem.id.dropFirst()): \(title)")
      for finding in findings { blocks += self.finding(finding, in: report, withSteps: false) }
      if !problem.remedies.isEmpty { blocks.append("**What to do**\n\n" + steps(problem.remedies)) }
      if let stopgap = problem.stopgap, !problem.listsStopgap {
        blocks.append("*Until then:* " + MarkdownText.proseWithCode(stopgap))
      }
      written.formUnion(findings.map(\.id))
    }
    let others = report.ownFindings.filter { !written.contains($0.id) }.prefix(longest.findings - written.count)
    if !others.isEmpty, !report.problems.isEmpty { blocks.append("## Also found") }
    for finding in others { blocks += self.finding(finding, in: report, withSteps: true) }
    return blocks + rest(own.count - longest.findings, "finding")
  }

  private func steps(_ remedies: [String]) -> String {
    remedies.enumerated().map { "\($0.offset + 1). \(MarkdownText.proseWithCode($0.element))" }.joined(separator: "\n")
  }

  private func finding(_ finding: Finding, in report: Report, withSteps: Bool) -> [String] {
    let tunnel = report.tunnels.first { $0.id == finding.tunnel }
    var blocks = ["### \(finding.id.visibleLine): \(MarkdownText.prose(finding.title))"]
    blocks.append(
      "**\(finding.severity.rawValue)**, \(finding.confidence.rawValue) · `\(finding.rule.rawValue)`"
        + (tunnel.map { " · \($0.id.visibleLine) \(ends($0))" } ?? ""))
    blocks.append(MarkdownText.proseWithCode(finding.explanation))
    blocks.append("*How sure:* \(finding.confidence.rawValue): " + reason(finding))
    if !finding.causes.isEmpty {
      blocks.append("*Caused by:* " + finding.causes.map(\.visibleLine).joined(separator: ", "))
    }
    if !finding.factWords.isEmpty {
      let facts = finding.factWords.map { "\(MarkdownText.prose($0.name)) **\(MarkdownText.prose($0.value))**" }
      blocks.append("*Facts:* " + facts.joined(separator: " · "))
    }
    if withSteps, !finding.remedies.isEmpty { blocks.append("**What to do**\n\n" + steps(finding.remedies)) }
    return blocks + evidence(of: finding, tunnel: tunnel, in: report)
  }

  private func evidence(of finding: Finding, tunnel: TunnelDescription?, in report: Report) -> [String] {
    let shown = ShownEvidence(finding, in: report, inAll: longest.evidence)
    let rows = shown.items.map { item in
      [
        report.briefPlace(of: item), item.time.map(\.calendar.clock) ?? "", MarkdownText.prose(item.note),
      ]
    }
    var blocks: [String] = []
    if !rows.isEmpty {
      blocks.append("**Evidence**\n\n" + table(["frame or line", "time (\(report.clockName))", "what it shows"], rows))
    }
    guard finding.about != .captures || report.evidence != nil else { return blocks }
    if !shown.left.isEmpty { blocks.append("\(shown.left); the HTML and JSON reports have them.") }
    let filters =
      DisplayFilter.filters(for: finding, beside: report.evidence).map { filter in
        let place = filter.place(in: report)
        return (place.isEmpty ? "" : "# \(place)\n") + filter.text
      } + (DisplayFilter.subject(of: finding, tunnel: tunnel).map { [$0] } ?? [])
    guard !filters.isEmpty else { return blocks }
    return blocks + [
      "Wireshark display filters, for the evidence and for all of it:\n\n```\n\(filters.joined(separator: "\n"))\n```"
    ]
  }

  private func reason(_ finding: Finding) -> String {
    let reason = MarkdownText.prose(finding.confidenceReason.lowercasedStart)
    return reason.hasSuffix(".") ? reason : reason + "."
  }

  private func timeline(_ report: Report) -> [String] {
    let start = report.timeline.first?.time ?? Timestamp(nanoseconds: 0)
    let folded = FoldedTimeline(report.timeline).rows
    let rows = folded.prefix(longest.timeline).map { row in
      let entry = row.first
      return [
        row.finding?.visibleLine ?? "", "\(entry.time.seconds(since: start).fixed()) s", entry.time.calendar.clock,
        entry.tunnel?.visibleLine ?? "", MarkdownText.prose(row.words),
        entry.source.briefPlace(amongSeveral: report.hasSeveralCaptures),
      ]
    }
    return ["## Timeline", "0 s is \(report.moment(start)); repeated events are shown once."]
      + [table(["finding", "since start", "time (\(report.clockName))", "tunnel", "what happened", "where"], rows)]
      + rest(folded.count - longest.timeline, "entry", "entries")
  }

  private func tunnels(_ report: Report) -> [String] {
    let rows = report.tunnels.prefix(longest.tunnels).map { tunnel in
      [
        tunnel.id.visibleLine, ends(tunnel, inTable: true), MarkdownText.prose(tunnel.kind),
        tunnel.channels.map { MarkdownText.prose("\($0.name): \($0.words)") }.joined(separator: "<br>"),
        MarkdownText.prose(tunnel.mtuWords ?? ""),
      ]
    }
    return ["## Tunnels", table(["", "client and gateway", "kind", "channels", "sizes"], rows)]
      + rest(report.tunnels.count - longest.tunnels, "tunnel")
      + report.tunnels.prefix(longest.tunnels).flatMap { tunnel in
        tunnel.comparison.map { "- \(tunnel.id.visibleLine): \(MarkdownText.prose($0))" }
      }
  }

  private func checks(_ report: Report) -> [String] {
    let rows = CheckWords.groups(report.checks).map { group in
      [group.result, group.rows.map(MarkdownText.prose).joined(separator: "<br>")]
    }
    return ["## Checks", table(["result", "diagnosis"], rows)]
  }

  private func captures(_ report: Report) -> [String] {
    let rows = report.captures.prefix(longest.captures).map { capture in
      [
        capture.id, MarkdownText.code(capture.name, inTable: true),
        MarkdownText.prose(capture.shape.joined(separator: ", ")), capture.volume, capture.span ?? "",
        capture.limits.isEmpty ? "complete" : MarkdownText.prose(capture.limits.joined(separator: "; ")),
      ]
    }
    let logs = report.logs.prefix(longest.captures).map { log in
      [
        log.description.id, MarkdownText.code(log.description.name, inTable: true), log.shape, log.span ?? "",
        MarkdownText.prose(log.clock.words), MarkdownText.prose(log.limits.joined(separator: "; ")),
      ]
    }
    return ["## What was read"]
      + (rows.isEmpty && !logs.isEmpty ? [] : [table(["", "name", "format", "holds", "time", "limits"], rows)])
      + (logs.isEmpty ? [] : [table(["", "log", "holds", "time", "clock", "limits"], logs)])
      + rest(report.logs.count - longest.captures, "log")
      + rest(report.captures.count - longest.captures, "capture")
      + [report.narrowing].compactMap { $0.map { MarkdownText.prose($0.words) } }
      + report.clockOffsets.map { MarkdownText.prose(report.words(of: $0)) }
  }

  private func ends(_ tunnel: TunnelDescription, inTable: Bool = false) -> String {
    MarkdownText.prose(tunnel.route)
      + (tunnel.serverName.map { " (\(MarkdownText.code($0, inTable: inTable)))" } ?? "")
  }

  private func rest(_ count: Int, _ singular: String, _ plural: String? = nil) -> [String] {
    guard count > 0 else { return [] }
    return ["… \(count.counted("more " + singular, plural.map { "more " + $0 })); the JSON report has all."]
  }

  private func table(_ heads: [String], _ rows: [[String]]) -> String {
    ([heads, heads.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}
