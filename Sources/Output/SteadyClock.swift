/// A clock that nobody sets and that goes on while nothing happens.
package enum SteadyClock {
  private static let start = SuspendingClock.now

  /// Nanoseconds since the clock was first read.
  package static var nanoseconds: Int64 {
    let passed = (SuspendingClock.now - start).components
    return passed.seconds &* 1_000_000_000 &+ passed.attoseconds / 1_000_000_000
  }
}
