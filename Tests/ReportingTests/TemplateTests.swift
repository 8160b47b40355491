import Testing

@testable import Reporting

/// What the page's templates rely on of mustache(5).
@Suite("Templates")
struct TemplateTests {
  private struct Row {
    let name: String
    var note: String?
    var isLast = false
  }

  private struct Model {
    let title = "a <b> & \"c\" 'd'"
    let empty = ""
    let count = 3
    let rows = [Row(name: "first", note: "noted"), Row(name: "second", isLast: true)]
    let none: [Row] = []
    let words = ["x", "y"]
    let inner = Row(name: "inner")
    let yes = true
    let no = false
  }

  private func render(_ text: String, partials: [String: String] = [:]) throws -> String {
    var templates = try partials.mapValues { try TemplateParser.parse($0) }
    templates["page"] = try TemplateParser.parse(text)
    return TemplateRenderer.render("page", of: templates, with: Model())
  }

  @Test(
    "fills in, repeats and leaves out",
    arguments: [
      ("plain { } }} text", "plain { } }} text"),
      ("{{title}}", "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;"), ("{{{title}}}{{&empty}}", "a <b> & \"c\" 'd'"),
      ("{{ count }}", "3"), ("[{{unknown}}]", "[]"), ("{{inner.name}}{{inner.none}}", "inner"),
      ("{{#rows}}{{name}}{{^isLast}}, {{/isLast}}{{/rows}}", "first, second"),
      ("{{#words}}<{{.}}>{{/words}}", "<x><y>"),
      ("{{#yes}}{{count}}{{/yes}}{{#no}}no{{/no}}{{^no}}not{{/no}}", "3not"),
      ("{{#none}}some{{/none}}{{^none}}none{{/none}}", "none"),
      ("{{#empty}}some{{/empty}}{{^empty}}none{{/empty}}", "none"),
      ("{{#inner}}{{name}} {{count}}{{/inner}}", "inner 3"), ("a{{! not said }}b", "ab"),
      ("{{#rows}}[{{note}}{{#note}}!{{/note}}]{{/rows}}", "[noted!][]"),
    ])
  func renders(text: String, expected: String) throws { #expect(try render(text) == expected) }

  @Test(
    "a tag that stands alone leaves no line",
    arguments: [
      ("a\n{{#yes}}\nb\n{{/yes}}\nc\n", "a\nb\nc\n"), ("a\n  {{#yes}}  \nb\n  {{/yes}}", "a\nb\n"),
      ("{{#yes}}b\n{{/yes}}\n", "b\n"), ("{{count}}\n{{count}}\n", "3\n3\n"),
      ("{{! c }}\n{{#yes}} {{/yes}}\n", " \n"), ("a\n{{> part}}\nb", "a\n3\nb"), ("a {{> part}} b", "a 3\n b"),
    ])
  func standsAlone(text: String, expected: String) throws {
    #expect(try render(text, partials: ["part": "{{count}}\n"]) == expected)
  }

  @Test("a value cannot bring a tag of its own")
  func valuesAreText() throws {
    struct Hostile {
      let text = "{{{secret}}}"
      let secret = "told"
    }
    let template = try TemplateParser.parse("{{text}}{{{text}}}")
    let text = TemplateRenderer.render("page", of: ["page": template], with: Hostile())
    #expect(text == "{{{secret}}}{{{secret}}}")
  }
}
