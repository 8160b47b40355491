import Analysis
import ArgumentParser
import Capture
import Correlation
import Families
import Output
import Reporting

/// `tunnelscope compare BEFORE AFTER`: whether a fix is one.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare captures from before and after a change: what is gone, what remains, what is new.",
    usage: """
      tunnelscope compare [<options>] <before> <after>
      tunnelscope compare [<options>] <before> ... --after <after> ...
      """,
    discussion: """
      Both sides are analysed as analyze does it; a side may hold several files or a folder or archive of them, parts \
      of a rotated capture or views from different capture points. Tunnels are matched by client and gateway; a client that came back with another \
      address by gateway and server name, where that leaves no doubt.

      A finding that the later captures lack is called gone only if they would show it: DTLS is established, or the \
      tunnel was watched for longer than its session used to last. Otherwise it is not seen any \
      more, and not proven gone.

      Exit status: 0 nothing of severity warning or error remains or is new; 1 something does; 2 nothing \
      of a side was selected; others as for analyze. \
      The verdict in the JSON form distinguishes fixed from unproven.
      """)

  @Argument(
    help: ArgumentHelp("Captures: one before and one after, or those before.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Captures after the change; then all others are from before it.", valueName: "file"),
    completion: .file())
  var after: [String] = []

  @Option(name: .long, help: "How to write the comparison.")
  var format: AnalyzeCommand.Format = .text

  @OptionGroup var destination: OutputOptions

  @OptionGroup(title: "How it is shown")
  var display: DisplayOptions

  @OptionGroup(title: "What is analysed, on both sides")
  var narrowing: SelectionOptions

  @OptionGroup var sandbox: SandboxOptions

  func validate() throws {
    if after.isEmpty, files.count != 2 {
      throw ValidationError(
        "Give one capture from before and one from after the change, or name those from after it with --after.")
    }
    if (files + after).filter({ $0 == "-" }).count > 1 {
      throw ValidationError("- (standard input) can be given once only.")
    }
  }

  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let inputs = files + self.after
    let output = try destination.open(inputs: inputs)
    NamedPipes.tellOfWaiting(inputs)
    let layout = display.layout(for: output)
    let pager = display.startPager(for: output, ofText: format == .text)
    defer { pager?.finish() }
    sandbox.enter(reading: inputs, writing: output.file, filter: narrowing.selection.filter)
    let before = analyse(captures(at: after.isEmpty ? Array(files.prefix(1)) : files))
    let after = analyse(captures(at: after.isEmpty ? Array(files.suffix(1)) : after))
    let problems = before.problems + after.problems
    for problem in problems { Diagnostics.error(problem.description) }
    let filterProblems = before.filterProblems + after.filterProblems
    for problem in filterProblems { Diagnostics.error(problem.description) }
    if before.holdsPackets, after.holdsPackets || after.problems.isEmpty {
      let comparison = ReportComparison(
        before: before.report, after: after.report, families: RegisteredFamilies.table)
      try output.write(format.report.render(comparison, generator: Tunnelscope.generator, layout: layout))
      if problems.isEmpty, filterProblems.isEmpty {
        if comparison.verdict == .broken { throw ExitStatus.findings }
        if let side = unselectedSide(before.report, after.report) {
          Diagnostics.note("the selection left nothing to judge of the captures from \(side) the change")
          throw ExitStatus.undecided
        }
      }
    } else if problems.isEmpty {
      Diagnostics.error("the captures from before the change hold no packet: there is nothing to compare with")
      throw ExitStatus.unreadableData
    }
    if let problem = problems.first { throw ExitCode(problem.exitCategory.rawValue) }
    if !filterProblems.isEmpty { throw ExitStatus.unreadableData }
  }

  /// The side of which the selection left nothing.
  private func unselectedSide(_ before: Report, _ after: Report) -> String? {
    before.isNothingSelected ? "before" : after.isNothingSelected ? "after" : nil
  }

  /// A folder or an archive stands for its captures; a log is none, and opening it says so.
  private func captures(at paths: [String]) -> [String] {
    paths.flatMap { path in
      let captures = PathContents(at: path).captures
      return captures.isEmpty ? [path] : captures
    }
  }

  private func analyse(_ paths: [String]) -> OfflineAnalysis.Outcome {
    var analysis = OfflineAnalysis(paths: paths, selection: narrowing.selection, threads: reading.threadCount)
    return analysis.run(showing: reading)
  }
}

extension OfflineAnalysis.Outcome {
  fileprivate var holdsPackets: Bool {
    report.captures.contains { $0.packets + $0.skippedPackets > 0 }
  }
}
