/// PPP header (RFC 1661 section 2), with or without the address and control bytes of HDLC-like framing
/// (RFC 1662 section 3.1).
///
///     | FF 03 (may be absent) | protocol, 1 or 2 bytes | payload …
///
/// In a capture with direction its byte stands before that, or in the place of FF.
///
/// A protocol number's last byte is odd and its first even, so that a compressed field shows (RFC 1661 section 6.5).
public enum PPPHeader {
  /// Protocol numbers of the network layers (RFC 1332, RFC 5072).
  @usableFromInline enum Number {
    @inlinable static var ipv4: UInt16 { 0x0021 }
    @inlinable static var ipv6: UInt16 { 0x0057 }
    /// MPLS (RFC 3032 section 4.3).
    @inlinable static var mpls: UInt16 { 0x0281 }
  }

  @inlinable
  public static func networkLayer(of frame: RawSpan) -> NetworkLayer? {
    let hasAddressAndControl = frame.byteCount >= 2 && (unsafe frame.u16(0)) == 0xFF03
    return networkLayer(of: frame, protocolAt: hasAddressAndControl ? 2 : 0)
  }

  @inlinable
  static func networkLayer(of frame: RawSpan, protocolAt offset: Int) -> NetworkLayer? {
    guard let field = protocolField(of: frame, at: offset) else { return nil }
    switch field.number {
    case Number.ipv4: return NetworkLayer(etherType: EtherType.ipv4, offset: field.end)
    case Number.ipv6: return NetworkLayer(etherType: EtherType.ipv6, offset: field.end)
    default: return nil
    }
  }

  /// The protocol's number and where its field ends; nil when it is cut.
  @inlinable
  static func protocolField(of frame: RawSpan, at offset: Int) -> (number: UInt16, end: Int)? {
    guard frame.byteCount &- offset >= 2 else { return nil }
    let isCompressed = unsafe frame.u8(offset) & 1 == 1
    let number = unsafe isCompressed ? UInt16(frame.u8(offset)) : frame.u16(offset)
    return (number, offset &+ (isCompressed ? 1 : 2))
  }

  /// What PPP leads to, with or without address and control bytes.
  static func payload(of bytes: RawSpan) -> HeaderPayload {
    let hasAddressAndControl = bytes.byteCount >= 2 && (unsafe bytes.u16(0)) == 0xFF03
    guard let field = protocolField(of: bytes, at: hasAddressAndControl ? 2 : 0) else { return .unread(.cutHeader) }
    switch field.number {
    case Number.ipv4, Number.ipv6: return .content(.ipPacket, offset: field.end)
    case Number.mpls: return .content(.etherType(EtherType.mpls), offset: field.end)
    default: return .unread(.ppp(field.number))
    }
  }

  /// What PPP with a direction byte leads to: before the address, or in its place (LINKTYPE_PPP_PPPD).
  static func payload(withDirection bytes: RawSpan) -> HeaderPayload {
    guard bytes.byteCount >= 2 else { return .unread(.cutHeader) }
    let isInPlaceOfAddress = unsafe bytes.u8(1) == 3
    let length = isInPlaceOfAddress ? 2 : 1
    return payload(of: bytes.from(length)).behind(length)
  }
}
