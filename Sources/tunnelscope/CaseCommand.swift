import Analysis
import ArgumentParser
import CaseBundle
import Correlation
import FileNames
import Output

/// `tunnelscope case FILE… -o CASE.zip`: everything that a support case needs, in one archive.
struct CaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "case",
    abstract: "Pack the report and the packets that prove it into one archive for a support case.",
    discussion: """
      The archive holds one folder: README.txt, which leads from each finding to its packets; the report as report.html, \
      report.txt, report.md and report.json; in evidence/ a capture for each capture point with the packets that findings \
      name, their handshakes and surroundings, each with a comment that says why it is there and which frame of the \
      original it was; in wireshark/ a profile with columns, colours and filter buttons for the findings; and \
      manifest.json, which says what each file is and what was removed.

      The comment of a packet that F1 cites has [F1] in it: frame.comment contains "[F1]" is the display filter.

      A TLS handshake shows the server's name, addresses and certificates, and packets of other programs their \
      content: look at --no-payload and --anonymize before the archive leaves your hands. An anonymised archive still \
      shows who talked to whom and when, by alias, and addresses of one network stay recognisable as such.

      FILE is what analyze takes: captures, logs, folders and archives of them. Captures are read several times, so standard input \
      cannot be used. The same captures and options give the same bytes; with --anonymize, if the key is the same. Only the file's \
      owner can read the archive.

      It ends as analyze does: 0 nothing wrong, 1 findings of severity warning or error, 2 it cannot be judged; the \
      archive is written all the same, and a line says what is in it. tunnelscope open prints its report.
      """)

  @OptionGroup var input: InputOptions

  @OptionGroup(title: "Logs")
  var logs: LogOptions

  @OptionGroup(title: "What is analysed")
  var narrowing: SelectionOptions

  @Option(
    name: [.short, .long], help: ArgumentHelp("Write the archive to this file.", valueName: "file"), completion: .file()
  )
  var output: String

  @Flag(help: "Overwrite the output file if it exists.")
  var force = false

  @OptionGroup(title: "What the packets disclose")
  var privacy: PrivacyOptions

  @OptionGroup var sandbox: SandboxOptions

  func validate() throws {
    try InputOptions.check(input, logs)
    if (input.files + logs.logs).contains("-") {
      throw ValidationError("- (standard input) cannot be used: captures are read several times.")
    }
    if output == "-" { throw ValidationError("-o needs a file; the archive is not written to standard output.") }
  }

  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let given = input.files + logs.logs
    for path in given where FileKind.isSomethingElse(path) {
      Diagnostics.error("\(path): not a regular file; captures are read several times")
      throw ExitStatus.usage
    }
    let choice = try privacy.choice()
    guard let privacy = choice.privacy else { throw ExitStatus.ioError }
    let archive = try OutputFile(
      at: output, mayReplace: force, inputs: given + [self.privacy.anonymizeKey].compactMap(\.self))
    sandbox.enter(reading: given, writing: archive, filter: narrowing.selection.filter)
    let inputs = input.paths(with: logs.logs)
    var analysis = OfflineAnalysis(
      paths: inputs.captures, points: input.points(of: inputs.captures), selection: narrowing.selection,
      renaming: privacy.renaming,
      logs: inputs.logs, logTimeZone: logs.logTimeZone, threads: reading.threadCount)
    let outcome = analysis.run(showing: reading)
    for problem in outcome.problems { Diagnostics.error(problem.description) }
    for problem in outcome.filterProblems { Diagnostics.error(problem.description) }
    for problem in outcome.logProblems { Diagnostics.error(problem.description) }
    if !outcome.isEmpty {
      let bundle = CaseBundle(
        report: outcome.report, inputs: inputs.captures.map { CaseInput(path: $0) }, logPaths: inputs.logs,
        narrowing: outcome.narrowing, generator: Tunnelscope.generator, options: options(choice), privacy: privacy)
      do {
        let made = try bundle.make()
        _ = try archive.write { try $0.writeAll(made.bytes) }
        Diagnostics.note(words(for: made, outcome.report))
      } catch let failure as CaseBundle.Failure {
        Diagnostics.error("\(output): \(failure)")
        throw ExitStatus.ioError
      }
    }
    if let problem = outcome.problems.first { throw ExitCode(problem.exitCategory.rawValue) }
    if let problem = outcome.logProblems.first {
      throw problem.isAbsent ? ExitStatus.noInput : ExitStatus.unreadableData
    }
    if !outcome.filterProblems.isEmpty || !inputs.problems.isEmpty { throw ExitStatus.unreadableData }
    try ExitStatus.check(outcome.report)
  }

  /// What was written, and why the command ends as it does.
  private func words(for archive: CaseBundle.Archive, _ report: Report) -> String {
    let size = archive.bytes.count < 10_000 ? "\(archive.bytes.count) bytes" : "\(archive.bytes.count / 1_000) kB"
    let evidence =
      archive.packets == 0
      ? "no packets"
      : "\(archive.packets) packets of \(archive.captureFiles == 1 ? "one capture point" : "\(archive.captureFiles) capture points")"
    let problems = report.findings.count { $0.severity != .note }
    let why =
      switch report.exitStatus {
      case 1: "\(problems) finding\(problems == 1 ? "" : "s") of severity warning or error (exit status 1)"
      case 2: "it cannot be judged whether all is well (exit status 2)"
      default: "nothing wrong was found"
      }
    return "\(output): written, \(size): the report and \(evidence); \(why)"
  }

  /// What the manifest says of the command line; paths and addresses stay out of it.
  private func options(_ choice: CasePrivacyChoice) -> [(String, String)] {
    [("points", input.separate ? "separate" : input.merge ? "merged" : "automatic")] + choice.options
      + [("narrowed", narrowing.selection == Selection() ? "no" : "yes; report.json says how")]
  }
}
