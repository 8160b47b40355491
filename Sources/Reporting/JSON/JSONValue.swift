/// A JSON value (RFC 8259) whose members keep the order in which they are given.
package enum JSONValue {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  /// Pretty-printed with two spaces a level, lists of numbers on one line, ending with a line feed.
  package var text: String {
    var bytes: [UInt8] = []
    write(to: &bytes, indent: 0)
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// On one line, ending with a line feed: a line of NDJSON.
  var line: String {
    var bytes: [UInt8] = []
    writeCompact(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }

  private func writeCompact(to bytes: inout [UInt8]) {
    switch self {
    case .null, .boolean, .integer, .number, .string: write(to: &bytes, indent: 0)
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value.writeCompact(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(string: member.0, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.1.writeCompact(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private func write(to bytes: inout [UInt8], indent: Int) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .number(let value): bytes.append(contentsOf: (value.isFinite ? value.decimal(9) : "null").utf8)
    case .string(let value): Self.write(string: value, to: &bytes)
    case .array(let values):
      if values.allSatisfy(\.isNumber) {
        Self.writeLine(values, to: &bytes)
      } else {
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
          Self.beginLine(isFirst: index == 0, indent: indent + 1, to: &bytes)
          value.write(to: &bytes, indent: indent + 1)
        }
        Self.endLines("]", indent: indent, to: &bytes)
      }
    case .object(let members):
      guard !members.isEmpty else { return bytes.append(contentsOf: "{}".utf8) }
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        Self.beginLine(isFirst: index == 0, indent: indent + 1, to: &bytes)
        Self.write(string: member.0, to: &bytes)
        bytes.append(contentsOf: ": ".utf8)
        member.1.write(to: &bytes, indent: indent + 1)
      }
      Self.endLines("}", indent: indent, to: &bytes)
    }
  }

  private var isNumber: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }

  private static func writeLine(_ values: [JSONValue], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(contentsOf: ", ".utf8) }
      value.write(to: &bytes, indent: 0)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func beginLine(isFirst: Bool, indent: Int, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: (isFirst ? "\n" : ",\n").utf8)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
  }

  private static func endLines(_ bracket: String, indent: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
    bytes.append(contentsOf: bracket.utf8)
  }

  /// Everything that a terminal or a reader could stumble over is escaped, so that nothing is lost and nothing acts.
  private static func write(string: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    // Nearly every string is plain ASCII, which needs no look at its scalars.
    if string.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      bytes.append(contentsOf: string.utf8)
    } else {
      for scalar in string.unicodeScalars { write(scalar: scalar, to: &bytes) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func write(scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    switch scalar {
    case "\"": bytes.append(contentsOf: "\\\"".utf8)
    case "\\": bytes.append(contentsOf: "\\\\".utf8)
    case "\n": bytes.append(contentsOf: "\\n".utf8)
    case "\r": bytes.append(contentsOf: "\\r".utf8)
    case "\t": bytes.append(contentsOf: "\\t".utf8)
    case _ where VisibleText.isHidden(scalar):
      for unit in UTF16.encode(scalar) ?? .init() {
        let digits = String(unit, radix: 16)
        bytes.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
      }
    default: bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
    }
  }
}
