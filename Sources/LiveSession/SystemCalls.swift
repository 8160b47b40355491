import CLinux
import Glibc
import LiveCapture
import SystemPackage

/// The system calls that a live session needs and swift-system has no name for. But for `CommandProcess` and
/// `TerminalSettings`, no other file of this target imports the C library.
enum SystemCalls {
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// Why the last call of the C library failed.
  static var lastError: Errno { Errno(rawValue: errno) }

  /// Waits until one of these descriptors has something to read, or one takes bytes; at most this long (poll(2)).
  static func wait(forInput inputs: [Int32], forOutput outputs: [Int32] = [], milliseconds: Int32) {
    var requests = inputs.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    requests += outputs.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
    _ = unsafe poll(&requests, nfds_t(requests.count), milliseconds)
  }

  /// Lets nothing wait that reads from or writes to a descriptor.
  static func makeNonblocking(_ file: FileDescriptor) { _ = fcntl(file.rawValue, F_SETFL, O_NONBLOCK) }

  // MARK: Another process

  /// Lets a copy of this process do something until it ends; its process identifier, nil where there can be none. To be
  /// called while there is one thread.
  ///
  /// - Parameters:
  ///   - keeping: Descriptors that it keeps, all others are closed in it.
  ///   - body: Gives its exit status. No signal that this process may be sent reaches it, nor does the terminal stop it.
  static func beginProcess(keeping: [FileDescriptor], _ body: () -> Int32) -> Int32? {
    let child = linux_fork()
    guard child == 0 else { return child > 0 ? child : nil }
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE] { signal(number, SIG_IGN) }
    let kept = Set(keeping.map(\.rawValue))
    for descriptor in 0..<Int32(1_024) where !kept.contains(descriptor) { close(descriptor) }
    _exit(body())
  }

  // MARK: Files and folders

  /// Makes a folder that only its owner can use; false when it is there already.
  static func makeFolder(_ path: String) throws(Errno) -> Bool {
    guard unsafe mkdir(path, 0o700) != 0 else { return true }
    guard errno == EEXIST else { throw lastError }
    return false
  }

  static func give(_ folder: String, to user: Privileges.User) throws(Errno) {
    guard unsafe chown(folder, user.identifier, user.group) == 0 else { throw lastError }
  }

  /// Gives a file away; where the system refuses, it stays whose it is.
  static func give(_ file: FileDescriptor, to user: Privileges.User) {
    _ = fchown(file.rawValue, user.identifier, user.group)
  }

  /// Whether files can be made in a folder.
  static func checkWritable(folder: String) throws(Errno) {
    guard unsafe access(folder, W_OK | X_OK) == 0 else { throw lastError }
  }
}
