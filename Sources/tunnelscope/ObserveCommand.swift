import Analysis
import ArgumentParser
import Capture
import ObservationStreams
import Observations
import Output
import SystemPackage

/// `tunnelscope observe FILE…`: capture files and logs in, observations out.
struct ObserveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "observe",
    abstract: "Write down what captures and logs show, to be judged by correlate elsewhere.",
    usage: "tunnelscope observe [<options>] [<file> ...]",
    discussion: """
      Writes observations, a JSON object a line (see Documentation/observations.md): handshakes, sessions, ICMP errors, \
      retransmissions, fragments. They are much smaller than the captures and hold addresses, server names and times, \
      but no payload; of logs (--log) what is understood, with users and devices. correlate makes of any number of such \
      files the report that analyze makes of the captures and logs.

      FILE is what analyze takes: captures, logs, folders and archives of them; - is standard input. Views from different capture points \
      can be observed one by one, on different machines. The files of a rotated capture belong into one call: \
      connections that go on from file to file would be cut otherwise. To divide the work on a large capture, observe \
      it several times with --part 1/4, --part 2/4 …: each call reads all packets and tracks a part of the hosts.

      Exit status: 0 observed, whatever it shows; others as for analyze.
      """)

  @OptionGroup var input: InputOptions

  @Option(
    name: .customLong("log"),
    help: ArgumentHelp(
      "Observe this log of a gateway or a client too; may be repeated.",
      discussion: "Formats as for analyze. Of several parts (--part) the first holds what logs show; all name them.",
      valueName: "file"), completion: .file())
  var logs: [String] = []

  @Option(
    help: ArgumentHelp(
      "Track only the Kth of N parts of all pairs of hosts.",
      discussion: "correlate puts the parts together; it needs all of them, with the same files and options.",
      valueName: "k/n"),
    transform: ObserveCommand.share)
  var part: HostPairShare?

  @OptionGroup var destination: OutputOptions

  @OptionGroup(title: "What is observed")
  var narrowing: PacketSelectionOptions

  @OptionGroup var sandbox: SandboxOptions

  func validate() throws {
    if input.files.isEmpty, logs.isEmpty {
      throw ValidationError("Missing expected argument '<file> ...' (or --log <file>)")
    }
    if (input.files + logs).filter({ $0 == "-" }).count > 1 {
      throw ValidationError("- (standard input) can be given once only.")
    }
  }

  /// A stream names what it is about, and has its limits.
  private func check(_ inputs: InputPaths) throws {
    if inputs.captures.count > StreamHeader.mostCaptures {
      Diagnostics.error("at most \(StreamHeader.mostCaptures) files can be observed in one call")
      throw ExitStatus.usage
    }
    if inputs.logs.count > StreamHeader.mostLogs {
      Diagnostics.error("at most \(StreamHeader.mostLogs) logs can be observed in one call")
      throw ExitStatus.usage
    }
  }

  func run() throws {
    let given = input.files + logs
    let output = try destination.open(inputs: given)
    NamedPipes.tellOfWaiting(given)
    sandbox.enter(reading: given, writing: output.file, filter: narrowing.selection.filter)
    let inputs = input.paths(with: logs)
    try check(inputs)
    let recording = ObservationRecording(
      paths: inputs.captures, logs: inputs.logs, points: input.points(of: inputs.captures),
      selection: narrowing.selection, part: part,
      generator: StreamHeader.Generator(name: Tunnelscope.generator.name, version: Tunnelscope.generator.version))
    let outcome = try output.write { file in
      try recording.run { block in _ = try file.writeAll(block) }
    }
    guard let outcome else { return }
    for problem in outcome.problems { Diagnostics.error(problem.description) }
    for problem in outcome.filterProblems { Diagnostics.error(problem.description) }
    for problem in outcome.logProblems { Diagnostics.error(problem.description) }
    if let problem = outcome.problems.first { throw ExitCode(problem.exitCategory.rawValue) }
    if let problem = outcome.logProblems.first {
      throw problem.isAbsent ? ExitStatus.noInput : ExitStatus.unreadableData
    }
    if !outcome.filterProblems.isEmpty || !inputs.problems.isEmpty { throw ExitStatus.unreadableData }
  }

  private static func share(_ text: String) throws -> HostPairShare {
    guard let share = HostPairShare(text) else {
      throw ValidationError("not a part; accepted are 1/4, 2/4 … up to \(HostPairShare.largestCount) parts")
    }
    return share
  }
}
