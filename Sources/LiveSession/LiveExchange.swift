import Analysis
import LiveCapture
import Observations
import Reporting
import Threads

/// What the thread that captures and the one that judges have to say to each other.
///
/// Bounded: when observations are not fetched, the capturing thread waits, the kernel's buffer fills, and what it
/// drops then is counted as any drop is.
final class LiveExchange: Sendable {
  /// What was captured, for the status line and the metrics.
  struct Progress: Sendable {
    var packets = 0
    var bytes = 0
    var drops = LiveDrops()
    var state = InterfaceState.up
    var now: Timestamp?
    /// When it was counted, by `SteadyClock`.
    var counted: Int64 = 0
  }

  /// What came since the last look. With a snapshot, the observations are those before it.
  struct Delivery {
    var observations: [Observation] = []
    var notices: [SessionNotice] = []
    var snapshot: LiveSnapshot?
    var saved: PacketRing.Contents?
    var progress = Progress()
    /// Set once no more comes.
    var end: End?
  }

  enum End: Sendable {
    /// It was asked to, or reached its number of packets.
    case asked
    case failed(LiveError)
  }

  private struct State {
    var delivery = Delivery()
    /// Observations after the snapshot of the delivery: a flow that is open in it may have ended since.
    var later: [Observation] = []
    var wantsSnapshot = false
    var wantsRotation = false
    var mustStop = false

    var isFull: Bool { delivery.observations.count + later.count >= LiveExchange.mostObservations }
  }

  /// About 60 MB.
  static let mostObservations = 200_000
  /// An interface may flap for days while nobody reads what is told of it.
  private static let mostNotices = 1_000

  private let state = SharedState(State())
  /// Wakes the thread that judges.
  let news: EventDescriptor
  /// Wakes the thread that captures.
  let wishes: EventDescriptor

  /// Nil when the system has no descriptors left.
  init?() {
    guard let news = EventDescriptor(), let wishes = EventDescriptor() else { return nil }
    self.news = news
    self.wishes = wishes
  }

  // MARK: From the thread that judges

  /// Asks for a snapshot; it comes with a later delivery.
  func requestSnapshot() { wish { $0.wantsSnapshot = true } }

  /// Asks for a new file of saved packets.
  func requestRotation() { wish { $0.wantsRotation = true } }

  func stop() { wish { $0.mustStop = true } }

  private func wish(_ change: (inout State) -> Void) {
    state.withLock { change(&$0) }
    wishes.signal()
  }

  /// Takes what came.
  func receive() -> Delivery {
    news.clear()
    let (delivery, wasFull) = state.withLock { state in
      let wasFull = state.isFull
      defer {
        state.delivery = Delivery(
          observations: state.later, progress: state.delivery.progress, end: state.delivery.end)
        state.later = []
      }
      return (state.delivery, wasFull)
    }
    if wasFull { wishes.signal() }
    return delivery
  }

  // MARK: From the thread that captures

  /// What is wished for.
  func takeWishes() -> (snapshot: Bool, rotation: Bool, stop: Bool) {
    state.withLock { state in
      defer { (state.wantsSnapshot, state.wantsRotation) = (false, false) }
      return (state.wantsSnapshot, state.wantsRotation, state.mustStop)
    }
  }

  /// Whether observations must be fetched before more can be handed over.
  var mustWait: Bool { state.withLock { $0.isFull && !$0.mustStop } }

  func deliver(_ observations: [Observation]) {
    guard !observations.isEmpty else { return }
    state.withLock { state in
      if state.delivery.snapshot == nil {
        state.delivery.observations += observations
      } else {
        state.later += observations
      }
    }
  }

  func deliver(_ snapshot: LiveSnapshot, saved: PacketRing.Contents?) {
    state.withLock { state in
      // The last snapshot replaces one that was not fetched.
      state.delivery.observations += state.later
      state.later = []
      state.delivery.snapshot = snapshot
      state.delivery.saved = saved
    }
    news.signal()
  }

  func tell(_ notice: LiveNotice) { tell(.capture(notice)) }

  func tell(_ notice: SessionNotice) {
    state.withLock { if $0.delivery.notices.count < Self.mostNotices { $0.delivery.notices.append(notice) } }
    news.signal()
  }

  func show(_ progress: Progress) { state.withLock { $0.delivery.progress = progress } }

  func end(_ end: End) {
    state.withLock { $0.delivery.end = end }
    news.signal()
  }
}
