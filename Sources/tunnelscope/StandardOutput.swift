import ArgumentParser
import Glibc
import Reporting
import SystemPackage

/// Results go to standard output once the work is done; what of them is lost on the way is an error.
enum StandardOutput {
  /// Colours on a terminal that takes them, unless the user says no (no-color.org).
  static var style: TextStyle {
    let refused = environment("NO_COLOR").map { !$0.isEmpty } ?? false
    let isTerminal = isatty(STDOUT_FILENO) == 1
    return isTerminal && !refused && environment("TERM") != "dumb" ? .colored : .plain
  }

  private static func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// Writes everything. A reader that went away (`| head`) is no error.
  static func write(_ text: String) throws {
    _ = try whileRead { try $0.writeAll(text.utf8) }
  }

  /// Lets `body` write piece by piece; nil when the reader went away before all was written, which is no error.
  static func whileRead<Result>(_ body: (FileDescriptor) throws -> Result) throws -> Result? {
    // Without this the signal would end the process before it can say so with its exit status.
    signal(SIGPIPE, SIG_IGN)
    do {
      return try body(.standardOutput)
    } catch let error as Errno where error == .brokenPipe {
      return nil
    } catch let error as Errno {
      Diagnostics.error("standard output: \(error)")
      throw ExitStatus.ioError
    }
  }
}
