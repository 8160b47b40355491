import Confinement
import LiveCapture
import SystemPackage

/// A process beside this one that makes the terminal what it was when this one ends with its screen still shown: killed, or by
/// a fault of its own.
///
/// It reads nothing but a byte whenever the screen is shown or left, and gives up its rights like this one.
final class ScreenKeeper {
  private static let shown: UInt8 = 1
  private static let left: UInt8 = 0

  private let news: FileDescriptor

  /// Begins it; nil where the system makes no further process. To be called while there is one thread.
  init?(
    of terminal: FileDescriptor, _ settings: TerminalSettings, _ diagnostics: KeptDiagnostics?,
    as user: Privileges.User?
  ) {
    guard let (reading, writing) = try? FileDescriptor.pipe() else { return nil }
    let messages = diagnostics.map { (from: $0.reading, to: $0.terminal) }
    let kept = [reading, terminal] + (messages.map { [$0.from, $0.to] } ?? [])
    let child = SystemCalls.beginProcess(keeping: kept) {
      guard (try? Privileges.drop(to: user)) != nil else { return 77 }
      Confinement(reads: []).apply()
      guard Self.endsShown(reading) else { return 0 }
      _ = try? terminal.writeAll(ScreenControl.leave.utf8)
      settings.apply(to: terminal)
      if let messages { Self.copy(from: messages.from, to: messages.to) }
      return 0
    }
    try? reading.close()
    guard child != nil else {
      try? writing.close()
      return nil
    }
    news = writing
  }

  deinit { try? news.close() }

  func screenIsShown(_ isShown: Bool) { _ = try? news.writeAll([isShown ? Self.shown : Self.left]) }

  // MARK: In the other process

  /// Waits until nobody writes any more; whether the screen is shown then.
  private static func endsShown(_ news: FileDescriptor) -> Bool {
    var isShown = false
    var byte: [UInt8] = [left]
    while let count = unsafe try? byte.withUnsafeMutableBytes({ try unsafe news.read(into: $0) }), count > 0 {
      isShown = byte[0] == shown
    }
    return isShown
  }

  /// What a fault said of itself last.
  private static func copy(from pipe: FileDescriptor, to terminal: FileDescriptor) {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    guard let count = unsafe try? bytes.withUnsafeMutableBytes({ try unsafe pipe.read(into: $0) }) else { return }
    _ = try? terminal.writeAll(bytes.prefix(count))
  }
}
