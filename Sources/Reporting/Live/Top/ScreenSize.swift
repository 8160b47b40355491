/// How much a terminal shows at once.
package struct ScreenSize: Sendable, Hashable {
  /// At least 1; the view is made for 60 and more.
  package let columns: Int
  /// At least 1.
  package let lines: Int

  package init(columns: Int, lines: Int) {
    self.columns = max(columns, 1)
    self.lines = max(lines, 1)
  }

  /// Of a terminal that does not say (a serial line).
  package static let usual = ScreenSize(columns: 80, lines: 24)
}
