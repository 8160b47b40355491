import FileNames
import Glibc
import SystemPackage

/// The system calls that output needs and swift-system has no name for. No other file of this target imports the C
/// library.
enum SystemCalls {
  static func isTerminal(_ file: FileDescriptor) -> Bool { isatty(file.rawValue) == 1 }

  /// Columns and lines of a terminal; nil where it does not say.
  static func size(of terminal: FileDescriptor) -> (columns: Int, lines: Int)? {
    var size = winsize()
    guard unsafe ioctl(terminal.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return nil
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Starts a command of the shell that reads what is written to the descriptor that comes back; nil where that cannot
  /// be done.
  ///
  /// - Parameter variables: Of the environment, beside its own: "NAME=value".
  static func startReader(_ command: String, setting variables: [String]) -> (input: FileDescriptor, process: pid_t)? {
    guard let (reading, writing) = try? FileDescriptor.pipe() else { return nil }
    defer { try? reading.close() }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, reading.rawValue, FileDescriptor.standardInput.rawValue)
    unsafe posix_spawn_file_actions_addclose(&actions, writing.rawValue)
    unsafe posix_spawn_file_actions_addclose(&actions, reading.rawValue)
    // `env` adds to the environment, so that it need not be copied here.
    let words = ["env"] + variables + ["sh", "-c", command]
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe []
    for word in words { unsafe arguments.append(unsafe strdup(word)) }
    unsafe arguments.append(nil)
    defer { for place in unsafe arguments.indices { unsafe free(arguments[place]) } }
    var process: pid_t = 0
    guard unsafe posix_spawnp(&process, "env", &actions, nil, arguments, environ) == 0 else {
      try? writing.close()
      return nil
    }
    return (writing, process)
  }

  /// Waits for a process to end; an interrupt from the keyboard is for it alone.
  static func wait(for process: pid_t) {
    signal(SIGINT, SIG_IGN)
    while waitpid(process, nil, 0) == -1, errno == EINTR {}
  }

  static func environment(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

  static func isOpen(_ file: FileDescriptor) -> Bool { fcntl(file.rawValue, F_GETFD) != -1 }

  /// Makes writing to a pipe that has no reader fail instead of ending the process (pipe(7)).
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// Waits until a descriptor takes bytes, or has nobody who reads them: at most this long, not at all for 0.
  static func takesBytes(_ file: FileDescriptor, withinMilliseconds milliseconds: Int32) -> Bool {
    var request = pollfd(fd: file.rawValue, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&request, 1, milliseconds) > 0
  }

  static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

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
