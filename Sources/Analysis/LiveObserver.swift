import Capture
import Families
import Observations
import Tracking

/// Watches the packets of a capture that goes on: the same tracking as for files. What it observes is judged elsewhere
/// (`LiveJudge`), so that no packet has to wait for a verdict.
public struct LiveObserver {
  private let name: String
  private let linkType: LinkType
  private let snapLength: Int
  private var tracker: PointTracker
  public private(set) var statistics = CaptureStatistics()
  /// Packets that the kernel or the interface dropped, as the caller knows it.
  public var droppedPackets = 0
  private var observations: [Observation] = []

  /// - Parameter name: The interface's name.
  public init(name: String, linkType: LinkType, snapLength: Int, limits: TrackingLimits = TrackingLimits()) {
    self.name = name
    self.linkType = linkType
    self.snapLength = snapLength
    tracker = PointTracker(point: 0, limits: limits)
  }

  public var counters: TrackingCounters { tracker.counters }
  /// Observations that were not taken yet.
  public var waiting: Int { observations.count }

  /// Reads one packet, which is looked at during the call only; `window` is what the record's offset counts in.
  public mutating func read(_ record: PacketRecord, window: RawSpan, frame: Int) {
    tracker.read(record, window: window, linkType: linkType, frame: FrameReference(capture: 0, frame: frame))
  }

  /// To be called when all packets of a batch were read.
  public mutating func end(_ batch: borrowing PacketBatch) {
    statistics.add(batch)
    let new = tracker.takeObservations()
    if observations.isEmpty { observations = new } else { observations += new }
  }

  /// The observations since the last call.
  public mutating func takeObservations() -> [Observation] {
    defer { observations = [] }
    return observations
  }

  /// What a verdict needs on top of the observations, when the capture's clock stands at `now`.
  public func snapshot(now: Timestamp?) -> LiveSnapshot {
    let quality = tracker.quality(ofCapture: 0)
    var description = CaptureDescription(
      index: 0, point: 0, name: name, format: "live", linkTypes: [linkType.name], snapLength: snapLength,
      packets: statistics.packets, bytes: statistics.capturedBytes, start: statistics.earliest,
      end: statistics.last.map { last in now.map { max(last, $0) } ?? last }, cutPackets: statistics.cutPackets,
      shortestCut: statistics.smallestCut ?? 0, droppedPackets: droppedPackets,
      backwardSteps: statistics.backwardSteps, superPackets: quality.superPackets, copies: quality.copies,
      unread: quality.unread, reachedLimits: quality.counters.reached(tracker.limits))
    description.directions = tracker.directions
    return LiveSnapshot(
      open: tracker.openObservations(), description: description, counters: tracker.counters, now: now)
  }
}
