import Mustache

/// The templates of the page, parsed. Double braces escape the values that they fill in; only the
/// style, which is our own, is not escaped.
struct PageTemplates: Sendable {
  private let library: MustacheLibrary

  /// Those of `Resources/`, which are part of the program.
  static let own: [(name: String, text: String)] = [
    ("page", PackageResources.page_mustache), ("card", PackageResources.card_mustache),
    ("lanes", PackageResources.lanes_mustache), ("chain", PackageResources.chain_mustache),
    ("ladder", PackageResources.ladder_mustache), ("finding", PackageResources.finding_mustache),
    ("checks", PackageResources.checks_mustache), ("timeline", PackageResources.timeline_mustache),
    ("tunnels", PackageResources.tunnels_mustache), ("captures", PackageResources.captures_mustache),
    ("problem", PackageResources.problem_mustache),
    ("prose", PackageResources.prose_mustache),
  ].map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }

  /// The page's style.
  static let style = String(decoding: PackageResources.page_css, as: UTF8.self)

  /// The program's own templates, parsed when the first page is written.
  static let shared = Result { () throws(TemplateError) in try PageTemplates(own) }

  /// - Throws: The parser's error for the first template that is wrong, or the name of a template that includes one
  ///   that does not exist: Mustache itself renders nothing for it.
  init(_ sources: [(name: String, text: String)]) throws(TemplateError) {
    let names = Set(sources.map(\.name))
    var library = MustacheLibrary()
    for (name, text) in sources {
      do { try library.register(text, named: name) } catch {
        throw TemplateError(template: name, problem: "\(error)")
      }
      for included in Self.included(by: text) where !names.contains(included) {
        throw TemplateError(template: name, problem: "includes \"\(included)\", which does not exist")
      }
    }
    self.library = library
  }

  /// The names in tags such as `{{> card}}`.
  private static func included(by text: String) -> [String] {
    text.split(separator: "{{>", omittingEmptySubsequences: false).dropFirst().map { rest in
      String(rest.prefix { $0 != "}" }.filter { $0 != " " })
    }
  }

  func render(_ model: PageModel) throws(TemplateError) -> String {
    guard let text = library.render(model, withTemplate: "page") else {
      throw TemplateError(template: "page", problem: "does not exist")
    }
    return text
  }
}

/// A template of the page cannot be used. The templates are part of the program, so this is a fault of the program.
public struct TemplateError: Error, Hashable, CustomStringConvertible {
  public let template: String
  public let problem: String

  public var description: String {
    "the page cannot be written: its template \"\(template)\" \(problem); the other formats do not need it"
  }
}
