import CLinux
import FileNames
import Glibc

/// A process beside this one that gives one finished file its name, so that this one needs no right to any folder.
///
/// Rights to rename are rights to a folder and all below it, which whoever breaks a reader would have too. The process
/// that has them reads nothing but one byte from this one. When this one ends without it, however it ends, the
/// unfinished file is removed.
public final class RenamingProcess {
  /// Closing it without a byte stands for failure.
  private var request: Int32
  private let child: pid_t

  /// Begins it; nil where the system makes no further process. To be called while there is one thread.
  ///
  /// - Parameters:
  ///   - temporary: The file as it is called until it is finished.
  ///   - path: Its name afterwards, in the same folder.
  ///   - mayReplace: Whether a file of that name is replaced.
  public init?(renaming temporary: String, to path: String, mayReplace: Bool) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return nil }
    let (listening, speaking) = (ends[0], ends[1])
    _ = fcntl(listening, F_SETFD, FD_CLOEXEC)
    _ = fcntl(speaking, F_SETFD, FD_CLOEXEC)
    let child = linux_fork()
    if child == 0 {
      close(speaking)
      Self.serve(listening, temporary, path, mayReplace)
    }
    close(listening)
    guard child > 0 else {
      close(speaking)
      return nil
    }
    request = speaking
    self.child = child
  }

  deinit { if request >= 0 { _ = end() } }

  /// Gives the file its name; 0, or the system's error number. To be called once.
  public func rename() -> Int32 {
    var word: UInt8 = 1
    // A reader that is gone is an error and no signal.
    let before = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, before) }
    guard unsafe write(request, &word, 1) == 1 else { return errno }
    return end()
  }

  /// Waits until it is gone; its exit status is an error number.
  private func end() -> Int32 {
    close(request)
    request = -1
    return OtherProcess.wait(for: child) ?? EIO
  }

  // MARK: In the other process

  private static func serve(_ request: Int32, _ temporary: String, _ path: String, _ mayReplace: Bool) -> Never {
    // An interrupt at the terminal reaches both processes; this one ends when the other has.
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP] { signal(number, SIG_IGN) }
    // Nobody waits for the end of a stream because of this process.
    for descriptor in 0..<Int32(64) where descriptor != request { close(descriptor) }
    Confinement(reads: [], renames: [path]).apply()
    var word: UInt8 = 0
    var count: Int
    repeat { count = unsafe read(request, &word, 1) } while count < 0 && errno == EINTR
    guard count == 1 else {
      unsafe FileName.withPath(temporary) { unsafe _ = unlink($0) }
      _exit(0)
    }
    let failure = renameFile(temporary, to: path, mayReplace: mayReplace)
    if failure != 0 { unsafe FileName.withPath(temporary) { unsafe _ = unlink($0) } }
    _exit(failure)
  }
}

/// Renames a file and says with an error number how that failed, or 0.
public func renameFile(_ from: String, to path: String, mayReplace: Bool) -> Int32 {
  unsafe FileName.withPath(from) { from in
    unsafe FileName.withPath(path) { path in
      if !mayReplace {
        if unsafe linux_rename_new(from, path) == 0 { return 0 }
        // Some file systems know no such renaming; the check before the work has to do there.
        guard errno == EINVAL || errno == ENOSYS else { return errno }
      }
      return unsafe rename(from, path) == 0 ? 0 : errno
    }
  }
}
