import FileNames
import Glibc
import SystemPackage

/// The system calls that output needs and swift-system has no name for. No other file of this target imports the C
/// library.
enum SystemCalls {
  static func isTerminal(_ file: FileDescriptor) -> Bool { isatty(file.rawValue) == 1 }

  static func environment(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

  static func isOpen(_ file: FileDescriptor) -> Bool { fcntl(file.rawValue, F_GETFD) != -1 }

  /// Makes writing to a pipe that has no reader fail instead of ending the process (pipe(7)).
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// Waits until a descriptor takes bytes, or has nobody who reads them: at most this long, not at all for 0.
  static func takesBytes(_ file: FileDescriptor, withinMilliseconds milliseconds: Int32) -> Bool {
    var request = pollfd(fd: file.rawValue, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&request, 1, milliseconds) > 0
  }

  // MARK: Files

  static var processIdentifier: Int { Int(getpid()) }

  /// Has the system write a file's bytes to its disk (fsync(2)).
  static func synchronize(_ file: FileDescriptor) throws(Errno) {
    guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  static func rename(_ path: String, to new: String) throws(Errno) {
    let failed = unsafe FileName.withPath(path) { path in
      unsafe FileName.withPath(new) { new in unsafe Glibc.rename(path, new) }
    }
    guard failed == 0 else { throw Errno(rawValue: errno) }
  }

  /// Locks a file until it is closed, by the process's end too (flock(2)). False when the file system has no locks,
  /// or another descriptor has the lock and is not waited for.
  static func lock(_ file: FileDescriptor, waits: Bool) -> Bool {
    flock(file.rawValue, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0
  }
}
