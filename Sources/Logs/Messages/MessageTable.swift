/// All messages of all products, found in one pass over a line.
///
/// What is looked for is a message's opening, anywhere in the line: the leftmost, and of those that begin there the
/// longest. The same pass finds the words by which an unknown line looks like an error.
///
/// A class, because each line asks it: a structure of this size would be copied for each question.
final class MessageTable: Sendable {
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
  /// The entries' patterns.
  private let patterns: PatternList
  /// The words with which messages open, each with its number.
  private let phrases: PhraseIndex
  private let openings: [Opening]
  /// Entries by their opening: slices of it belong to the openings.
  private let entriesByOpening: [Int]
  /// Entries by the number of an ASA's message.
  private let numbered: [Int: [Int]]
  /// The words that look like errors, by their places in `ErrorWord.allCases`.
  private let errors: PhraseIndex
  private let errorWords = ErrorWord.allCases
  private let errorBeginnings: PhraseBeginnings
  /// Where openings, tags and such words may begin.
  private let beginnings: PhraseBeginnings

  /// Words with which messages open.
  private struct Opening: Sendable {
    let length: Int
    /// Its entries in the order in which they are listed.
    let entries: Range<Int>
    /// The longest opening that is the beginning of this one.
    let shorter: Int?
    let beginsWithWord: Bool
    let endsWithLetter: Bool
    /// Whether what follows right behind may belong to the last word.
    let hasValueBehind: Bool

    /// Whether the words at `start`, which are these, are not the middle of other words.
    func isWhole(at start: Int, in text: borrowing LogText) -> Bool {
      !(beginsWithWord && text[start - 1].isWordByte)
        && !(!hasValueBehind && endsWithLetter && text[start + length].isLetter)
    }
  }

  /// The table of `ProductMessages.all`; nil when a text is no pattern, which a test excludes.
  static let all = MessageTable(ProductMessages.all)

  /// The beginnings of the tags of ASA, FTD and PIX, in lower case.
  private static let tags: [StaticString] = ["%asa-", "%ftd-", "%pix-"]

