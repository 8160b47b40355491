/// A JSON value (RFC 8259) whose members keep the order in which they are given.
enum JSONValue {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  /// Pretty-printed with two spaces a level, lists of numbers on one line, ending with a line feed.
  var text: String {
    var text = ""
    write(to: &text, indent: 0)
    text.append("\n")
    return text
  }

  private func write(to text: inout String, indent: Int) {
    switch self {
    case .null: text.append("null")
    case .boolean(let value): text.append(value ? "true" : "false")
    case .integer(let value): text.append(String(value))
    case .number(let value): text.append(value.isFinite ? value.decimal(9) : "null")
    case .string(let value): Self.write(string: value, to: &text)
    case .array(let values):
      if values.allSatisfy(\.isNumber) {
        Self.writeLine(values, to: &text)
      } else {
        Self.write(values, between: ("[", "]"), to: &text, indent: indent) { value, text in
          value.write(to: &text, indent: indent + 1)
        }
      }
    case .object(let members):
      guard !members.isEmpty else { return text.append("{}") }
      Self.write(members, between: ("{", "}"), to: &text, indent: indent) { member, text in
        Self.write(string: member.0, to: &text)
        text.append(": ")
        member.1.write(to: &text, indent: indent + 1)
      }
    }
  }

  private var isNumber: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }

  private static func writeLine(_ values: [JSONValue], to text: inout String) {
    text.append("[")
    for (index, value) in values.enumerated() {
      if index > 0 { text.append(", ") }
      value.write(to: &text, indent: 0)
    }
    text.append("]")
  }

  private static func write<Item>(
    _ items: [Item], between brackets: (String, String), to text: inout String, indent: Int,
    each: (Item, inout String) -> Void
  ) {
    text.append(brackets.0)
    for (index, item) in items.enumerated() {
      text.append(index == 0 ? "\n" : ",\n")
      text.append(String(repeating: "  ", count: indent + 1))
      each(item, &text)
    }
    text.append("\n" + String(repeating: "  ", count: indent) + brackets.1)
  }

  /// Everything that a terminal or a reader could stumble over is escaped, so that nothing is lost and nothing acts.
  private static func write(string: String, to text: inout String) {
    text.append("\"")
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text.append("\\\"")
      case "\\": text.append("\\\\")
      case "\n": text.append("\\n")
      case "\r": text.append("\\r")
      case "\t": text.append("\\t")
      case _ where VisibleText.isHidden(scalar):
        for unit in UTF16.encode(scalar) ?? .init() {
          let digits = String(unit, radix: 16)
          text.append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    text.append("\"")
  }
}
