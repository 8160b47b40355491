/// Fits text to the columns of a terminal. Input is `visible` text: no control characters.
package enum TextColumns {
  /// Columns that `text` takes up: wide East Asian characters and pictures two, combining marks none.
  static func width(of text: some StringProtocol) -> Int {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F000...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }

  /// Lines of at most `width` columns, broken at spaces; a longer word is broken where the line ends.
  package static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in words(of: text) {
      var rest = word[...]
      var restWidth = Self.width(of: rest)
      if used > 0, used + 1 + restWidth > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      while restWidth > width {
        let head = start(of: rest, width: width)
        guard !head.isEmpty else { break }
        lines.append(String(head))
        rest = rest[head.endIndex...]
        restWidth = Self.width(of: rest)
      }
      line += used > 0 ? " " + rest : rest
      used += (used > 0 ? 1 : 0) + restWidth
    }
    return line.isEmpty ? (lines.isEmpty ? [""] : lines) : lines + [line]
  }

  /// The words of a text, a number with its unit being one, and "3 min 18 s" too.
  private static func words(of text: String) -> [Substring] {
    var words: [Substring] = []
    for word in text.split(separator: " ") {
      guard let last = words.last, text[last.endIndex..<word.startIndex] == " " else {
        words.append(word)
        continue
      }
      let unit = word.prefix { $0.isLetter }
      if last.last?.isNumber == true, units.contains(unit) {
        words[words.count - 1] = text[last.startIndex..<word.endIndex]
        if words.count > 1, endsWithLongUnit(words[words.count - 2]) {
          let number = words.removeLast()
          words[words.count - 1] = text[words[words.count - 1].startIndex..<number.endIndex]
        }
      } else {
        words.append(word)
      }
    }
    return words
  }

  /// Whether it is a number with a unit that a smaller one may follow.
  private static func endsWithLongUnit(_ word: Substring) -> Bool {
    word.contains(" ") && ["min", "h", "d"].contains { word.hasSuffix(" \($0)") }
  }

  private static let units: Set<Substring> = ["s", "ms", "min", "h", "d", "kB", "MB", "GB", "KiB", "MiB"]

  /// At most so many lines of `text`, cut at the end of a sentence, or else behind a word with "…", where it has more.
  static func fit(_ text: String, width: Int, lines: Int) -> [String] {
    let rows = wrap(text, width: width)
    guard rows.count > lines, lines > 0 else { return rows }
    let kept = rows.prefix(lines).joined(separator: " ")
    if kept.hasSuffix(".") { return Array(rows.prefix(lines)) }
    if let end = kept.ranges(of: ". ").last?.lowerBound { return wrap(String(kept[...end]), width: width) }
    return rows.prefix(lines - 1) + [(wrap(rows[lines - 1], width: width - 2).first ?? "") + " …"]
  }

  /// `text` in at most `width` columns, its middle replaced by "…" when it is longer.
  static func elide(_ text: String, width: Int) -> String {
    guard self.width(of: text) > width, width > 1 else { return text }
    let tail = (width - 1) / 2
    return start(of: text[...], width: width - 1 - tail) + "…" + end(of: text[...], width: tail)
  }

  /// `text` in at most `width` columns, its end replaced by "…" when it is longer.
  static func cut(_ text: String, width: Int) -> String {
    guard self.width(of: text) > width, width > 1 else { return text }
    return start(of: text[...], width: width - 1) + "…"
  }

  /// `text` filled with spaces to `width` columns.
  static func pad(_ text: String, to width: Int, leading: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - self.width(of: text)))
    return leading ? spaces + text : text + spaces
  }

  private static func start(of text: Substring, width: Int) -> Substring {
    var used = 0
    var index = text.startIndex
    while index < text.endIndex {
      used += self.width(of: text[index].unicodeScalars)
      guard used <= width else { break }
      index = text.index(after: index)
    }
    return text[..<index]
  }

  private static func end(of text: Substring, width: Int) -> Substring {
    var used = 0
    var index = text.endIndex
    while index > text.startIndex {
      let before = text.index(before: index)
      used += self.width(of: text[before].unicodeScalars)
      guard used <= width else { break }
      index = before
    }
    return text[index...]
  }

  private static func width(of scalars: Character.UnicodeScalarView) -> Int {
    scalars.reduce(0) { $0 + width(of: $1) }
  }
}
