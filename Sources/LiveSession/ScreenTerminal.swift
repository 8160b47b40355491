import LiveCapture
import Output
import Reporting
import SystemPackage

/// The terminal of this process as a screen that is drawn on as a whole, and that gives keys as they are pressed.
///
/// Nothing waits for it: a picture that it does not take in time is followed by a later one. It becomes what it was when the
/// screen is left, however this process ends.
final class ScreenTerminal {
  /// Opened anew, so that reading and writing need not wait while others that share standard output still do.
  private let file: FileDescriptor
  private let settings: TerminalSettings
  private let keeper: ScreenKeeper
  /// What goes to standard error meanwhile; nil where that is no terminal.
  private let diagnostics: KeptDiagnostics?
  private var writer = NonblockingWriter()
  private(set) var isShown = false

  /// Opens the terminal that controls the process, which stays as it is. To be called while there is one thread, before
  /// rights are given up.
  ///
  /// - Throws: `LiveError` where there is no such terminal, or the system makes no further process.
  init(user: Privileges.User?) throws(LiveError) {
    guard let file = try? FileDescriptor.open(FilePath("/dev/tty"), .readWrite, options: [.nonBlocking, .closeOnExec])
    else {
      throw .system(interface: "--top", reason: "this process has no controlling terminal (/dev/tty)")
    }
    guard let settings = TerminalSettings(of: file) else {
      throw .system(interface: "--top", reason: "/dev/tty is no terminal")
    }
    let diagnostics = KeptDiagnostics()
    guard let keeper = ScreenKeeper(of: file, settings, diagnostics, as: user) else {
      throw .system(interface: "--top", reason: SystemCalls.lastError.description)
    }
    (self.file, self.settings, self.diagnostics, self.keeper) = (file, settings, diagnostics, keeper)
  }

  deinit {
    leave()
    try? file.close()
  }

  /// Descriptors to wait for.
  var inputs: [Int32] { [file.rawValue] + (diagnostics.map { [$0.reading.rawValue] } ?? []) }
  /// What to wait for when a picture is not written to its end; nil otherwise.
  var output: Int32? { writer.isEmpty ? nil : file.rawValue }
  /// Whether what goes to standard error comes here.
  var keepsDiagnostics: Bool { diagnostics != nil }

  var size: ScreenSize {
    Terminal.size.map { ScreenSize(columns: $0.columns, lines: $0.lines) } ?? .usual
  }

  /// Shows the screen; again, where somebody else changed the terminal meanwhile.
  func enter() {
    if !isShown {
      keeper.screenIsShown(true)
      diagnostics?.begin()
    }
    isShown = true
    settings.forKeys.apply(to: file)
    writer.clear()
    write(ScreenControl.enter)
  }

  /// Makes the terminal what it was, and writes what went to standard error meanwhile.
  func leave() {
    guard isShown else { return }
    isShown = false
    // What is left of a picture is of no use, and a sequence that it breaks off ends with the next.
    writer.clear()
    writer.add(ScreenControl.leave, isLast: true)
    while !writer.isEmpty, NonblockingWriter.waitForReader(of: file, milliseconds: Self.patienceMilliseconds) {
      guard (try? writer.write(to: file)) == true else { break }
    }
    settings.apply(to: file)
    diagnostics?.end()
    keeper.screenIsShown(false)
  }

  /// A terminal that takes nothing for so long is not looked at.
  private static let patienceMilliseconds: Int32 = 1_000

  /// - Parameter isNew: Whether nothing that is on the screen is to stay.
  func draw(_ lines: [String], isNew: Bool = false) {
    guard isShown else { return }
    flush()
    if writer.isEmpty { write((isNew ? ScreenControl.clear : "") + ScreenControl.drawing(lines)) }
  }

  /// Writes what waits, as far as the terminal takes it.
  func flush() {
    // A terminal that is gone says so where keys are read.
    do { while try writer.write(to: file), !writer.isEmpty {} } catch { writer.clear() }
  }

  private func write(_ text: String) {
    writer.add(text)
    flush()
  }

  /// What was typed since; nil when the terminal is gone.
  func read() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 1_024)
    do {
      let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      return count > 0 ? Array(bytes.prefix(count)) : nil
    } catch {
      let isThere = [Errno.wouldBlock, .resourceTemporarilyUnavailable, .interrupted].contains(error as? Errno)
      return isThere ? [] : nil
    }
  }

  /// Lines that went to standard error since.
  func takeDiagnostics() -> [String] { diagnostics?.read() ?? [] }
}
