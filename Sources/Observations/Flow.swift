/// The two ends of a transport flow, told apart by who began it.
@frozen
public struct Flow: Hashable, Sendable, Codable {
  /// The end that opened the connection or sent the first hello.
  public let client: Endpoint
  /// The end that was addressed: for a tunnel, the gateway.
  public let server: Endpoint

  @inlinable
  public init(client: Endpoint, server: Endpoint) {
    self.client = client
    self.server = server
  }
}

/// One end of a flow.
public enum Side: String, Hashable, Sendable, Codable {
  case client
  case server

  public var opposite: Side { self == .client ? .server : .client }
}
