import Families

/// How much a capture without an end may remember. At a limit the oldest goes, and it is counted.
public struct LiveLimits: Sendable {
  public var tracking = TrackingLimits()
  /// Connections and DTLS attempts; at up to a kilobyte each this is some 50 MB. A tunnel that reconnects every minute
  /// for a day makes 2,880. Those of hosts that made no tunnel go first.
  public var entries = 50_000
  /// Path facts of each kind.
  public var facts = 4_096

  public init() {}
}
