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

  @Test("a page requests nothing and runs nothing", arguments: Sample.allCases)
  func selfContained(sample: Sample) throws {
    let text = try render(sample)
    #expect(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(text.hasSuffix("</html>\n"))
    #expect(text.contains("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"))
    for forbidden in ["<script", " style=", "<img", "<iframe", "@import", "src=", "url(http", "=\"http", "=\"//"] {
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
