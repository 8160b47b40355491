/// A message's text taken apart: its opening, then places for values and the literals between them.
struct MessagePattern: Sendable {
  enum Part: Sendable {
    /// A slice of `literals`.
    case literal(Range<Int>)
    /// nil is text that is passed over.
    case value(ValueRole?)
  }

  let opening: [UInt8]
  let parts: [Part]
  let literals: [UInt8]

  /// - Returns: nil when the text begins with a place, or a place has a name that is no role.
  init?(_ text: String) {
    var literal: [UInt8] = []
    var opening: [UInt8]?
    var parts: [Part] = []
    var literals: [UInt8] = []
    func addLiteral() {
      literals += literal
      parts.append(.literal(literals.count - literal.count..<literals.count))
    }
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "{") else {
        literal.append(byte)
        continue
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
      let name = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      let role = ValueRole(rawValue: name)
      guard role != nil || name.isEmpty else { return nil }
      if opening == nil { opening = literal } else if !literal.isEmpty { addLiteral() }
      literal = []
      parts.append(.value(role))
    }
    if opening == nil { opening = literal } else if !literal.isEmpty { addLiteral() }
    guard let opening, !opening.isEmpty else { return nil }
    self.opening = opening
    self.parts = parts
    self.literals = literals
  }
}

extension LogText {
  mutating func skip(_ literal: Span<UInt8>, upTo end: Int) -> Bool {
    guard literal.count <= end - position, has(literal, at: position) else { return false }
    move(to: position + literal.count)
    return true
  }

  /// Where `literal` next stands, whole in front of `end`.
  func find(_ literal: Span<UInt8>, upTo end: Int) -> Int? {
    guard !literal.isEmpty else { return nil }
    let first = literal[0]
    var index = position
    while let found = find(first, from: index), found + literal.count <= end {
      if has(literal, at: found) { return found }
      index = found + 1
    }
    return nil
  }

  /// Reads a value that ends at `end` at the latest, without the blanks, brackets and full stop around it.
  mutating func readValue(
    _ role: ValueRole?, upTo end: Int, isLast: Bool, into values: inout MessageValues
  ) -> Bool {
    guard let role else {
      move(to: end)
      return true
    }
    switch role.kind {
    case .number:
      skipSpaces()
      let start = position
      if next == UInt8(ascii: "-") { move(to: position + 1) }
      while position < end, next.isDigit { move(to: position + 1) }
      guard position > start else { return false }
      values.add(role, start..<position)
    case .address:
      skipSpaces()
      var isBracketed = false
      while skip(UInt8(ascii: "<")) || skip(UInt8(ascii: "(")) { isBracketed = true }
      let start = position
      while position < end, !next.endsAddress { move(to: position + 1) }
      var last = position
      // A full stop or colon behind it is the sentence's, "::" is the address's.
      while last > start,
        self[last - 1] == UInt8(ascii: ".")
          || self[last - 1] == UInt8(ascii: ":") && self[last - 2] != UInt8(ascii: ":")
      {
        last -= 1
      }
      guard last > start else { return false }
      // Words where an address belongs are another message; its digits are checked when it is asked for.
      guard self[start].isHexDigit || self[start].isLetter || self[start] < 0x40 || self[start] == UInt8(ascii: "[")
      else { return false }
      values.add(role, start..<last)
      if isBracketed, self[last] == UInt8(ascii: ">") || self[last] == UInt8(ascii: ")") { last += 1 }
      move(to: last)
    case .text:
      var start = position
      var last = end
      while start < last, self[start].isSpace { start += 1 }
      while last > start, self[last - 1] <= 0x20 || isLast && self[last - 1] == UInt8(ascii: ".") { last -= 1 }
      if last - start >= 2, self[start] == UInt8(ascii: "\""), self[last - 1] == UInt8(ascii: "\"") {
        values.add(role, start + 1..<last - 1)
      } else {
        values.add(role, start..<last)
      }
      move(to: end)
    }
    return true
  }
}

extension UInt8 {
  /// Whether no text of an address, its port and its interface has this byte in it.
  fileprivate var endsAddress: Bool {
    switch self {
    case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: ";"), UInt8(ascii: "'"),
      UInt8(ascii: "\""):
      true
    default: false
    }
  }
}
