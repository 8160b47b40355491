import Analysis
import ArgumentParser
import Capture
import Correlation
import Reporting

/// `tunnelscope analyze FILE…`: capture files in, a report out.
struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Analyse capture files and report what is wrong with the tunnels in them.",
    discussion: """
      FILE is a pcap or pcapng capture, plain or compressed with gzip, zstd, lz4 or xz; - is standard input.

      Several files need no option: files whose times do not overlap are parts of one rotated capture, and files that \
      overlap in time are views from different capture points (client, gateway, inside) of the same tunnels.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case html
    case markdown

    var report: ReportFormat {
      switch self {
      case .text: .text
      case .json: .json
      case .html: .html
      case .markdown: .markdown
      }
    }
  }

  @Argument(help: ArgumentHelp("Capture files.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(name: .long, help: "How to write the report.")
  var format: Format = .text

  @OptionGroup var destination: OutputOptions

  @Flag(help: "Treat every file as a capture point of its own.")
  var separate = false

  @Flag(help: "Treat all files as one capture, merged in time order.")
  var merge = false

  @OptionGroup(title: "What is analysed")
  var narrowing: SelectionOptions

  func validate() throws {
    if separate, merge { throw ValidationError("--separate and --merge exclude each other.") }
    if files.filter({ $0 == "-" }).count > 1 { throw ValidationError("- (standard input) can be given once only.") }
  }

  func run() throws {
    try destination.check()
    var analysis = OfflineAnalysis(
      paths: files, points: separate ? .separate : merge ? .merged : .automatic, selection: narrowing.selection)
    let outcome = analysis.run()
    for problem in outcome.problems { Diagnostics.error(problem.description) }
    for problem in outcome.filterProblems { Diagnostics.error(problem.description) }
    // Nothing at all could be opened: there is nothing to report.
    let isEmpty =
      outcome.problems.count == files.count
      && outcome.report.captures.allSatisfy { $0.packets + $0.skippedPackets == 0 }
    if !isEmpty {
      try destination.write(
        format.report.render(outcome.report, generator: Tunnelscope.generator, style: destination.style))
    }
    if let problem = outcome.problems.first { throw ExitCode(problem.exitCategory.rawValue) }
    if !outcome.filterProblems.isEmpty { throw ExitStatus.unreadableData }
    if outcome.report.hasProblems { throw ExitStatus.findings }
  }
}
