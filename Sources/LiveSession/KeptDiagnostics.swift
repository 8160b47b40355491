import Output
import Reporting
import SystemPackage

/// Standard error while a screen is shown on the same terminal: what goes there is kept, and written once the screen is gone.
///
/// Bounded by `KeptLines`.
final class KeptDiagnostics {
  /// Gives what goes to standard error.
  let reading: FileDescriptor
  private let writing: FileDescriptor
  /// Standard error itself.
  let terminal: FileDescriptor
  private var kept = KeptLines()
  private var isOn = false

  /// Nil where standard error is no terminal, and needs no keeping; and where the system has no descriptors left.
  init?() {
    guard Terminal.showsDiagnostics, let (reading, writing) = try? FileDescriptor.pipe() else { return nil }
    guard let terminal = try? FileDescriptor.standardError.duplicate() else {
      try? reading.close()
      try? writing.close()
      return nil
    }
    // Who writes and who reads is one thread: it must not wait for itself.
    for end in [reading, writing] { SystemCalls.makeNonblocking(end) }
    (self.reading, self.writing, self.terminal) = (reading, writing, terminal)
  }

  deinit {
    end()
    for file in [reading, writing, terminal] { try? file.close() }
  }

  func begin() {
    isOn = (try? writing.duplicate(as: .standardError)) != nil
  }

  /// The lines that came since, without the program's name before them.
  func read() -> [String] {
    var new: [String] = []
    var bytes = [UInt8](repeating: 0, count: 4_096)
    while let count = unsafe try? bytes.withUnsafeMutableBytes({ try unsafe reading.read(into: $0) }), count > 0 {
      new += kept.take(bytes.prefix(count))
    }
    let name = "tunnelscope: "
    return new.map { $0.hasPrefix(name) ? String($0.dropFirst(name.count)) : $0 }
  }

  /// Lets standard error be what it was, and writes what was kept.
  func end() {
    guard isOn else { return }
    isOn = false
    _ = try? terminal.duplicate(as: .standardError)
    _ = read()
    if kept.left > 0 { Diagnostics.noteWithoutWaiting("notices before these that were not kept: \(kept.left)") }
    for line in kept.lines { _ = try? FileDescriptor.standardError.writeAll("\(line)\n".utf8) }
    kept = KeptLines()
  }
}
