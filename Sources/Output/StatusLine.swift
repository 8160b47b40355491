import SystemPackage

/// One line at the foot of a terminal that changes in place, on standard error; nothing anywhere else.
package struct StatusLine {
  private let isShown = Terminal.showsDiagnostics
  private var shown = ""

  package init() {}

  package mutating func show(_ text: String) {
    guard isShown, text != shown else { return }
    shown = text
    write("\r\u{1B}[K\(text)")
  }

  /// Takes the line away, so that other lines can be written.
  package mutating func clear() {
    guard isShown, !shown.isEmpty else { return }
    shown = ""
    write("\r\u{1B}[K")
  }

  /// A terminal that was stopped (Ctrl-S) takes nothing.
  private func write(_ text: String) {
    guard SystemCalls.takesBytes(.standardError, withinMilliseconds: 0) else { return }
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}
