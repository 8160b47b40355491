import Correlation
import Observations

/// The problems of a text report, worst first, each with what it begins with, what comes of it and what to do; then the
/// findings that are no problem.
///
/// What a problem begins with is written with its proof; what comes of it, and notes, with the first packet or line that
/// shows them. Other outputs have the rest.
struct TextFindings {
  /// Findings that are written; the others are counted.
  static let longest = 60
  /// Packets and log lines of what a problem begins with.
  static let longestEvidence = 3

  let report: Report
  private let tunnels: TunnelsByID

  init(_ report: Report) {
    self.report = report
    self.tunnels = report.tunnelsByID
  }

  func write(to page: inout TextPage) {
    let own = Set(report.ownFindings.map(\.id))
    var left = Self.longest
    var written: Set<String> = []
    for problem in report.problems {
      let findings = problem.findings.filter(own.contains).compactMap(report.finding)
      guard let root = findings.first, left > 0 else { continue }
      page.heading(report.problems.count > 1 ? "Problem \(problem.id.dropFirst())" : "Problem")
      writeWithProof(root, to: &page)
      let effects = findings.dropFirst().prefix(left - 1)
      writeEffects(effects, of: root, to: &page)
      left -= min(left, findings.count)
      written.formUnion(findings.map(\.id))
      if !effects.isEmpty, !problem.remedies.isEmpty { page.blank() }
      writeSteps(problem, to: &page)
    }
    let others = report.ownFindings.filter { !written.contains($0.id) }
    if !others.isEmpty, left > 0 { page.heading(report.problems.isEmpty ? "Findings" : "Also found") }
    for (index, finding) in others.prefix(left).enumerated() {
      if index > 0 { page.blank() }
      if finding.severity == .note { writeBriefly(finding, to: &page) } else { writeWithProof(finding, to: &page) }
      writeRemedies(finding, to: &page)
    }
    let rest = own.count - Self.longest
    guard rest > 0 else { return }
    page.blank()
    page.paragraph("… \(rest.counted("more finding")); --format json has all", .faint)
  }

  private func writeEffects(_ findings: ArraySlice<Finding>, of root: Finding, to page: inout TextPage) {
    guard !findings.isEmpty else { return }
    page.paragraph("What follows from it:", .faint)
    var cited = Set(root.evidence.map(\.source))
    for finding in findings {
      writeBriefly(finding, without: cited, to: &page)
      cited.formUnion(finding.evidence.map(\.source))
    }
  }

  private func writeSteps(_ problem: Problem, to page: inout TextPage) {
    guard !problem.remedies.isEmpty else { return }
    page.labelled("To do", rows: Self.numbered(problem.remedies))
    if let stopgap = problem.stopgap, !problem.listsStopgap { page.labelled("Until then", stopgap.visible) }
  }

  /// A finding by itself, with what to do about it.
  func writeAlone(_ finding: Finding, to page: inout TextPage) {
    writeWithProof(finding, to: &page)
    writeRemedies(finding, to: &page)
  }

  private func writeRemedies(_ finding: Finding, to page: inout TextPage) {
    if !finding.remedies.isEmpty { page.labelled("To do", rows: Self.numbered(finding.remedies)) }
  }

  private static func numbered(_ steps: [String]) -> [(head: String, words: String)] {
    steps.enumerated().map { ("\($0.offset + 1). ", $0.element.visible) }
  }

  // MARK: One finding

  /// A finding with what proves it and filters that show it.
  private func writeWithProof(_ finding: Finding, to page: inout TextPage) {
    writeTitle(finding, to: &page)
    // The first lines name the only tunnel.
    let ends =
      tunnels.count > 1 ? finding.tunnel.map { $0.visibleLine + (tunnels[$0].map { " " + $0.ends } ?? "") } : nil
    writeAbout(finding, [ends.map { TextColumns.elide($0, width: 100) }], why: finding.confidenceReason, to: &page)
    page.paragraph(finding.explanation.visible)
    let facts = finding.factsBesideWords
    if !facts.isEmpty { page.labelled("Facts", facts.map { "\($0.name) \($0.value)" }.joined(separator: " · ")) }
    let evidence = evidence(of: finding)
    if !evidence.isEmpty { page.labelled("Evidence", rows: evidence) }
    let filters = filters(of: finding)
    if !filters.isEmpty { page.labelled("Wireshark", rows: filters) }
  }

