import Correlation
import Observations

/// What a live capture has to show at a moment, for the view of `live --top`.
package struct TopContent: Sendable {
  package var interface: String
  /// On the capture's clock; nil before the first packet.
  package var now: Timestamp?
  /// Up to when the standings are judged; nil before the first verdict.
  package var judged: Timestamp?
  package var status = LiveStatus()
  /// Since the last drawing; nil at the first.
  package var packetsPerSecond: Double?
  /// In the order of the report.
  package var standings: [Standing] = []
  /// What was captured up to then; nil before the first verdict.
  package var capture: CaptureDescription?
  /// What happened to the capture itself a moment ago.
  package var notice: String?

  package init(interface: String) { self.interface = interface }
}
