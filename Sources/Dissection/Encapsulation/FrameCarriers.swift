import Observations

// Link layers that carry whole Ethernet frames.

/// Backbone service tag, I-TAG (IEEE 802.1ah, now IEEE 802.1Q clause 9.7), behind the backbone's own Ethernet header.
///
///     0                     1      4
///     | priority, DEI, UCA  | I-SID | customer's Ethernet frame …
@frozen
public struct BackboneServiceTag: ~Escapable {
  @usableFromInline let bytes: RawSpan

  /// Bytes of the tag.
  @inlinable public static var length: Int { 4 }

  /// Fails unless the 4 bytes are there.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Self.length else { return nil }
    self.bytes = bytes
  }

  /// The backbone service instance: 24 bits.
  @inlinable public var serviceIdentifier: UInt32 { unsafe bytes.u24(1) }
}

/// Cisco FabricPath: an outer Ethernet header, then 2 bytes, then the frame as it entered the fabric.
///
///     0                        2
///     | forwarding tag, TTL    | Ethernet frame …
public enum FabricPathHeader {
  /// Bytes behind the EtherType.
  static let length = 2
}

/// Cisco's Inter-Switch Link: a header of 26 bytes with a destination address of its own, where an Ethernet header
/// would be.
///
///     0                       5            6        12       14                17     20     22      24         26
///     | 01 or 03 00 0C 00 00  | type, user | source | length | AA AA 03, SNAP  | HSA  | VLAN | index | reserved | …
public enum ISLHeader {
  static let length = 26
  /// Bytes that show it is one.
  private static let marked = 17

  @inline(__always)
  static func begins(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= Self.marked else { return false }
    let destination = unsafe UInt64(bytes.u32(0)) << 8 | UInt64(bytes.u8(4))
    guard destination == 0x01_000C_0000 || destination == 0x03_000C_0000 else { return false }
    return unsafe bytes.u24(14) == 0xAAAA03
  }
}

/// Ethernet in IP (RFC 3378 section 3).
///
///     0                      2
///     | version 3, reserved  | Ethernet frame …
public enum EtherIPHeader {
  static let length = 2

  static func begins(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= length else { return false }
    return unsafe bytes.u16(0) == 0x3000
  }
}

/// IPsec's authentication header before IP (RFC 4302 section 2): nothing of it is encrypted.
///
///     0             1        2          4     8                 12
///     | next header | length | reserved | SPI | sequence number | check value … | payload …
@frozen
public struct AuthenticationHeader: ~Escapable {
  @usableFromInline let bytes: RawSpan
  /// Bytes of the header, its check value included.
  public let headerLength: Int

  /// Fails unless the header is whole.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= 12 else { return nil }
    let length = unsafe (Int(bytes.u8(1)) &+ 2) &* 4
    guard length >= 12, length <= bytes.byteCount else { return nil }
    self.bytes = bytes
    headerLength = length
  }

  /// Protocol of the payload.
  @inlinable public var nextHeader: UInt8 { unsafe bytes.u8(0) }
}
