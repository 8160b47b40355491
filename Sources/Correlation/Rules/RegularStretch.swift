import Algorithms

/// Intervals that follow each other and differ from their median by no more than a share: a cycle.
package struct RegularStretch {
  /// Intervals differ from their median by no more than this share.
  package static let tolerance = 0.1
  /// One minute, as clients need it to give up DTLS and apply the TLS MTU.
  package static let minuteSeconds = 60.0
  /// Regular intervals needed: two, so three sessions.
  private static let leastIntervals = 2

  /// In seconds, in the order in which they came.
  package private(set) var intervals: [Double] = []
  /// The same in order of length.
  private var sorted: [Double] = []

  package var median: Double { sorted.isEmpty ? 0 : sorted[sorted.count / 2] }
  package var spread: Double { (sorted.last ?? 0) - (sorted.first ?? 0) }
  package var isOneMinute: Bool { abs(median - Self.minuteSeconds) <= Self.minuteSeconds * Self.tolerance }

  /// "every minute", or "every 30 s".
  package var every: String { isOneMinute ? "every minute" : "every \(Phrase.duration(median))" }

  /// The longest regular stretch, if it is most of what the reconnects are.
  ///
  /// - Parameters:
  ///   - steps: From each session to the next, in seconds; nil where that is no reconnect, or a time is missing.
  ///   - reconnects: How many reconnects there are in all.
  /// - Returns: The place of its first step, and the stretch.
  static func longest(in steps: [Double?], reconnects: Int) -> (start: Int, stretch: RegularStretch)? {
    var best: (start: Int, stretch: RegularStretch)?
    for start in steps.indices {
      // What is left must be longer than what is known: one long cycle is walked once.
      guard steps.count - start > best?.stretch.intervals.count ?? 0 else { break }
      var stretch = RegularStretch()
      for step in steps[start...] {
        guard let step, stretch.add(step) else { break }
      }
      let count = stretch.intervals.count
      if count >= leastIntervals, count > best?.stretch.intervals.count ?? 0 { best = (start, stretch) }
    }
    guard let best, best.stretch.intervals.count * 2 >= reconnects else { return nil }
    return best
  }

  /// Adds an interval if the stretch stays regular.
  private mutating func add(_ interval: Double) -> Bool {
    let place = sorted.partitioningIndex { $0 >= interval }
    sorted.insert(interval, at: place)
    let (median, slack) = (self.median, self.median * Self.tolerance)
    guard median > 0, let least = sorted.first, let greatest = sorted.last, median - least <= slack,
      greatest - median <= slack
    else {
      sorted.remove(at: place)
      return false
    }
    intervals.append(interval)
    return true
  }
}
