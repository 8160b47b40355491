import Algorithms
import Observations

/// Which captures continue each other.
///
/// The usual case needs no option: captures whose times do not overlap are parts of one (a rotated capture), two that hold one
/// direction each of the same conversations are a tap's, and others that overlap in time are views from different points. A
/// user who knows better says so.
public enum CapturePoints: Sendable {
  /// By time and content, as above.
  case automatic
  /// Each file is a capture point of its own.
  case separate
  /// All files are one capture point, merged in time order.
  case merged
}

/// Finds the point that a capture continues, while captures are read in the order in which they begin.
struct PointAssignment {
  /// A capture point and the last capture that was counted to it.
  private struct Open {
    let point: Int
    var name: String
    /// By name.
    var linkTypes: [String]
    var end: Timestamp
  }

  /// Rotation by a capturing program that runs on several threads may overlap by so much.
  private static let overlapNanoseconds: Int64 = 100_000_000
  private let series: CaptureSeries
  /// By end: only those at the front have ended when a capture begins, and there may be thousands that have not.
  private var open: [Open] = []
  /// The end of each point, to find it in `open`.
  private var ends: [Int: Timestamp] = [:]

  init(_ series: CaptureSeries) { self.series = series }

  /// The point that a capture continues; nil when it is the first of a new one.
  ///
  /// Of several that ended before it, the one whose name is most like it, then the one that ended last.
  func point(for name: String, linkTypes: [String], start: Timestamp) -> Int? {
    let ended = open.partitioningIndex { $0.end.adding(nanoseconds: -Self.overlapNanoseconds) > start }
    let candidates = open[..<ended].filter { $0.linkTypes == linkTypes && series.mayContinue(name, after: $0.name) }
    return candidates.max { a, b in
      let (x, y) = (Self.commonPrefix(a.name, name), Self.commonPrefix(b.name, name))
      return x != y ? x < y : (a.end, b.point) < (b.end, a.point)
    }?.point
  }

  /// Counts a capture to a point, once it is known when it ends.
  mutating func add(_ name: String, linkTypes: [String], end: Timestamp, to point: Int) {
    var latest = end
    if let known = ends[point] {
      open.remove(at: place(of: point, end: known))
      latest = max(known, end)
    }
    ends[point] = latest
    open.insert(
      Open(point: point, name: name, linkTypes: linkTypes, end: latest), at: place(of: point, end: latest))
  }

  private func place(of point: Int, end: Timestamp) -> Int {
    open.partitioningIndex { ($0.end, $0.point) >= (end, point) }
  }

  private static func commonPrefix(_ a: String, _ b: String) -> Int {
    zip(a.utf8, b.utf8).prefix { $0 == $1 }.count
  }
}
