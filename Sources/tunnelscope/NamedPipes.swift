import FileNames
import Output
import SystemPackage

/// Tells a person at a terminal what the program waits for.
enum NamedPipes {
  /// Opening a pipe waits until somebody writes to it, as `cat` does; a person who does not know that sees a program
  /// that hangs.
  static func tellOfWaiting(_ paths: [String]) {
    guard Terminal.showsDiagnostics else { return }
    for path in paths where path != "-" && FileKind.isNamedPipe(path) {
      Diagnostics.note("\(path): a named pipe; waiting for what is written to it")
    }
  }
}
