import Glibc

/// Tells files that can be read twice from those that cannot.
enum RegularFile {
  /// Whether there is something of that name that gives its bytes only once: a pipe, a terminal, a socket.
  static func isSomethingElse(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }
}
