import Dispatch

/// State that threads hand on to each other, one at a time.
///
/// A queue guards it, and no Mutex: what a queue orders the thread sanitizer sees, also when two threads meet, and with
/// it that what was handed on is no longer used by the other (CONTRIBUTING.md, Sanitizers).
package final class SharedState<State>: @unchecked Sendable {
  private let access = DispatchQueue(label: "shared state")
  // Only within `access`.
  private var state: State

  package init(_ state: State) { self.state = state }

  /// `body` may change the state and must not wait for anybody.
  package func withLock<Result>(_ body: (inout State) -> Result) -> Result { access.sync { body(&state) } }
}
