import Observations

/// A packet or a line that matters, with its time on the report's clock.
package struct Sighting: Hashable, Sendable {
  /// nil for a line without a time, or of a log whose clock is not tied to the report's.
  package var time: Timestamp?
  package let source: Source

  package init(time: Timestamp?, source: Source) {
    self.time = time
    self.source = source
  }

  package init(time: Timestamp, frame: FrameReference) { self.init(time: time, source: .frame(frame)) }

  /// For ordering: what has no time comes first.
  package var moment: Timestamp { time ?? Timestamp(nanoseconds: .min) }

  package func shifted(by offset: Int64) -> Sighting {
    Sighting(time: time?.adding(nanoseconds: offset), source: source)
  }

  package func evidence(_ note: String) -> Evidence { Evidence(source, time: time, note: note) }

  /// Seconds from an earlier sighting; nil when a time is missing.
  package func seconds(since earlier: Sighting) -> Double? {
    time.flatMap { end in earlier.time.map { end.seconds(since: $0) } }
  }

  /// In order of time where both have one, otherwise as their files have them.
  package static func isBefore(_ a: Sighting, _ b: Sighting) -> Bool {
    if let x = a.time, let y = b.time, x != y { return x < y }
    return a.source < b.source
  }
}
