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

      A TLS handshake shows the server's name, addresses and certificates, and packets of other programs their \
      content: look at --no-payload and --anonymize before the archive leaves your hands. An anonymised archive still \
      tells who talked to whom and when, by alias, and addresses of one network stay recognisable as such.

      FILE is a pcap or pcapng capture, plain or compressed. Captures are read several times, so that standard input \
      cannot be used. The same captures and options give the same bytes, with --anonymize the same key too. Only the file's \
      owner can read the archive.
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

  @Flag(help: "Cut every packet behind its headers and handshake messages; sizes stay known.")
  var noPayload = false

  @Flag(
    help: ArgumentHelp(
      "Rename IP and MAC addresses, server names and captures, in the packets and in every text.",
      discussion: """
        The same name has the same alias everywhere in the archive. Addresses with a common prefix keep one \
        (Crypto-PAn). Packets are put together anew from what is understood of them; what is not understood, and all \
        application data, stays behind and is counted in the manifest. The key is random and kept nowhere, unless \
        --anonymize-key gives one.
        """))
  var anonymize = false

  @Option(
    help: ArgumentHelp(
      "Take the key of --anonymize from this file.",
      discussion:
        "Exactly 32 random bytes (head -c 32 /dev/urandom). Archives made with one key have the same aliases.",
      valueName: "file"), completion: .file())
  var anonymizeKey: String?

  @OptionGroup var sandbox: SandboxOptions

  func validate() throws {
    try InputOptions.check(input, logs)
    if (input.files + logs.logs).contains("-") {
      throw ValidationError("- (standard input) cannot be used: captures are read several times.")
    }
    if anonymizeKey != nil, !anonymize { throw ValidationError("--anonymize-key belongs to --anonymize.") }
    if output == "-" { throw ValidationError("-o needs a file; the archive is not written to standard output.") }
  }

  @OptionGroup var reading: ReadingOptions

  func run() throws {
    try ReportFile.check(output, mayReplace: force)
    for path in input.files + logs.logs where RegularFile.isSomethingElse(path) {
      Diagnostics.error("\(path): not a regular file; captures are read several times")
      throw ExitStatus.usage
    }
    let privacy = try privacy()
    sandbox.enter(reading: input.files + logs.logs, writing: output, filter: narrowing.selection.filter)
    var analysis = OfflineAnalysis(
      paths: input.files, points: input.points, selection: narrowing.selection, renaming: privacy.renaming,
      logs: logs.logs, logTimeZone: logs.logTimeZone, threads: reading.threadCount)
    let outcome = analysis.run(showing: reading)
    for problem in outcome.problems { Diagnostics.error(problem.description) }
    for problem in outcome.filterProblems { Diagnostics.error(problem.description) }
    for problem in outcome.logProblems { Diagnostics.error(problem.description) }
    if !outcome.isEmpty {
      let bundle = CaseBundle(
        report: outcome.report, inputs: input.files.map { CaseInput(path: $0) }, logPaths: logs.logs,
        narrowing: outcome.narrowing, generator: Tunnelscope.generator, options: options, privacy: privacy)
      do {
        try ReportFile.write(bundle.archive(), to: output, mayReplace: force)
      } catch let failure as CaseBundle.Failure {
        Diagnostics.error("\(output): \(failure)")
        throw ExitStatus.ioError
      }
    }
    if let problem = outcome.problems.first { throw ExitCode(problem.exitCategory.rawValue) }
    if let problem = outcome.logProblems.first {
      throw problem.isAbsent ? ExitStatus.noInput : ExitStatus.unreadableData
    }
    if !outcome.filterProblems.isEmpty { throw ExitStatus.unreadableData }
    if outcome.report.hasProblems { throw ExitStatus.findings }
  }

  private func privacy() throws -> CasePrivacy {
    guard anonymize else { return noPayload ? .withoutPayload : .none }
    guard let anonymizeKey else {
      guard let pseudonyms = Pseudonyms.random() else { throw ExitStatus.ioError }
      return .anonymous(pseudonyms)
    }
    guard let pseudonyms = Pseudonyms(key: try KeyFile.read(anonymizeKey)) else {
      Diagnostics.error("\(anonymizeKey): a key has exactly 32 bytes")
      throw ExitStatus.unreadableData
    }
    return .anonymous(pseudonyms)
  }

  /// What the manifest says of the command line; paths and addresses stay out of it.
  private var options: [(String, String)] {
    [
      ("points", input.separate ? "separate" : input.merge ? "merged" : "automatic"),
      ("payload", anonymize || noPayload ? "cut" : "kept"),
      ("anonymized", !anonymize ? "no" : anonymizeKey == nil ? "with a random key" : "with a given key"),
      ("narrowed", narrowing.selection == Selection() ? "no" : "yes, as report.json tells"),
    ]
  }
}
