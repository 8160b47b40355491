import Correlation
import Families
import Testing

@testable import Reporting

@Suite("Comparison in all forms")
struct ComparisonOutputTests {
  private func text(_ before: Sample, _ after: Sample, _ style: TextStyle = .plain) -> String {
    ComparisonText(layout: TextLayout(style: style)).render(
      ReportComparison(before: before.report, after: after.report, families: FamilyTable([])),
      generator: Sample.generator)
  }

  private func render(_ before: Sample, _ after: Sample, _ format: ReportFormat) throws -> String {
    try format.render(
      ReportComparison(before: before.report, after: after.report, families: FamilyTable([])),
      generator: Sample.generator)
  }

  @Test("it opens with whether it is fixed")
  func answer() {
    #expect(text(.blocked, .blocked).hasPrefix("Not fixed. All 4 findings remain.\n"))
    #expect(
      text(.healthy, .blocked).hasPrefix("Something is wrong that was not seen before. 4 findings are new.\n"))
    #expect(text(.healthy, .healthy).hasPrefix("Nothing was wrong before, and nothing is wrong after.\n"))
    #expect(text(.blocked, .empty).hasPrefix("Not proven fixed: "))
  }

  @Test("a finding names its place in both reports, and why it is missing")
  func findings() {
    let remaining = text(.blocked, .blocked)
    #expect(remaining.contains("\nRemains ───"))
    #expect(remaining.contains("     Before     F2, "))
    #expect(remaining.contains("     After      F2, "))
    #expect(text(.blocked, .empty).contains("     Because    "))
  }

  @Test("no line is longer than 80 columns", arguments: Sample.allCases, Sample.allCases)
  func width(before: Sample, after: Sample) {
    for line in text(before, after).split(separator: "\n") { #expect(TextColumns.width(of: line) <= 80, "\(line)") }
  }

  @Test(
    "nothing from outside acts on a terminal or a page, in any form", arguments: ReportFormat.allCases,
    [(Sample.hostile, Sample.blocked), (.blocked, .hostile), (.hostile, .hostile)])
  func hostile(format: ReportFormat, sides: (before: Sample, after: Sample)) throws {
    let text = try render(sides.before, sides.after, format)
    let bad = text.unicodeScalars.count { VisibleText.isHidden($0) && $0 != "\n" }
    #expect(bad == 0)
    if [.html, .markdown, .junit].contains(format) {
      #expect(!text.contains("<script"))
      #expect(text.contains("&lt;script&gt;"))
    }
  }

  @Test("HTML and Markdown say of every finding what the text says", arguments: [ReportFormat.html, .markdown])
  func sameWords(format: ReportFormat) throws {
    let comparison = ReportComparison(
      before: Sample.blocked.report, after: Sample.healthy.report, families: FamilyTable([]))
    let text = try render(.blocked, .healthy, format)
    let words = ComparisonWords(comparison)
    #expect(text.contains(words.answer))
    for item in words.sections.flatMap(\.items) where item.severity != nil {
      #expect(text.contains(format == .html ? ">\(item.title)</bdi>" : item.title))
    }
    #expect(text.contains(Sample.blocked.report.captures[0].name))
  }

  @Test("where the selection left nothing, neither page nor JUnit calls it well")
  func nothingSelected() throws {
    var nothing = Sample.narrowed.report
    (nothing.tunnels, nothing.findings, nothing.problems) = ([], [], [])
    let healthy = Sample.healthy.report
    let compare = { (after: Report) in
      ComparisonWords(ReportComparison(before: healthy, after: after, families: FamilyTable([]))).verdict
    }
    #expect(compare(nothing) == .undecided)
    #expect(compare(healthy) == .healthy)
  }

  @Test("a page loads nothing, and has no script")
  func policy() throws {
    #expect(try render(.blocked, .healthy, .html).contains("; script-src &#39;none&#39;;"))
  }

  @Test("Markdown fits into a comment on GitHub")
  func comment() throws {
    let text = try render(.many, .empty, .markdown)
    #expect(text.utf16.count <= MarkdownLength.most)
    #expect(text.contains("more finding"))
  }

  // Needs python3 with the jsonschema module.
  @Test(
    "every comparison is valid against the schema in Documentation",
    .enabled(if: Schema.canValidate, "python3 has no jsonschema"),
    arguments: [
      (Sample.blocked, Sample.healthy), (.healthy, .blocked), (.wireGuard, .wireGuard), (.logsOnly, .logs),
      (.hostile, .empty), (.many, .unjudged),
    ])
  func schema(before: Sample, after: Sample) throws {
    let json = try render(before, after, .json)
    let complaints = try Schema.comparison.complaints(about: json)
    #expect(complaints == nil)
  }

  @Test("a tunnel is compared by what became of its channels")
  func channels() {
    let text = text(.wireGuard, .wireGuard)
    #expect(text.contains("Before     T1: WireGuard established, then lost"))
    #expect(!text.contains("DTLS"))
  }

  @Test("colours change nothing but the escapes")
  func colors() {
    let colored = text(.blocked, .healthy, .colored)
    #expect(colored.contains("\u{1B}["))
    #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == text(.blocked, .healthy))
  }

  @Test("long lists end with a count")
  func bounded() {
    let many = text(.many, .empty)
    #expect(many.utf8.count < 100_000)
    #expect(many.contains("more finding"))
    #expect(many.contains("more tunnel"))
  }
}
