/// What stands before the IPv6 packet in a Teredo datagram (RFC 4380 section 5.1.1): an authentication header and an
/// origin indication, each of them or none.
///
///     0      2                   3                       4
///     | 0001 | length of client  | length of the value   | client, value | nonce, 8 | confirmation, 1 |
///     | 0000 | port, inverted    | IPv4 address, inverted, 4 |
///     | IPv6 packet …
@frozen
public struct TeredoHeader: Sendable {
  @usableFromInline enum Mark {
    @inlinable static var origin: UInt16 { 0 }
    @inlinable static var authentication: UInt16 { 1 }
  }

  /// Addresses of Teredo: the first four bytes (RFC 4380 section 2.6).
  @inlinable static var prefix: UInt32 { 0x2001_0000 }
  /// Link-local addresses: the first ten bits (RFC 4291 section 2.5.6). A client asks its server from one.
  @inlinable static var linkLocal: UInt32 { 0xFE80_0000 }

  /// Bytes before the IPv6 packet: 0 to 531.
  public let headerLength: Int

  /// Fails unless an IPv6 packet follows, one of whose addresses is Teredo's or link-local.
  @inlinable
  public init?(_ bytes: RawSpan) {
    var at = 0
    if Self.begins(bytes, at, with: Mark.authentication) {
      guard bytes.byteCount >= 4 else { return nil }
      at = unsafe 13 &+ Int(bytes.u8(2)) &+ Int(bytes.u8(3))
    }
    if Self.begins(bytes, at, with: Mark.origin) { at &+= 8 }
    let packet = bytes.from(at)
    guard packet.byteCount >= 40, unsafe packet.u8(0) >> 4 == 6,
      unsafe Self.isTeredo(packet.u32(8)) || Self.isTeredo(packet.u32(24))
    else { return nil }
    headerLength = at
  }

  @inlinable
  static func begins(_ bytes: RawSpan, _ at: Int, with mark: UInt16) -> Bool {
    unsafe bytes.byteCount >= at &+ 2 && bytes.u16(at) == mark
  }

  @inlinable
  static func isTeredo(_ beginning: UInt32) -> Bool { beginning == prefix || beginning & 0xFFC0_0000 == linkLocal }
}
