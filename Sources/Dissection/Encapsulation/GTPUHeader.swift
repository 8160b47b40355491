/// GTP-U header (3GPP TS 29.281 section 5.1) with its extension headers (section 5.2).
///
///     0                          1              2        4      8
///     | version, PT, E, S, PN    | message type | length | TEID | with any flag: sequence | N-PDU | next extension |
///     | length in 4-byte units | … | next extension |   until the next is 0; then the user's IP packet
@frozen
public struct GTPUHeader: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var flags: Int { 0 }
    @inlinable static var messageType: Int { 1 }
    @inlinable static var length: Int { 2 }
    @inlinable static var endpoint: Int { 4 }
    @inlinable static var end: Int { 8 }
    @inlinable static var nextExtension: Int { 11 }
    @inlinable static var optionalEnd: Int { 12 }
  }

  /// A user's packet; other messages are the tunnel's own.
  @inlinable static var userPacket: UInt8 { 255 }
  /// Extension headers that are walked; 5G uses one or two.
  @inlinable static var extensionLimit: Int { 8 }

  @usableFromInline let bytes: RawSpan
  /// Bytes of the header with its extensions.
  public let headerLength: Int

  /// Fails unless the header is whole, of version 1, holds a user's packet, and its length covers the datagram.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    // Version 1 (three bits), protocol type GTP, a reserved 0, and three flags.
    guard bytes.byteCount >= Field.end, unsafe bytes.u8(Field.flags) & 0xF8 == 0x30,
      unsafe bytes.u8(Field.messageType) == Self.userPacket,
      unsafe Field.end &+ Int(bytes.u16(Field.length)) >= bytes.byteCount
    else { return nil }
    var length = Field.end
    let flags = unsafe bytes.u8(Field.flags) & 7
    if flags != 0 {
      guard bytes.byteCount >= Field.optionalEnd else { return nil }
      length = Field.optionalEnd
      var next = unsafe flags & 4 != 0 ? bytes.u8(Field.nextExtension) : 0
      var steps = 0
      while next != 0 {
        guard length < bytes.byteCount, steps < Self.extensionLimit else { return nil }
        let size = unsafe Int(bytes.u8(length)) &* 4
        guard size > 0, length &+ size <= bytes.byteCount else { return nil }
        length &+= size
        next = unsafe bytes.u8(length &- 1)
        steps &+= 1
      }
    }
    self.bytes = bytes
    self.headerLength = length
  }

  /// The tunnel endpoint identifier, as the receiving end chose it; the other direction has another.
  @inlinable public var tunnelEndpoint: UInt32 { unsafe bytes.u32(Field.endpoint) }
}
