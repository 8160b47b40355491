import Correlation
import Families
import Testing

@testable import Reporting

@Suite("Comparison in text and JSON")
struct ComparisonOutputTests {
  private func text(_ before: Sample, _ after: Sample, _ style: TextStyle = .plain) -> String {
    ComparisonText(style: style).render(
      ReportComparison(before: before.report, after: after.report, families: FamilyTable([])), generator: Sample.generator)
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
    "nothing from outside acts on the terminal, in either form",
    arguments: [(Sample.hostile, Sample.blocked), (.blocked, .hostile), (.hostile, .hostile)])
  func hostile(before: Sample, after: Sample) {
    let json = ComparisonJSON().render(
      ReportComparison(before: before.report, after: after.report, families: FamilyTable([])), generator: Sample.generator)
    for text in [text(before, after), json] {
      let bad = text.unicodeScalars.count { VisibleText.isHidden($0) && $0 != "\n" }
      #expect(bad == 0)
    }
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
    let json = ComparisonJSON().render(
      ReportComparison(before: before.report, after: after.report, families: FamilyTable([])), generator: Sample.generator)
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
