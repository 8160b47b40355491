/// PPP header (RFC 1661 section 2), with or without the address and control bytes of HDLC-like framing
/// (RFC 1662 section 3.1).
///
///     | FF 03 (may be absent) | protocol, 1 or 2 bytes | payload …
///
/// A protocol number's last byte is odd and its first even, so that a compressed field shows (RFC 1661 section 6.5).
public enum PPPHeader {
  /// Protocol numbers of the network layers (RFC 1332, RFC 5072).
  @usableFromInline enum Number {
    @inlinable static var ipv4: UInt16 { 0x0021 }
    @inlinable static var ipv6: UInt16 { 0x0057 }
  }

  @inlinable
  public static func networkLayer(of frame: RawSpan) -> NetworkLayer? {
    let hasAddressAndControl = frame.byteCount >= 2 && (unsafe frame.u16(0)) == 0xFF03
    return networkLayer(of: frame, protocolAt: hasAddressAndControl ? 2 : 0)
  }

  @inlinable
  static func networkLayer(of frame: RawSpan, protocolAt offset: Int) -> NetworkLayer? {
    guard frame.byteCount &- offset >= 2 else { return nil }
    let isCompressed = unsafe frame.u8(offset) & 1 == 1
    let number = unsafe isCompressed ? UInt16(frame.u8(offset)) : frame.u16(offset)
    let end = offset &+ (isCompressed ? 1 : 2)
    switch number {
    case Number.ipv4: return NetworkLayer(etherType: EtherType.ipv4, offset: end)
    case Number.ipv6: return NetworkLayer(etherType: EtherType.ipv6, offset: end)
    default: return nil
    }
  }
}
