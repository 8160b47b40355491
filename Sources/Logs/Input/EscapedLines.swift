/// The lines of a log that was pasted as one string of JSON or one field of a table: what ended them is written as `\n`.
///
///     "Nov 28 10:11:12 gw openvpn[7]: TLS Error: …\nNov 28 10:11:13 gw openvpn[7]: …\r\nNov 28 …"
///
/// They are numbered as if the ends were real ones.
struct EscapedLines {
  /// The line whose end has not come yet, with its escapes.
  private var line: [UInt8] = []
  private var isCut = false
  /// Whether a backslash was the last byte, which says what the next one means.
  private var isEscape = false
  /// Whether the line begins the string, behind a quotation mark or a key.
  private var isFirst = true

  /// Ends between lines without a time that make a text one of lines, and no path or message with a few of them.
  private static let endsOfUntimed = 8
  /// Real ends beside them: those of an object that holds the string. In a log of objects, messages of many lines are part of
  /// theirs.
  private static let realEndsOfUntimed = 3
  /// A line of a log has so many bytes at least.
  private static let shortest = 12

  /// Whether a text, of which this is the beginning, has its lines written so: several ends, many more than real ones, and
  /// behind most of them what a log's line begins with or at least words.
  static func isTextOfThem(_ beginning: Span<UInt8>) -> Bool {
    let text = LogText(beginning)
    var (ends, realEnds, timed, worded) = (0, 0, 0, 0)
    var index = 0
    while let sign = text.find(UInt8(ascii: "\\"), from: index) {
      index = sign + 2
      guard text[sign + 1] == UInt8(ascii: "n") else { continue }
      let line = text.part(index..<lineEnd(text, from: index))
      guard line.end > 0 else { continue }
      ends += 1
      if line.beginsEntry { timed += 1 }
      if line.end >= shortest, line.find(0x20) != nil { worded += 1 }
    }
    guard ends >= 2 else { return false }
    var start = 0
    while let end = text.find(UInt8(ascii: "\n"), from: start), end + 1 < text.end {
      realEnds += 1
      start = end + 1
    }
    guard ends >= 3 * realEnds else { return false }
    return timed >= 2 && timed * 4 >= ends * 3
      || realEnds <= realEndsOfUntimed && ends >= endsOfUntimed && worded * 4 >= ends * 3
  }

  /// Where a line that begins at `start` ends, as far as a look at its beginning needs it.
  private static func lineEnd(_ text: borrowing LogText, from start: Int) -> Int {
    min(text.find("\\n", from: start) ?? text.end, start + 128, text.end)
  }

  mutating func read(_ block: Span<UInt8>, into dispatcher: inout LogDispatcher) {
    for index in block.indices {
      let byte = block[index]
      if byte == UInt8(ascii: "\n") {
        endLine(endsString: true, into: &dispatcher)
      } else if isEscape {
        isEscape = false
        if byte == UInt8(ascii: "n") {
          endLine(endsString: false, into: &dispatcher)
        } else {
          append(UInt8(ascii: "\\"))
          append(byte)
        }
      } else if byte == UInt8(ascii: "\\") {
        isEscape = true
      } else {
        append(byte)
      }
    }
  }

  /// The text is at its end.
  mutating func finish(into dispatcher: inout LogDispatcher) {
    if !line.isEmpty { endLine(endsString: true, into: &dispatcher) }
  }

  private mutating func append(_ byte: UInt8) {
    if line.count < LogLimits.lineLength { line.append(byte) } else { isCut = true }
  }

  private mutating func endLine(endsString: Bool, into dispatcher: inout LogDispatcher) {
    let line = line
    let text = LogText(line.span)
    let start = isFirst ? Self.start(of: text) : 0
    let end = endsString ? max(Self.end(of: text), start) : text.end
    var plain: [UInt8] = []
    JSONText.unescape(text, start..<end, into: &plain)
    dispatcher.read(plain.span, isCut: isCut)
    self.line = []
    isCut = false
    isEscape = false
    isFirst = endsString
  }

  /// Behind the quotation mark that opens the string.
  private static func start(of text: borrowing LogText) -> Int {
    var index = 0
    while let quote = text.find(UInt8(ascii: "\""), from: index) {
      index = quote + 1
      if text.part(index..<text.end).beginsEntry { return index }
    }
    return text[0] == UInt8(ascii: "\"") ? 1 : 0
  }

  /// In front of the quotation mark that closes the string, and of what closes the object around it.
  private static func end(of text: borrowing LogText) -> Int {
    var index = text.end
    while text[index - 1] <= 0x20 && index > 0 || text[index - 1] == UInt8(ascii: "}")
      || text[index - 1] == UInt8(ascii: "]") || text[index - 1] == UInt8(ascii: ",")
    {
      index -= 1
    }
    return text[index - 1] == UInt8(ascii: "\"") ? index - 1 : text.end
  }
}
