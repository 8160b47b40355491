/// In which directions a capture holds the packets of its conversations.
///
/// A capture of one direction (one port of a tap, one member of a link aggregation, a filter for a destination) looks as if
/// nobody answered.
public struct SeenDirections: Sendable, Hashable, Codable {
  /// What the conversations of one kind show together; each says more than the one before.
  public enum Ways: String, Sendable, Hashable, Codable, Comparable {
    /// There are none of this kind.
    case none
    /// Of each, the packets of one side alone.
    case one
    /// Of at least one, the packets of both sides.
    case both

    private var rank: Int {
      switch self {
      case .none: 0
      case .one: 1
      case .both: 2
      }
    }

    public static func < (a: Ways, b: Ways) -> Bool { a.rank < b.rank }
  }

  /// Conversations by protocol: TCP, UDP, and what of IP has no ports (ESP).
  public var tcp = Ways.none
  public var udp = Ways.none
  public var other = Ways.none
  /// Hosts by what else they send each other: ARP and ICMP. One that sends and is sent to counts as both.
  public var hosts = Ways.none

  public init() {}

  /// What several parts of a capture, or several captures of a point, show together; nil where none says anything.
  public static func together(_ parts: [SeenDirections]) -> SeenDirections? {
    parts.isEmpty ? nil : parts.reduce(into: SeenDirections()) { $0.add($1) }
  }

  private mutating func add(_ more: SeenDirections) {
    tcp = max(tcp, more.tcp)
    udp = max(udp, more.udp)
    other = max(other, more.other)
    hosts = max(hosts, more.hosts)
  }

  /// Whether there are packets, and none at all of the other direction, between whatever hosts.
  public var isOneWay: Bool { max(tcp, udp, other, hosts) == .one }

  /// Whether UDP alone is there in one direction only.
  public var isOneWayOverUDP: Bool { udp == .one && !isOneWay }
}
