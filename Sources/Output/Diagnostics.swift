import FileNames
import Reporting
import SystemPackage

/// One line on standard error for a person: what is wrong, and with what.
package enum Diagnostics {
  package static func error(_ text: String) {
    write("tunnelscope: error: \(VisibleText.of(FileName.visible(text)))\n", .error)
  }

  /// One line on standard error about what is going on.
  package static func note(_ text: String) {
    write("tunnelscope: \(VisibleText.of(FileName.visible(text)))\n", .notice)
  }

  /// The same, unless the reader of standard error takes nothing: a capture does not wait for that.
  package static func noteWithoutWaiting(_ text: String) {
    if SystemCalls.takesBytes(.standardError, withinMilliseconds: 0) { note(text) }
  }

  private static func write(_ line: String, _ priority: Journal.Priority) {
    let file = FileDescriptor.standardError
    // Nobody is left to tell when standard error fails too.
    _ = try? file.writeAll((Journal.isBehind(file) ? Journal.marked(line, priority) : line).utf8)
  }
}
