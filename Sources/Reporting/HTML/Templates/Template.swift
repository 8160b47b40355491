/// A Mustache template (mustache(5)), parsed: variables, which are escaped for HTML unless written with three braces or
/// `&`; sections and inverted sections; partials; comments. Other delimiters and lambdas are not understood.
struct Template: Sendable {
  indirect enum Part: Sendable {
    case text([UInt8])
    case variable(Name, isEscaped: Bool)
    case section(Name, [Part])
    case invertedSection(Name, [Part])
    case partial(String)
  }

  /// What a tag names: a member, a member of a member (`a.b`), or the value itself (`.`, no members).
  struct Name: Sendable, Equatable {
    let members: [String]

    init(_ text: String) { members = text == "." ? [] : text.split(separator: ".").map(String.init) }
  }

  let parts: [Part]

  /// The templates that this one includes.
  var partials: Set<String> { Self.partials(in: parts) }

  private static func partials(in parts: [Part]) -> Set<String> {
    parts.reduce(into: []) { names, part in
      switch part {
      case .partial(let name): names.insert(name)
      case .section(_, let inner), .invertedSection(_, let inner): names.formUnion(partials(in: inner))
      case .text, .variable: break
      }
    }
  }
}
