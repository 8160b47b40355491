/// Ethernet II header (IEEE 802.3 clause 3.2).
///
///     0                 6                 12          14
///     | destination     | source          | EtherType | payload …
///
/// With a number below 0x0600 in place of the EtherType it is an 802.3 frame with that length, and what follows
/// is LLC (spanning tree and the like), not IP.
public enum EthernetHeader {
  @usableFromInline enum Field {
    @inlinable static var etherType: Int { 12 }
    @inlinable static var end: Int { 14 }
  }

  /// Bytes of the header.
  @inlinable public static var length: Int { Field.end }

  /// Finds the packet behind the header and behind any VLAN tags or PPPoE session header.
  @inlinable @inline(__always)
  public static func networkLayer(of frame: RawSpan) -> NetworkLayer? {
    guard frame.byteCount >= Field.end else { return nil }
    return networkLayer(of: frame, etherType: unsafe frame.u16(Field.etherType), at: Field.end)
  }

  /// Finds the packet behind an EtherType that has been read, `offset` being where its payload begins.
  @inlinable @inline(__always)
  static func networkLayer(of frame: RawSpan, etherType: UInt16, at offset: Int) -> NetworkLayer? {
    if etherType == EtherType.ipv4 || etherType == EtherType.ipv6 {
      return NetworkLayer(etherType: etherType, offset: offset)
    }
    return behindTags(of: frame, etherType: etherType, at: offset)
  }

  @inlinable
  static func behindTags(of frame: RawSpan, etherType: UInt16, at offset: Int) -> NetworkLayer? {
    guard let inner = VLANTag.skip(in: frame, etherType: etherType, at: offset) else { return nil }
    if inner.etherType == EtherType.pppoeSession { return PPPoEHeader.networkLayer(of: frame, at: inner.offset) }
    return inner.etherType >= EtherType.smallest ? inner : nil
  }
}
