/// EtherType numbers (IEEE 802 Numbers, IANA) that the program looks behind.
public enum EtherType {
  /// Internet Protocol version 4.
  @inlinable public static var ipv4: UInt16 { 0x0800 }
  /// Internet Protocol version 6.
  @inlinable public static var ipv6: UInt16 { 0x86DD }
  /// Customer VLAN tag (IEEE 802.1Q).
  @inlinable public static var customerVLAN: UInt16 { 0x8100 }
  /// Service VLAN tag (IEEE 802.1ad, "QinQ").
  @inlinable public static var serviceVLAN: UInt16 { 0x88A8 }
  /// Outer VLAN tag as some switches wrote it before 802.1ad.
  @inlinable public static var preStandardVLAN: UInt16 { 0x9100 }
  /// PPP over Ethernet, session stage (RFC 2516).
  @inlinable public static var pppoeSession: UInt16 { 0x8864 }
  /// Smallest EtherType; a smaller number in its place is an IEEE 802.3 length.
  @inlinable public static var smallest: UInt16 { 0x0600 }
}
