import Correlation
import Observations

/// The Wireshark display filter that shows a finding's frames in one capture.
struct DisplayFilter: Equatable {
  /// Index of the capture it is for.
  let capture: Int
  /// For example `frame.number in {25, 38..40}`.
  let text: String

  /// Frames, or runs of them, that one filter names at most; longer filters are not typed or read by anyone.
  static let longest = 40

  /// One filter for each capture that the evidence points into, in the order of the captures.
  static func filters(for finding: Finding) -> [DisplayFilter] {
    var frames = finding.evidence.map(\.frame).sorted()[...]
    var filters: [DisplayFilter] = []
    while let capture = frames.first?.capture {
      let own = frames.prefix { $0.capture == capture }
      frames = frames[own.endIndex...]
      filters.append(DisplayFilter(capture: capture, text: text(frames: own.map(\.frame))))
    }
    return filters
  }

  /// - Parameter frames: In order; one that is named twice counts once.
  private static func text(frames: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for frame in frames {
      if let last = runs.last, last.upperBound == frame { continue }
      if let last = runs.last, last.upperBound &+ 1 == frame {
        runs[runs.count - 1] = last.lowerBound...frame
      } else {
        runs.append(frame...frame)
      }
    }
    if let only = runs.first, runs.count == 1, only.count == 1 { return "frame.number == \(only.lowerBound)" }
    var text = "frame.number in {"
    for (index, run) in runs.prefix(longest).enumerated() {
      if index > 0 { text += ", " }
      text += String(run.lowerBound)
      if run.count > 1 { text += ".." + String(run.upperBound) }
    }
    return text + "}"
  }
}