  /// A finding without its proof, but for where that begins.
  ///
  /// - Parameter cited: Packets and lines that the problem has shown already.
  private func writeBriefly(_ finding: Finding, without cited: Set<Source> = [], to page: inout TextPage) {
    writeTitle(finding, to: &page)
    let tunnel = tunnels.count > 1 ? finding.tunnel?.visibleLine : nil
    let causes = finding.causes.map(\.visibleLine).joined(separator: ", ")
    let rest = finding.evidence.count - 1
    let place = ShownEvidence(finding, in: report, inAll: 1, repeats: false, without: cited).items.first.map {
      report.place(of: $0) + (rest > 0 ? " and \(rest.grouped) more" : "")
    }
    writeAbout(
      finding, [tunnel, causes.isEmpty ? nil : "because of \(causes)", place],
      why: finding.confidence == .certain ? nil : finding.proof ?? finding.confidenceReason, to: &page)
    page.paragraph(finding.explanation.visible)
  }

  /// The line below a title: the rule, what it is about, and how sure that is.
  ///
  /// - Parameter why: What makes it that sure, or would make it surer.
  private func writeAbout(_ finding: Finding, _ parts: [String?], why: String?, to page: inout TextPage) {
    let sure = finding.confidence.rawValue + (why.map { ": " + $0.visible.lowercasedStart } ?? "")
    let about = [finding.rule.rawValue] + parts.compactMap(\.self) + [sure]
    page.paragraph(about.joined(separator: " · "), .faint)
  }

  private func writeTitle(_ finding: Finding, to page: inout TextPage) {
    let head = TextColumns.pad(finding.id.visibleLine, to: TextPage.margin - 1) + " "
    let severity = finding.severity.rawValue.uppercased() + "  "
    let indent = TextColumns.width(of: head) + TextColumns.width(of: severity)
    for (index, row) in TextColumns.wrap(finding.title.visibleLine, width: page.width - indent).enumerated() {
      if index == 0 {
        page.line((head, .reference), (severity, TextStyle.Meaning(finding.severity)), (row, .heading))
      } else {
        page.line((String(repeating: " ", count: indent), nil), (row, .heading))
      }
    }
  }

  private func evidence(of finding: Finding) -> [(head: String, words: String)] {
    let shown = ShownEvidence(finding, in: report, inAll: Self.longestEvidence)
    let widest = shown.items.map { report.place(of: $0).count }.max() ?? 0
    var rows = shown.items.map { item in
      let time = item.time.map { $0.calendar.clock + "  " } ?? ""
      return (TextColumns.pad(report.place(of: item), to: widest) + "  " + time, item.note.visibleLine)
    }
    // Frames that a display filter names need not be counted.
    let left = DisplayFilter.namesAllFrames(of: finding) ? shown.leftLines : shown.left
    if !left.isEmpty { rows.append(("", left + "; html and json show all")) }
    return rows
  }

  /// The frames of each capture, then all that the finding is about.
  private func filters(of finding: Finding) -> [(head: String, words: String)] {
    guard finding.about != .captures || report.evidence != nil else { return [] }
    let frames = DisplayFilter.filters(for: finding, beside: report.evidence).flatMap { filter in
      let place = filter.place(in: report)
      // A filter that fits on a line is not broken: it is there to be copied.
      if filter.file != nil { return [("", place), ("", "  " + filter.text)] }
      return [(place.isEmpty ? "" : place + "  ", filter.text)]
    }
    let subject = DisplayFilter.subject(of: finding, tunnel: finding.tunnel.flatMap { tunnels[$0] })
    return frames + (subject.map { [("", $0)] } ?? [])
  }
}
