import Capture
import Tracking

/// Tells captures that continue each other from those that hold the same packets at other times: two points of which one's clock
/// is wrong by more than the capture is long, as by an hour where a time zone was taken for another.
///
/// What a capture begins with cannot be in one that ended before it.
struct Continuation {
  /// More captures than this are parts of something larger; to look into each of them would read all twice.
  private static let mostCaptures = 16
  /// Fewer packets may be those that a host repeats word for word, where nothing tells that from the same packet.
  private static let leastPackets = 32
  /// Seconds: clocks that are apart by less show nothing of which files continue each other.
  private static let leastError = 60.0

  /// Whether captures are looked into.
  private let isLooking: Bool
  /// By index of the capture; nil where it cannot be read twice.
  private var beginnings: [Int: SeenPackets?] = [:]
  private var capturesByPoint: [Int: [CaptureCursor]] = [:]

  /// - Parameter captures: All that are read together.
  init(_ captures: [CaptureCursor]) { isLooking = captures.count <= Self.mostCaptures }

  /// Whether a capture may continue those that were counted to a point: they hold none of its packets, and its clock is
  /// theirs.
  mutating func mayContinue(_ capture: CaptureCursor, point: Int) -> Bool {
    guard isLooking, let beginning = beginning(of: capture) else { return true }
    let own = capturesByPoint[point] ?? []
    for earlier in own {
      guard let known = self.beginning(of: earlier) else { continue }
      if (known.seconds(until: beginning) ?? 0) > SeenPackets.longestWay { return false }
      if beginning.count >= Self.leastPackets, beginning.areMostly(in: known) { return false }
    }
    for other in capturesByPoint.lazy.filter({ $0.key != point }).flatMap(\.value) {
      guard let known = self.beginning(of: other), let late = known.seconds(until: beginning), late > Self.leastError
      else { continue }
      // What was captured beside the other by its clock is not this one, which only seems to come later.
      for earlier in own where earlier.overlaps(other) {
        let lateness = self.beginning(of: earlier).flatMap { known.seconds(until: $0) } ?? 0
        if abs(lateness - late) > SeenPackets.longestWay { return false }
      }
    }
    return true
  }

  /// Counts a capture to a point.
  mutating func add(_ capture: CaptureCursor, to point: Int) {
    if isLooking { capturesByPoint[point, default: []].append(capture) }
  }

  private mutating func beginning(of capture: CaptureCursor) -> SeenPackets? {
    if let known = beginnings[capture.index] { return known }
    let packets = capture.canBeReadTwice ? Self.packets(at: capture.path) : nil
    beginnings[capture.index] = .some(packets)
    return packets
  }

  /// Nil where nothing can be read; why not is told when the capture has its turn.
  private static func packets(at path: String) -> SeenPackets? {
    guard var file = try? CaptureFile.open(path) else { return nil }
    var packets = SeenPackets(ignoringAddresses: true)
    file.readBeginning(packets: SeenPackets.packets) { batch, window, linkTypes in
      packets.read(batch, window: window, linkTypes: linkTypes)
    }
    return packets
  }
}

extension CaptureCursor {
  /// Whether there is a time at which both were captured.
  fileprivate func overlaps(_ other: CaptureCursor) -> Bool {
    guard let latest, let otherLatest = other.latest else { return false }
    return start <= otherLatest && other.start <= latest
  }
}
