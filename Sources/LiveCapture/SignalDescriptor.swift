import CLinux

/// Signals that wait to be read instead of interrupting: nothing runs inside a handler.
public struct SignalDescriptor: ~Copyable {
  public enum Signal: Sendable, Hashable {
    case interrupt
    case terminate
    case hangUp
    /// The terminal has another size.
    case resize
    /// The process was stopped and goes on.
    case resume
    case other
  }

  /// Readable when a signal is there.
  public let descriptor: Int32

  /// Takes over SIGINT, SIGTERM and, unless it is ignored (`nohup`), SIGHUP. Nil when the system refuses.
  ///
  /// - Parameter hasScreen: Whether the process draws on a whole terminal: then it also learns of changes to that, and is not
  ///   stopped by SIGTSTP, which would leave the terminal as it is.
  public static func open(hasScreen: Bool = false) -> SignalDescriptor? {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGINT)
    unsafe sigaddset(&set, SIGTERM)
    if !isHangUpIgnored { unsafe sigaddset(&set, SIGHUP) }
    if hasScreen { for signal in [SIGWINCH, SIGCONT, SIGTSTP] { unsafe sigaddset(&set, signal) } }
    guard unsafe sigprocmask(SIG_BLOCK, &set, nil) == 0 else { return nil }
    let descriptor = unsafe signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
    return descriptor >= 0 ? SignalDescriptor(descriptor: descriptor) : nil
  }

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  private static var isHangUpIgnored: Bool {
    var action = sigaction()
    guard unsafe sigaction(SIGHUP, nil, &action) == 0 else { return false }
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  /// The next signal that came; nil when none did.
  public func next() -> Signal? {
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    guard unsafe read(descriptor, &information, size) == size else { return nil }
    switch Int32(bitPattern: information.ssi_signo) {
    case SIGINT: return .interrupt
    case SIGTERM: return .terminate
    case SIGHUP: return .hangUp
    case SIGWINCH: return .resize
    case SIGCONT: return .resume
    default: return .other
    }
  }

  /// Lets SIGINT and SIGTERM end the process again, at once.
  public func release() {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGINT)
    unsafe sigaddset(&set, SIGTERM)
    unsafe sigprocmask(SIG_UNBLOCK, &set, nil)
  }
}
