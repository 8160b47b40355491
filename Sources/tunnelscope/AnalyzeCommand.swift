import Analysis
import ArgumentParser
import Capture
import Correlation
import Output
import Reporting

/// `tunnelscope analyze FILE…`: capture files in, a report out.
struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Analyse capture files and report what is wrong with the tunnels in them.",
    discussion: """
      FILE is a pcap, pcapng or snoop capture or a hexadecimal dump, plain or compressed with gzip, zstd, lz4, xz or \
      bzip2; a log; a folder, or a zip or tar archive, which stands for all captures and logs in it \
      (support.zip/client.pcap is one of them); - is a capture from standard input.

      Several files need no option: files whose times do not overlap are parts of one rotated capture, two files with one \
      direction each are the outputs of a tap, and other files that overlap in time are views from different capture \
      points (client, gateway, inside) of the same tunnels.

      Logs beside them (--log) make verdicts surer and name causes that packets cannot show; they may also stand alone.

      A case that tunnelscope case wrote is an archive too: its evidence is analysed anew, each file as a capture point. \
      tunnelscope open prints the report that the case holds, which is on the whole captures.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case html
    case markdown
    case junit

    var report: ReportFormat {
      switch self {
      case .text: .text
      case .json: .json
      case .html: .html
      case .markdown: .markdown
      case .junit: .junit
      }
    }
  }

  @OptionGroup var input: InputOptions

  @OptionGroup(title: "Logs")
  var logs: LogOptions

  @Option(name: .long, help: "How to write the report.")
  var format: Format = .text

  @OptionGroup var extent: SummaryOption

  @OptionGroup var destination: OutputOptions

  @OptionGroup(title: "How it is shown")
  var display: DisplayOptions

  @OptionGroup(title: "What is analysed")
  var narrowing: SelectionOptions

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var sandbox: SandboxOptions

  func validate() throws {
    try InputOptions.check(input, logs)
    try extent.check(format)
  }

  func run() throws {
    let (outcome, status) = try analyze()
    // The system takes back the memory of a large report faster than the program can.
    withExtendedLifetime(outcome) { ExitStatus.end(status ?? ExitStatus.clean) }
  }

  /// Analyses and writes the report.
  ///
  /// - Returns: What came of it, and the status to end with unless nothing is wrong.
  private func analyze() throws -> (OfflineAnalysis.Outcome, ExitCode?) {
    let given = input.files + logs.logs
    let output = try destination.open(inputs: given)
    NamedPipes.tellOfWaiting(given)
    var layout = display.layout(for: output, isSummary: extent.summary)
    let pager = display.startPager(for: output, ofText: format == .text)
    defer { pager?.finish() }
    if pager != nil { layout.height = nil }
    sandbox.enter(reading: given, writing: output.file, filter: narrowing.selection.filter)
    let inputs = input.paths(with: logs.logs)
    var analysis = OfflineAnalysis(
      paths: inputs.captures, points: input.points(of: inputs.captures), selection: narrowing.selection,
      logs: inputs.logs,
      logTimeZone: logs.logTimeZone, threads: reading.threadCount)
    let outcome = analysis.run(showing: reading)
    for problem in outcome.problems { Diagnostics.error(problem.description) }
    for problem in outcome.filterProblems { Diagnostics.error(problem.description) }
    for problem in outcome.logProblems { Diagnostics.error(problem.description) }
    // Nothing at all could be opened: there is nothing to report.
    if !outcome.isEmpty {
      _ = try output.write { file in
        try format.report.write(outcome.report, generator: Tunnelscope.generator, layout: layout) { block in
          _ = unsafe try block.withUnsafeBytes { bytes in unsafe try file.writeAll(bytes) }
        }
      }
    }
    do throws(ExitCode) {
      if let problem = outcome.problems.first { throw ExitCode(problem.exitCategory.rawValue) }
      if let problem = outcome.logProblems.first {
        throw problem.isAbsent ? ExitStatus.noInput : ExitStatus.unreadableData
      }
      if !outcome.filterProblems.isEmpty || !inputs.problems.isEmpty { throw ExitStatus.unreadableData }
      try ExitStatus.check(outcome.report)
      return (outcome, nil)
    } catch {
      return (outcome, error)
    }
  }
}
