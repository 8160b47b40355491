/// A limit of the program's own that a capture reached: it went on, left something out, and counted that.
///
/// `Documentation/limits.md` lists all limits with their reasons.
public struct ReachedLimit: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Interfaces of a pcapng file.
    case interfaces
    /// Options of a pcapng block.
    case options
    /// Packets that the capturing host dropped.
    case hostDrops = "host_drops"
    /// Flows watched at once.
    case flows
    /// Hellos put together from several segments at once.
    case reassemblies
    /// Bytes kept of a hello that spans segments.
    case handshakeBytes = "handshake_bytes"
    /// Pairs of hosts whose path MTU is known.
    case paths
    /// Pairs of hosts that exchange fragments.
    case fragmentedPaths = "fragmented_paths"
    /// ICMP errors of which the capture cut the quoted ports off, and whose conversation was looked for.
    case cutQuotes = "cut_quotes"
    /// Sessions followed from one address to another.
    case sessions
    /// Pairs of hosts whose connections are known.
    case hostPairs = "host_pairs"
    /// Connections and DTLS attempts that are known.
    case connections
    /// Facts about paths: ICMP errors, MSS offers, retransmissions.
    case pathFacts = "path_facts"
    /// Tunnels in a report.
    case tunnels
    /// Findings in a report.
    case findings
    /// Timeline entries in a report.
    case timelineEntries = "timeline_entries"
  }

  public let kind: Kind
  /// The most that is kept.
  public let limit: Int
  /// How many were left out or forgotten.
  public let count: Int

  public init(_ kind: Kind, limit: Int, count: Int) {
    self.kind = kind
    self.limit = limit
    self.count = count
  }

  /// Whether it is about what trackers keep, which each part of the pairs of hosts counts for itself.
  private var isTracked: Bool {
    switch kind {
    case .flows, .reassemblies, .handshakeBytes, .paths, .fragmentedPaths, .cutQuotes, .sessions: true
    default: false
    }
  }

  /// What several parts of one capture's pairs of hosts reached together; each part has read the whole file.
  public static func together(_ parts: [[ReachedLimit]]) -> [ReachedLimit] {
    let ofFile = (parts.first ?? []).filter { !$0.isTracked }
    let tracked = Dictionary(grouping: parts.joined().filter(\.isTracked), by: \.kind)
    return ofFile
      + Kind.allCases.compactMap { kind in
        guard let each = tracked[kind], let first = each.first else { return nil }
        return ReachedLimit(kind, limit: first.limit, count: each.reduce(0) { $0 + $1.count })
      }
  }

  /// The same without what differs from part to part.
  public static func ofFile(_ limits: [ReachedLimit]) -> [ReachedLimit] { limits.filter { !$0.isTracked } }
}
