import Foundation

/// A script of the repository, run as a person runs it.
enum PythonScript {
  /// Runs a script to its end.
  ///
  /// - Parameters:
  ///   - arguments: Python's own, the script's path and the script's.
  ///   - folder: Where what it says is kept meanwhile.
  /// - Returns: Its exit status, and what it said on standard error.
  static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> (status: Int32, words: String) {
    let script = Process()
    script.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    script.arguments = ["python3"] + arguments
    script.standardOutput = FileHandle.nullDevice
    script.standardError = try folder.create("words")
    try script.run()
    script.waitUntilExit()
    return (script.terminationStatus, try folder.text("words"))
  }
}
