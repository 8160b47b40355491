import Glibc
import Reporting

/// One line on standard error for a person: what is wrong, and with what.
enum Diagnostics {
  static func error(_ text: String) { write("tunnelscope: error: \(VisibleText.visible(text))\n") }
  static func warning(_ text: String) { write("tunnelscope: \(VisibleText.visible(text))\n") }

  private static func write(_ line: String) {
    var bytes = Array(line.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }
}
