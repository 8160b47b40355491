import Glibc

/// A clock that nobody sets and that goes on while nothing happens.
enum SteadyClock {
  /// Nanoseconds since some moment before the program began.
  static var nanoseconds: Int64 {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
