import ArgumentParser
import Output
import Reporting
import SystemPackage

/// Where a command's result goes: standard output, or a file.
struct OutputOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Overwrite the output file if it exists; a file that is read is never overwritten.")
  var force = false

  /// Opens it, before anything is read.
  ///
  /// - Parameter inputs: Files that the result is made from.
  func open(inputs: [String]) throws -> OpenOutput {
    guard let output, output != "-" else { return .standardOutput }
    return .file(try OutputFile(at: output, mayReplace: force, inputs: inputs))
  }
}

/// Where a command's result goes, ready to be written to once.
enum OpenOutput {
  case standardOutput
  case file(OutputFile)

  /// The file; nil for standard output.
  var file: OutputFile? {
    if case .file(let file) = self { return file }
    return nil
  }

  /// Colours, where the result goes to a terminal that takes them.
  var style: TextStyle { file == nil ? StandardOutput.style : .plain }

  /// Lets `body` write piece by piece; nil when whoever reads standard output went away, which is no error.
  func write<Result>(_ body: (FileDescriptor) throws -> Result) throws -> Result? {
    switch self {
    case .standardOutput: try StandardOutput.whileRead(body)
    case .file(let file): try file.write(body)
    }
  }

  func write(_ text: String) throws { _ = try write { try $0.writeAll(text.utf8) } }
}
