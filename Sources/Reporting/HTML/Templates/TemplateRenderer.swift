/// Fills templates in. A name is looked for in the value at hand, then in those around it; one that nothing has is left
/// out.
struct TemplateRenderer {
  private let templates: [String: Template]
  /// From the outermost value to the one at hand.
  private var values: [Reflected] = []
  private var output: [UInt8] = []

  /// - Parameter templates: By name; they have to hold all partials, and none may include itself.
  init(templates: [String: Template]) { self.templates = templates }

  static func render(_ name: String, of templates: [String: Template], with value: Any) -> String {
    var renderer = TemplateRenderer(templates: templates)
    renderer.values = [Reflected(value)]
    renderer.render(templates[name]?.parts ?? [])
    return String(decoding: renderer.output, as: UTF8.self)
  }

  private mutating func render(_ parts: [Template.Part]) {
    for part in parts {
      switch part {
      case .text(let bytes): output += bytes
      case .variable(let name, let isEscaped):
        guard let value = value(of: name) else { continue }
        let text = value as? String ?? String(describing: value)
        if isEscaped { output.append(escapingMarkupIn: text) } else { output += text.utf8 }
      case .section(let name, let inner): for value in repetitions(of: name) { render(inner, with: value) }
      case .invertedSection(let name, let inner): if repetitions(of: name).isEmpty { render(inner) }
      case .partial(let name): if let partial = templates[name] { render(partial.parts) }
      }
    }
  }

  private mutating func render(_ parts: [Template.Part], with value: Any) {
    // What is only true has no members of its own.
    guard !(value is Bool) else { return render(parts) }
    values.append(Reflected(value))
    render(parts)
    values.removeLast()
  }

  /// The values that a section is rendered with: none, one, or each of a list.
  private func repetitions(of name: Template.Name) -> [Any] {
    switch value(of: name) {
    case nil: []
    case let flag as Bool: flag ? [flag] : []
    case let text as String: text.isEmpty ? [] : [text]
    case let list as [Any]: list
    case let value?: [value]
    }
  }

  private func value(of name: Template.Name) -> Any? {
    guard let first = name.members.first else { return values.last?.value }
    for around in values.reversed() {
      guard var value = around[first] else { continue }
      for member in name.members.dropFirst() {
        guard let inner = Reflected(value)[member] else { return nil }
        value = inner
      }
      return value
    }
    return nil
  }
}

/// A value and its members, which are looked up once.
private struct Reflected {
  let value: Any
  private let members: [(name: String, value: Any)]

  init(_ value: Any) {
    self.value = value
    members =
      value is String
      ? [] : Mirror(reflecting: value).children.compactMap { child in child.label.map { ($0, child.value) } }
  }

  /// nil for a member that does not exist, and for one that is nil.
  subscript(name: String) -> Any? {
    guard let value = members.first(where: { $0.name == name })?.value else { return nil }
    let mirror = Mirror(reflecting: value)
    guard mirror.displayStyle == .optional else { return value }
    return mirror.children.first?.value
  }
}
