/// Reads the text of a template.
///
/// A line that holds nothing but one tag of a section, a partial or a comment leaves no line behind (mustache(5)).
struct TemplateParser {
  /// What is wrong with a template: the end of a sentence that begins with its name.
  struct Problem: Error {
    let text: String
  }

  private let source: [UInt8]
  private var position = 0

  private init(_ text: String) { source = Array(text.utf8) }

  static func parse(_ text: String) throws(Problem) -> Template {
    var parser = TemplateParser(text)
    return Template(parts: try parser.parts(of: nil))
  }

  /// The parts up to the end of a section, or to the end of the text when there is no section around.
  private mutating func parts(of section: String?) throws(Problem) -> [Template.Part] {
    var parts: [Template.Part] = []
    while let start = find("{{", from: position) {
      let tag = try tag(at: start)
      // Where the text before the tag ends and that behind it begins.
      var (before, behind) = (start, tag.end)
      if tag.kind.mayStandAlone, let line = lineAlone(start..<tag.end) {
        (before, behind) = (line.lowerBound, line.upperBound)
      }
      if before > position { parts.append(.text(Array(source[position..<before]))) }
      position = behind
      switch tag.kind {
      case .variable: parts.append(.variable(Template.Name(tag.name), isEscaped: true))
      case .raw: parts.append(.variable(Template.Name(tag.name), isEscaped: false))
      case .section: parts.append(.section(Template.Name(tag.name), try self.parts(of: tag.name)))
      case .inverted: parts.append(.invertedSection(Template.Name(tag.name), try self.parts(of: tag.name)))
      case .partial: parts.append(.partial(tag.name))
      case .comment: break
      case .end:
        guard tag.name == section else { throw Problem(text: "ends \"\(tag.name)\", which is not open") }
        return parts
      }
    }
    if let section { throw Problem(text: "does not end \"\(section)\"") }
    if position < source.count { parts.append(.text(Array(source[position...]))) }
    return parts
  }

  private enum Kind {
    case variable, raw, section, inverted, end, partial, comment

    var mayStandAlone: Bool { self != .variable && self != .raw }
  }

  private struct Tag {
    let kind: Kind
    let name: String
    /// The first byte behind the tag.
    let end: Int
  }

  private func tag(at start: Int) throws(Problem) -> Tag {
    var inside = start + 2
    var closing = "}}"
    let kind: Kind
    switch inside < source.count ? source[inside] : 0 {
    case UInt8(ascii: "{"): (kind, closing) = (.raw, "}}}")
    case UInt8(ascii: "&"): kind = .raw
    case UInt8(ascii: "#"): kind = .section
    case UInt8(ascii: "^"): kind = .inverted
    case UInt8(ascii: "/"): kind = .end
    case UInt8(ascii: ">"): kind = .partial
    case UInt8(ascii: "!"): kind = .comment
    case UInt8(ascii: "="): throw Problem(text: "changes the delimiters, which is not understood")
    default: kind = .variable
    }
    if kind != .variable { inside += 1 }
    guard let end = find(closing, from: inside) else { throw Problem(text: "has a tag that does not end") }
    let name = String(decoding: source[inside..<end].filter { !Self.isBlank($0) }, as: UTF8.self)
    guard !name.isEmpty || kind == .comment else { throw Problem(text: "has a tag without a name") }
    return Tag(kind: kind, name: name, end: end + closing.utf8.count)
  }

  /// The whole line, with its end, when a tag is all that stands on it.
  private func lineAlone(_ tag: Range<Int>) -> Range<Int>? {
    let start = source[..<tag.lowerBound].lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? 0
    guard start == 0 || source[start - 1] == UInt8(ascii: "\n") else { return nil }
    guard let end = source[tag.upperBound...].firstIndex(where: { !Self.isBlank($0) }) else {
      return start..<source.count
    }
    return source[end] == UInt8(ascii: "\n") ? start..<end + 1 : nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  private func find(_ text: String, from start: Int) -> Int? {
    let bytes = Array(text.utf8)
    guard source.count >= start + bytes.count else { return nil }
    return (start...source.count - bytes.count).first { source[$0..<$0 + bytes.count].elementsEqual(bytes) }
  }
}
