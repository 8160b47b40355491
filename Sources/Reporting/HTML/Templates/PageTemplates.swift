/// The templates of the page, parsed. Double braces escape the values that they fill in; only style
/// and script, which are our own, are not escaped.
struct PageTemplates: Sendable {
  private var templates: [String: Template] = [:]

  /// Those of `Resources/`, which are part of the program.
  static let own: [(name: String, text: String)] = [
    ("page", PackageResources.page_mustache), ("card", PackageResources.card_mustache),
    ("lanes", PackageResources.lanes_mustache), ("chain", PackageResources.chain_mustache),
    ("ladder", PackageResources.ladder_mustache), ("finding", PackageResources.finding_mustache),
    ("checks", PackageResources.checks_mustache), ("timeline", PackageResources.timeline_mustache),
    ("tunnels", PackageResources.tunnels_mustache),
    ("search", PackageResources.search_mustache), ("tunnel", PackageResources.tunnel_mustache),
    ("captures", PackageResources.captures_mustache),
    ("head", PackageResources.head_mustache), ("comparison", PackageResources.comparison_mustache),
    ("problem", PackageResources.problem_mustache),
    ("prose", PackageResources.prose_mustache),
  ].map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }

  /// The page's style.
  static let style = String(decoding: PackageResources.page_css, as: UTF8.self)

  /// The page's script.
  static let script = [
    PackageResources.zoom_js, PackageResources.search_js, PackageResources.groups_js, PackageResources.links_js,
  ]
  .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")

  /// The program's own templates, parsed when the first page is written.
  static let shared = Result { () throws(TemplateError) in try PageTemplates(own) }

  /// - Throws: What is wrong with the first template that is: one that does not parse, includes a template that does not
  ///   exist, or includes itself; the page itself may be missing.
  init(_ sources: [(name: String, text: String)]) throws(TemplateError) {
    for (name, text) in sources {
      do throws(TemplateParser.Problem) { templates[name] = try TemplateParser.parse(text) } catch {
        throw TemplateError(template: name, problem: error.text)
      }
    }
    for name in sources.map(\.name) { try check(name, within: []) }
    for page in ["page", "comparison"] where templates[page] == nil {
      throw TemplateError(template: page, problem: "does not exist")
    }
  }

  /// - Parameter path: The templates that include this one, one the other.
  private func check(_ name: String, within path: [String]) throws(TemplateError) {
    if path.contains(name) { throw TemplateError(template: name, problem: "includes itself") }
    guard let template = templates[name] else {
      throw TemplateError(template: path.last ?? name, problem: "includes \"\(name)\", which does not exist")
    }
    for included in template.partials.sorted() { try check(included, within: path + [name]) }
  }

  func render(_ model: PageModel) -> String { TemplateRenderer.render("page", of: templates, with: model) }

  func render(_ model: ComparisonPage) -> String { TemplateRenderer.render("comparison", of: templates, with: model) }
}

/// A template of the page cannot be used. The templates are part of the program, so this is a fault of the program.
public struct TemplateError: Error, Hashable, CustomStringConvertible {
  public let template: String
  public let problem: String

  public var description: String {
    "the page cannot be written: its template \"\(template)\" \(problem); the other formats do not need it"
  }
}
