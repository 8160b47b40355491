/// What a message is wrapped in, and where its words can begin and end.
struct LineWrapping {
  enum Kind {
    /// Nothing, or columns between tabs, bars and commas.
    case plain
    /// Between quotation marks: JSON, or the value of a key or a CSV column.
    case quoted
    /// Between an XML element's tags.
    case element
    /// Common Event Format, Log Event Extended Format: the message is a value, other keys follow.
    case keyed
  }

  let kind: Kind
  /// Where the wrapping ends and what the program wrote begins: at most where the message begins.
  let start: Int
  /// Where the message ends.
  let end: Int
  /// Where the part of the line begins in which values have names; `start` when there is none.
  let named: Int
  /// Whether the message is an argument in a program's source, and nothing that a program wrote.
  private(set) var isSource = false

  /// - Parameter message: Where the message's words begin.
  init(_ line: borrowing LogText, message: Int) {
    if let format = line.find("CEF:", before: message) ?? line.find("LEEF:", before: message) {
      kind = .keyed
      named = format
      var text = LogText(line.bytes, from: format)
      var start = format
      while let equals = text.find(UInt8(ascii: "=")), equals < message {
        start = equals + 1
        text.move(to: equals + 1)
      }
      self.start = start
      end = Self.endOfValue(line, from: message)
      return
    }
    if line.next == UInt8(ascii: "<"), !line[1].isDigit, let tag = line.last(UInt8(ascii: ">"), before: message) {
      kind = .element
      named = 0
      start = tag + 1
      end = line.find(UInt8(ascii: "<"), from: message) ?? line.end
      return
    }
    let object = Self.object(line, before: message)
    if let quote = Self.openingQuote(line, from: object ?? 0, before: message) {
      kind = .quoted
      start = quote + 1
      end = Self.closingQuote(line, from: message)
      named = object ?? start
      isSource = object == nil && line.isInCall(quote)
      return
    }
    kind = .plain
    start = 0
    end = line.end
    named = 0
  }

  /// Whether the message's text has escapes in it.
  func isEscaped(_ line: borrowing LogText) -> Bool {
    let sign: UInt8
    switch kind {
    case .quoted: sign = UInt8(ascii: "\\")
    case .element: sign = UInt8(ascii: "&")
    case .plain, .keyed: return false
    }
    return line.find(sign, from: start).map { $0 < end } ?? false
  }

  /// Where a JSON object begins: a brace in front of a quotation mark.
  private static func object(_ line: borrowing LogText, before message: Int) -> Int? {
    var index = 0
    while let brace = line.find(UInt8(ascii: "{"), from: index), brace < message {
      index = brace + 1
      while line[index].isSpace { index += 1 }
      if line[index] == UInt8(ascii: "\"") { return brace }
    }
    return nil
  }

  /// The quotation mark that is open at `message`: one behind a separator, so that quotation marks in names that a
  /// program writes (`"net"[1]`) are none once they are closed.
  private static func openingQuote(_ line: borrowing LogText, from start: Int, before message: Int) -> Int? {
    var open: Int?
    var index = start
    while let quote = line.find(UInt8(ascii: "\""), from: index), quote < message {
      index = quote + 1
      if line.isEscaped(quote) { continue }
      if open != nil {
        open = nil
      } else if quote == 0 || line[quote - 1].isWordByte == false && line[quote - 1] != UInt8(ascii: "\\") {
        open = quote
      }
    }
    return open
  }

  private static func closingQuote(_ line: borrowing LogText, from start: Int) -> Int {
    var index = start
    while let quote = line.find(UInt8(ascii: "\""), from: index) {
      index = quote + 1
      if line.isEscaped(quote) { continue }
      // A CSV's doubled quotation mark, or one that the program wrote, ends nothing.
      if line[quote + 1] == UInt8(ascii: "\"") {
        index += 1
        continue
      }
      switch line[quote + 1] {
      case 0, UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ";"), UInt8(ascii: "|"), 0x20, 0x09:
        return quote
      default: continue
      }
    }
    return line.end
  }

  /// Where a value ends that other keys follow: at a tab, or in front of " key=".
  private static func endOfValue(_ line: borrowing LogText, from start: Int) -> Int {
    if let tab = line.find(UInt8(ascii: "\t"), from: start) { return tab }
    guard let equals = line.find(UInt8(ascii: "="), from: start) else { return line.end }
    var index = equals
    while index > start, line[index - 1].isWordByte { index -= 1 }
    return index > start && line[index - 1] == 0x20 ? index - 1 : line.end
  }
}

extension LogText {
  /// Whether `index` is between the parentheses of a call, right behind the opening one or further in: `print("…`,
  /// `text.starts(with: "…`.
  fileprivate func isInCall(_ index: Int) -> Bool {
    var depth = 0
    var place = index - 1
    while place > 0 {
      if self[place] == UInt8(ascii: ")") { depth += 1 }
      if self[place] == UInt8(ascii: "(") {
        if depth == 0 { return self[place - 1].isWordByte }
        depth -= 1
      }
      place -= 1
    }
    return false
  }

  /// Whether what begins at `index` is a literal in a program's source.
  package func isSource(_ index: Int) -> Bool {
    self[index - 1] == UInt8(ascii: "\"") && isInCall(index - 1)
  }

  func find(_ word: StaticString, before end: Int) -> Int? { part(0..<end).find(word, from: 0) }

  fileprivate func last(_ byte: UInt8, before end: Int) -> Int? {
    var index = end - 1
    while index >= 0 {
      if self[index] == byte { return index }
      index -= 1
    }
    return nil
  }

  /// Whether an odd number of backslashes stands in front of `index`.
  fileprivate func isEscaped(_ index: Int) -> Bool {
    var start = index
    while start > 0, self[start - 1] == UInt8(ascii: "\\") { start -= 1 }
    return (index - start) % 2 == 1
  }
}
