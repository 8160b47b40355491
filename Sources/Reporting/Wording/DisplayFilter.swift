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
    let frames = Set(finding.evidence.map(\.frame)).sorted()
    return Set(frames.map(\.capture)).sorted().map { capture in
      DisplayFilter(capture: capture, text: text(frames: frames.filter { $0.capture == capture }.map(\.frame)))
    }
  }

  private static func text(frames: [Int]) -> String {
    if let only = frames.first, frames.count == 1 { return "frame.number == \(only)" }
    var runs: [ClosedRange<Int>] = []
    for frame in frames {
      if let last = runs.last, last.upperBound &+ 1 == frame {
        runs[runs.count - 1] = last.lowerBound...frame
      } else {
        runs.append(frame...frame)
      }
    }
    let members = runs.prefix(longest).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)" }
    return "frame.number in {\(members.joined(separator: ", "))}"
  }
}
