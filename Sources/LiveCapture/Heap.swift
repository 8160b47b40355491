import CLinux

/// What the C library keeps of the memory that was freed, in a process that runs for days.
///
/// A verdict makes a situation, findings and tunnels, and lets go of them. Left alone, the C library keeps their pages,
/// between what stays and in as many heaps as there ever were threads, so that resident memory follows the largest of
/// all verdicts and not what is remembered.
public enum Heap {
  /// Bounds what is kept; to be called before there is a second thread.
  ///
  /// Four heaps: of who captures, of what is remembered, of verdicts and of cases. Blocks of 4 MiB and more come from
  /// the system and go back to it at once; without a fixed size the C library moves it up to the largest block that was
  /// ever freed (mallopt(3)).
  public static func bound() { linux_bound_heap(4, 4 << 20) }

  /// Gives free pages back to the system (malloc_trim(3)).
  public static func trim() { linux_trim_heap() }
}
