import Correlation
import LiveCapture
import Observations
import Output
import Reporting
import SystemPackage

/// Where a live capture's findings go: standard output or a file, each event whole and as soon as it is there.
///
/// Nothing waits for a reader: what it does not take in time is left out, counted, and reported where it is missing.
final class LiveOutput {
  private let format: LiveFormat
  private let generator: Generator
  private let path: String?
  private var file: FileDescriptor
  private let style: TextStyle
  private let isJournal: Bool
  /// Whether events are written, and not only shown on a screen.
  private let writesEvents: Bool
  private var writer: NonblockingWriter
  /// Events that were left out and are told to be.
  private var toldLost = 0
  /// Whether whoever reads standard output went away.
  private(set) var isBroken = false
  /// Whether something could not be written.
  private(set) var hasFailed = false

  /// - Parameters:
  ///   - path: The file; standard output for nil and `-`.
  ///   - style: Of what goes to standard output.
  ///   - isScreen: Whether standard output shows a view of what happens, so that only the report is written there.
  ///   - owner: Whom a new file is to belong to, so that it can be opened again by then.
  /// - Throws: `OutputFailure` when the file cannot be opened.
  init(
    format: LiveFormat, path: String?, style: TextStyle = .plain, isScreen: Bool = false, owner: Privileges.User?,
    generator: Generator, writer: NonblockingWriter = NonblockingWriter()
  ) throws {
    self.format = format
    self.path = path == "-" ? nil : path
    self.writer = writer
    self.generator = generator
    self.style = self.path == nil ? style : .plain
    writesEvents = self.path != nil || !isScreen
    file = .standardOutput
    isJournal = self.path == nil && Journal.isBehind(.standardOutput)
    // Without this the signal would end the process before it can say so with its exit status.
    SystemCalls.ignoreBrokenPipes()
    if let path = self.path {
      do {
        file = try Self.open(path)
        if let owner { SystemCalls.give(file, to: owner) }
      } catch let error as Errno {
        throw OutputFailure.refused(path: path, reason: error)
      }
    }
  }

  /// What to wait for when events wait for their reader; nil when none do.
  var descriptor: Int32? { writer.isEmpty || isBroken ? nil : file.rawValue }
  /// Events that were left out because nobody read them in time.
  var lostEvents: Int { writer.lost }

  private static func open(
    _ path: String, _ options: FileDescriptor.OpenOptions = []
  ) throws -> FileDescriptor {
    try FileDescriptor.open(
      FilePath(path), .writeOnly, options: options.union([.create, .append, .closeOnExec]),
      permissions: .ownerReadWrite)
  }

  /// Opens the file anew, as log rotation asks for; the old one stays in use when that fails.
  func reopen() {
    guard let path else { return }
    do {
      // A pipe that nobody reads is not waited for.
      let new = try Self.open(path, .nonBlocking)
      try? file.close()
      file = new
    } catch {
      Diagnostics.error("\(path): \(error); the file that was open stays in use")
    }
  }

  /// Programs get each event, people (`write(_: EventGroup)`) what alike ones have in common.
  func write(_ event: FindingEvent) {
    if format == .json, writesEvents { add(json.render(event), event.priority) }
  }

  func write(_ group: EventGroup) {
    if format == .text, writesEvents { add(LiveText(style: style).render(group), group.first.priority) }
  }

  /// A notice is for a person at the terminal, and for the programs that read the events.
  func write(_ notice: SessionNotice, at time: Timestamp?) {
    if format == .json, writesEvents { add(notice.line(json, at: time), .notice) }
    Diagnostics.noteWithoutWaiting(notice.text)
  }

  /// Writes the report, the last of all, and what still waits; waits for the reader as long as it takes something every
  /// few seconds.
  func finish(_ report: Report) {
    tellLost(isLast: true)
    switch format {
    case .text: put(TextReport(style: style).render(report, generator: generator), .information, isLast: true)
    case .json: put(json.render(report, lostEvents: writer.lost), .information, isLast: true)
    }
    while !isBroken, !writer.isEmpty {
      guard NonblockingWriter.waitForReader(of: file, milliseconds: Self.patienceMilliseconds) else { break }
      flush()
    }
    guard !isBroken, !writer.isEmpty else { return }
    hasFailed = true
    Diagnostics.noteWithoutWaiting(
      "\(path ?? "standard output"): \(writer.unread) events, the report included, were not written: nobody read them")
  }

  /// Writes what waits, as far as the reader takes it.
  func flush() {
    do throws(NonblockingWriter.Failure) {
      while try writer.write(to: file), !writer.isEmpty {}
    } catch .readerIsGone {
      isBroken = true
    } catch {
      if case .refused(let reason) = error, !hasFailed {
        Diagnostics.noteWithoutWaiting("error: \(path ?? "standard output"): \(reason)")
      }
      // A full disk may have room later; the capture is what matters.
      hasFailed = true
      writer.clear()
    }
  }

  /// A reader that takes nothing for so long is not there.
  private static let patienceMilliseconds: Int32 = 5_000

  private var json: LiveJSON { LiveJSON(generator: generator) }

  private func add(_ text: String, _ priority: Journal.Priority) {
    if !writer.isFull { tellLost() }
    put(text, priority)
    flush()
  }

  private func put(_ text: String, _ priority: Journal.Priority, isLast: Bool = false) {
    writer.add(isJournal ? Journal.marked(text, priority) : text, isLast: isLast)
  }

  /// Says where events are missing.
  private func tellLost(isLast: Bool = false) {
    guard writer.lost > toldLost else { return }
    toldLost = writer.lost
    let notice = LiveNotice.eventsLost(total: writer.lost)
    put(format == .json ? json.render(notice, at: nil) : notice.text + "\n", .warning, isLast: isLast)
    Diagnostics.noteWithoutWaiting(notice.text)
  }
}

extension FindingEvent {
  /// How important the journal takes it to be.
  fileprivate var priority: Journal.Priority {
    if case .recovered = kind { return .notice }
    return switch finding.severity {
    case .error: .error
    case .warning: .warning
    case .note: .information
    }
  }
}
