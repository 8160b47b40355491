import ArgumentParser
import Glibc
import Reporting

/// Results go to standard output, whole or not at all.
enum StandardOutput {
  /// Whether a person reads along.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Colours on a terminal that takes them, unless the user says no (no-color.org).
  static var style: TextStyle {
    let refused = environment("NO_COLOR").map { !$0.isEmpty } ?? false
    return isTerminal && !refused && environment("TERM") != "dumb" ? .colored : .plain
  }

  private static func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// Writes everything. A reader that went away (`| head`) is no error.
  static func write(_ text: String) throws {
    signal(SIGPIPE, SIG_IGN)
    var text = text
    var offset = 0
    let failure: Int32? = text.withUTF8 { bytes in
      while offset < bytes.count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[offset...])
        let written = unsafe Glibc.write(STDOUT_FILENO, rest.baseAddress, rest.count)
        if written < 0 {
          if errno == EINTR { continue }
          return errno
        }
        offset += written
      }
      return nil
    }
    guard let failure, failure != EPIPE else { return }
    Diagnostics.error("standard output: \(unsafe String(cString: strerror(failure)))")
    throw ExitStatus.ioError
  }
}
