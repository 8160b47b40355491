/// One end of a flow: an address and a port.
@frozen
public struct Endpoint: Hashable, Comparable, Sendable {
  public let address: IPAddress
  public let port: UInt16

  @inlinable
  public init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  @inlinable
  public static func == (a: Endpoint, b: Endpoint) -> Bool { a.port == b.port && a.address == b.address }

  @inlinable
  public static func < (a: Endpoint, b: Endpoint) -> Bool {
    a.address != b.address ? a.address < b.address : a.port < b.port
  }
}

extension Endpoint: CustomStringConvertible {
  /// `203.0.113.20:443` or `[2001:db8::20]:443`.
  public var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}
