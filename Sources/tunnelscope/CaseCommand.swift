import Analysis
import ArgumentParser
import CaseBundle
import Correlation

/// `tunnelscope case FILE… -o CASE.zip`: everything that a support case needs, in one archive.
struct CaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "case",
    abstract: "Pack the report and the packets that prove it into one archive for a support case.",
    discussion: """
      The archive holds report.html, report.md and report.json; evidence.pcapng with the packets that findings name, \
      their handshakes and surroundings, each with a comment that says why it is there and which frame of which \
      capture it was; and manifest.json, which says what each file is and what was removed.

      FILE is a pcap or pcapng capture, plain or compressed. Captures are read several times, so that standard input \
      cannot be used. The same captures and options give the same bytes. Only the file's owner can read it.
      """)

  @OptionGroup var input: InputOptions

  @Option(
    name: [.short, .long], help: ArgumentHelp("Write the archive to this file.", valueName: "file"), completion: .file())
  var output: String

  @Flag(help: "Overwrite the output file if it exists.")
  var force = false

  func validate() throws {
    if input.files.contains("-") {
      throw ValidationError("- (standard input) cannot be used: captures are read several times.")
    }
    if output == "-" { throw ValidationError("-o needs a file; the archive is not written to standard output.") }
  }

  func run() throws {
    try ReportFile.check(output, mayReplace: force)
    var analysis = OfflineAnalysis(paths: input.files, points: input.points)
    let outcome = analysis.run()
    for problem in outcome.problems { Diagnostics.error(problem.description) }
    let isEmpty = outcome.problems.count == input.files.count && outcome.report.captures.allSatisfy { $0.packets == 0 }
    if !isEmpty {
      let bundle = CaseBundle(
        report: outcome.report, paths: input.files, generator: Tunnelscope.generator, options: options)
      do {
        try ReportFile.write(bundle.archive(), to: output, mayReplace: force)
      } catch let failure as CaseBundle.Failure {
        Diagnostics.error("\(output): \(failure)")
        throw ExitStatus.ioError
      }
    }
    if let problem = outcome.problems.first { throw ExitCode(problem.exitCategory.rawValue) }
    if outcome.report.hasProblems { throw ExitStatus.findings }
  }

  /// What the manifest says of the command line; paths stay out of it.
  private var options: [(String, String)] {
    [("points", input.separate ? "separate" : input.merge ? "merged" : "automatic")]
  }
}
