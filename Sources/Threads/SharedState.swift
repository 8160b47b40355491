import Dispatch

/// State that several threads use, one at a time.
///
/// A semaphore guards it, and no Mutex: what a semaphore orders the thread sanitizer sees, also when two threads meet, and
/// with it that the other thread no longer uses what it passed on (CONTRIBUTING.md, Sanitizers). A queue would do so too,
/// at some 4,000 instructions each time.
package final class SharedState<State>: @unchecked Sendable {
  private let access = DispatchSemaphore(value: 1)
  // Only between `wait` and `signal`.
  private var state: State

  package init(_ state: State) { self.state = state }

  /// `body` may change the state and must not wait for anybody.
  package func withLock<Result>(_ body: (inout State) -> Result) -> Result {
    access.wait()
    defer { access.signal() }
    return body(&state)
  }
}
