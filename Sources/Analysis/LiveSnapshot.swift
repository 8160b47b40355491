import Families
import Observations

/// What a live capture shows at one moment: what a verdict needs, handed from who captures to who judges.
public struct LiveSnapshot: Sendable {
  /// What would be observed if the capture ended now, on top of what was observed; for one verdict only.
  public let open: [Observation]
  public let description: CaptureDescription
  public let counters: TrackingCounters
  /// The time on the capture's clock; nil before the first packet.
  public let now: Timestamp?
}
