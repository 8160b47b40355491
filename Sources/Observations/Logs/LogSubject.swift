/// Where a line stands: the log it is in and its number there.
///
/// Lines are in the order in which they were written: in a log that has its newest lines first, that is from its end.
public struct LogLine: Sendable, Hashable, Comparable {
  /// Index among all logs, from 0 in the order in which logs are reported.
  public var log: Int { Int(index) }
  /// Line number in that log, from 1.
  public let number: Int
  /// Whether the log has its newest lines first.
  public let isNewestFirst: Bool
  // Small, because each observation has a line. Nobody reads so many logs at once.
  private let index: Int32

  public init(log: Int, number: Int, isNewestFirst: Bool = false) {
    index = Int32(clamping: log)
    self.number = number
    self.isNewestFirst = isNewestFirst
  }

  public static func < (a: LogLine, b: LogLine) -> Bool {
    guard a.index == b.index else { return a.index < b.index }
    return a.isNewestFirst ? a.number > b.number : a.number < b.number
  }
}

/// Whom a log line is about; whatever the line does not say is nil. All text is hostile until it is escaped.
public struct LogSubject: Sendable, Hashable, Codable {
  public var user: String?
  /// The group policy or tunnel group.
  public var group: String?
  /// The client's outer address, as the writer of the log sees it: behind NAT, the translated one.
  public var client: IPAddress?
  public var clientPort: UInt16?
  public var gateway: IPAddress?
  public var gatewayPort: UInt16?
  /// The address assigned to the client inside the tunnel.
  public var innerAddress: IPAddress?
  /// The device that wrote the line, from the syslog header.
  public var device: String?

  @inlinable
  public init(
    user: String? = nil, group: String? = nil, client: IPAddress? = nil, clientPort: UInt16? = nil,
    gateway: IPAddress? = nil, gatewayPort: UInt16? = nil, innerAddress: IPAddress? = nil, device: String? = nil
  ) {
    self.user = user
    self.group = group
    self.client = client
    self.clientPort = clientPort
    self.gateway = gateway
    self.gatewayPort = gatewayPort
    self.innerAddress = innerAddress
    self.device = device
  }
}
