import Observations

/// ERSPAN header, types II and III (draft-foschiano-erspan sections 4.2 and 4.3); type I has none.
///
///     0                2                               4                         8
///     | version, VLAN  | CoS, encapsulation, T, session | reserved, index        | Ethernet frame …          type II
///     | version, VLAN  | CoS, BSO, T, session           | timestamp              | SGT | P, FT, Hw, D, Gra, O |
///     12   with O set: a platform's subheader of 8 bytes; then the frame                                     type III
@frozen
public struct ERSPANHeader: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var versionAndVLAN: Int { 0 }
    @inlinable static var session: Int { 2 }
    @inlinable static var typeIIEnd: Int { 8 }
    @inlinable static var frameType: Int { 10 }
    @inlinable static var typeIIIEnd: Int { 12 }
    @inlinable static var subheader: Int { 8 }
  }

  /// What is mirrored; type III says it (FT).
  @frozen public enum FrameType: Equatable, Sendable { case ethernet, ip, other }

  @usableFromInline let bytes: RawSpan
  /// Bytes of the header: 8, 12 or 20.
  public let headerLength: Int
  public let frameType: FrameType

  /// Fails unless the header is whole and its version is that of `protocolType`: 1 for 0x88BE, 2 for 0x22EB.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan, protocolType: UInt16) {
    guard bytes.byteCount >= Field.typeIIEnd else { return nil }
    switch (protocolType, unsafe bytes.u8(Field.versionAndVLAN) >> 4) {
    case (EtherType.erspan, 1):
      headerLength = Field.typeIIEnd
      frameType = .ethernet
    case (EtherType.erspan3, 2):
      guard bytes.byteCount >= Field.typeIIIEnd else { return nil }
      let flags = unsafe bytes.u16(Field.frameType)
      let length = Field.typeIIIEnd &+ (flags & 1 != 0 ? Field.subheader : 0)
      guard bytes.byteCount >= length else { return nil }
      headerLength = length
      frameType =
        switch flags >> 10 & 0x1F {
        case 0: .ethernet
        case 2: .ip
        default: .other
        }
    default: return nil
    }
    self.bytes = bytes
  }

  /// The mirroring session: 10 bits.
  @inlinable public var session: UInt32 { UInt32(unsafe bytes.u16(Field.session) & 0x03FF) }
}
