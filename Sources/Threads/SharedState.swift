import Dispatch

/// State that several threads use, one at a time.
///
/// A queue guards it, and no Mutex: what a queue orders the thread sanitizer sees, also when two threads meet, and with
/// it that the other thread no longer uses what it passed on (CONTRIBUTING.md, Sanitizers).
package final class SharedState<State>: @unchecked Sendable {
  private let access = DispatchQueue(label: "shared state")
  // Only within `access`.
  private var state: State

  package init(_ state: State) { self.state = state }

  /// `body` may change the state and must not wait for anybody.
  package func withLock<Result>(_ body: (inout State) -> Result) -> Result { access.sync { body(&state) } }
}
