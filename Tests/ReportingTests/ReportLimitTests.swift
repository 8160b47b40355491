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
    captures: Int
  ) throws {
    let report = Self.report
    let text = try format.render(report, generator: Sample.generator)
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

  @Test("Markdown") func markdown() throws {
    try leavesOut(.markdown, findings: 60, evidence: (2, 1), entries: 200, tunnels: 100, captures: 100)
  }

  @Test("HTML") func html() throws {
    try leavesOut(.html, findings: 100, evidence: (20, 20), entries: 600, tunnels: 500, captures: 100)
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
