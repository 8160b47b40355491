import SystemPackage

/// Distinguishes files that can be read twice from those that cannot.
enum RegularFile {
  /// Whether there is something of that name that gives its bytes only once: a pipe, a terminal, a socket.
  static func isSomethingElse(_ path: String) -> Bool {
    guard let type = (try? Stat(FilePath(path)))?.type else { return false }
    return type != .regular && type != .directory
  }
}
