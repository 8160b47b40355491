import Correlation
import Observations

/// Chooses what the page shows and caps it, so that a report on hundreds of tunnels still opens at once.
struct PageBuilder {
  /// How many of each are shown; the JSON report has the rest.
  static let most = (cards: 8, findings: 100, evidence: 20, tunnels: 5_000, events: 600, captures: 100)
  /// A longer timeline is folded until the reader opens it.
  static let longestOpenTimeline = 60

  let report: Report
  let generator: Generator
  private let tunnels: TunnelsByID
  private let severities: [String: Severity]

  init(report: Report, generator: Generator) {
    self.report = report
    self.generator = generator
    self.tunnels = report.tunnelsByID
    self.severities = Dictionary(report.findings.map { ($0.id, $0.severity) }) { first, _ in first }
  }

  var model: PageModel {
    let brief = Brief(report)
    let answer = brief.answer
    let cards = TunnelCards(report: report, most: Self.most.cards)
    let own = report.ownFindings
    let problems = problems(own)
    let inProblems = Set(problems.flatMap(\.parts).map(\.id))
    let findings = own.filter { !inProblems.contains($0.id.visibleLine) }
      .prefix(Self.most.findings - inProblems.count).map { finding($0, withSteps: true) }
    let written = inProblems.union(findings.map(\.id)).union(problems.map(\.problemID))
    let tunnels = TunnelGroups(report: report, written: written, most: Self.most.tunnels)
    let (style, script) = (PageTemplates.style, PageTemplates.script)
    return PageModel(
      title: "Tunnel analysis: " + VisibleText.of(answer.text, limit: 120),
      policy: ContentSecurityPolicy.policy(style: style, script: script), style: style, script: script,
      generator: "\(generator.name) \(generator.version)", subject: subject, answer: answer.sentences.first ?? "",
      lead: ProsePart.parts(of: answer.sentences.dropFirst().joined(separator: " ")),
      tone: answer.verdict.rawValue, toneWord: answer.verdict.word,
      brief: brief.rows.map { BriefRow(label: $0.label, briefWords: ProsePart.parts(of: $0.words)) },
      hasBrief: !brief.rows.isEmpty, chips: chips, sections: sections(cards),
      cards: cards.cards, hasCards: !cards.cards.isEmpty, cardsLeft: left(cards.left, "more tunnel"),
      causes: report.commonCauses.map { "\($0.title.visible) (for example \($0.findings.first ?? ""))" },
      hasCauses: !report.commonCauses.isEmpty, problems: problems, findings: findings,
      hasFindings: !problems.isEmpty || !findings.isEmpty,
      findingsLeft: left(own.count - findings.count - inProblems.count, "more finding"),
      tunnelGroups: tunnels.groups, hasTunnels: !report.tunnels.isEmpty,
      tunnelsLeft: left(tunnels.left, "more tunnel"), areTunnelsOpen: report.tunnels.count <= Self.most.cards,
      hasSearch: report.tunnels.count > Self.most.cards,
      tunnelScale: ZoomScale(tunnels.scale), tunnelTicks: tunnels.scale.ticks.map(LaneChart.Tick.init),
      timeline: timeline(linking: written.union(tunnels.findings)), hasTimeline: !report.timeline.isEmpty,
      checks: CheckWords.groups(report.checks).map { CheckRow(result: $0.result, checkRows: $0.rows) },
      hasChecks: !report.checks.isEmpty,
      captures: report.captures.prefix(Self.most.captures).map(capture),
      capturesLeft: left(report.captures.count - Self.most.captures, "more capture"),
      clocks: [report.narrowing].compactMap { $0?.words } + report.clockOffsets.map { report.words(of: $0) },
      logs: report.logs.prefix(Self.most.captures).map(log),
      hasCaptures: !report.captures.isEmpty || report.logs.isEmpty,
      hasLogs: !report.logs.isEmpty, logsLeft: left(report.logs.count - Self.most.captures, "more log"))
  }

  /// What the report is about: the captures and the day.
  private var subject: String {
    let all = report.captures.map(\.name) + report.logs.map(\.description.name)
    let names = all.prefix(3).map(\.visibleLine).joined(separator: ", ")
    let more = all.count > 3 ? " and \(all.count - 3) more" : ""
    let start =
      (report.captures.compactMap(\.start) + report.logs.compactMap(\.start)).min().map { " · \(report.moment($0))" }
      ?? ""
    return names + more + start
  }

  private var chips: [Chip] {
    let severities = Severity.allCases.reversed().compactMap { severity -> Chip? in
      let count = report.findings.count { $0.severity == severity }
      return count > 0 ? Chip(text: count.counted(severity.rawValue), look: severity.rawValue) : nil
    }
    let packets = report.captures.reduce(0) { $0 &+ $1.packets }
    let lines = report.logs.reduce(0) { $0 &+ $1.description.lines }
    return severities + [Chip(text: report.tunnels.count.counted("tunnel"), look: "plain")]
      + (report.captures.isEmpty && !report.logs.isEmpty ? [] : [Chip(text: packets.counted("packet"), look: "plain")])
      + (report.logs.isEmpty ? [] : [Chip(text: lines.counted("log line"), look: "plain")])
  }

  private func sections(_ cards: TunnelCards) -> [Section] {
    var sections: [Section] = []
    if !cards.cards.isEmpty { sections.append(Section(anchor: "glance", name: "At a glance")) }
    if !report.findings.isEmpty { sections.append(Section(anchor: "findings", name: "Findings")) }
    if !report.timeline.isEmpty { sections.append(Section(anchor: "timeline", name: "Timeline")) }
    if !report.tunnels.isEmpty { sections.append(Section(anchor: "tunnels", name: "Tunnels")) }
    if !report.checks.isEmpty { sections.append(Section(anchor: "checks", name: "Checks")) }
    return sections + [Section(anchor: "captures", name: "What was read")]
  }

