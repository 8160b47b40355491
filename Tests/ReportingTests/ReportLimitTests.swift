import Correlation
import Observations
import Testing

@testable import Reporting

/// How much of a large report each output writes, and that it says what it leaves out.
@Suite("Limits of outputs")
struct ReportLimitTests {
  /// Twice the tunnels of the large sample, 150 captures, and a finding with 50 frames and 30 log lines.
  private static let report: Report = {
    var report = Sample.many.report
    report.tunnels += report.tunnels
    report.captures = (0..<150).map { Sample.capture(index: $0, name: "part-\($0).pcap") }
    if let item = report.findings.first?.evidence.first, let time = item.time {
      report.findings[0].evidence =
        (1...50).map { Evidence(frame: Sample.frame($0), time: time, note: item.note) }
        + (1...30).map { Evidence(line: LogLine(log: 0, number: $0), time: time, note: item.note) }
    }
    return report
  }()

  private func leavesOut(
    _ format: ReportFormat, findings: Int, evidence: (frames: Int, lines: Int), entries: Int, tunnels: Int,
    captures: Int, of report: Report = report, in written: String? = nil
  ) throws {
    let text = try written ?? format.render(report, generator: Sample.generator)
    // The page tells every event, the other two what repeats once.
    let rows = format == .html ? report.timeline.count : FoldedTimeline(report.timeline).rows.count
    let rests = [
      (report.ownFindings.count - findings, "findings"), (50 - evidence.frames, "frames"),
      (30 - evidence.lines, "lines"), (rows - entries, "entries"), (report.tunnels.count - tunnels, "tunnels"),
      (report.captures.count - captures, "captures"),
    ]
    for (count, name) in rests {
      #expect(count > 0, "the sample has more \(name) than are written")
      #expect(text.contains("\(count.grouped) more \(name)"), "\(format.rawValue): \(count) \(name)")
    }
  }

  @Test("text") func text() throws {
    try leavesOut(.text, findings: 60, evidence: (2, 1), entries: 200, tunnels: 40, captures: 40)
  }

  @Test("Markdown, before it is made to fit") func markdown() throws {
    let text = MarkdownReport().blocks(Self.report).joined(separator: "\n\n")
    try leavesOut(.markdown, findings: 60, evidence: (2, 1), entries: 200, tunnels: 100, captures: 100, in: text)
  }

  @Test("Markdown fits into a comment on GitHub, and says what it leaves out") func comment() {
    var report = Self.report
    for _ in 0..<6 { report.tunnels += report.tunnels }
    report.captures = (0..<150).map { index in
      Sample.capture(index: index, name: "part-\(index)-" + String(repeating: "|", count: 280))
    }
    let text = MarkdownReport().render(report, generator: Sample.generator)
    #expect(text.utf16.count <= MarkdownLength.most)
    #expect(text.contains(/\d more tunnels; the JSON report has all\./))
    #expect(text.hasSuffix("*\(Sample.generator.name) \(Sample.generator.version)*\n"))
  }

  @Test("Markdown of which one of everything is too long ends with what fits") func longestComment() throws {
    var report = Self.report
    let rule = try #require(report.findings.first?.rule)
    let gateway = try #require(report.tunnels.first?.gateway)
    report.commonCauses = (0..<2_000).map { index in
      CommonCause(
        rule: rule, gateway: gateway, channel: nil, port: nil, tunnels: [], findings: [], total: 2,
        title: "Cause \(index) of \(String(repeating: "x", count: 60))")
    }
    let text = MarkdownReport().render(report, generator: Sample.generator)
    #expect(text.utf16.count <= MarkdownLength.most)
    #expect(text.contains("The rest is too long for Markdown here; the HTML and JSON reports have it."))
  }

  @Test("HTML") func html() throws {
    var report = Self.report
    let tunnels = report.tunnels
    report.tunnels = (0..<20).flatMap { copy in tunnels.map { Sample.healthyTunnel(id: "\($0.id)-\(copy)") } }
    let text = try ReportFormat.html.render(report, generator: Sample.generator)
    try leavesOut(
      .html, findings: 100, evidence: (20, 20), entries: 600, tunnels: 5_000, captures: 100, of: report, in: text)
  }

  @Test("a text from outside has 4,000 characters at most, a line 300, and the cut is seen")
  func texts() {
    let long = String(repeating: "x", count: 5_000)
    #expect(long.visible == String(repeating: "x", count: 4_000) + "…")
    #expect(long.visibleLine == String(repeating: "x", count: 300) + "…")
    #expect(String(repeating: "\u{1B}", count: 400).visibleLine == String(repeating: "\\u{1B}", count: 300) + "…")
    var report = Sample.blocked.report
    report.findings[0].title = long
    let json = JSONReport().render(report, generator: Sample.generator)
    #expect(json.contains(String(repeating: "x", count: 4_000) + "…"))
    #expect(!json.contains(String(repeating: "x", count: 4_001)))
  }
}
