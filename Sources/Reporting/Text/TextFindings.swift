import Correlation
import Observations

/// The problems of a text report, worst first, each with what it begins with, what comes of it and what to do; then the
/// findings that are no problem.
struct TextFindings {
  /// Findings written in full; the others are counted.
  static let longest = 60
  /// Packets and log lines that one finding shows.
  static let longestEvidence = 3

  let report: Report
  private let tunnels: [String: TunnelDescription]

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
      let several = report.problems.count > 1
      page.heading(several ? "Problem \(problem.id.dropFirst())" : "Problem")
      write(root, asRoot: true, to: &page)
      left -= 1
      var cited = Set(root.evidence.map(\.source))
      if findings.count > 1, left > 0 {
        page.blank()
        page.paragraph("What comes of it:", .faint)
      }
      for finding in findings.dropFirst().prefix(left) {
        page.blank()
        write(finding, asRoot: false, without: cited, to: &page)
        cited.formUnion(finding.evidence.map(\.source))
      }
      left -= max(0, min(left, findings.count - 1))
      written.formUnion(findings.map(\.id))
      writeSteps(problem, to: &page)
    }
    let others = report.ownFindings.filter { !written.contains($0.id) }
    if !others.isEmpty, left > 0 { page.heading(report.problems.isEmpty ? "Findings" : "Also found") }
    for (index, finding) in others.prefix(left).enumerated() {
      if index > 0 { page.blank() }
      writeWhole(finding, to: &page)
    }
    let rest = own.count - Self.longest
    guard rest > 0 else { return }
    page.blank()
    page.paragraph("… \(rest.grouped) more findings; --format json has all", .faint)
  }

  private func writeSteps(_ problem: Problem, to page: inout TextPage) {
    guard !problem.remedies.isEmpty else { return }
    page.blank()
    page.labelled("To do", rows: Self.numbered(problem.remedies))
    if let stopgap = problem.stopgap, !problem.listsStopgap { page.labelled("Until then", stopgap.visible) }
  }

  private static func numbered(_ steps: [String]) -> [(head: String, words: String)] {
    steps.enumerated().map { ("\($0.offset + 1). ", $0.element.visible) }
  }

  /// A finding by itself, with what to do about it.
  func writeWhole(_ finding: Finding, to page: inout TextPage) {
    write(finding, asRoot: true, to: &page)
    if !finding.remedies.isEmpty { page.labelled("To do", rows: Self.numbered(finding.remedies)) }
  }

  /// One finding.
  ///
  /// - Parameters:
  ///   - isRoot: Whether it is written in full; what comes of another leaves out what that one said.
  ///   - cited: Packets and lines that the problem has shown already.
  private func write(
    _ finding: Finding, asRoot isRoot: Bool, without cited: Set<Source> = [], to page: inout TextPage
  ) {
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
    page.paragraph(about(finding, withTunnel: isRoot), .faint)
    page.paragraph(finding.explanation.visible)
    if isRoot || finding.confidence != .certain {
      page.labelled("How sure", "\(finding.confidence.rawValue): \(finding.confidenceReason.visible.lowercasedStart)")
    }
    if !finding.facts.isEmpty {
      page.labelled("Facts", finding.factWords.map { "\($0.name) \($0.value)" }.joined(separator: " · "))
    }
    let evidence = evidence(of: finding, repeats: isRoot, without: cited)
    if !evidence.isEmpty {
      // What comes of another takes a line each; its explanation says the rest.
      let rows =
        isRoot
        ? evidence
        : evidence.map { row in
          let room = page.width - TextPage.labelled - TextColumns.width(of: row.head)
          return (row.head, TextColumns.cut(row.words, width: room))
        }
      page.labelled("Evidence", rows: rows)
    }
    let filters = filters(of: finding, withSubject: isRoot)
    if !filters.isEmpty { page.labelled("Wireshark", rows: filters) }
  }

  /// Which rule, about what: `handshake-unanswered · T1 198.51.100.10 → 203.0.113.20 (vpn.example.com)`.
  private func about(_ finding: Finding, withTunnel: Bool) -> String {
    let sure = withTunnel ? "" : ", \(finding.confidence.rawValue)"
    guard withTunnel, let id = finding.tunnel else {
      return finding.rule.rawValue + sure
        + (finding.causes.isEmpty ? "" : ", because of \(finding.causes.map(\.visibleLine).joined(separator: ", "))")
    }
    let ends = tunnels[id].map { " " + $0.ends } ?? ""
    return finding.rule.rawValue + " · " + TextColumns.elide(id.visibleLine + ends, width: 100)
  }

  private func evidence(of finding: Finding, repeats: Bool, without cited: Set<Source>) -> [(
    head: String, words: String
  )] {
    let shown = ShownEvidence(finding, inAll: Self.longestEvidence, repeats: repeats, without: cited)
    let widest = shown.items.map { place($0).count }.max() ?? 0
    var rows = shown.items.map { item in
      let time = item.time.map { $0.calendar.clock + "  " } ?? ""
      return (TextColumns.pad(place(item), to: widest) + "  " + time, item.note.visibleLine)
    }
    if !shown.left.isEmpty { rows.append(("", shown.left + "; html and json have all")) }
    return rows
  }

  /// The frames of each capture, then all that the finding is about.
  private func filters(of finding: Finding, withSubject: Bool) -> [(head: String, words: String)] {
    let frames = DisplayFilter.filters(for: finding, beside: report.evidence).flatMap { filter in
      let place = filter.place(in: report)
      // A filter that fits on a line is not broken: it is there to be copied.
      if filter.file != nil { return [("", place), ("", "  " + filter.text)] }
      return [(place.isEmpty ? "" : place + "  ", filter.text)]
    }
    guard withSubject else { return frames }
    let subject = DisplayFilter.subject(of: finding, tunnel: finding.tunnel.flatMap { tunnels[$0] })
    return frames + (subject.map { [("", $0)] } ?? [])
  }

  private func place(_ evidence: Evidence) -> String { report.place(of: evidence) }
}
