/// L2TP data header, version 2 (RFC 2661 section 3.1); what follows is PPP.
///
///     0                2                      each field if its flag is set, but the IDs always
///     | flags, version | length | tunnel ID | session ID | Ns | Nr | offset size, padding | PPP …
@frozen
public struct L2TPHeader: Sendable {
  @usableFromInline enum Flag {
    @inlinable static var control: UInt16 { 0x8000 }
    @inlinable static var length: UInt16 { 0x4000 }
    @inlinable static var sequence: UInt16 { 0x0800 }
    @inlinable static var offset: UInt16 { 0x0200 }
    /// What must be 0, and the version.
    @inlinable static var reservedAndVersion: UInt16 { 0x34FF }
  }

  /// Bytes of the header.
  public let headerLength: Int

  /// Fails unless it is a whole header of a data message of version 2, with IDs other than 0.
  @inlinable
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= 6 else { return nil }
    let flags = unsafe bytes.u16(0)
    guard flags & Flag.control == 0, flags & Flag.reservedAndVersion == 2 else { return nil }
    var at = flags & Flag.length != 0 ? 4 : 2
    guard bytes.byteCount >= at &+ 4, unsafe bytes.u16(at) != 0, unsafe bytes.u16(at &+ 2) != 0 else { return nil }
    if at == 4 {
      // The length covers the whole message; less would be no header, and more than was sent is none of it.
      guard unsafe Int(bytes.u16(2)) >= bytes.byteCount else { return nil }
    }
    at &+= 4
    if flags & Flag.sequence != 0 { at &+= 4 }
    if flags & Flag.offset != 0 {
      guard bytes.byteCount >= at &+ 2 else { return nil }
      at &+= unsafe 2 &+ Int(bytes.u16(at))
    }
    guard at <= bytes.byteCount else { return nil }
    headerLength = at
  }
}
