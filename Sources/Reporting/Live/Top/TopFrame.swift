/// How the lines of the screen are divided: a head, what changes, and two lines at the foot.
struct TopFrame {
  static let headLines = 3
  /// What is hidden, and the keys.
  static let footLines = 2

  /// Rows of the list, beneath its titles.
  let rows: Int
  /// Lines of details or help.
  let textLines: Int

  init(_ size: ScreenSize) {
    textLines = max(1, size.lines - Self.headLines - Self.footLines)
    rows = max(1, textLines - 1)
  }
}
