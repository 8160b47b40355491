/// A key that the view of `live --top` knows.
package enum TopKey: Sendable, Hashable {
  case up
  case down
  case pageUp
  case pageDown
  case home
  case end
  case enter
  /// Esc, and what means the same to people: the left arrow, Backspace.
  case back
  /// q and Ctrl-C.
  case quit
  case help
  /// f: only what fails.
  case filter
  /// s: the next order.
  case order
  /// Ctrl-L: draw everything anew.
  case redraw
  case other
}
