import Correlation
import Reporting

/// README.txt of a case: what it says, and how to see the packets that prove it, for somebody who has nothing else.
struct CaseReadme {
  /// Findings that are listed; the reports have all.
  static let mostFindings = 50

  let report: Report
  let generator: Generator
  let files: [Evidence.File]
  let removals: [PacketTreatment.Removal]
  let omitted: Int
  let notHeld: Int

  var text: String {
    var lines = ["A VPN case by \(generator.name) \(generator.version)", ""]
    lines += wrapped(report.answer)
    lines += ["", "WHAT IS HERE", ""]
    lines += [
      "  report.html     the report for people; any browser shows it, offline",
      "  report.txt      the same for a terminal; report.md for a ticket",
      "  report.json     the same for programs",
      "  evidence/       the packets that prove it, a file a capture point",
      "  wireshark/      a Wireshark profile: columns, colours and buttons by finding",
      "  manifest.json   checksums, where every packet comes from, what was removed",
    ]
    lines += evidence + findings + wireshark + privacy
    lines += [
      "", "WITH TUNNELSCOPE", "",
      "  tunnelscope open CASE.zip       prints the report",
      "  tunnelscope analyze CASE.zip    judges the packets in evidence/ anew",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private var evidence: [String] {
    guard !files.isEmpty else {
      return ["", "No packets belong to this case: it rests on logs, or nothing was found."]
    }
    var lines = ["", "THE CAPTURES", ""]
    for file in files {
      let captures = report.captures.filter { file.captures.contains($0.index) }
      let names = captures.map { "\($0.id) \(VisibleText.of($0.name, limit: VisibleText.longestLine))" }
      lines.append("  \(file.name): \(Self.packets(file.packets.count)) of \(names.joined(separator: ", "))")
    }
    lines += [""]
    lines += wrapped(
      "Every packet has a comment (column Comment): which finding cites it and why, or why it is there as context, and "
        + "its frame number in the original capture.")
    if omitted > 0 { lines += wrapped("\(Self.packets(omitted)) more would belong here and went beyond the limits.") }
    if notHeld > 0 {
      lines += wrapped("\(Self.packets(notHeld)) that findings cite were not held any more when the case was written.")
    }
    return lines
  }

  private var findings: [String] {
    guard !report.findings.isEmpty else { return ["", "Nothing was found, so no packet is marked."] }
    var lines = ["", "FROM A FINDING TO ITS PACKETS", ""]
    lines += wrapped(
      "In Wireshark, open the file and type the filter; in a terminal (in this folder) run the command. On Windows put "
        + "the filter in double quotes and each quote in it as \\\".")
    for finding in report.findings.prefix(Self.mostFindings) {
      lines += ["", "\(finding.id)  \(finding.severity.rawValue)  \(finding.rule.rawValue)"]
      lines += wrapped(VisibleText.of(finding.title, limit: VisibleText.longestLine), indent: 4)
      let filters = DisplayFilter.filters(for: finding, beside: report.evidence)
      if filters.isEmpty {
        lines.append("    no packet here: it rests on logs, on the whole capture, or on packets that stayed behind")
      }
      for filter in filters {
        guard let file = filter.file else { continue }
        let cited = files.first { $0.name == file }.map { frames(of: finding, in: $0) } ?? []
        lines += [
          "    tshark -r \(file) -Y '\(filter.text)'",
          "      \(Self.packets(cited.count)): frame\(cited.count == 1 ? "" : "s") "
            + cited.prefix(12).map(String.init).joined(separator: ", ") + (cited.count > 12 ? ", …" : ""),
        ]
      }
    }
    let rest = report.findings.count - Self.mostFindings
    if rest > 0 { lines += ["", "… and \(rest) more findings; the reports have all."] }
    return lines
  }

  /// The evidence frames of one file that the finding cites.
  private func frames(of finding: Finding, in file: Evidence.File) -> [Int] {
    let captures = Set(file.captures)
    let frames = finding.evidence.compactMap { item in
      item.frame.flatMap { captures.contains($0.capture) ? report.evidence?.frames[$0] : nil }
    }
    return Set(frames).sorted()
  }

  private var wireshark: [String] {
    guard !files.isEmpty else { return [] }
    return [
      "", "THE WIRESHARK PROFILE", "",
      "  Wireshark: Edit > Configuration Profiles > Import > From Directory, choose",
      "  wireshark/, select \(WiresharkProfile.name). Or on Linux and macOS:",
      "    mkdir -p ~/.config/wireshark/profiles",
      "    cp -r wireshark/\(WiresharkProfile.name) ~/.config/wireshark/profiles/",
      "    wireshark -C \(WiresharkProfile.name) \(files[0].name)",
    ]
  }

  private var privacy: [String] {
    let removed = removals.filter { $0.count > 0 }
    guard !removed.isEmpty else {
      return files.isEmpty ? [] : ["", "Packets are whole: they may hold names, addresses and content."]
    }
    return ["", "WHAT WAS CHANGED OR LEFT OUT", ""] + removed.map { "  \($0.count) \($0.what)" }
  }

  private static func packets(_ count: Int) -> String { count == 1 ? "1 packet" : "\(count) packets" }

  /// At most 78 columns.
  private func wrapped(_ text: String, indent: Int = 2) -> [String] {
    TextColumns.wrap(text, width: 78 - indent).map { String(repeating: " ", count: indent) + $0 }
  }
}
