import Observations

/// The same key for both directions of a flow: both endpoints in order, and the protocol.
///
/// Addresses and ports are words, so that comparing never walks memory.
struct FlowKey {
  /// The lesser endpoint's address.
  let a: IPAddress
  /// The greater endpoint's address.
  let b: IPAddress
  /// The protocol, then a's port, then b's port.
  let ports: UInt64

  /// The key of a packet and the direction it went: 0 from a to b, 1 from b to a.
  @inline(__always)
  static func of(
    source: IPAddress, destination: IPAddress, protocolNumber: UInt8, sourcePort: UInt16, destinationPort: UInt16
  ) -> (key: FlowKey, direction: Int) {
    let backward = destination < source || (source == destination && sourcePort > destinationPort)
    let kind = UInt64(protocolNumber) << 32
    return backward
      ? (FlowKey(a: destination, b: source, ports: kind | UInt64(destinationPort) << 16 | UInt64(sourcePort)), 1)
      : (FlowKey(a: source, b: destination, ports: kind | UInt64(sourcePort) << 16 | UInt64(destinationPort)), 0)
  }

  @inline(__always)
  static func == (x: FlowKey, y: FlowKey) -> Bool {
    x.a.low == y.a.low && x.b.low == y.b.low && x.ports == y.ports && x.a.high == y.a.high && x.b.high == y.b.high
  }

  var protocolNumber: UInt8 { UInt8(truncatingIfNeeded: ports >> 32) }

  /// The end that sends in `direction`.
  func sender(in direction: Int) -> Endpoint {
    direction == 0
      ? Endpoint(a, UInt16(truncatingIfNeeded: ports >> 16)) : Endpoint(b, UInt16(truncatingIfNeeded: ports))
  }

  /// The end that receives in `direction`.
  func receiver(in direction: Int) -> Endpoint { sender(in: 1 - direction) }
}

/// A keyed hash of a flow: each word of the key is masked by a secret word and goes through two folded multiplications,
/// the second of which joins the addresses with the ports.
///
/// The secret differs from table to table and from run to run; nothing that is reported, and no time that anybody can
/// measure packet by packet, depends on the order it gives. So whoever makes a capture cannot learn it, and has to choose
/// flows that collide whatever the secret is. One multiplication would not do: flows in a row then fall to multiples of a
/// secret number, which for one secret in some fifty are close together. `FlowHashTests` counts, for rows of ports and of
/// addresses and under many secrets, that they cost what random flows cost.
struct FlowHash {
  /// Random words, one for each word of the key, and one to multiply the ports by.
  private let secret: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  init() {
    var random = SystemRandomNumberGenerator()
    self.init(using: &random)
  }

  init(using random: inout some RandomNumberGenerator) {
    secret = (random.next(), random.next(), random.next(), random.next(), random.next(), random.next())
  }

  @inline(__always)
  func callAsFunction(_ key: FlowKey) -> Int {
    let lower = Self.fold(key.a.low ^ secret.0, key.b.low ^ secret.1)
    let upper = Self.fold(key.a.high ^ secret.2, key.b.high ^ secret.3)
    let ports = Self.fold(key.ports ^ secret.4, secret.5)
    return Int(truncatingIfNeeded: Self.fold(lower ^ upper, ports) >> 1)
  }

  @inline(__always)
  private static func fold(_ x: UInt64, _ y: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: y)
    return product.high ^ product.low
  }
}
