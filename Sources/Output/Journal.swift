import SystemPackage

/// The journal of systemd, which takes a line's priority from its beginning (sd-daemon(3)).
package enum Journal {
  /// As in syslog(3).
  package enum Priority: Int, Sendable {
    case error = 3
    case warning, notice, information
  }

  /// Whether a descriptor leads to the journal: systemd names its device and inode (systemd.exec(5), JOURNAL_STREAM).
  package static func isBehind(_ file: FileDescriptor) -> Bool {
    guard let stream = SystemCalls.environment("JOURNAL_STREAM"), let stat = try? file.stat() else { return false }
    return stream == "\(stat.deviceID.rawValue):\(stat.inode.rawValue)"
  }

  /// Text whose every line says how important it is; empty lines are left out.
  package static func marked(_ text: String, _ priority: Priority) -> String {
    text.split(separator: "\n").map { "<\(priority.rawValue)>\($0)\n" }.joined()
  }
}
