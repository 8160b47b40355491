import Observations

/// IPv4 header (RFC 791 section 3.1).
///
///     0         1                 2                  4                6
///     | ver IHL | type of service | total length     | identification | flags, fragment offset |
///     8                9          10                 12               16                       20
///     | time to live   | protocol | header checksum  | source         | destination            | options …
@frozen
public struct IPv4Header: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var versionAndHeaderLength: Int { 0 }
    @inlinable static var totalLength: Int { 2 }
    @inlinable static var identification: Int { 4 }
    @inlinable static var flagsAndFragmentOffset: Int { 6 }
    @inlinable static var timeToLive: Int { 8 }
    @inlinable static var protocolNumber: Int { 9 }
    @inlinable static var source: Int { 12 }
    @inlinable static var destination: Int { 16 }
    @inlinable static var end: Int { 20 }
  }

  @usableFromInline let bytes: RawSpan
  /// Bytes of the header, options included: 20 to 60.
  public let headerLength: Int

  /// Fails unless the whole header, options included, is there.
  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end else { return nil }
    let first = unsafe bytes.u8(Field.versionAndHeaderLength)
    let headerLength = Int(first & 15) &* 4
    guard first >> 4 == 4, headerLength >= Field.end, headerLength <= bytes.byteCount else { return nil }
    self.bytes = bytes
    self.headerLength = headerLength
  }

  /// Bytes of the packet, header included, as the header says: 0 where segmentation offload left it to the card.
  @inlinable public var totalLength: Int {
    @inline(__always) get { unsafe Int(bytes.u16(Field.totalLength)) }
  }

  /// What the fragments of one packet share.
  @inlinable public var identification: UInt16 {
    @inline(__always) get { unsafe bytes.u16(Field.identification) }
  }

  /// Whether routers must drop the packet rather than fragment it (DF).
  @inlinable public var dontFragment: Bool {
    @inline(__always) get { unsafe bytes.u8(Field.flagsAndFragmentOffset) & 0x40 != 0 }
  }

  /// Whether fragments of the packet follow this one (MF).
  @inlinable public var moreFragments: Bool {
    @inline(__always) get { unsafe bytes.u8(Field.flagsAndFragmentOffset) & 0x20 != 0 }
  }

  /// Bytes of the original payload before this fragment: 0 to 65,528.
  @inlinable public var fragmentOffset: Int {
    @inline(__always) get { unsafe Int(bytes.u16(Field.flagsAndFragmentOffset) & 0x1FFF) &* 8 }
  }

  /// Whether this is a part of a packet only.
  @inlinable public var isFragment: Bool {
    @inline(__always) get { unsafe bytes.u16(Field.flagsAndFragmentOffset) & 0x3FFF != 0 }
  }

  /// Whether this is a fragment other than the first, so that no transport header begins the payload.
  @inlinable public var isLaterFragment: Bool {
    @inline(__always) get { unsafe bytes.u16(Field.flagsAndFragmentOffset) & 0x1FFF != 0 }
  }

  /// Hops left.
  @inlinable public var timeToLive: UInt8 {
    @inline(__always) get { unsafe bytes.u8(Field.timeToLive) }
  }

  /// Protocol of the payload, one of `IPProtocol` or another.
  @inlinable public var protocolNumber: UInt8 {
    @inline(__always) get { unsafe bytes.u8(Field.protocolNumber) }
  }

  @inlinable public var source: IPAddress {
    @inline(__always) get { unsafe IPAddress(v4: bytes.u32(Field.source)) }
  }

  @inlinable public var destination: IPAddress {
    @inline(__always) get { unsafe IPAddress(v4: bytes.u32(Field.destination)) }
  }

  /// The options, padding included: 0 to 40 bytes.
  @inlinable public var options: RawSpan {
    @_lifetime(copy self) get { bytes.upTo(headerLength).from(Field.end) }
  }

  /// What follows the header, without what the link layer padded: it ends at the total length, or at the end of the
  /// bytes when the total length is 0, less than the header, or more than was captured.
  @inlinable public var payload: RawSpan {
    @inline(__always) @_lifetime(copy self)
    get {
      let total = totalLength
      return (total >= headerLength ? bytes.upTo(total) : bytes).from(headerLength)
    }
  }
}
