import Observations

/// Where a moment stands on a picture, in percent of its width, so that a picture fits any page.
struct TimeScale {
  /// Room at both ends, in percent.
  static let margin = 2.0

  let start: Timestamp
  /// The whole width; more than zero.
  let seconds: Double
  /// Whether there is no time at all to show, so that none is written on it.
  private let isEmpty: Bool

  /// From the first to the last of `times`; a second at least.
  init(_ times: [Timestamp]) {
    let start = times.min() ?? Timestamp(nanoseconds: 0)
    self.start = start
    isEmpty = times.isEmpty
    self.seconds = max(1, (times.max() ?? start).seconds(since: start))
  }

  var end: Timestamp { start.adding(seconds: seconds) }

  /// From `margin` to 100 - `margin`.
  func percent(_ time: Timestamp) -> Double {
    let share = min(1, max(0, time.seconds(since: start) / seconds))
    return Self.margin + share * (100 - 2 * Self.margin)
  }

  /// At most seven round times since the start, with their labels.
  var ticks: [(percent: Double, label: String)] {
    guard !isEmpty else { return [] }
    let step = Self.steps.first { seconds / $0 <= 6 } ?? (seconds / 6).rounded(.up)
    return (0...6).map { Double($0) * step }.filter { $0 <= seconds }.map { time in
      (percent(start.adding(seconds: time)), Self.label(time, step: step))
    }
  }

  private static let steps: [Double] =
    [0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200]
    + [1, 2, 5, 10, 20, 50, 100, 200, 500].map { $0 * 86_400 }

  private static func label(_ time: Double, step: Double) -> String {
    if time == 0 { return "0" }
    if step < 60 { return "\(time.decimal(1)) s" }
    if step < 3_600 { return "\((time / 60).decimal(1)) min" }
    return step < 86_400 ? "\((time / 3_600).decimal(1)) h" : "\((time / 86_400).decimal(1)) d"
  }
}

/// What the script of the page has to know of a scale to tell which part of it is shown.
struct ZoomScale {
  /// From the first event to the last.
  let seconds: String
  /// Room at both ends, in percent of the picture's width.
  let margin: String

  init(_ scale: TimeScale) {
    seconds = scale.seconds.decimal(3)
    margin = TimeScale.margin.decimal(1)
  }
}

extension Double {
  /// A length or place on a picture: `12.35%`.
  var percentage: String { decimal(2) + "%" }
}
