import ArgumentParser
import CaseBundle
import FileNames
import LiveCapture
import Reporting

/// `tunnelscope live INTERFACE [FILTER…]`: says what is wrong while it happens.
struct LiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Watch an interface, and tell what is wrong with the tunnels on it while it happens.",
    discussion: """
      FILTER is an expression of pcap-filter(7). Without one, what the rules need is kept: TCP, UDP, ICMP and ICMPv6 with \
      their fragments, behind VLAN tags too; the filter in force is shown at the start.

      A finding is told once it has lasted, again when it grows, and once more when the tunnel recovers. SIGINT and \
      SIGTERM end the capture with a report on the whole run; SIGHUP reopens the output file and begins a new file of \
      saved packets.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  @Argument(help: ArgumentHelp("The interface to capture on; any stands for all.", valueName: "interface"))
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

  @Option(name: .long, help: "How to write what is found: text, or JSON with one object a line.")
  var format: Format = .text

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
        A case is the archive that tunnelscope case writes, made when a finding is told: of its tunnel, with the packets \
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

  @OptionGroup(title: "What cases tell")
  var privacy: PrivacyOptions

  @Option(
    name: .long,
    help: ArgumentHelp("Keep metrics in this file, for Prometheus's textfile collector.", valueName: "file"),
    completion: .file())
  var metrics: String?

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
    if let duration, !(duration > 0) { throw ValidationError("--duration is more than 0.") }
    for name in [output, save, metrics].compactMap(\.self) where !FileName.isUTF8(name) {
      throw ValidationError("\(FileName.visible(name)): live writes to names in UTF-8 only.")
    }
    if let count, count < 1 { throw ValidationError("--count is at least 1.") }
  }

  private var options: LiveOptions {
    var options = LiveOptions()
    options.snapLength = snapLength
    options.isPromiscuous = promiscuous
    options.bufferBytes = bufferSize << 10
    options.isImmediate = immediate
    options.filter = filter.isEmpty ? nil : filter.joined(separator: " ")
    return options
  }

  func run() throws {
    do {
      let user = try Privileges.user(named: user)
      // The key's file is for those to read who start the capture.
      let privacy = try privacy.choice()
      let source = try LiveSource.open(interface, options)
      try LiveFiles.prepare(folder: save, user: user)
      let output = try LiveOutput(format: format, path: output, owner: user)
      // From here on nothing needs a right; packets are looked at only after this.
      try Privileges.drop(to: user)
      sandbox.enterLive(writing: [metrics, self.output], saving: save)
      let files = try LiveFiles(folder: save, metrics: metrics, interface: interface)
      let ring = try ring(for: source)
      Heap.bound()
      guard let exchange = LiveExchange() else {
        throw LiveError.system(interface: interface, reason: "no file descriptors are left")
      }
      let cases = save.map { folder in
        LiveCases(
          folder: folder, mostCases: saveCases, privacy: privacy,
          wake: { exchange.news.signal() })
      }
      let started = LiveNotice.started(
        interface: source.interface, linkType: source.linkType, snapLength: source.snapLength, filter: source.filter)
      var run = LiveRun(exchange: exchange, output: output, files: files, cases: cases)
      run.durationSeconds = duration
      let report = try run.run(
        LiveCaptor(source: source, ring: ring, packetLimit: count, exchange: exchange), started: started)
      if let failure = run.failure { throw failure }
      if run.hasLostFiles { throw ExitStatus.ioError }
      if report.hasProblems { throw ExitStatus.findings }
    } catch let error as LiveError {
      Diagnostics.error(error.description)
      throw ExitCode(error.exitStatus)
    } catch let problem as Privileges.Problem {
      Diagnostics.error(problem.text)
      throw problem.isUsage ? ExitStatus.usage : ExitStatus.noPermission
    }
  }

  private func ring(for source: borrowing LiveSource) throws -> PacketRing? {
    guard let save else { return nil }
    do throws(PacketRing.Problem) {
      return try PacketRing(
        folder: save, fileBytes: saveSize << 20, fileCount: saveFiles, linkTypeNumber: source.linkTypeNumber,
        snapLength: source.snapLength, interface: source.interface)
    } catch {
      Diagnostics.error(error.text)
      throw ExitStatus.ioError
    }
  }
}
