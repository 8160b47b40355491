import Analysis
import Output
import Reporting

/// How far the reading of captures has come, at the foot of a terminal on standard error; nothing anywhere else.
struct ProgressLine {
  /// What is done sooner needs no progress.
  private static let patience: Int64 = 500_000_000
  /// Often enough to be alive, rarely enough to be read.
  private static let pause: Int64 = 200_000_000

  private let begin = SteadyClock.nanoseconds
  private var due: Int64
  private let isShown: Bool
  private var status = StatusLine()

  init(isShown: Bool) {
    self.isShown = isShown && !Terminal.isDumb
    due = begin &+ Self.patience
  }

  mutating func show(_ progress: ReadingProgress) {
    guard isShown else { return }
    let now = SteadyClock.nanoseconds
    guard now >= due else { return }
    due = now &+ Self.pause
    let words = ProgressWords(
      packets: progress.packets, bytes: progress.bytes, totalBytes: progress.totalBytes,
      seconds: Double(now &- begin) / 1e9)
    status.show(words.text)
  }

  mutating func clear() { status.clear() }
}
