import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("HTML report")
struct HTMLReportTests {
  private func render(_ sample: Sample) throws -> String {
    try ReportFormat.html.render(sample.report, generator: Sample.generator)
  }

  @Test("the templates parse, and name nothing that the model does not have")
  func templates() throws {
    _ = try PageTemplates.shared.get()
    var known: Set<String> = ["."]
    for sample in Sample.allCases {
      let model = PageBuilder(report: sample.report, generator: Sample.generator).model
      collectNames(of: model, into: &known)
    }
    let comparison = ReportComparison(
      before: Sample.blocked.report, after: Sample.healthy.report, families: FamilyTable([]))
    collectNames(of: ComparisonPage(comparison, generator: Sample.generator), into: &known)
    for source in PageTemplates.own {
      for match in source.text.matches(of: /\{\{\{?[#^\/]?([A-Za-z.]+)\}\}/) {
        #expect(known.contains(String(match.output.1)), "\(match.output.0) in \(source.name)")
      }
    }
  }

  @Test(
    "a template that is wrong is an error, never an empty page",
    arguments: [
      ([("page", "{{#findings}}")], "page"), ([("page", "{{> card}}")], "page"), ([("card", "")], "page"),
      ([("page", "{{> card}}"), ("card", "{{/x}}")], "card"), ([("page", "{{#a}}{{/b}}")], "page"),
      ([("page", "{{> card}}"), ("card", "{{#x}}{{> page}}{{/x}}")], "page"), ([("page", "{{title")], "page"),
      ([("page", "{{=<% %>=}}")], "page"), ([("page", "{{ }}")], "page"),
    ] as [([(String, String)], String)])
  func wrongTemplates(sources: [(name: String, text: String)], named: String) throws {
    let model = PageBuilder(report: Sample.healthy.report, generator: Sample.generator).model
    let error = try #require(throws: TemplateError.self) { try PageTemplates(sources).render(model) }
    #expect(error.template == named)
    #expect(error.description.contains("cannot be written"))
  }

  private func collectNames(of value: Any, into names: inout Set<String>) {
    for child in Mirror(reflecting: value).children {
      if let label = child.label { names.insert(label) }
      if !(child.value is String) { collectNames(of: child.value, into: &names) }
    }
  }

  @Test("a page requests nothing, and runs nothing but its own script", arguments: Sample.allCases)
  func selfContained(sample: Sample) throws {
    let text = try render(sample)
    #expect(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(text.hasSuffix("</html>\n"))
    #expect(text.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"))
    #expect(text.contains("; script-src &#39;sha256-"))
    #expect(text.contains("; require-trusted-types-for &#39;script&#39;\""))
    #expect(
      text.split(separator: "<script>\(PageTemplates.script)</script>", omittingEmptySubsequences: false).count == 2)
    #expect(text.ranges(of: "<script").count == 1)
    for forbidden in [" style=", "<img", "<iframe", "@import", "src=", "url(http", "=\"http", "=\"//"] {
      #expect(!text.contains(forbidden), "\(forbidden)")
    }
    #expect(!text.contains(/<[^>]* on[a-z]+ *=/))
    #expect(!text.contains("{{") || Sample.hostileOnes.contains(sample))
  }

  @Test("text from outside stays text")
  func hostile() throws {
    let text = try render(.hostile)
    let bad = text.unicodeScalars.count { VisibleText.isHidden($0) && $0 != "\n" }
    #expect(bad == 0)
    #expect(text.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;\\u{1B}[31m\\u{202E}gpj.exe\\u{A}#"))
    #expect(text.contains("{{{name}}}&amp;amp;"))
  }

  @Test("no character joins a character of markup, so that escaping whole characters misses nothing")
  func graphemes() {
    for joined in ["\"\u{338}", "<\u{903}", "\u{D4E}<", "'\u{FF9E}", ">\u{1F3FB}", "&\u{20DD}", "\u{D4E}\"\u{338}"] {
      let visible = "a\(joined)b".visible
      for special in ["<", ">", "&", "\"", "'"] as [Unicode.Scalar] where joined.unicodeScalars.contains(special) {
        #expect(visible.contains(Character(special)), "\(visible)")
      }
    }
    #expect("e\u{301}".visible == "e\u{301}")
  }

  @Test("every tunnel is listed once, with those that have the same problem, and those without one come last")
  func groups() {
    let report = Sample.many.report
    let groups = TunnelGroups(report: report, written: [], most: 5_000).groups
    #expect(groups.flatMap(\.rows).map(\.tunnelID).sorted() == report.tunnels.map(\.id).sorted())
    #expect(groups.map(\.isTroubled) == [true, false])
    #expect(groups.map(\.isOpen) == [true, false])
    #expect(groups.map(\.rows.count) == [30, 270])
    #expect(groups.last?.cause == "No problem found")
    let troubled = Set(report.findings.filter { $0.severity > .note }.compactMap(\.tunnel))
    #expect(Set(groups[0].rows.map(\.tunnelID)) == troubled)
  }

  @Test("the tunnels of a problem are grouped under what it begins with, and lead to it")
  func problemGroup() throws {
    let report = Sample.blocked.report
    let group = try #require(TunnelGroups(report: report, written: ["P1", "F1"], most: 10).groups.first)
    #expect(group.cause == report.finding(report.problems[0].root)?.title)
    #expect(group.problemLinks == ["P1"])
    #expect(group.rows.first?.rowFindings.filter { !$0.isHere }.map(\.id) == ["F1"])
  }

  @Test("a report over 300 tunnels stays under 5 MB and says what it leaves out")
  func many() throws {
    let text = try render(.many)
    #expect(text.utf8.count < 5_000_000)
    #expect(text.contains("<p class=\"left\">… 22 more tunnels; the JSON report has all.</p>"))
    #expect(text.contains("<p class=\"left\">… 20 more findings; the JSON report has all.</p>"))
    #expect(text.contains("<details><summary>All events: 1,200 entries</summary>"))
    let same = try render(.many) == text
    #expect(same)
  }
}
