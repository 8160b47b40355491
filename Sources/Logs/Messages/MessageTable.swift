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
  /// The words with which messages open, each with its number.
  private let phrases: PhraseIndex
  private let openings: [Opening]
  /// Entries by their opening: slices of it belong to the openings.
  private let entriesByOpening: [Int]
  /// Entries by the number of an ASA's message.
  private let numbered: [Int: [Int]]
  /// What each byte can begin.
  private let beginnings: [Beginnings]

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

  /// What a byte can begin.
  private struct Beginnings: OptionSet {
    let rawValue: UInt8
    /// It is part of a word, and begins nothing behind another such byte.
    static let word = Beginnings(rawValue: 1)
    static let opening = Beginnings(rawValue: 2)
    static let tag = Beginnings(rawValue: 4)
    static let error = Beginnings(rawValue: 8)
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
        entries.append(Entry(product: product.product, message: message, pattern: pattern))
      }
    }
    guard let phrases = PhraseIndex(openings.map(\.bytes)) else { return nil }
    var beginnings = (UInt8.min...UInt8.max).map { $0.isWordByte ? Beginnings.word : [] }
    beginnings[Int(UInt8(ascii: "%"))].insert(.tag)
    for byte in UInt8.min...UInt8.max where ErrorWord.begins(with: byte) { beginnings[Int(byte)].insert(.error) }
    var entriesByOpening: [Int] = []
    self.openings = openings.indices.map { index in
      let (bytes, entries, hasValueBehind) = openings[index]
      beginnings[Int(bytes[0])].insert(.opening)
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
    self.beginnings = beginnings
  }

  /// Finds the first message in `text` from `start` on.
  ///
  /// - Parameter error: Where the first word that looks like an error stands, up to the end of the message's opening.
  func locate(
    _ text: borrowing LogText, from start: Int, error: inout (word: ErrorWord, range: Range<Int>)?
  ) -> Place? {
    let bytes = text.bytes
    let beginnings = beginnings.span
    var place: Place?
    var end = bytes.count
    var isInWord = text[start - 1].isWordByte
    var index = start
    while index < end {
      // In range, all of them: a byte has its beginnings, and `end` only gets smaller.
      let can = unsafe beginnings[unchecked: Int(bytes[unchecked: index])]
      if can.contains(.word), isInWord {
        index &+= 1
        continue
      }
      isInWord = can.contains(.word)
      if place == nil {
        if can.contains(.opening), let opening = opening(text, at: index) {
          place = .opening(opening, start: index)
          if error != nil { return place }
          end = index + openings[opening].length
        } else if can.contains(.tag), Self.tags.contains(where: { text.hasFolded($0, at: index) }) {
          return .tag(start: index)
        }
      }
      if error == nil, can.contains(.error), let word = ErrorWord.standing(at: index, in: text),
        word.range.upperBound <= end
      {
        error = word
      }
      index &+= 1
    }
    return place
  }

  /// The longest opening that stands at `index`.
  @inline(__always)
  private func opening(_ text: borrowing LogText, at index: Int) -> Int? {
    let bytes = text.bytes
    let openings = openings.span
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
      guard let place = entries[entry].pattern.find(in: text, from: start, upTo: end) else { continue }
      guard let match = match(entry: entry, at: place, in: text, upTo: end) else { continue }
      if match.isWhole { return match }
      broken = broken ?? match
    }
    return broken ?? candidates.first.map { Match(entry: $0, start: start, values: MessageValues(), isWhole: false) }
  }

  private func match(entry: Int, at start: Int, in text: borrowing LogText, upTo end: Int) -> Match? {
    // Where it stands: a copy of a pattern counts references.
    let entries = entries.span
    var rest = LogText(text.bytes, from: start + entries[entry].pattern.opening.count)
    guard rest.position <= end else { return nil }
    var values = MessageValues()
    let isWhole = entries[entry].pattern.read(&rest, upTo: end, into: &values)
    return Match(entry: entry, start: start, values: values, isWhole: isWhole)
  }
}
