import Observations

/// Events of one kind about alike findings that came within a few seconds of each other: one thing that happened to a fleet.
public struct EventGroup: Sendable, Hashable {
  /// One of its events, as a person looks it up.
  public struct Member: Sendable, Hashable {
    /// "L1", "L2" …
    public let finding: String
    public let client: IPAddress?
    public let gateway: IPAddress?

    public init(finding: String, client: IPAddress?, gateway: IPAddress?) {
      self.finding = finding
      self.client = client
      self.gateway = gateway
    }
  }

  /// The first of its events, which stands for all.
  public let first: FindingEvent
  /// How many events it has, at least 1.
  public let count: Int
  /// The first of them, `EventGathering.mostNamed` at most.
  public let members: [Member]
  /// What several tunnels suffer, after their number: "lose DTLS on UDP 443".
  public let plural: String
  /// Whether no event about such findings was reported before, so that its details are news.
  public let isNews: Bool
  /// Tunnels to the same gateway with such a finding that has not recovered; 0 where the finding is about no tunnel.
  public var open = 0
  /// Tunnels to the same gateway.
  public var tunnels = 0

  public init(first: FindingEvent, count: Int, members: [Member], plural: String, isNews: Bool) {
    self.first = first
    self.count = count
    self.members = members
    self.plural = plural
    self.isNews = isNews
  }
}
