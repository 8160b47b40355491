/// Prose in which backticks enclose commands: "set `anyconnect mtu 1347` in the group policy".
struct CodeSpans {
  let parts: [(text: String, isCode: Bool)]

  init(_ text: String) {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    // An unpaired backtick is literal.
    let isPaired = pieces.count % 2 == 1
    let paired = isPaired ? pieces : Array(pieces.dropLast(2)) + [pieces.suffix(2).joined(separator: "`")]
    self.parts = paired.enumerated().map { ($0.element, $0.offset % 2 == 1) }.filter { !$0.0.isEmpty }
  }
}
