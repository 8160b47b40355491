/// TCP connections that came to nothing: nobody answered the SYN, or a reset did.
///
/// Where a capture shows no tunnel, they may be why: what a client of TLS does first is to connect.
public struct FailedConnections: Sendable, Hashable, Codable {
  /// One of them.
  public struct Connection: Sendable, Hashable, Codable {
    public let flow: Flow
    /// Whether a reset answered the SYN (RFC 9293 section 3.10.7.1).
    public let isRefused: Bool
    /// The number of the first SYN in its file.
    public let frame: Int
    /// The times of the first SYN and of the last packet.
    public let start: Timestamp
    public let end: Timestamp

    public init(flow: Flow, isRefused: Bool, frame: Int, start: Timestamp, end: Timestamp) {
      self.flow = flow
      self.isRefused = isRefused
      self.frame = frame
      self.start = start
      self.end = end
    }

    /// For how long the client asked, in seconds.
    public var seconds: Double { end.seconds(since: start) }
  }

  /// Those for which clients asked longest, first.
  public private(set) var connections: [Connection] = []

  /// The others are not told.
  public static let most = 8

  public init() {}

  /// What several parts of a capture, or several captures of a point, show together; nil where none says anything.
  public static func together(_ parts: [FailedConnections]) -> FailedConnections? {
    let known = parts.filter { !$0.connections.isEmpty }
    guard var all = known.first else { return nil }
    for part in known.dropFirst() { for connection in part.connections { all.add(connection) } }
    return all
  }

  /// Keeps it if it is among those for which clients asked longest.
  public mutating func add(_ connection: Connection) {
    let place = connections.firstIndex { Self.isLonger(connection, $0) } ?? connections.count
    guard place < Self.most else { return }
    connections.insert(connection, at: place)
    if connections.count > Self.most { connections.removeLast() }
  }

  /// The same connections, their ends under other names.
  public func renamed(_ rename: (Flow) -> Flow) -> FailedConnections {
    var renamed = FailedConnections()
    renamed.connections = connections.map {
      Connection(flow: rename($0.flow), isRefused: $0.isRefused, frame: $0.frame, start: $0.start, end: $0.end)
    }
    return renamed
  }

  private static func isLonger(_ a: Connection, _ b: Connection) -> Bool {
    (b.seconds, a.start, a.frame) < (a.seconds, b.start, b.frame)
  }
}
