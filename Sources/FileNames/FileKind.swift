import Glibc

/// What a path leads to, links followed.
package enum FileKind {
  /// Whether there is something of that name that gives its bytes only once: a pipe, a terminal, a socket, a device.
  package static func isSomethingElse(_ path: String) -> Bool {
    guard let kind = kind(of: path) else { return false }
    return kind != S_IFREG && kind != S_IFDIR
  }

  package static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

  package static func isNamedPipe(_ path: String) -> Bool { kind(of: path) == S_IFIFO }

  package static func isThere(_ path: String) -> Bool {
    unsafe FileName.withPath(path) { unsafe access($0, F_OK) } == 0
  }

  package static func isRegular(_ path: String) -> Bool { kind(of: path) == S_IFREG }

  /// Whether two paths lead to the same file system.
  package static func areOnOneFileSystem(_ a: String, _ b: String) -> Bool {
    guard let first = status(of: a), let second = status(of: b) else { return false }
    return first.st_dev == second.st_dev
  }

  /// What makes two paths one file.
  package struct Identity: Hashable {
    fileprivate let device: dev_t
    fileprivate let number: ino_t
  }

  /// Of a regular file; nil for anything else. `-` is standard input.
  package static func identity(of path: String) -> Identity? {
    guard let status = status(of: path), status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Identity(device: status.st_dev, number: status.st_ino)
  }

  private static func kind(of path: String) -> mode_t? { status(of: path).map { $0.st_mode & S_IFMT } }

  private static func status(of path: String) -> stat? {
    var status = stat()
    let failure =
      path == "-"
      ? unsafe fstat(STDIN_FILENO, &status) : unsafe FileName.withPath(path) { unsafe stat($0, &status) }
    return failure == 0 ? status : nil
  }
}
