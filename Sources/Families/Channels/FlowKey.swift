import Observations

/// The same key for both directions of a flow: both endpoints in order, the protocol, and the carrier.
///
/// Addresses and ports are words, so that comparing never walks memory.
@frozen
public struct FlowKey: Sendable {
  /// The lesser endpoint's address.
  public let a: IPAddress
  /// The greater endpoint's address.
  public let b: IPAddress
  /// From the high end: the carrier (24 bits), the protocol (8), a's port (16), b's port (16).
  public let ports: UInt64

  @inlinable
  public init(a: IPAddress, b: IPAddress, ports: UInt64) {
    self.a = a
    self.b = b
    self.ports = ports
  }

  /// The key of a packet and the direction it went: 0 from a to b, 1 from b to a. A protocol without ports has 0 for both.
  ///
  /// - Parameter carrier: Number of the tunnel of a carrier or mirror that the packet came through, 24 bits; 0 for none.
  @inlinable @inline(__always)
  public static func of(
    source: IPAddress, destination: IPAddress, protocolNumber: UInt8, sourcePort: UInt16, destinationPort: UInt16,
    carrier: UInt32 = 0
  ) -> (key: FlowKey, direction: Int) {
    let backward = destination < source || (source == destination && sourcePort > destinationPort)
    let kind = UInt64(carrier) << 40 | UInt64(protocolNumber) << 32
    return backward
      ? (FlowKey(a: destination, b: source, ports: kind | UInt64(destinationPort) << 16 | UInt64(sourcePort)), 1)
      : (FlowKey(a: source, b: destination, ports: kind | UInt64(sourcePort) << 16 | UInt64(destinationPort)), 0)
  }

  @inlinable @inline(__always)
  public static func == (x: FlowKey, y: FlowKey) -> Bool {
    x.a.low == y.a.low && x.b.low == y.b.low && x.ports == y.ports && x.a.high == y.a.high && x.b.high == y.b.high
  }

  @inlinable public var protocolNumber: UInt8 { UInt8(truncatingIfNeeded: ports >> 32) }

  /// The end that sends in `direction`.
  @inlinable
  public func sender(in direction: Int) -> Endpoint {
    direction == 0
      ? Endpoint(a, UInt16(truncatingIfNeeded: ports >> 16)) : Endpoint(b, UInt16(truncatingIfNeeded: ports))
  }

  /// The end that receives in `direction`.
  @inlinable
  public func receiver(in direction: Int) -> Endpoint { sender(in: 1 - direction) }
}
