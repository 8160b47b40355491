/// VLAN tags (IEEE 802.1Q clause 9), one or several nested.
///
///     0                        2
///     | PCP DEI  VLAN ID       | EtherType | payload …
///
/// The EtherType before the tag says that it is one.
public enum VLANTag {
  @usableFromInline enum Field {
    @inlinable static var etherType: Int { 2 }
    @inlinable static var end: Int { 4 }
  }

  /// Bytes of a tag, the EtherType behind it included.
  @inlinable public static var length: Int { Field.end }

  /// How many nested tags are followed. Two are in use (QinQ), three in carriers' networks; more is damage.
  @inlinable public static var nestingLimit: Int { 4 }

  /// Whether `etherType` announces a tag.
  @inlinable @inline(__always)
  public static func isTag(_ etherType: UInt16) -> Bool {
    etherType == EtherType.customerVLAN || etherType == EtherType.serviceVLAN
      || etherType == EtherType.preStandardVLAN
  }

  /// Passes over the tags that `etherType` announces at `offset` of `frame`.
  ///
  /// - Returns: the first EtherType that is no tag; nil when a tag is cut or the nesting limit is passed.
  @inlinable
  public static func skip(in frame: RawSpan, etherType: UInt16, at offset: Int) -> NetworkLayer? {
    var etherType = etherType
    var offset = offset
    for _ in 0..<nestingLimit {
      guard isTag(etherType) else { break }
      guard frame.byteCount &- offset >= Field.end else { return nil }
      etherType = unsafe frame.u16(offset &+ Field.etherType)
      offset &+= Field.end
    }
    return isTag(etherType) ? nil : NetworkLayer(etherType: etherType, offset: offset)
  }
}
