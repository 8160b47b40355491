import Observations

/// What can be told about a capture before its packets are read: enough to put captures in order of time.
public struct CaptureOverview: Hashable, Sendable {
  /// When the first packet was captured; nil for a capture without packets.
  public let firstTime: Timestamp?
  /// What the frames of the first packet's interface begin with; nil for a capture that describes no interface.
  public let linkType: LinkType?
  /// That interface's snap length, in bytes; 0 when there was no limit.
  public let snapLength: Int
}
