import Correlation
import Families
import Testing

@testable import Reporting

@Suite("JUnit's XML for CI")
struct JUnitTests {
  private func render(_ report: Report) throws -> String {
    try ReportFormat.junit.render(report, generator: Sample.generator)
  }

  private func compare(_ before: Sample, _ after: Sample) throws -> String {
    try ReportFormat.junit.render(
      ReportComparison(before: before.report, after: after.report, families: FamilyTable([])),
      generator: Sample.generator)
  }

  @Test("a finding of severity warning or error fails the test of its rule, and the verdict")
  func failures() throws {
    let text = try render(Sample.blocked.report)
    let failed = Set(Sample.blocked.report.findings.filter { $0.severity > .note }.map(\.rule.rawValue))
    for rule in failed {
      #expect(text.contains("<testcase classname=\"tunnelscope\" name=\"\(rule)\">\n<failure message="))
    }
    #expect(text.contains("<testcase classname=\"tunnelscope\" name=\"verdict\">\n<failure message="))
    #expect(text.ranges(of: "<failure ").count == failed.count + 1)
    #expect(text.contains("failures=\"\(failed.count + 1)\""))
  }

  @Test("a healthy tunnel passes; what cannot be judged does not")
  func verdicts() throws {
    #expect(try render(Sample.healthy.report).contains("failures=\"0\" errors=\"0\""))
    #expect(try render(Sample.unjudged.report).contains("name=\"verdict\">\n<error message="))
    #expect(try render(Sample.empty.report).contains("name=\"verdict\">\n<error message="))
  }

  @Test("a diagnosis that is not visible, or does not apply, is skipped, and one that is clear passes")
  func checks() throws {
    var report = Sample.healthy.report
    report.checks = [
      RuleCheck(rule: RuleName("a"), outcome: .clear),
      RuleCheck(rule: RuleName("b"), outcome: .notVisible, why: "too short"),
      RuleCheck(rule: RuleName("c"), outcome: .notApplicable, why: "no TLS"),
    ]
    let text = try render(report)
    #expect(text.contains("<testcase classname=\"tunnelscope\" name=\"a\"/>"))
    #expect(text.contains("name=\"b\">\n<skipped message=\"Cannot say: too short\"/>"))
    #expect(text.contains("name=\"c\">\n<skipped message=\"Not applicable: no TLS\"/>"))
    #expect(text.contains("skipped=\"2\""))
  }

  @Test("what a change did not mend fails, and what is not proven mended is an error")
  func comparison() throws {
    #expect(try compare(.blocked, .blocked).contains("<testcase classname=\"comparison\" name=\"verdict\">\n<failure "))
    #expect(try compare(.blocked, .empty).contains("<testcase classname=\"comparison\" name=\"verdict\">\n<error "))
    #expect(try compare(.healthy, .healthy).contains("failures=\"0\" errors=\"0\""))
  }

  @Test("many findings stay a file that a log viewer opens, and the rest is counted")
  func bounded() throws {
    let text = try render(Sample.many.report)
    #expect(text.utf8.count < 200_000)
    #expect(text.contains("more findings; the JSON report has all."))
  }

  @Test("failures beyond a hundred keep their message, and have no text")
  func failureTexts() {
    let cases = (0..<150).map { number in
      JUnitDocument.Case(
        kind: "k", name: "n\(number)", result: .failed(message: "m", severity: "error", text: "long & long"))
    }
    let text = JUnitDocument(suite: "s", timestamp: nil, properties: [("p", "v")], cases: cases).text
    #expect(text.ranges(of: "<failure message=\"m\" type=\"error\"").count == 150)
    #expect(text.ranges(of: ">long &amp; long</failure>").count == JUnitDocument.mostTexts)
  }

  // Needs xmllint (Debian package libxml2-utils).
  @Test(
    "every report and comparison is valid against the schema in Documentation",
    .enabled(if: shell("command -v xmllint").status == 0, "no xmllint"), arguments: Sample.allCases)
  func schema(sample: Sample) throws {
    for text in [try render(sample.report), try compare(sample, .healthy), try compare(.healthy, sample)] {
      let folder = temporaryFolder()
      defer { removeFolder(folder) }
      try #require(writeFile(text, to: folder + "/report.xml"))
      let result = shell(
        "xmllint --noout --schema '\(Schema.documentation)/junit.xsd' '\(folder)/report.xml' 2>&1")
      #expect(result.status == 0, "\(result.output)")
    }
  }
}
