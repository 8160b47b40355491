/// Text made literal in Markdown (CommonMark and GitHub's tables), harmless through `VisibleText` first.
enum MarkdownText {
  /// `text` as prose: without emphasis, code, links, images, headings, lists, table cells, mentions or HTML.
  static func prose(_ text: String) -> String {
    var result = ""
    var previous: Character = " "
    let characters = Array(text.visible)
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      switch character {
      case "\\", "`", "*", "[", "]", "|", "#", "~", "$": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "@": result += "&#64;"
      case ":" where next == "/": result += "&#58;"
      case "_" where !(isWord(previous) && isWord(next)): result += "\\_"
      case _ where "-+=".contains(character) && index == 0: result += "\\\(character)"
      case _ where ".)".contains(character) && next == " " && isNumber(characters[..<index]): result += "\\\(character)"
      case "w" where !isWord(previous) && startsWebName(characters[index...]): result += "&#119;"
      default: result.append(character)
      }
      previous = character
    }
    return result
  }

  /// `text` as prose with code between backticks: commands in explanations and remedies.
  static func proseWithCode(_ text: String) -> String {
    CodeSpans(text).parts.map { $0.isCode ? code($0.text) : prose($0.text) }.joined()
  }

  /// `text` as code: literally, between as many backticks as that takes.
  static func code(_ text: String, inTable: Bool = false) -> String {
    var text = text.visible
    guard !text.isEmpty else { return "" }
    if inTable { text = text.replacing("|", with: "\\|") }
    let longest = text.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    let pad = text.hasPrefix("`") || text.hasSuffix("`") || text.hasPrefix(" ") ? " " : ""
    return fence + pad + text + pad + fence
  }

  private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  /// Whether `text` would number a list.
  private static func isNumber(_ text: ArraySlice<Character>) -> Bool {
    (1...9).contains(text.count) && text.allSatisfy(\.isNumber)
  }

  private static func startsWebName(_ text: ArraySlice<Character>) -> Bool {
    text.prefix(4).elementsEqual("www.")
  }
}
