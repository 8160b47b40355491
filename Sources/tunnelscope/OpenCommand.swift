import ArgumentParser
import Capture
import CaseBundle
import FileNames
import Output
import Reporting

/// `tunnelscope open CASE.zip`: the report that a case holds.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "Print the report that a case holds.",
    usage: "tunnelscope open [<options>] <file>",
    discussion: """
      FILE is an archive that tunnelscope case or tunnelscope live wrote. Its report is on the whole captures; analyze \
      judges the packets that travelled with it.

      It ends as the command did that wrote the case: 0 nothing wrong, 1 findings of severity warning or error, 2 it cannot \
      be judged.
      """)

  @Argument(help: ArgumentHelp("The case.", valueName: "file"), completion: .file(extensions: ["zip"]))
  var file: String

  @Option(name: .long, help: "Which form of the report.")
  var format: AnalyzeCommand.Format = .text

  @OptionGroup var destination: OutputOptions

  @Flag(name: .long, help: "Write a long report to a terminal at once, without PAGER or less.")
  var noPager = false

  @OptionGroup var sandbox: SandboxOptions

  func validate() throws {
    if format == .junit { throw ValidationError("A case holds no JUnit report; analyze writes one.") }
  }

  func run() throws {
    let output = try destination.open(inputs: [file])
    let pager = format == .text && !noPager && output.file == nil ? Pager.start() : nil
    defer { pager?.finish() }
    sandbox.enter(reading: [file], writing: output.file)
    let stored: StoredCase
    do { stored = try StoredCase(path: file, format: format.report) } catch {
      // What is no file at all has its own words.
      Diagnostics.error(FileKind.isThere(file) ? "\(file): \(error)" : "\(file): no such file")
      throw FileKind.isThere(file) ? ExitStatus.unreadableData : ExitStatus.noInput
    }
    try output.write(VisibleText.lines(of: stored.report))
    if stored.exitStatus != 0 { throw ExitCode(Int32(stored.exitStatus)) }
  }
}
