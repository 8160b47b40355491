import CLinux

/// Which thread of a live capture gets the processor when there are not enough.
public enum ThreadPriority {
  /// Lets all other threads go first, this one and those that it begins.
  public static func lower() { linux_lower_thread_priority() }
}
