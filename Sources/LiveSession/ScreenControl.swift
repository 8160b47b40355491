/// Control sequences for a screen that is drawn on as a whole: ECMA-48, and private modes of DEC and xterm.
enum ScreenControl {
  /// The alternate screen (1049), without cursor (25), lines not continued in the next (7).
  static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l" + clear
  static let clear = "\u{1B}[2J"
  /// The screen as it was before, without colours. Of a terminal with one screen (the Linux console) the last line is left.
  static let leave = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[999;1H\r\n\u{1B}[?1049l"

  /// All lines of the screen, from the first on, each over what was there.
  static func drawing(_ lines: [String]) -> String {
    lines.enumerated().map { "\u{1B}[\($0.offset + 1);1H\u{1B}[2K\($0.element)" }.joined()
  }
}
