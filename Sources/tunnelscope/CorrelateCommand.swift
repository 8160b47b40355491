import Analysis
import ArgumentParser
import Capture
import Correlation
import ObservationStreams
import Output
import Reporting

/// `tunnelscope correlate FILE…`: observations in, a report out.
struct CorrelateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correlate",
    abstract: "Report what observations written by observe show, from any number of captures.",
    discussion: """
      FILE is what observe wrote; - is standard input. Several may stand in one file, one after the other. The report \
      is the one that analyze gives on the captures, in order of their names.

      Captures whose times do not overlap are parts of one, as for analyze, also where they were observed separately; then \
      connections that go on from one to the next are cut, and the report says so.

      A line that is not understood gets one line on standard error; the others are judged all the same. Exit status: \
      65 then, or when a part is missing; others as for analyze.
      """)

  @Argument(help: ArgumentHelp("Files of observations.", valueName: "file"), completion: .file())
  var files: [String]

  @Flag(help: "Treat captures that were observed separately as capture points of their own.")
  var separate = false

  @Flag(help: "Number captures in the order of the files, not of their names; the first one's clock is the report's.")
  var keepOrder = false

  @OptionGroup(title: "Logs")
  var logs: LogOptions

  @Option(name: .long, help: "How to write the report.")
  var format: AnalyzeCommand.Format = .text

  @OptionGroup var extent: SummaryOption

  @OptionGroup var destination: OutputOptions

  @OptionGroup(title: "How it is shown")
  var display: DisplayOptions

  @OptionGroup(title: "What is reported")
  var narrowing: TunnelSelectionOptions

  @OptionGroup var sandbox: SandboxOptions

  func validate() throws {
    if (files + logs.logs).filter({ $0 == "-" }).count > 1 {
      throw ValidationError("- (standard input) can be given once only.")
    }
    try extent.check(format)
  }

  /// What to do with a file that is no stream because it is a capture.
  private func isCapture(_ problem: StreamProblem) -> String? {
    guard problem.name != "-", files.contains(problem.name), (try? CaptureFile.open(problem.name)) != nil else {
      return nil
    }
    return "\(problem.description): a capture; give it to tunnelscope analyze, or to tunnelscope observe first"
  }

  func run() throws {
    let inputs = files + logs.logs
    let output = try destination.open(inputs: inputs)
    NamedPipes.tellOfWaiting(inputs)
    var layout = display.layout(for: output, isSummary: extent.summary)
    let pager = display.startPager(for: output, ofText: format == .text)
    defer { pager?.finish() }
    if pager != nil { layout.height = nil }
    sandbox.enter(reading: inputs, writing: output.file)
    let outcome = StreamCorrelation(
      paths: files, tunnels: narrowing.selection, order: keepOrder ? .given : .name, joinsPoints: !separate,
      logs: logs.logs, logTimeZone: logs.logTimeZone
    ).run()
    for problem in outcome.problems { Diagnostics.error(isCapture(problem) ?? problem.description) }
    for problem in outcome.logProblems { Diagnostics.error(problem.description) }
    if let report = outcome.report {
      try output.write(format.report.render(report, generator: Tunnelscope.generator, layout: layout))
    }
    if let problem = outcome.problems.first { throw ExitCode(problem.exitCategory.rawValue) }
    if let problem = outcome.logProblems.first {
      throw problem.isAbsent ? ExitStatus.noInput : ExitStatus.unreadableData
    }
    if let report = outcome.report { try ExitStatus.check(report) }
  }
}
