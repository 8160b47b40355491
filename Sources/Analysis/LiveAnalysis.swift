import Capture
import Correlation
import Observations
import Tracking

/// Judges a capture while it goes on: the same tracking and the same rules as for files, asked again and again.
public struct LiveAnalysis {
  /// The interface's name.
  public let name: String
  private let linkType: LinkType
  private let snapLength: Int
  private let limits: LiveLimits
  private var tracker: PointTracker
  private var correlator = Correlator()
  private var watch = FindingWatch()
  public private(set) var statistics = CaptureStatistics()
  /// Packets that the kernel or the interface dropped, as the caller knows it.
  public var droppedPackets = 0
  /// Pairs of hosts that were forgotten to make room.
  public private(set) var forgottenPairs = 0
  /// Tunnels in the last report.
  public private(set) var tunnels = 0
  /// Whether something was observed since the last report.
  public private(set) var hasNews = false

  public init(name: String, linkType: LinkType, snapLength: Int, limits: LiveLimits = LiveLimits()) {
    self.name = name
    self.linkType = linkType
    self.snapLength = snapLength
    self.limits = limits
    tracker = PointTracker(point: 0, limits: limits.tracking)
  }

  public var trackingCounters: TrackingCounters { tracker.counters }
  /// Findings that were told and have not recovered.
  public var openFindings: [Finding] { watch.open }
  /// Findings that were told since the beginning, by rule.
  public var toldFindings: [RuleName: Int] { watch.told }

  /// Reads the packets of a batch; `window` is what the batch's offsets count in.
  public mutating func read(_ batch: borrowing PacketBatch, window: RawSpan) {
    tracker.read(batch, 0..<batch.count, window: window, linkTypes: [linkType], capture: 0)
    statistics.add(batch)
    let observations = tracker.takeObservations()
    guard !observations.isEmpty else { return }
    hasNews = true
    correlator.absorb(observations)
  }

  /// What is new by `now`, the time on the capture's clock.
  public mutating func judge(now: Timestamp) -> [FindingEvent] {
    hasNews = false
    forgottenPairs += correlator.forgetOldest(keeping: limits.entries, factLimit: limits.facts)
    let report = report(now: now)
    tunnels = report.tunnels.count
    return watch.events(in: report, at: now)
  }

  /// The report on everything up to `now`.
  public func report(now: Timestamp) -> Report {
    var known = correlator
    known.absorb(tracker.openObservations())
    return known.report(captures: [description(end: now)])
  }

  private func description(end: Timestamp) -> CaptureDescription {
    let quality = tracker.quality(ofCapture: 0)
    return CaptureDescription(
      index: 0, point: 0, name: name, format: "live", linkTypes: [linkType.name], snapLength: snapLength,
      packets: statistics.packets, bytes: statistics.capturedBytes, start: statistics.earliest,
      end: statistics.last.map { max($0, end) }, cutPackets: statistics.cutPackets,
      shortestCut: statistics.smallestCut ?? 0, droppedPackets: droppedPackets,
      backwardSteps: statistics.backwardSteps, superPackets: quality.superPackets,
      unreadPackets: quality.unreadPackets, reachedLimits: quality.counters.reached(tracker.limits))
  }
}
