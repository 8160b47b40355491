import Observations

/// IEEE 802.2 LLC header (IEEE 802.2 section 3.2), with the SNAP extension (RFC 1042).
///
///     0      1      2         3              6
///     | DSAP | SSAP | control | organisation | EtherType or protocol | payload …     AA AA 03: SNAP
public enum LLCHeader {
  @usableFromInline enum Field {
    @inlinable static var control: Int { 2 }
    @inlinable static var end: Int { 3 }
    @inlinable static var organisation: Int { 3 }
    @inlinable static var protocolType: Int { 6 }
    @inlinable static var snapEnd: Int { 8 }
  }

  /// Organisations under which an EtherType follows: RFC 1042, and IEEE 802.1H's tunnels of bridges.
  @usableFromInline enum Organisation {
    @inlinable static var rfc1042: UInt32 { 0x000000 }
    @inlinable static var bridgeTunnel: UInt32 { 0x0000F8 }
  }

  /// The largest number in an EtherType's place that is a length (IEEE 802.3 clause 3.2.6).
  @inlinable public static var largestLength: UInt16 { 1500 }

  /// What the header leads to.
  public static func payload(of bytes: RawSpan) -> HeaderPayload {
    guard bytes.byteCount >= Field.end else { return .unread(.cutHeader) }
    let accessPoints = unsafe bytes.u16(0)
    // IP under its own access point (RFC 948), which some token rings used.
    if accessPoints == 0x0606 { return .content(.ipPacket, offset: Field.end) }
    guard accessPoints == 0xAAAA, unsafe bytes.u8(Field.control) == 3 else {
      return unsafe .unread(.llc(bytes.u8(0) & 0xFE))
    }
    guard bytes.byteCount >= Field.snapEnd else { return .unread(.cutHeader) }
    let organisation = unsafe bytes.u24(Field.organisation)
    guard organisation == Organisation.rfc1042 || organisation == Organisation.bridgeTunnel else {
      return .unread(.snap(organisation))
    }
    return unsafe .content(.etherType(bytes.u16(Field.protocolType)), offset: Field.snapEnd)
  }
}
