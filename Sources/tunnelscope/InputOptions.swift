import Analysis
import ArgumentParser
import Capture
import Output

/// Which captures to read and how they belong together: the same for every command that reads files.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("Captures, logs, and folders or archives of them.", valueName: "file"), completion: .file())
  var files: [String] = []

  @Flag(help: "Treat every file as a capture point of its own.")
  var separate = false

  @Flag(help: "Treat all files as one capture, merged in time order.")
  var merge = false

  func validate() throws {
    if separate, merge { throw ValidationError("--separate and --merge exclude each other.") }
    if files.filter({ $0 == "-" }).count > 1 { throw ValidationError("- (standard input) can be given once only.") }
  }

  /// There has to be something to read, and standard input only once.
  static func check(_ input: InputOptions, _ logs: LogOptions) throws {
    if input.files.isEmpty, logs.logs.isEmpty {
      throw ValidationError("Missing expected argument '<file> ...' (or --log <file>)")
    }
    if input.files.contains("-"), logs.logs.contains("-") {
      throw ValidationError("- (standard input) can be given once only.")
    }
  }

  /// The captures and logs that the files stand for. To be called where the files may be read.
  func paths(with logs: [String]) -> InputPaths {
    let paths = InputPaths(files: files, logs: logs)
    for problem in paths.problems { Diagnostics.error(problem) }
    for path in files + logs where paths.captures.contains(where: { isEvidence($0, of: path) }) {
      Diagnostics.note(
        "\(path): a case; its evidence is analysed, not the whole captures: tunnelscope open prints the stored report")
    }
    return paths
  }

  private func isEvidence(_ capture: String, of path: String) -> Bool {
    CaseLayout.isEvidence(capture) && (capture == path || capture.hasPrefix(path.hasSuffix("/") ? path : path + "/"))
  }

  /// How the captures belong together. A case has a file a capture point: their excerpts need not overlap in time.
  func points(of captures: [String]) -> CapturePoints {
    if separate || !merge && !captures.isEmpty && captures.allSatisfy(CaseLayout.isEvidence) { return .separate }
    return merge ? .merged : .automatic
  }
}
