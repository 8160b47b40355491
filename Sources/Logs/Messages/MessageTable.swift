/// All messages of all products, found in one pass over a line.
///
/// What is looked for is a message's opening, anywhere in the line: the leftmost, and of those that begin there the
/// longest. The same pass finds the words by which an unknown line looks like an error.
struct MessageTable: Sendable {
  /// A message, and whose it is.
  struct Entry: Sendable {
    let product: LogProduct
    let message: Message
    let pattern: MessagePattern
  }

  /// What stands in a line, before its values are read.
  enum Place {
    /// Messages that open with these words, which begin at `start`.
    case opening(Int, start: Int)
    /// The tag of an ASA or FTD: "%ASA-6-722036:".
    case tag(start: Int)
  }

  /// A message with its values.
  struct Match {
    let entry: Int
    /// Where its words begin.
    let start: Int
    var values: MessageValues
    /// Whether its words fit to the end; else the line breaks off, or the product's version says it in other words.
    let isWhole: Bool
  }

  let entries: [Entry]
  private let automaton: MessageAutomaton
  private let openings: [Opening]
  /// Entries by the number of an ASA's message.
  private let numbered: [Int: [Int]]
  private let firstTag: Int
  private let firstError: Int
  /// The words that look like errors, and how long they are.
  private let errorWords = ErrorWord.allCases.map { (word: $0, length: $0.rawValue.utf8.count) }

  /// Words with which messages open.
  private struct Opening: Sendable {
    let bytes: [UInt8]
    /// In the order in which they are listed.
    var entries: [Int]
    /// The longest opening that is the beginning of this one.
    var shorter: Int?
    /// Whether what follows right behind may belong to the last word.
    var hasValueBehind: Bool

    /// Whether the words at `start` are these, in the same case, and are not the middle of other words.
    func stands(at start: Int, in text: borrowing LogText) -> Bool {
      if bytes[0].isWordByte, text[start - 1].isWordByte { return false }
      if !hasValueBehind, bytes[bytes.count - 1].isLetter, text[start + bytes.count].isLetter { return false }
      return text.has(bytes, at: start)
    }
  }

  /// The table of `ProductMessages.all`; nil when those are too many for it, which a test excludes.
  static let all = MessageTable(ProductMessages.all)

  private static let tags = ["%ASA-", "%FTD-", "%PIX-"]

  /// - Returns: nil when a message's text is no pattern, or the table's words need too many states.
  init?(_ products: [ProductMessages]) {
    var entries: [Entry] = []
    var openings: [Opening] = []
    var byBytes: [[UInt8]: Int] = [:]
    var numbered: [Int: [Int]] = [:]
    for product in products {
      for message in product.messages {
        guard let pattern = MessagePattern(message.text) else { return nil }
        if product.product == .asa, let numbers = message.numbers {
          for number in numbers { numbered[number, default: []].append(entries.count) }
        }
        if let index = byBytes[pattern.opening] {
          openings[index].entries.append(entries.count)
          openings[index].hasValueBehind = openings[index].hasValueBehind || !pattern.parts.isEmpty
        } else {
          byBytes[pattern.opening] = openings.count
          openings.append(
            Opening(
              bytes: pattern.opening, entries: [entries.count], hasValueBehind: !pattern.parts.isEmpty))
        }
        entries.append(Entry(product: product.product, message: message, pattern: pattern))
      }
    }
    // In the order of their bytes, those that an opening begins with come before it, and none that it does not in between.
    var beginnings: [Int] = []
    for index in openings.indices.sorted(by: { openings[$0].bytes.lexicographicallyPrecedes(openings[$1].bytes) }) {
      while let last = beginnings.last, !openings[index].bytes.starts(with: openings[last].bytes) {
        beginnings.removeLast()
      }
      openings[index].shorter = beginnings.last
      beginnings.append(index)
    }
    firstTag = openings.count
    firstError = firstTag + Self.tags.count
    let words =
      openings.map(\.bytes) + Self.tags.map { Array($0.utf8) } + ErrorWord.allCases.map { Array($0.rawValue.utf8) }
    guard let automaton = MessageAutomaton(words) else { return nil }
    self.automaton = automaton
    self.entries = entries
    self.openings = openings
    self.numbered = numbered
  }

  /// Finds the first message in `text` from `start` on.
  ///
  /// - Parameter error: Where the first word that looks like an error stands, if there is no message.
  func locate(
    _ text: borrowing LogText, from start: Int, error: inout (word: ErrorWord, range: Range<Int>)?
  ) -> Place? {
    var best: (opening: Int, start: Int)?
    var tag: Int?
    automaton.walk(
      text.bytes, from: start, earliest: { best?.start ?? .max },
      found: { [firstTag, firstError, openings, errorWords] word, end in
        if word >= firstError {
          guard error == nil else { return .goOn }
          let found = errorWords[word - firstError]
          let range = end - found.length..<end
          if ErrorWord.counts(at: range, in: text) { error = (found.word, range) }
          return .goOn
        }
        if word >= firstTag {
          // The tag decides, unless a message began before it.
          guard best == nil else { return .goOn }
          tag = end - 5
          return .stop
        }
        let length = openings[word].bytes.count
        let begin = end - length
        if let best, begin > best.start || begin == best.start && length <= openings[best.opening].bytes.count {
          return .goOn
        }
        if openings[word].stands(at: begin, in: text) { best = (word, begin) }
        return .goOn
      })
    if let tag { return .tag(start: tag) }
    return best.map { .opening($0.opening, start: $0.start) }
  }

  /// Reads the values of the message at a place found by `locate`.
  ///
  /// - Parameter end: Where the message ends at the latest: at the quotation mark that closes it, where it is quoted.
  /// - Returns: nil when none of the messages that open so goes on like this.
  func match(_ opening: Int, start: Int, in text: borrowing LogText, upTo end: Int) -> Match? {
    var candidate: Int? = opening
    while let index = candidate {
      for entry in openings[index].entries {
        if let match = match(entry: entry, at: start, in: text, upTo: end), match.isWhole { return match }
      }
      candidate = openings[index].shorter.flatMap { openings[$0].stands(at: start, in: text) ? $0 : nil }
    }
    return nil
  }

  /// The message with an ASA's `number` in the text behind its tag.
  ///
  /// - Returns: nil for a number that is not listed.
  func match(number: Int, in text: borrowing LogText, from start: Int, upTo end: Int) -> Match? {
    guard let candidates = numbered[number] else { return nil }
    var broken: Match?
    for entry in candidates {
      var rest = LogText(text.bytes, from: start)
      guard let place = rest.find(entries[entry].pattern.opening, upTo: end) else { continue }
      rest.move(to: place)
      guard let match = match(entry: entry, at: place, in: text, upTo: end) else { continue }
      if match.isWhole { return match }
      broken = broken ?? match
    }
    return broken ?? candidates.first.map { Match(entry: $0, start: start, values: MessageValues(), isWhole: false) }
  }

  private func match(entry: Int, at start: Int, in text: borrowing LogText, upTo end: Int) -> Match? {
    let pattern = entries[entry].pattern
    var rest = LogText(text.bytes, from: start + pattern.opening.count)
    guard rest.position <= end else { return nil }
    var values = MessageValues()
    let isWhole = pattern.read(&rest, upTo: end, into: &values)
    return Match(entry: entry, start: start, values: values, isWhole: isWhole)
  }
}
