import Families
import Observations

/// What a capture's packets tell about the capture itself.
public struct PacketQuality: Sendable, Hashable {
  /// TCP packets larger than a segment may be: segmentation offload on the capturing host.
  public var superPackets = 0
  /// Packets that are copies of others, and not counted again.
  public var copies = 0
  /// Packets that the program does not look into.
  public var unread = UnreadCounts()
  /// How often its packets reached a limit.
  public var counters = TrackingCounters()

  public init() {}

  /// Adds what is known of the same capture's packets at another point.
  public mutating func add(_ other: PacketQuality) {
    superPackets += other.superPackets
    copies += other.copies
    unread.add(other.unread)
    counters.add(other.counters)
  }
}

/// The quality of each capture of a point, whose packets come in runs.
struct PacketQualities {
  private var known: [Int: PacketQuality] = [:]
  /// Of the capture whose packets are read.
  var current = PacketQuality()
  private var capture: Int?
  /// The counters when its run of packets began.
  private var counted = TrackingCounters()

  /// The packets that follow are of this capture.
  @inline(__always)
  mutating func turn(to capture: Int, _ counters: @autoclosure () -> TrackingCounters) {
    if self.capture != capture { begin(capture, counters()) }
  }

  private mutating func begin(_ capture: Int, _ counters: TrackingCounters) {
    if let last = self.capture { known[last] = quality(of: last, counters) }
    current = known[capture] ?? PacketQuality()
    counted = counters
    self.capture = capture
  }

  func quality(of capture: Int, _ counters: TrackingCounters) -> PacketQuality {
    guard capture == self.capture else { return known[capture] ?? PacketQuality() }
    var quality = current
    quality.counters.add(counters.since(counted))
    return quality
  }
}
