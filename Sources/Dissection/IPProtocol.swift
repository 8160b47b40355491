/// Protocol numbers of IPv4's protocol and IPv6's next-header field (Assigned Internet Protocol Numbers, IANA).
public enum IPProtocol {
  /// Internet Control Message Protocol (RFC 792).
  @inlinable public static var icmp: UInt8 { 1 }
  /// Transmission Control Protocol (RFC 9293).
  @inlinable public static var tcp: UInt8 { 6 }
  /// User Datagram Protocol (RFC 768).
  @inlinable public static var udp: UInt8 { 17 }
  /// ICMP for IPv6 (RFC 4443).
  @inlinable public static var icmpv6: UInt8 { 58 }
}
