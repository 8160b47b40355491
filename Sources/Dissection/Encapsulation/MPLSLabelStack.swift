import Observations

/// MPLS label stack (RFC 3032 section 2.1).
///
///     0                                  4
///     | label, 20 | class, 3 | bottom, 1 | time to live, 8 | more entries until the bottom … | payload …
///
/// Nothing in a label says what is carried. IP shows by its version; an Ethernet pseudowire (RFC 4448) may have a
/// control word (RFC 4385 section 3), whose first four bits are 0, before its frame.
///
///     0                                   4
///     | 0, flags | fragment, length | sequence | Ethernet frame …
@frozen
public struct MPLSLabelStack: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var end: Int { 4 }
    @inlinable static var bottom: Int { 2 }
  }

  /// Labels that are walked. Segment routing stacks some ten; more is damage.
  @inlinable public static var limit: Int { 16 }

  @usableFromInline let bytes: RawSpan
  /// Bytes of the label stack.
  public let headerLength: Int

  /// Fails unless the bottom of the stack is there and within the limit.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    var at = 0
    for _ in 0..<Self.limit {
      guard bytes.byteCount &- at >= Field.end else { return nil }
      let isBottom = unsafe bytes.u8(at &+ Field.bottom) & 1 == 1
      at &+= Field.end
      if isBottom {
        self.bytes = bytes
        headerLength = at
        return
      }
    }
    return nil
  }

  /// The label at the bottom: the one that names the service.
  @inlinable public var bottomLabel: UInt32 { unsafe bytes.u32(headerLength &- Field.end) >> 12 }

  /// What the labels carry, as far as its content shows; offsets count from the first label.
  public var payload: HeaderPayload {
    let payload = bytes.from(headerLength)
    guard payload.byteCount > 0 else { return .unread(.cutHeader) }
    let nibble = unsafe payload.u8(0) >> 4
    switch nibble {
    case 4 where Self.isIPv4(payload) || !EthernetHeader.isPlausible(payload),
      6 where IPv6Header(payload) != nil && !EthernetHeader.isPlausible(payload):
      return .content(.ipPacket, offset: headerLength)
    case 0 where EthernetHeader.isPlausible(payload.from(Field.end)):
      return .content(.frame(.ethernet), offset: headerLength &+ Field.end)
    default:
      // 1 is an associated channel (RFC 5586): operation messages.
      guard EthernetHeader.isPlausible(payload) else { return .unread(nibble == 1 ? .carrierControl : .mplsPayload) }
      return .content(.frame(.ethernet), offset: headerLength)
    }
  }

  /// Whether it is an IPv4 packet and not a frame whose address begins with the same four bits: the sum of its header
  /// is right, which one frame in 65,536 has by chance.
  private static func isIPv4(_ bytes: RawSpan) -> Bool {
    guard let header = IPv4Header(bytes) else { return false }
    var sum: UInt32 = 0
    for at in stride(from: 0, to: header.headerLength, by: 2) { sum &+= unsafe UInt32(bytes.u16(at)) }
    while sum >> 16 != 0 { sum = sum & 0xFFFF &+ sum >> 16 }
    return sum == 0xFFFF
  }
}
