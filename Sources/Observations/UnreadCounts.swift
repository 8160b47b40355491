/// How many packets of a capture were not looked into, by what they are.
public struct UnreadCounts: Hashable, Sendable, Codable {
  /// Kinds that are told apart. A network has some ten; more are made up, and only their sum is of interest.
  public static let mostKinds = 64

  /// Packets by kind, at most `mostKinds` of them.
  public private(set) var packets: [UnreadPacket: Int] = [:]
  /// Packets of the kinds beyond those.
  public private(set) var others = 0

  public init() {}

  /// Counts `count` packets of a kind.
  public mutating func add(_ kind: UnreadPacket, count: Int = 1) {
    if packets[kind] == nil, packets.count >= Self.mostKinds {
      others += count
    } else {
      packets[kind, default: 0] += count
    }
  }

  /// Adds what another part of the same capture was.
  public mutating func add(_ more: UnreadCounts) {
    for (kind, count) in more.ranked { add(kind, count: count) }
    others += more.others
  }

  /// The kinds, the most frequent first, those of one count by name.
  public var ranked: [(kind: UnreadPacket, packets: Int)] {
    packets.map { ($0.key, $0.value) }.sorted { ($1.1, $0.0.name) < ($0.1, $1.0.name) }
  }

  /// Packets that may belong to tunnels.
  public var relevant: Int { packets.reduce(others) { $0 + ($1.key.mayHoldTunnels ? $1.value : 0) } }
}
