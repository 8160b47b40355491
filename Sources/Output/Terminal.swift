import SystemPackage

/// What a person at a terminal sees, and what the user said of it in the environment.
package enum Terminal {
  /// Whether diagnostics go to a terminal.
  package static var showsDiagnostics: Bool { SystemCalls.isTerminal(.standardError) }

  /// Whether results go to a terminal that takes colours, and the user does not refuse them (no-color.org).
  static var showsColors: Bool {
    let isRefused = SystemCalls.environment("NO_COLOR").map { !$0.isEmpty } ?? false
    return SystemCalls.isTerminal(.standardOutput) && !isRefused && !isDumb
  }

  /// Columns and lines of the terminal that results go to; nil where they go elsewhere.
  package static var size: (columns: Int, lines: Int)? {
    SystemCalls.isTerminal(.standardOutput) ? SystemCalls.size(of: .standardOutput) : nil
  }

  /// Whether results go to a terminal that can be drawn on as a whole.
  package static var isScreen: Bool {
    let kind = SystemCalls.environment("TERM") ?? ""
    return SystemCalls.isTerminal(.standardOutput) && !kind.isEmpty && !isDumb
  }

  /// Whether it can only add lines.
  package static var isDumb: Bool { SystemCalls.environment("TERM") == "dumb" }
}
