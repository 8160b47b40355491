import FileNames
import Reporting
import SystemPackage

/// One line on standard error for a person: what is wrong, and with what.
package enum Diagnostics {
  package static func error(_ text: String) {
    // Nobody is left to tell when standard error fails too.
    _ = try? FileDescriptor.standardError.writeAll(
      "tunnelscope: error: \(VisibleText.of(FileName.visible(text)))\n".utf8)
  }

  /// One line on standard error about what is going on.
  package static func note(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll("tunnelscope: \(VisibleText.of(FileName.visible(text)))\n".utf8)
  }

  /// The same, unless the reader of standard error takes nothing: a capture does not wait for that.
  package static func noteWithoutWaiting(_ text: String) {
    if SystemCalls.takesBytes(.standardError, withinMilliseconds: 0) { note(text) }
  }
}
