/// Which of some phrases a text holds, wherever they stand in it: one pass over the text for all of them.
package struct PhraseSearch: Sendable {
  /// Phrases by their place in the list.
  package struct Found: Sendable {
    private var bits: UInt64 = 0

    package var isEmpty: Bool { bits == 0 }

    /// The first of the list; nil for none.
    package var first: Int? { isEmpty ? nil : bits.trailingZeroBitCount }

    package func contains(_ phrase: Int) -> Bool { bits >> UInt64(phrase) & 1 == 1 }

    fileprivate mutating func insert(_ phrase: Int) { bits |= 1 << UInt64(phrase) }
  }

  private static let mostPhrases = 64

  private let index: PhraseIndex
  private let beginnings: PhraseBeginnings

  /// - Returns: nil when there are more than 64, one is shorter than four bytes, or two are the same.
  package init?(_ phrases: [String]) {
    guard phrases.count <= Self.mostPhrases, Set(phrases).count == phrases.count,
      let index = PhraseIndex(phrases.map { Array($0.utf8) })
    else { return nil }
    self.index = index
    beginnings = PhraseBeginnings(phrases.map { Array($0.utf8) }, insideWords: true)
  }

  package func phrases(in text: borrowing LogText) -> Found {
    var found = Found()
    let bytes = text.bytes
    var start = 0
    while let place = beginnings.next(in: bytes, from: start) {
      var next = index.longest(bytes, at: place) { _, _ in true }
      while let number = next {
        found.insert(number)
        next = index.shorter(than: number)
      }
      start = place + 1
    }
    return found
  }
}
