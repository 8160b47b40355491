import ArgumentParser
import Correlation
import Output

/// What the program's exit status means, numbered as in sysexits.h where it is an error.
enum ExitStatus {
  /// Analysed; nothing of severity warning or error.
  static let clean = ExitCode(0)
  static let findings = ExitCode(1)
  /// Analysed, and what was read does not let anyone say that all is well.
  static let undecided = ExitCode(2)
  static let usage = ExitCode(64)
  static let unreadableData = ExitCode(65)
  static let noInput = ExitCode(66)
  /// The program cannot work here, or is wrong.
  static let bug = ExitCode(70)
  static let ioError = ExitCode(74)
  static let noPermission = ExitCode(77)

  /// Ends the program.
  ///
  /// `exit(withError:)` of ArgumentParser first prepares the command's help, for a message that a status does not have.
  static func end(_ status: ExitCode) -> Never { ProcessExit.end(status.rawValue) }

  /// What a command that judged ends with.
  ///
  /// - Throws: The status, unless nothing is wrong.
  static func check(_ report: Report) throws(ExitCode) {
    if report.isNothingSelected, !report.hasProblems {
      Diagnostics.note("the selection left nothing to judge")
    }
    if report.exitStatus != 0 { throw ExitCode(Int32(report.exitStatus)) }
  }
}
