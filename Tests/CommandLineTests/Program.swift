import Foundation

/// The built program, run as a user runs it.
struct Program {
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

  static func sample(_ name: String) -> String { "\(packageRoot)/Captures/\(name)" }

  struct NotBuilt: Error {}

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - input: A file that becomes standard input; empty otherwise.
  ///   - output: Where standard output goes instead of into the result.
  ///   - environment: Added to the test's own; nil removes a variable.
  static func run(
    _ arguments: String..., input: FileHandle? = nil, output: FileHandle? = nil, environment: [String: String?] = [:],
    folder: String? = nil
  ) throws -> Result {
    try run(arguments, input: input, output: output, environment: environment, folder: folder)
  }

  static func run(
    _ arguments: [String], input: FileHandle? = nil, output: FileHandle? = nil, environment: [String: String?] = [:],
    folder: String? = nil
  ) throws -> Result {
    guard let path else { throw NotBuilt() }
    // Files, because a pipe that nobody empties would stop the program.
    return try TemporaryFolder.with { scratch in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = arguments
      if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
      process.environment = ProcessInfo.processInfo.environment
        .merging(["NO_COLOR": nil, "TERM": "xterm"].merging(environment) { $1 }.mapValues { $0 ?? "" }) { $1 }
        .filter { !$0.value.isEmpty }
      let errors = try scratch.create("errors")
      process.standardInput = input ?? FileHandle.nullDevice
      process.standardError = errors
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
