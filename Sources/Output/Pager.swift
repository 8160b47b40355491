import SystemPackage

/// A program such as less that shows on the terminal what is written to standard output, screen by screen.
///
/// It is started before the process gives up its rights, because it is another program; a report that fits on the screen
/// goes through it at once.
package struct Pager {
  private let process: Int32
  /// The terminal, while standard output leads to the pager.
  private let terminal: FileDescriptor

  /// Starts the user's pager (environ(7), PAGER), or less; nil where standard input or output is no terminal, or there is
  /// no pager, or PAGER is empty or cat.
  package static func start() -> Pager? {
    guard SystemCalls.isTerminal(.standardInput), SystemCalls.isTerminal(.standardOutput), !Terminal.isDumb,
      SystemCalls.size(of: .standardOutput) != nil
    else { return nil }
    let command = SystemCalls.environment("PAGER") ?? "less"
    guard !command.isEmpty, command != "cat" else { return nil }
    // As git does it: nothing is paged that fits, colours pass, and the text stays on the screen.
    let options = SystemCalls.environment("LESS") == nil ? ["LESS=FRX"] : []
    // A pager that does not exist must not swallow the report.
    guard let terminal = try? FileDescriptor.standardOutput.duplicate(),
      let reader = SystemCalls.startReader("\(command) || cat", setting: options)
    else { return nil }
    guard (try? reader.input.duplicate(as: .standardOutput)) != nil else { return nil }
    try? reader.input.close()
    return Pager(process: reader.process, terminal: terminal)
  }

  /// Ends the text, and waits until the reader has done with it.
  package func finish() {
    // Standard output was the last descriptor that leads to it.
    _ = try? terminal.duplicate(as: .standardOutput)
    try? terminal.close()
    SystemCalls.wait(for: process)
  }
}
