/// VXLAN header with the generic protocol extension (draft-ietf-nvo3-vxlan-gpe section 3).
///
///     0                                1          3               4     7          8
///     | version, I, P, B, O; 2 unused  | reserved | next protocol | VNI | reserved | payload …
@frozen
public struct GenericVXLANHeader: ~Escapable {
  private enum Field {
    static let flags = 0
    static let reservedBehindFlags = 1
    static let nextProtocol = 3
    static let identifier = 4
    static let reserved = 7
    static let end = 8
  }

  private enum Flag {
    /// Version, and what is reserved.
    static let none: UInt8 = 0xF0
    static let identifier: UInt8 = 0x08
    static let nextProtocol: UInt8 = 0x04
    static let control: UInt8 = 0x01
  }

  private let bytes: RawSpan

  /// Bytes of the header.
  public static let length = 8

  /// Fails unless the 8 bytes are there, the VNI is valid, and all that is reserved is 0: a port alone proves nothing.
  @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end, unsafe bytes.u8(Field.reserved) == 0,
      unsafe bytes.u16(Field.reservedBehindFlags) == 0
    else { return nil }
    let flags = unsafe bytes.u8(Field.flags)
    guard flags & Flag.none == 0, flags & Flag.identifier != 0 else { return nil }
    self.bytes = bytes
  }

  /// Whether it is a message of operation and maintenance, not of a tenant (O).
  public var isControl: Bool { unsafe bytes.u8(Field.flags) & Flag.control != 0 }

  /// What it carries; nil where nobody knows, or it does not say (P): plain VXLAN has a port of its own.
  public var content: FrameContent? {
    guard unsafe bytes.u8(Field.flags) & Flag.nextProtocol != 0 else { return nil }
    return unsafe CarriedProtocol.content(bytes.u8(Field.nextProtocol))
  }

  /// The VXLAN network identifier: 24 bits.
  public var networkIdentifier: UInt32 { unsafe bytes.u24(Field.identifier) }
}
