/// VXLAN header (RFC 7348 section 5), with the group policy extension (draft-smith-vxlan-group-policy section 2.1).
///
///     0        1           2              4     7
///     | flags  | policy    | group policy | VNI | reserved | Ethernet frame …
@frozen
public struct VXLANHeader: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var flags: Int { 0 }
    @inlinable static var policyFlags: Int { 1 }
    @inlinable static var policyGroup: Int { 2 }
    @inlinable static var identifier: Int { 4 }
    @inlinable static var reserved: Int { 7 }
    @inlinable static var end: Int { 8 }
  }

  @usableFromInline enum Flag {
    /// The VNI is valid; the only flag of RFC 7348.
    @inlinable static var identifier: UInt8 { 0x08 }
    /// A group policy stands in what is reserved otherwise.
    @inlinable static var groupPolicy: UInt8 { 0x80 }
  }

  @usableFromInline let bytes: RawSpan

  /// Fails unless the 8 bytes are there and the VNI is valid. What is reserved is ignored, as a receiver has to.
  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end, unsafe bytes.u8(Field.flags) & Flag.identifier != 0 else { return nil }
    self.bytes = bytes
  }

  /// Whether all that is reserved is 0, as a sender has to leave it: a port and one bit alone prove little.
  public var isPlain: Bool {
    guard unsafe bytes.u8(Field.reserved) == 0 else { return false }
    switch unsafe bytes.u8(Field.flags) {
    case Flag.identifier: return unsafe bytes.u8(Field.policyFlags) == 0 && bytes.u16(Field.policyGroup) == 0
    // Don't learn (0x40) and policy applied (0x08).
    case Flag.identifier | Flag.groupPolicy: return unsafe bytes.u8(Field.policyFlags) & ~0x48 == 0
    default: return false
    }
  }

  /// Bytes of the header.
  @inlinable public static var length: Int { 8 }

  /// The VXLAN network identifier: 24 bits.
  @inlinable public var networkIdentifier: UInt32 { unsafe bytes.u24(Field.identifier) }
}
