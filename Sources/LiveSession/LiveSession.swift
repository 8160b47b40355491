import Confinement
import LiveCapture
import Output
import Reporting

/// A live session from the opened interface to the report of the run: packets are captured on one thread, judged on
/// another, and cases are written on a third.
package struct LiveSession {
  /// How a session ended that was not cut short.
  package struct Outcome: Sendable {
    /// What a command that judged ends with, by the report of the run.
    package let exitStatus: Int
    /// Whether something could not be written, to disk or to a reader.
    package let hasLostFiles: Bool
  }

  private let settings: LiveSettings

  package init(_ settings: LiveSettings) { self.settings = settings }

  /// Captures until a signal, a limit or an error ends it, and writes the report of the whole run.
  ///
  /// The process must have one thread still: it gives up rights on the way, for good.
  ///
  /// - Throws: `LiveError`, `Privileges.Problem` or `OutputFailure`.
  package func run() throws -> Outcome {
    let user = try Privileges.user(named: settings.user)
    // First, so that it has nothing of what this process opens.
    let command = try settings.onFinding.map { try FindingCommand($0, as: user, generator: settings.generator) }
    let terminal = settings.showsTop ? try ScreenTerminal(user: user) : nil
    let source = try LiveSource.open(settings.interface, settings.capture)
    try LiveFiles.prepare(folder: settings.saving?.folder, metrics: settings.metrics, user: user)
    let output = try LiveOutput(
      format: settings.format, path: settings.output, style: settings.style, isScreen: settings.showsTop, owner: user,
      generator: settings.generator)
    // From here on nothing needs a right; packets are looked at only after this.
    try Privileges.drop(to: user)
    if settings.isConfined { confine() }
    let files = try files(as: user)
    let ring = try ring(for: source)
    Heap.bound()
    guard let exchange = LiveExchange() else {
      throw LiveError.system(interface: settings.interface, reason: "no file descriptors are left")
    }
    let cases = settings.saving.map { saving in
      LiveCases(
        folder: saving.folder, mostCases: saving.mostCases, privacy: saving.privacy, generator: settings.generator,
        wake: { exchange.news.signal() })
    }
    let started = LiveNotice.started(
      interface: source.interface, linkType: source.linkType, snapLength: source.snapLength, filter: source.filter)
    let interface = source.interface
    let display = terminal.map { TopDisplay($0, interface: interface, style: settings.style) }
    var run = LiveRun(
      exchange: exchange, output: output, files: files, cases: cases, command: command, display: display)
    run.durationSeconds = settings.durationSeconds
    let report = try run.run(
      LiveCaptor(source: source, ring: ring, packetLimit: settings.packetLimit, exchange: exchange), started: started)
    if let failure = run.failure { throw failure }
    return Outcome(exitStatus: report.exitStatus, hasLostFiles: run.hasLostFiles)
  }

  /// - Throws: `OutputFailure`, which names the user where it is for the lack of that user's rights.
  private func files(as user: Privileges.User?) throws -> LiveFiles {
    do {
      return try LiveFiles(
        folder: settings.saving?.folder, metrics: settings.metrics, interface: settings.interface,
        generator: settings.generator)
    } catch OutputFailure.refused(let path, let reason) where reason == .permissionDenied {
      guard let user else { throw OutputFailure.refused(path: path, reason: reason) }
      throw OutputFailure.refusedTo(user: user.name, path: path, reason: reason)
    }
  }

  /// Gives everything up but what a live capture goes on to need: files that are written, the folder of saved packets,
  /// and sockets, because an interface that was away is captured on again.
  private func confine() {
    let files = [settings.metrics, settings.output].compactMap(\.self).filter { $0 != "-" }
    Confinement(
      reads: [], writes: files, folders: [settings.saving?.folder].compactMap(\.self), usesSockets: true
    ).apply()
  }

  private func ring(for source: borrowing LiveSource) throws -> PacketRing? {
    guard let saving = settings.saving else { return nil }
    do throws(PacketRing.Problem) {
      return try PacketRing(
        folder: saving.folder, fileBytes: saving.fileBytes, fileCount: saving.fileCount,
        linkTypeNumber: source.linkTypeNumber, snapLength: source.snapLength, interface: source.interface)
    } catch {
      throw OutputFailure.refused(path: error.path, reason: error.reason)
    }
  }
}