  /// - Returns: nil when a message's text is no pattern, or opens with less than `PhraseIndex.leadLength` bytes.
  init?(_ products: [ProductMessages]) {
    var entries: [Entry] = []
    var openings: [(bytes: [UInt8], entries: [Int], hasValueBehind: Bool)] = []
    var byBytes: [[UInt8]: Int] = [:]
    var numbered: [Int: [Int]] = [:]
    var patterns = PatternList()
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
          openings.append((pattern.opening, [entries.count], !pattern.parts.isEmpty))
        }
        patterns.append(pattern)
        entries.append(Entry(product: product.product, message: message, pattern: pattern))
      }
    }
    let errors = ErrorWord.allCases.map { Array($0.rawValue.utf8) }
    guard let phrases = PhraseIndex(openings.map(\.bytes)), let index = PhraseIndex(errors, isFolded: true) else {
      return nil
    }
    self.errors = index
    errorBeginnings = PhraseBeginnings(errors)
    beginnings = PhraseBeginnings(
      openings.map(\.bytes) + errors + Self.tags.map { tag in Array("\(tag)".utf8) })
    var entriesByOpening: [Int] = []
    self.openings = openings.indices.map { index in
      let (bytes, entries, hasValueBehind) = openings[index]
      entriesByOpening += entries
      return Opening(
        length: bytes.count, entries: entriesByOpening.count - entries.count..<entriesByOpening.count,
        shorter: phrases.shorter(than: index), beginsWithWord: bytes[0].isWordByte,
        endsWithLetter: bytes[bytes.count - 1].isLetter, hasValueBehind: hasValueBehind)
    }
    self.entries = entries
    self.entriesByOpening = entriesByOpening
    self.phrases = phrases
    self.numbered = numbered
    self.patterns = patterns
  }

  /// Finds the first message in `text` from `start` on.
  ///
  /// - Parameters:
  ///   - error: Where the first word that looks like an error stands, up to the end of the message's opening.
  ///   - passed: Takes the places at which a message might have begun.
  func locate(
    _ text: borrowing LogText, from start: Int, error: inout (word: ErrorWord, range: Range<Int>)?,
    passed: inout PassedPlaces
  ) -> Place? {
    var index = start
    while let found = beginnings.next(in: text.bytes, from: index) {
      if let place = place(text, at: found, error: &error) { return place }
      passed.append(found)
      index = found &+ 1
    }
    return nil
  }

  func locate(
    _ text: borrowing LogText, from start: Int, error: inout (word: ErrorWord, range: Range<Int>)?
  ) -> Place? {
    var index = start
    while let found = beginnings.next(in: text.bytes, from: index) {
      if let place = place(text, at: found, error: &error) { return place }
      index = found &+ 1
    }
    return nil
  }

  /// The same, of a line that begins with the same `end` bytes as one of which is known at which places in them a message may
  /// begin: the other places need no second look.
  func locate(
    _ text: borrowing LogText, behind end: Int, _ passed: borrowing PassedPlaces,
    error: inout (word: ErrorWord, range: Range<Int>)?, passed new: inout PassedPlaces
  ) -> Place? {
    let first = max(end &- (PhraseIndex.leadLength &- 1), 0)
    for index in 0..<passed.count {
      let found = passed[index]
      guard found < first else { break }
      if let place = place(text, at: found, error: &error) { return place }
      new.append(found)
    }
    return locate(text, from: first, error: &error, passed: &new)
  }

  /// What begins at `found`, where something may.
  @inline(__always)
  private func place(
    _ text: borrowing LogText, at found: Int, error: inout (word: ErrorWord, range: Range<Int>)?
  ) -> Place? {
    if let opening = opening(text, at: found) {
      if error == nil { error = self.error(text, in: found..<found + openings[opening].length) }
      return .opening(opening, start: found)
    }
    if text[found] == UInt8(ascii: "%"), Self.tags.contains(where: { text.hasFolded($0, at: found) }) {
      return .tag(start: found)
    }
    if error == nil { error = self.error(text, at: found) }
    return nil
  }

  /// Whether a word from `start` on looks like an error.
  func hasError(_ text: borrowing LogText, from start: Int) -> Bool {
    error(text, in: min(start, text.end)..<text.end) != nil
  }

  /// The first word in `range` that looks like an error.
  private func error(_ text: borrowing LogText, in range: Range<Int>) -> (word: ErrorWord, range: Range<Int>)? {
    var index = range.lowerBound
    while let found = errorBeginnings.next(in: text.bytes, from: index), found < range.upperBound {
      if let error = error(text, at: found), error.range.upperBound <= range.upperBound { return error }
      index = found &+ 1
    }
    return nil
  }

  /// The word that looks like an error and stands at `index`.
  private func error(_ text: borrowing LogText, at index: Int) -> (word: ErrorWord, range: Range<Int>)? {
    let bytes = text.bytes
    var range = index..<index
    let number = errors.longest(bytes, at: index) { _, length in
      range = index..<index &+ length
      return ErrorWord.counts(at: range, in: LogText(bytes))
    }
    return number.map { (errorWords[$0], range) }
  }

  /// The longest opening that stands at `index`.
  @inline(__always)
  private func opening(_ text: borrowing LogText, at index: Int) -> Int? {
    let bytes = text.bytes
    let openings = openings
    return phrases.longest(bytes, at: index) { number, _ in
      openings[number].isWhole(at: index, in: LogText(bytes))
    }
  }

  /// Reads the values of the message at a place found by `locate`.
  ///
  /// - Parameter end: Where the message ends at the latest: at the quotation mark that closes it, where it is quoted.
  /// - Returns: nil when none of the messages that open so goes on like this.
  func match(_ opening: Int, start: Int, in text: borrowing LogText, upTo end: Int) -> Match? {
    var candidate: Int? = opening
    while let index = candidate {
      for place in openings[index].entries {
        if let match = match(entry: entriesByOpening[place], at: start, in: text, upTo: end), match.isWhole {
          return match
        }
      }
      candidate = openings[index].shorter.flatMap { openings[$0].isWhole(at: start, in: text) ? $0 : nil }
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
      guard let place = patterns.findOpening(of: entry, in: text, from: start, upTo: end) else { continue }
      guard let match = match(entry: entry, at: place, in: text, upTo: end) else { continue }
      if match.isWhole { return match }
      broken = broken ?? match
    }
    return broken ?? candidates.first.map { Match(entry: $0, start: start, values: MessageValues(), isWhole: false) }
  }

  private func match(entry: Int, at start: Int, in text: borrowing LogText, upTo end: Int) -> Match? {
    var rest = LogText(text.bytes, from: start + patterns.openingLength(of: entry))
    guard rest.position <= end else { return nil }
    var values = MessageValues()
    let isWhole = patterns.read(entry, &rest, upTo: end, into: &values)
    return Match(entry: entry, start: start, values: values, isWhole: isWhole)
  }
}
