/// Keeps Markdown short enough for a comment or issue on GitHub, which refuses longer ones.
enum MarkdownLength {
  /// In UTF-16 units, which are never fewer than GitHub's characters.
  static let most = 65_536

  /// Blocks with blank lines between them, and `end` as the last.
  ///
  /// - Parameter blocks: Those of a text that is halved so many times, from 0 to 7; then one of everything is left.
  static func fit(end: String, _ blocks: (_ halvings: Int) -> [String]) -> String {
    for halvings in 0...6 {
      let text = joined(blocks(halvings) + [end])
      if text.utf16.count <= most { return text }
    }
    let last = blocks(7)
    let text = joined(last + [end])
    return text.utf16.count <= most ? text : cut(last, end: end)
  }

  private static func joined(_ blocks: [String]) -> String { blocks.joined(separator: "\n\n") + "\n" }

  /// The first blocks that fit, for a text of which even one of everything is too long.
  private static func cut(_ blocks: [String], end: String) -> String {
    let note = "… The rest is too long for Markdown here; the HTML and JSON reports have it."
    var left = most - note.utf16.count - end.utf16.count - 6
    let kept = blocks.prefix { block in
      left -= block.utf16.count + 2
      return left >= 0
    }
    return joined(kept + [note, end])
  }
}
