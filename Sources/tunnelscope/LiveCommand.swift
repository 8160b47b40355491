import ArgumentParser
import FileNames
import LiveCapture
import LiveSession
import Output

/// `tunnelscope live INTERFACE [FILTER…]`: says what is wrong while it happens.
struct LiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Watch an interface, and report what is wrong with the tunnels on it while it happens.",
    discussion: """
      FILTER is an expression of pcap-filter(7). Without one, what the rules need is kept: TCP, UDP, ICMP and ICMPv6 with \
      their fragments, behind VLAN tags too; the filter in force is shown at the start.

      A finding is reported once it has lasted, again when it grows, and once more when the tunnel recovers: each event is a \
      line, the first of a kind with its details, and alike events within ten seconds are one. SIGINT and \
      SIGTERM end the capture with a report on the whole run; SIGHUP reopens the output file and begins a new file of \
      saved packets.
      """)

  @Argument(
    help: ArgumentHelp("The interface to capture on; any stands for all.", valueName: "interface"),
    completion: .custom { _, _, _ in (try? Interfaces.list().map(\.name)) ?? [] })
  var interface: String

  @Argument(parsing: .remaining, help: ArgumentHelp("Capture only what this expression matches.", valueName: "filter"))
  var filter: [String] = []

  @Option(name: [.customShort("s"), .long], help: ArgumentHelp("Bytes kept of each packet.", valueName: "bytes"))
  var snapLength = 262_144

  @Flag(name: .long, help: "Also see frames that are for other hosts.")
  var promiscuous = false

  @Option(name: [.customShort("B"), .long], help: ArgumentHelp("Kernel buffer in KiB.", valueName: "KiB"))
  var bufferSize = 32_768

  @Flag(name: .long, help: "Take each packet at once rather than in blocks.")
  var immediate = false

  @Option(name: .long, help: ArgumentHelp("Stop after so many seconds.", valueName: "seconds"))
  var duration: Double?

  @Option(name: [.customShort("c"), .long], help: ArgumentHelp("Stop after so many packets.", valueName: "packets"))
  var count: Int?

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Show all tunnels on the terminal, those that fail first and why, instead of an event a line.",
      discussion: """
        Drawn anew every second. The arrow keys select a tunnel, Enter shows its findings with what to do, f shows only what \
        fails, s changes the order, ? explains keys and columns, q ends with the report on the whole run. Events go to the \
        file of --output, if there is one.
        """))
  var top = false

  @OptionGroup var color: ColorOption

  @Option(name: .long, help: "How to write what is found: text, or JSON with one object a line.")
  var format = LiveFormat.text

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Append what is found to this file instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Keep the latest packets in this folder, a case for each finding, and the report of the run.",
      discussion: """
        A case is the archive that tunnelscope case writes, made when a finding is reported: of its tunnel, with the packets \
        that are still saved by then; its manifest says which are not. --anonymize and --no-payload are about cases; the \
        saved packets and the report of the run keep all names.
        """, valueName: "folder"),
    completion: .directory)
  var save: String?

  @Option(name: .long, help: ArgumentHelp("Size of a file of saved packets, in MiB.", valueName: "MiB"))
  var saveSize = 64

  @Option(name: .long, help: ArgumentHelp("Files of saved packets that are kept.", valueName: "files"))
  var saveFiles = 16

  @Option(
    name: .long,
    help: ArgumentHelp("Cases that are kept, those of earlier runs included; the oldest go.", valueName: "cases"))
  var saveCases = 64

  @OptionGroup(title: "What cases disclose")
  var privacy: PrivacyOptions

  @Option(
    name: .long,
    help: ArgumentHelp("Keep metrics in this file, for Prometheus's textfile collector.", valueName: "file"),
    completion: .file())
  var metrics: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Run this command of the shell for findings, with what happened as JSON on its standard input.",
      discussion: """
        Once for each event of severity warning or error, alike events within ten seconds being one with a count; one run at \
        a time, killed after a minute. It is begun before rights are given up, as the user that live becomes, and outside \
        the sandbox. What it does not keep up with is left out, and counted in the metrics. A webhook: --on-finding \
        'curl -fsS -m 20 --json @- https://chat.example/hook'
        """, valueName: "command"))
  var onFinding: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Become this user once the interface is open; for root, \(Privileges.usualUser) unless given.", valueName: "user")
  )
  var user: String?

  @OptionGroup var sandbox: SandboxOptions

  func validate() throws {
    if !(1...1_048_576).contains(saveSize) { throw ValidationError("--save-size is from 1 to 1048576 MiB.") }
    if !(2...100_000).contains(saveFiles) { throw ValidationError("--save-files is from 2 to 100000.") }
    if !(1...100_000).contains(saveCases) { throw ValidationError("--save-cases is from 1 to 100000.") }
    if !(1...262_144).contains(snapLength) { throw ValidationError("--snap-length is from 1 to 262144.") }
    if !(64...1_048_576).contains(bufferSize) { throw ValidationError("--buffer-size is from 64 to 1048576 KiB.") }
    if save == nil, privacy.noPayload || privacy.anonymize {
      throw ValidationError("--no-payload and --anonymize are about the cases that --save keeps.")
    }
    if onFinding?.isEmpty ?? false { throw ValidationError("--on-finding is a command.") }
    if let duration, !(duration > 0) { throw ValidationError("--duration is more than 0.") }
    for name in [output, save, metrics].compactMap(\.self) where !FileName.isUTF8(name) {
      throw ValidationError("\(FileName.visible(name)): live writes to names in UTF-8 only.")
    }
    if top, format != .text, output == nil || output == "-" {
      throw ValidationError("--top draws on the terminal; name a file for --format json with --output.")
    }
    if let count, count < 1 { throw ValidationError("--count is at least 1.") }
  }

  func run() throws {
    if top, !Terminal.isScreen {
      Diagnostics.error(
        "--top needs a terminal: standard output is none, or TERM names none that can be drawn on; without --top each event "
          + "is a line")
      throw ExitStatus.usage
    }
    do {
      let outcome = try LiveSession(settings()).run()
      if outcome.hasLostFiles { throw ExitStatus.ioError }
      if outcome.exitStatus != 0 { throw ExitCode(Int32(outcome.exitStatus)) }
    } catch let error as LiveError {
      Diagnostics.error(error.description)
      throw ExitCode(error.exitStatus)
    } catch let problem as Privileges.Problem {
      Diagnostics.error(problem.text)
      throw problem.isUsage ? ExitStatus.usage : ExitStatus.noPermission
    }
  }

  private func settings() throws -> LiveSettings {
    // The key's file is read with the rights of the user who starts the capture.
    let privacy = try privacy.choice()
    var settings = LiveSettings(interface: interface, generator: Tunnelscope.generator)
    settings.capture.snapLength = snapLength
    settings.capture.isPromiscuous = promiscuous
    settings.capture.bufferBytes = bufferSize << 10
    settings.capture.isImmediate = immediate
    settings.capture.filter = filter.isEmpty ? nil : filter.joined(separator: " ")
    settings.user = user
    settings.isConfined = !sandbox.noSandbox
    settings.format = format
    settings.showsTop = top
    settings.style = color.style(ofTerminal: StandardOutput.style)
    settings.output = output
    settings.metrics = metrics
    settings.onFinding = onFinding
    settings.saving = save.map {
      LiveSettings.Saving(
        folder: $0, fileBytes: saveSize << 20, fileCount: saveFiles, mostCases: saveCases, privacy: privacy)
    }
    settings.durationSeconds = duration
    settings.packetLimit = count
    return settings
  }
}

extension LiveFormat: ExpressibleByArgument {}
