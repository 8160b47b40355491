/// How many packets of a capture were not looked into, by what they are.
public struct UnreadCounts: Hashable, Sendable {
  /// Kinds that are told apart. A network has some ten; more are made up, and only their sum is of interest.
  public static let mostKinds = 64

  /// Packets by kind, at most `mostKinds` of them.
  public private(set) var packets: [UnreadPacket: Int] = [:]
  /// Packets of the kinds beyond those.
  public private(set) var others = 0

  public init() {}

  /// Counts that are known already.
  public init(_ packets: [UnreadPacket: Int]) {
    for (kind, count) in packets { add(kind, count: count) }
  }

  /// Counts `count` packets of a kind.
  public mutating func add(_ kind: UnreadPacket, count: Int = 1) {
    if packets[kind] == nil, packets.count >= Self.mostKinds {
      others = others.addingClamped(count)
    } else {
      packets[kind] = packets[kind, default: 0].addingClamped(count)
    }
  }

  /// Adds what another part of the same capture was.
  public mutating func add(_ more: UnreadCounts) {
    for (kind, count) in more.ranked { add(kind, count: count) }
    others = others.addingClamped(more.others)
  }

  /// The kinds, the most frequent first, those of one count by name.
  public var ranked: [(kind: UnreadPacket, packets: Int)] {
    packets.map { ($0.key, $0.value) }.sorted { ($1.1, $0.0.name) < ($0.1, $1.0.name) }
  }

  /// Packets that may belong to tunnels.
  public var relevant: Int { packets.reduce(others) { $0.addingClamped($1.key.mayHoldTunnels ? $1.value : 0) } }

  /// Packets of all kinds.
  public var total: Int { packets.values.reduce(others) { $0.addingClamped($1) } }

  /// The kinds that may hold tunnels, the most frequent first.
  public var relevantRanked: [(kind: UnreadPacket, packets: Int)] { ranked.filter(\.kind.mayHoldTunnels) }
}

/// Coded as a list of kinds with their packets, the most frequent first; what has no kind is the packets of the rest.
extension UnreadCounts: Codable {
  private struct Entry: Codable {
    var kind: UnreadPacket?
    var packets: Int
  }

  public init(from decoder: any Decoder) throws {
    var entries = try decoder.unkeyedContainer()
    while !entries.isAtEnd {
      let entry = try entries.decode(Entry.self)
      guard entry.packets > 0 else { continue }
      if let kind = entry.kind { add(kind, count: entry.packets) } else { others = others.addingClamped(entry.packets) }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var entries = encoder.unkeyedContainer()
    for (kind, count) in ranked { try entries.encode(Entry(kind: kind, packets: count)) }
    if others > 0 { try entries.encode(Entry(kind: nil, packets: others)) }
  }
}

extension Int {
  /// The sum, or the greatest number there is.
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