  /// - Parameter own: The findings that are written in full.
  private func problems(_ own: [Finding]) -> [ProblemModel] {
    let shown = Set(own.map(\.id))
    var left = Self.most.findings
    return report.problems.compactMap { problem in
      let findings = problem.findings.filter(shown.contains).compactMap(report.finding).prefix(left)
      guard !findings.isEmpty else { return nil }
      left -= findings.count
      let number = report.problems.count > 1 ? " \(problem.id.dropFirst())" : ""
      return ProblemModel(
        problemID: problem.id, heading: "Problem\(number)",
        problemTitle: report.finding(problem.root)?.title.visibleLine ?? "",
        steps: problem.remedies.map { Remedy(step: ProsePart.parts(of: $0)) }, hasSteps: !problem.remedies.isEmpty,
        stopgap: ProsePart.parts(of: problem.stopgap ?? ""),
        hasStopgap: problem.stopgap != nil && !problem.listsStopgap,
        parts: findings.map { finding($0, withSteps: false) })
    }
  }

  /// - Parameter withSteps: Whether its own remedies are shown; those of a problem stand in one list.
  private func finding(_ finding: Finding, withSteps: Bool) -> FindingModel {
    let filters = DisplayFilter.filters(for: finding, beside: report.evidence)
    let shown = ShownEvidence(finding, in: report, most: Self.most.evidence)
    let subject = DisplayFilter.subject(of: finding, tunnel: finding.tunnel.flatMap { tunnels[$0] })
    let titles = report.findings.filter { finding.causes.contains($0.id) }
    return FindingModel(
      id: finding.id.visibleLine, severity: finding.severity.rawValue, title: finding.title.visibleLine,
      rule: finding.rule.rawValue,
      about: finding.tunnel.map { id in id.visibleLine + (tunnels[id].map { " " + $0.ends } ?? "") } ?? "",
      explanation: ProsePart.parts(of: finding.explanation), confidence: finding.confidence.rawValue,
      reason: finding.confidenceReason.visible, facts: finding.factWords, hasFacts: !finding.factWords.isEmpty,
      causes: titles.map { CauseLink(causeID: $0.id.visibleLine, causeTitle: $0.title.visibleLine) },
      hasCauses: !titles.isEmpty, remedies: finding.remedies.map { Remedy(step: ProsePart.parts(of: $0)) },
      hasRemedies: withSteps && !finding.remedies.isEmpty,
      evidence: shown.items.map { item in
        EvidenceRow(
          place: report.briefPlace(of: item), clock: item.time.map(\.calendar.clock) ?? "", note: item.note.visibleLine)
      },
      hasEvidence: !shown.items.isEmpty,
      evidenceLeft: shown.left.isEmpty ? "" : shown.left + "; the JSON report has all.",
      filters: filters.map { filter in
        FilterRow(filterPlace: filter.place(in: report), filter: filter.text)
      } + (subject.map { [FilterRow(filterPlace: "all of it:", filter: $0)] } ?? []),
      hasFilters: !filters.isEmpty || subject != nil, clockName: report.clockName)
  }

  /// - Parameter anchors: The findings that links can lead to.
  private func timeline(linking anchors: Set<String>) -> TimelineModel {
    let start = report.timeline.first?.time ?? Timestamp(nanoseconds: 0)
    let shown = report.timeline.prefix(Self.most.events)
    let rows = shown.map { entry in
      EventRow(
        since: "+\(entry.time.seconds(since: start).fixed())", clock: entry.time.calendar.clock, event: entry.words,
        eventTunnel: report.tunnels.count > 1 ? entry.tunnel?.visibleLine ?? "" : "",
        place: place(entry.source), mark: entry.finding?.visibleLine ?? "",
        isLinked: entry.finding.map(anchors.contains) ?? false,
        look: entry.finding.flatMap { severities[$0]?.rawValue } ?? "")
    }
    return TimelineModel(
      from: report.moment(start), clockName: report.clockName, rows: rows,
      rowsLeft: left(report.timeline.count - rows.count, "more entry", "more entries"),
      isFolded: report.timeline.count > Self.longestOpenTimeline,
      count: report.timeline.count.counted("entry", "entries"))
  }

  private func log(_ log: LogReport) -> LogModel {
    LogModel(
      logID: log.description.id, logName: log.description.name.visibleLine, shape: log.shape,
      span: log.span ?? "no times",
      clock: log.clock.words, limits: log.limits)
  }

  private func capture(_ capture: CaptureDescription) -> CaptureModel {
    let hasPoints = Set(report.captures.map(\.point)).count > 1
    return CaptureModel(
      captureID: capture.id, captureName: capture.name.visibleLine,
      shape: (capture.shape + (hasPoints ? ["capture point \(capture.point + 1)"] : [])).joined(separator: " · "),
      volume: capture.volume, span: capture.span ?? "no packets", limits: capture.limits,
      isComplete: capture.limits.isEmpty)
  }

  private func place(_ source: Source) -> String { source.briefPlace(amongSeveral: report.hasSeveralCaptures) }

  private func left(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    count > 0 ? "… \(count.counted(singular, plural)); the JSON report has all." : ""
  }
}

extension ReportVerdict {
  var word: String {
    switch self {
    case .broken: "Broken"
    case .degraded: "Degraded"
    case .healthy: "Nothing wrong"
    case .undecided: "Undecided"
    }
  }
}
