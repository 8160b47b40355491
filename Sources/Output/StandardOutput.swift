import Reporting
import SystemPackage

/// Results go to standard output once the work is done; what of them is lost on the way is an error.
package enum StandardOutput {
  /// Colours on a terminal that takes them, unless the user says no.
  package static var style: TextStyle { Terminal.showsColors ? .colored : .plain }

  /// Writes everything. A reader that went away (`| head`) is no error.
  package static func write(_ text: String) throws {
    _ = try whileRead { try $0.writeAll(text.utf8) }
  }

  /// Lets `body` write piece by piece; nil when the reader went away before all was written, which is no error.
  package static func whileRead<Result>(_ body: (FileDescriptor) throws -> Result) throws -> Result? {
    // Without this the signal would end the process before it can say so with its exit status.
    SystemCalls.ignoreBrokenPipes()
    do {
      return try body(.standardOutput)
    } catch let error as Errno where error == .brokenPipe {
      return nil
    } catch let error as Errno {
      throw OutputFailure.refused(path: "standard output", reason: error)
    }
  }
}
