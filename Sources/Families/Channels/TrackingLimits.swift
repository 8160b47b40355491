import Observations

/// How much state a capture point may keep. At a limit the tracker goes on, forgets by the policy given, and counts.
public struct TrackingLimits: Sendable {
  /// Flows at once; the least recently used go first, flows that are no tunnel before the others. With about 250
  /// bytes each this is some 32 MB, and more flows than a busy gateway has in the minutes that a verdict needs.
  public var flows = 131_072
  /// TLS handshake bytes kept for a ClientHello or ServerHello that spans segments, per direction. Hellos with
  /// post-quantum key shares take about 1,800 bytes; RFC 8446 allows more, no client sends it.
  public var handshakeBytes = 16_384
  /// Hellos under reassembly at once; above it the hello is read from its first segment only.
  public var reassemblies = 1_024
  /// Pairs of hosts whose path MTU is known.
  public var paths = 4_096
  /// Pairs of hosts that exchange fragments.
  public var fragmentedPaths = 1_024
  /// ICMP errors whose quoted ports the capture cut off and whose conversation is looked for: each time all flows are looked
  /// at, which takes up to half a millisecond.
  public var cutQuotes = 1_024
  /// Sessions that a tracker follows from one address to another, for each family; the least recently used go first. As
  /// many as flows: one session needs one flow at least.
  public var sessions = 131_072
  /// Clients with a server's port at which they spoke TLS, so that a refusal there is one of TLS; the first come stay.
  public var tlsServices = 65_536
  /// ICMP errors about one flow that are emitted one by one; the rest is counted.
  public var errorsPerFlow = 8

  public init() {}
}

/// How often a limit was reached.
public struct TrackingCounters: Sendable, Hashable {
  public var evictedFlows = 0
  public var skippedReassemblies = 0
  public var cutHandshakes = 0
  public var skippedPaths = 0
  public var skippedFragmentedPaths = 0
  public var skippedCutQuotes = 0
  public var evictedSessions = 0

  public init() {}

  /// What was counted since `earlier`.
  package func since(_ earlier: TrackingCounters) -> TrackingCounters {
    var difference = TrackingCounters()
    difference.evictedFlows = evictedFlows - earlier.evictedFlows
    difference.skippedReassemblies = skippedReassemblies - earlier.skippedReassemblies
    difference.cutHandshakes = cutHandshakes - earlier.cutHandshakes
    difference.skippedPaths = skippedPaths - earlier.skippedPaths
    difference.skippedFragmentedPaths = skippedFragmentedPaths - earlier.skippedFragmentedPaths
    difference.skippedCutQuotes = skippedCutQuotes - earlier.skippedCutQuotes
    difference.evictedSessions = evictedSessions - earlier.evictedSessions
    return difference
  }

  package mutating func add(_ other: TrackingCounters) {
    evictedFlows += other.evictedFlows
    skippedReassemblies += other.skippedReassemblies
    cutHandshakes += other.cutHandshakes
    skippedPaths += other.skippedPaths
    skippedFragmentedPaths += other.skippedFragmentedPaths
    skippedCutQuotes += other.skippedCutQuotes
    evictedSessions += other.evictedSessions
  }

  /// The limits that were reached, for a report.
  public func reached(_ limits: TrackingLimits) -> [ReachedLimit] {
    [
      ReachedLimit(.flows, limit: limits.flows, count: evictedFlows),
      ReachedLimit(.reassemblies, limit: limits.reassemblies, count: skippedReassemblies),
      ReachedLimit(.handshakeBytes, limit: limits.handshakeBytes, count: cutHandshakes),
      ReachedLimit(.paths, limit: limits.paths, count: skippedPaths),
      ReachedLimit(.fragmentedPaths, limit: limits.fragmentedPaths, count: skippedFragmentedPaths),
      ReachedLimit(.cutQuotes, limit: limits.cutQuotes, count: skippedCutQuotes),
      ReachedLimit(.sessions, limit: limits.sessions, count: evictedSessions),
    ].filter { $0.count > 0 }
  }
}
