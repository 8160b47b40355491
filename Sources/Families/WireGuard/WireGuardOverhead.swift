/// What WireGuard costs a packet, in bytes (whitepaper, section 5.4.6).
public enum WireGuardOverhead {
  /// The header of a data message, with its index and counter.
  static let header = 16
  /// The authentication tag behind the encrypted packet.
  static let tag = 16
  static let udp = 8
  /// Packets are padded to whole multiples of this before they are encrypted, as far as the MTU allows.
  static let padding = 16

  /// From the outer packet to the inner: 60 over IPv4, 80 over IPv6.
  public static func total(overIPv6: Bool) -> Int { (overIPv6 ? 40 : 20) + udp + header + tag }

  /// The largest MTU of the tunnel's adapter for that of the path.
  public static func innerMTU(ofPath outerMTU: Int, overIPv6: Bool) -> Int {
    max(0, outerMTU - total(overIPv6: overIPv6))
  }

  /// The outer packet that carries an inner one through an adapter with this MTU.
  public static func outerLength(ofInner length: Int, adapterMTU: Int, overIPv6: Bool) -> Int {
    let padded = (length + padding - 1) / padding * padding
    return max(length, min(padded, adapterMTU)) + total(overIPv6: overIPv6)
  }

  /// What `wg-quick` sets for links of 1500 bytes: room for IPv6 outside, whatever is used.
  public static let usualMTU = 1_420
  /// What IPv6 needs inside (RFC 8200 section 5): an adapter below it carries no IPv6.
  public static let leastMTU = 1_280
}
