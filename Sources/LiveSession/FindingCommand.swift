import Correlation
import LiveCapture
import Output
import Reporting
import SystemPackage

/// The command that is run for findings: each group of alike events of severity warning or error is one line of JSON on its
/// standard input.
///
/// Nothing waits for it: what it does not take in time is left out and counted.
final class FindingCommand {
  private let process: CommandProcess
  private let json: LiveJSON
  private var writer: NonblockingWriter
  private var isGone = false
  /// Runs that failed since the beginning.
  private(set) var failures = 0
  private var toldLost = 0
  private var toldFailures = 0

  /// Begins the process that will run it. To be called before rights are given up, and while there is one thread.
  ///
  /// - Throws: `LiveError` where the system makes no further process.
  init(
    _ command: String, as user: Privileges.User?, generator: Generator,
    writer: NonblockingWriter = NonblockingWriter()
  ) throws(LiveError) {
    // It keeps no right of this process that a command would not have by itself.
    let process = CommandProcess(running: command) { (try? Privileges.drop(to: user)) != nil }
    guard let process else {
      throw .system(interface: "--on-finding", reason: SystemCalls.lastError.description)
    }
    self.process = process
    self.writer = writer
    json = LiveJSON(generator: generator)
  }

  /// Groups that were left out, because the command did not keep up.
  var lost: Int { writer.lost }

  func run(for group: EventGroup) {
    guard group.first.finding.severity != .note else { return }
    writer.add(json.render(group))
    flush()
  }

  /// Sends what waits, as far as it is taken.
  func flush() {
    guard !isGone else {
      writer.clear()
      return
    }
    let file = FileDescriptor(rawValue: process.input)
    do throws(NonblockingWriter.Failure) {
      while try writer.write(to: file), !writer.isEmpty {}
    } catch {
      isGone = true
      writer.clear()
    }
  }

  /// What became worse since this was asked last: at the first time, and whenever a number has doubled.
  func takeNotices() -> [SessionNotice] {
    var notices: [SessionNotice] = []
    let new = process.failures()
    failures += new.count
    if let last = new.last, failures >= max(1, 2 * toldFailures) {
      toldFailures = failures
      notices.append(.commandFailed(last.text, total: failures))
    }
    if lost >= max(1, 2 * toldLost) {
      toldLost = lost
      notices.append(.commandMissed(total: lost))
    }
    return notices
  }

  /// Sends the rest and lets the command run for it, for a few seconds at most; whether all of it was.
  func finish() -> Bool {
    let file = FileDescriptor(rawValue: process.input)
    while !isGone, !writer.isEmpty, NonblockingWriter.waitForReader(of: file, milliseconds: Self.patienceMilliseconds) {
      flush()
    }
    return process.finish(withinMilliseconds: Int(Self.patienceMilliseconds)) && writer.isEmpty
  }

  /// What has not ended by then goes on without being waited for.
  private static let patienceMilliseconds: Int32 = 5_000
}
