/// GENEVE header (RFC 8926 section 3.4).
///
///     0                        1                 2               4     7          8
///     | version, options' size | O, C, reserved  | protocol type | VNI | reserved | options … | payload …
@frozen
public struct GeneveHeader: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var versionAndOptionsLength: Int { 0 }
    @inlinable static var flags: Int { 1 }
    @inlinable static var protocolType: Int { 2 }
    @inlinable static var identifier: Int { 4 }
    @inlinable static var reserved: Int { 7 }
    @inlinable static var end: Int { 8 }
  }

  @usableFromInline let bytes: RawSpan
  /// Bytes of the header, options included: 8 to 260.
  public let headerLength: Int

  /// Fails unless the header is whole, of version 0, with all that is reserved 0 and a payload of Ethernet or IP.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end else { return nil }
    let first = unsafe bytes.u8(Field.versionAndOptionsLength)
    let headerLength = Field.end &+ Int(first & 0x3F) &* 4
    guard first >> 6 == 0, headerLength <= bytes.byteCount, unsafe bytes.u8(Field.flags) & 0x3F == 0,
      unsafe bytes.u8(Field.reserved) == 0
    else { return nil }
    switch unsafe bytes.u16(Field.protocolType) {
    case EtherType.ethernetFrame, EtherType.ipv4, EtherType.ipv6: break
    default: return nil
    }
    self.bytes = bytes
    self.headerLength = headerLength
  }

  /// EtherType of the payload.
  @inlinable public var protocolType: UInt16 { unsafe bytes.u16(Field.protocolType) }
  /// Whether it is a message of the tunnel's ends, not of a tenant (O).
  @inlinable public var isControl: Bool { unsafe bytes.u8(Field.flags) & 0x80 != 0 }
  /// The virtual network identifier: 24 bits.
  @inlinable public var networkIdentifier: UInt32 { unsafe bytes.u24(Field.identifier) }
}
