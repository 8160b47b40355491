import Mustache

/// The templates of the page. Double braces escape what they fill in; the style alone, which is ours, is not escaped.
enum PageTemplates {
  static let sources: [(name: String, text: String)] = [
    ("page", page), ("card", card), ("lanes", lanes), ("chain", chain), ("ladder", ladder), ("finding", finding),
    ("timeline", timeline), ("tunnels", tunnels), ("captures", captures), ("prose", prose),
  ]

  /// All templates, parsed; throws what the parser says about the first that is wrong.
  static func library() throws -> MustacheLibrary {
    var library = MustacheLibrary()
    for source in sources { try library.register(source.text, named: source.name) }
    return library
  }

  private static let parsed = try? library()

  static func render(_ model: PageModel) -> String {
    parsed?.render(model, withTemplate: "page") ?? ""
  }

  /// Text with commands in it; see `CodeSpans`.
  private static let prose =
    "{{^isCode}}{{words}}{{/isCode}}{{#isCode}}<code>{{words}}</code>{{/isCode}}"
}
