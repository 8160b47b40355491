/// CAPWAP header of the data channel between an access point and its controller (RFC 5415 section 4.3), its preamble
/// (section 4.1) included.
///
///     0          1                                      3              4             6
///     | preamble | length, 5 | radio, 5 | binding, 5 | T F L W M K, reserved 3 | fragment ID | offset 13, reserved 3 |
///     | length, radio's MAC address if M | length, wireless information if W |   each padded to four bytes; then the frame
@frozen
public struct CAPWAPHeader: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var preamble: Int { 0 }
    @inlinable static var flags: Int { 1 }
    @inlinable static var fragmentOffset: Int { 6 }
    @inlinable static var end: Int { 8 }
  }

  /// Places in the 24 bits behind the preamble.
  @usableFromInline enum Flag {
    /// The frame has the radio's own format (T).
    @inlinable static var native: UInt32 { 0x100 }
    @inlinable static var fragment: UInt32 { 0x80 }
    @inlinable static var lastFragment: UInt32 { 0x40 }
    @inlinable static var wirelessInformation: UInt32 { 0x20 }
    @inlinable static var radioAddress: UInt32 { 0x10 }
    @inlinable static var keepAlive: UInt32 { 0x08 }
    @inlinable static var reserved: UInt32 { 0x07 }
  }

  /// The number of the binding to IEEE 802.11 (RFC 5415 section 4.3, RFC 5416).
  @inlinable static var wiFiBinding: UInt32 { 1 }

  @usableFromInline let bytes: RawSpan
  @usableFromInline let flags: UInt32

  /// Fails unless the header is whole, in clear, of Wi-Fi, its length is that of what it says it holds, and all that is
  /// reserved is 0.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    // Version 0 and a header in clear; 1 is DTLS.
    guard bytes.byteCount >= Field.end, unsafe bytes.u8(Field.preamble) == 0 else { return nil }
    let flags = unsafe bytes.u24(Field.flags)
    let last = unsafe bytes.u16(Field.fragmentOffset)
    guard flags & Flag.reserved == 0, flags >> 9 & 0x1F == Self.wiFiBinding, last & 7 == 0 else { return nil }
    // Only a fragment has a place, and only one can be the last.
    if flags & Flag.fragment == 0, last != 0 || flags & Flag.lastFragment != 0 { return nil }
    var end = Field.end
    for field in [Flag.radioAddress, Flag.wirelessInformation] where flags & field != 0 {
      guard end < bytes.byteCount else { return nil }
      end &+= unsafe (1 &+ Int(bytes.u8(end)) &+ 3) & ~3
    }
    // Cisco's wireless information is four bytes longer than its length byte says (Wireshark's packet-capwap.c).
    let headerLength = Int(flags >> 19) &* 4
    guard end == headerLength || flags & Flag.wirelessInformation != 0 && end &+ 4 == headerLength,
      headerLength <= bytes.byteCount
    else { return nil }
    self.bytes = bytes
    self.flags = flags
  }

  /// Bytes of the header: 8 to 124.
  @inlinable public var headerLength: Int { Int(flags >> 19) &* 4 }
  /// Whether it keeps the channel alive and carries no frame.
  @inlinable public var isKeepAlive: Bool { flags & Flag.keepAlive != 0 }
  /// Whether it carries an 802.11 frame, not one of Ethernet.
  @inlinable public var isNative: Bool { flags & Flag.native != 0 }
  /// Whether it carries a part of a frame that is not its beginning.
  @inlinable public var isLaterFragment: Bool { unsafe bytes.u16(Field.fragmentOffset) != 0 }
}
