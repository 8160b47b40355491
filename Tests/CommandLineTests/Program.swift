import Foundation

/// The built program, run as a user runs it.
struct Program {
  /// Whether the tests run under a sanitizer, as `script/test --sanitize` does it.
  static let isSanitized = ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains {
    ProcessInfo.processInfo.environment[$0] != nil
  }

  /// What came of a run.
  struct Result {
    let status: Int32
    /// The signal that ended it, if one did.
    let wasKilled: Bool
    let output: String
    let errors: String
  }

  static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Beside the test bundle; a bundle is a folder on some systems.
  static let path: String? = {
    for argument in CommandLine.arguments {
      var folder = URL(fileURLWithPath: argument)
      for _ in 0..<5 where folder.path != "/" {
        folder.deleteLastPathComponent()
        let candidate = folder.appendingPathComponent("tunnelscope").path
        if !isFolder(candidate), FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      }
    }
    return nil
  }()

  private static func isFolder(_ path: String) -> Bool {
    (try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType) == .typeDirectory
  }

  static let samples = "\(packageRoot)/Captures"

  static func sample(_ name: String) -> String { "\(samples)/\(name)" }

  struct NotBuilt: Error {}

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - input: What becomes standard input; empty otherwise.
  ///   - output: Where standard output goes instead of into the result.
  static func run(_ arguments: String..., input: FileHandle? = nil, output: FileHandle? = nil) throws -> Result {
    try run(arguments, input: input, output: output)
  }

  static func run(
    _ arguments: [String], input: FileHandle? = nil, output: FileHandle? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    guard let path else { throw NotBuilt() }
    return try run(path, arguments, input: input, output: output, environment: environment)
  }

  /// Runs a command of the shell in which $PROGRAM is the program.
  static func shell(_ command: String) throws -> Result {
    guard let path else { throw NotBuilt() }
    return try run("/bin/sh", ["-c", command], input: nil, output: nil, environment: ["PROGRAM": path])
  }

  private static let terminalMaker = "/usr/bin/script"
  static let canMakeTerminals = FileManager.default.isExecutableFile(atPath: terminalMaker)

  /// Runs the program with a terminal as its standard output and error.
  ///
  /// - Parameter size: Lines and columns of the terminal; without it the terminal does not say.
  static func runOnTerminal(
    _ arguments: String..., environment: [String: String] = [:], size: (lines: Int, columns: Int)? = nil
  ) throws -> Result {
    guard let path else { throw NotBuilt() }
    let resize = size.map { "stty rows \($0.lines) cols \($0.columns); " } ?? ""
    let command = resize + ([path] + arguments).map { "'\($0)'" }.joined(separator: " ")
    return try run(
      terminalMaker, ["-qec", command, "/dev/null"], input: nil, output: nil, environment: environment)
  }

  private static func run(
    _ executable: String, _ arguments: [String], input: FileHandle?, output: FileHandle?, environment: [String: String]
  ) throws -> Result {
    // Files, because a pipe that nobody empties would stop the program.
    try TemporaryFolder.with { scratch in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: executable)
      process.arguments = arguments
      process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }
        .filter { $0.key != "NO_COLOR" }.merging(environment) { $1 }
      process.standardInput = input ?? FileHandle.nullDevice
      process.standardError = try scratch.create("errors")
      process.standardOutput = try output ?? scratch.create("output")
      try process.run()
      process.waitUntilExit()
      return Result(
        status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
        output: output == nil ? try scratch.text("output") : "", errors: try scratch.text("errors"))
    }
  }
}

/// A folder of a test's own that goes away with the test.
struct TemporaryFolder {
  let path: String

  static func with<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(TemporaryFolder(path: url.path))
  }

  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  func create(_ name: String, _ bytes: Data = Data()) throws -> FileHandle {
    try bytes.write(to: URL(fileURLWithPath: self(name)))
    return try FileHandle(forUpdating: URL(fileURLWithPath: self(name)))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: self(name))), as: UTF8.self)
  }
}
