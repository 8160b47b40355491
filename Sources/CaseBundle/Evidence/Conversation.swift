import Observations

/// A TCP connection or a UDP conversation, the same for both directions.
struct Conversation: Hashable {
  /// The lesser endpoint.
  let a: Endpoint
  /// The greater endpoint.
  let b: Endpoint
  let protocolNumber: UInt8

  /// The conversation of a packet and the direction it went: 0 from a to b, 1 from b to a.
  static func of(_ source: Endpoint, _ destination: Endpoint, protocolNumber: UInt8) -> (Conversation, direction: Int) {
    destination < source
      ? (Conversation(a: destination, b: source, protocolNumber: protocolNumber), 1)
      : (Conversation(a: source, b: destination, protocolNumber: protocolNumber), 0)
  }

  var hosts: HostPair { HostPair(a.address, b.address) }
}

/// Two hosts in either order.
struct HostPair: Hashable {
  let a: IPAddress
  let b: IPAddress

  init(_ x: IPAddress, _ y: IPAddress) { (a, b) = x < y ? (x, y) : (y, x) }
}

/// From one host to another.
struct HostRoute: Hashable {
  let source: IPAddress
  let destination: IPAddress
}
