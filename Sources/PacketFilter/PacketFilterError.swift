/// Why libpcap does not take a capture filter.
public struct PacketFilterError: Error, Equatable, Sendable {
  /// libpcap's own words.
  public let message: String
}

extension PacketFilterError: CustomStringConvertible {
  public var description: String { message }
}
