import Observations

/// The first line of a stream of observations: what it is, who wrote it, and what of which captures and logs it holds.
public struct StreamHeader: Sendable, Hashable, Codable {
  /// The name of the form; a reader refuses any other.
  public static let schema = "tunnelscope-observations/2"

  public struct Generator: Sendable, Hashable, Codable {
    public let name: String
    public let version: String

    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  /// Captures that one stream may be about. Putting them in order takes time that grows with its square.
  public static let mostCaptures = 16_384

  /// What the look at a capture's beginning told.
  public struct Capture: Sendable, Hashable, Codable {
    /// The last two components of its path, or `-` for standard input.
    public let path: String
    /// The time of its first packet; nil when it has none.
    public let firstPacket: Timestamp?
    /// The link types of the interfaces that its beginning describes, by name.
    public let linkTypes: [String]

    public init(path: String, firstPacket: Timestamp?, linkTypes: [String]) {
      self.path = path
      self.firstPacket = firstPacket
      self.linkTypes = linkTypes
    }
  }

  /// Logs that one stream may be about, members of bundles counted one by one.
  public static let mostLogs = 16_384

  /// Which captures of the stream continue each other.
  public enum Points: String, Sendable, Hashable, Codable {
    /// As their times tell.
    case automatic
    /// None: each is a capture point of its own.
    case separate
    /// All: they are one capture point, merged in time order.
    case merged
  }

  /// What of the captures was left out.
  public struct Selection: Sendable, Hashable, Codable {
    public let since: Timestamp?
    public let until: Timestamp?
    /// In the syntax of pcap-filter(7).
    public let filter: String?

    public init(since: Timestamp?, until: Timestamp?, filter: String?) {
      self.since = since
      self.until = until
      self.filter = filter
    }
  }

  public let generator: Generator
  /// The pairs of hosts that the stream is about; nil for all.
  public let part: HostPairShare?
  public let points: Points
  /// nil when nothing was left out.
  public let selection: Selection?
  /// In the order in which they were given; frame references and points count in it.
  public let captures: [Capture]
  /// The names of the logs, as in their descriptions; line references count in them.
  public let logs: [String]

  public init(
    generator: Generator, part: HostPairShare?, points: Points, selection: Selection?, captures: [Capture],
    logs: [String] = []
  ) {
    self.generator = generator
    self.part = part
    self.points = points
    self.selection = selection
    self.captures = captures
    self.logs = logs
  }

  /// Whether two streams are about the same captures and logs, and differ at most in the part of the hosts and the writer.
  public func isAboutTheSame(as other: StreamHeader) -> Bool {
    captures == other.captures && logs == other.logs && points == other.points && selection == other.selection
  }
}
