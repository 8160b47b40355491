/// How much is kept of what observations say, and how much a report tells. At a limit the correlator goes on, leaves out
/// by the policy given, and counts (`ReachedLimit`).
public struct CorrelationLimits: Sendable, Hashable {
  /// Pairs of hosts at each capture point; the first come stay. A gateway has hundreds of clients, a busy link tens of
  /// thousands of web connections.
  public var hostPairs = 65_536
  /// Connections, and attempts, kept for each pair; the older half goes. A day of reconnecting every minute is 1,440.
  public var connectionsPerPair = 4_096
  /// Connections and attempts kept for all pairs together. At up to a kilobyte each this is some 200 MB at the most; a
  /// gateway with 100 clients that all reconnect every minute makes as many in a day and a half. Pairs that keep many
  /// give up their older half first; where that frees too little, pairs go that made no tunnel, then older entries of
  /// the others, then tunnels.
  public var connections = 262_144
  /// Path facts of each kind, at each capture point; the first come stay.
  public var pathFacts = 8_192
  /// Tunnels in a report, the first by start. No gateway has more clients at once; each takes some kilobytes.
  public var tunnels = 16_384
  /// Findings in a report, the worst first.
  public var findings = 20_000
  /// Timeline entries in a report. Tunnels share them; of each tunnel those that a finding cites stay, then the first.
  public var timelineEntries = 200_000

  public init() {}
}
