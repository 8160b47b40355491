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

  @Flag(help: "Overwrite the output file if it exists.")
  var force = false

  /// The file; nil for standard output.
  var file: String? { output == "-" ? nil : output }

  /// Colours, where the result goes to a terminal that takes them.
  var style: TextStyle { file == nil ? StandardOutput.style : .plain }

  /// Refuses early what `write` would refuse after the work is done.
  func check() throws {
    if let file { try ReportFile.prepare(file, mayReplace: force) }
  }

  /// Lets `body` write piece by piece; nil when whoever reads standard output went away, which is no error.
  func write<Result>(_ body: (FileDescriptor) throws -> Result) throws -> Result? {
    if let file { return try ReportFile.write(to: file, mayReplace: force, body) }
    return try StandardOutput.whileRead(body)
  }

  func write(_ text: String) throws {
    if let file {
      try ReportFile.write(text, to: file, mayReplace: force)
    } else {
      try StandardOutput.write(text)
    }
  }
}
