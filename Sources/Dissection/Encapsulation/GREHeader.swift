/// GRE header (RFC 2784 section 2, RFC 2890 section 2), the enhanced one of PPTP (RFC 2637 section 4.1), and that of
/// MikroTik's EoIP (Wireshark's packet-gre.c), which has the flags of PPTP.
///
///     0                 2               4                               version 0: each field if its flag is set
///     | flags, version  | protocol type | checksum, 2 × 2 | key | sequence number | payload …
///     | flags, version  | 0x880B        | payload length | call ID | sequence | acknowledgment | PPP …   version 1
///     | 0x2001          | 0x6400        | payload length | tunnel ID, little-endian | Ethernet frame …        version 1
@frozen
public struct GREHeader: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var flagsAndVersion: Int { 0 }
    @inlinable static var protocolType: Int { 2 }
    @inlinable static var end: Int { 4 }
  }

  @usableFromInline enum Flag {
    @inlinable static var checksum: UInt16 { 0x8000 }
    @inlinable static var routing: UInt16 { 0x4000 }
    @inlinable static var key: UInt16 { 0x2000 }
    @inlinable static var sequence: UInt16 { 0x1000 }
    @inlinable static var acknowledgment: UInt16 { 0x0080 }
    @inlinable static var version: UInt16 { 0x0007 }
    /// All of EoIP's flags: a key and version 1.
    @inlinable static var ethernetOverIP: UInt16 { 0x2001 }
    /// What a receiver must discard (RFC 2784 section 2.3): source routing and what is reserved.
    @inlinable static var reserved: UInt16 { 0x4FF8 }
  }

  @usableFromInline let bytes: RawSpan
  /// Bytes of the header with its optional fields: 4 to 16.
  public let headerLength: Int

  /// Fails unless the header is whole, of version 0 or 1, and without source routing.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end else { return nil }
    let flags = unsafe bytes.u16(Field.flagsAndVersion)
    var length = Field.end
    switch flags & Flag.version {
    case 0:
      guard flags & Flag.reserved == 0 else { return nil }
      if flags & Flag.checksum != 0 { length &+= 4 }
    case 1:
      guard flags & (Flag.checksum | Flag.routing) == 0, flags & Flag.key != 0,
        unsafe bytes.u16(Field.protocolType) == EtherType.ppp
          || flags == Flag.ethernetOverIP && bytes.u16(Field.protocolType) == EtherType.ethernetOverIP
      else { return nil }
      if flags & Flag.acknowledgment != 0 { length &+= 4 }
    default: return nil
    }
    if flags & Flag.key != 0 { length &+= 4 }
    if flags & Flag.sequence != 0 { length &+= 4 }
    guard length <= bytes.byteCount else { return nil }
    self.bytes = bytes
    self.headerLength = length
  }

  @inlinable var flags: UInt16 { unsafe bytes.u16(Field.flagsAndVersion) }

  /// EtherType of the payload; 0 in a Cisco keepalive.
  @inlinable public var protocolType: UInt16 { unsafe bytes.u16(Field.protocolType) }
  /// 0, or 1 for PPTP and EoIP.
  @inlinable public var version: UInt8 { UInt8(truncatingIfNeeded: flags & Flag.version) }
  /// Whether there is a sequence number: what tells ERSPAN type II from type I.
  @inlinable public var hasSequenceNumber: Bool { flags & Flag.sequence != 0 }

  /// The key as sent; nil without one, and in version 1, where length and call or tunnel ID stand in its place.
  @inlinable public var key: UInt32? {
    guard flags & Flag.key != 0, version == 0 else { return nil }
    return unsafe bytes.u32(Field.end &+ (flags & Flag.checksum != 0 ? 4 : 0))
  }

  /// What tells networks apart: the key, but of NVGRE (RFC 7637 section 3.2) only the upper 24 bits, because the rest
  /// differs from flow to flow. NVGRE is an Ethernet payload with a virtual subnet ID from 0x1000 on. EoIP has one
  /// tunnel ID for both directions.
  @inlinable public var networkIdentifier: UInt32? {
    if version == 1, protocolType == EtherType.ethernetOverIP { return UInt32(unsafe bytes.u16(Field.end &+ 2)) }
    guard let key else { return nil }
    let isNVGRE = protocolType == EtherType.ethernetFrame && key >= 0x1000 << 8
    return isNVGRE ? key & 0xFFFF_FF00 : key
  }
}
