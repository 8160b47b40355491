import CLinux

/// A descriptor through which one thread wakes another that waits in `poll`.
public struct EventDescriptor: ~Copyable, Sendable {
  /// Readable once `signal` was called, until `clear`.
  public let descriptor: Int32

  /// Nil when the system has no descriptor left.
  public init?() {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    if descriptor < 0 { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  public func signal() { _ = eventfd_write(descriptor, 1) }

  public func clear() {
    var count: eventfd_t = 0
    _ = unsafe eventfd_read(descriptor, &count)
  }
}
