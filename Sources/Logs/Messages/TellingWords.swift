/// Whether a text may be one of those that a reader knows: most lines are of none, and this sees it in one pass, where a reader
/// asks for one text after the other.
package struct TellingWords: Sendable {
  private let beginnings: PhraseIndex
  private let inner: PhraseSearch

  /// - Parameters:
  ///   - beginnings: How texts begin.
  ///   - inner: What others have in them, wherever it stands.
  /// - Returns: nil when one is shorter than four bytes, two are the same, or there are more than 64 inner ones.
  package init?(beginnings: [String], inner: [String]) {
    guard Set(beginnings).count == beginnings.count, let index = PhraseIndex(beginnings.map { Array($0.utf8) }),
      let search = PhraseSearch(inner)
    else { return nil }
    self.beginnings = index
    self.inner = search
  }

  /// Whether one of the beginnings is what comes next, or one of the others comes later.
  package func areIn(_ text: borrowing LogText) -> Bool {
    beginnings.longest(text.bytes, at: text.position) { _, _ in true } != nil
      || !inner.phrases(in: text.rest).isEmpty
  }
}
