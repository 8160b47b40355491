import CLinux
import Glibc

/// A copy of this process that does one thing and ends.
public enum OtherProcess {
  /// Does `body` in it and waits; its result from 0 to 255, or nil when the process could not be made or was killed.
  ///
  /// To be called while there is one thread.
  public static func run(_ body: () -> Int32) -> Int32? {
    _ = fflush(nil)
    let child = linux_fork()
    guard child >= 0 else { return nil }
    if child == 0 {
      let result = body()
      _ = fflush(nil)
      _exit(result)
    }
    return wait(for: child)
  }

  /// The exit status of a process begun here; nil when a signal ended it.
  static func wait(for child: pid_t) -> Int32? {
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { return nil }
    }
    // The low seven bits tell the signal that ended it, the next eight its exit status.
    return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
  }
}
