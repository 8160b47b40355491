import Observations

/// IPv6 header (RFC 8200 section 3) with the extension headers before its payload passed over.
///
///     0                                   4                6             7           8
///     | version, traffic class, flow      | payload length | next header | hop limit |
///     8                                   24                                         40
///     | source                            | destination                              | extensions …
@frozen
public struct IPv6Header: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var version: Int { 0 }
    @inlinable static var payloadLength: Int { 4 }
    @inlinable static var nextHeader: Int { 6 }
    @inlinable static var hopLimit: Int { 7 }
    @inlinable static var source: Int { 8 }
    @inlinable static var destination: Int { 24 }
    @inlinable static var end: Int { 40 }
  }

  /// The packet, without what the link layer padded.
  @usableFromInline let bytes: RawSpan
  @usableFromInline let extensions: IPv6ExtensionHeaders

  /// Fails unless the 40 bytes of the header are there. Extension headers may be cut: `protocolNumber` is then
  /// that of the first one that is not whole, and the payload is empty.
  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end, unsafe bytes.u8(Field.version) >> 4 == 6 else { return nil }
    let length = unsafe Int(bytes.u16(Field.payloadLength))
    let packet = length == 0 ? bytes : bytes.upTo(Field.end &+ length)
    let next = unsafe bytes.u8(Field.nextHeader)
    self.bytes = packet
    self.extensions =
      IPv6ExtensionHeaders.isExtension(next)
      ? IPv6ExtensionHeaders(of: packet, first: next, at: Field.end)
      : IPv6ExtensionHeaders(none: next, at: Field.end)
  }

  /// Bytes after the 40 of the header, extension headers included: 0 in a jumbogram or under segmentation offload.
  @inlinable public var payloadLength: Int {
    @inline(__always) get { unsafe Int(bytes.u16(Field.payloadLength)) }
  }

  /// Bytes of the packet, header included; 0 when the header does not say.
  @inlinable public var totalLength: Int {
    @inline(__always) get {
      let length = payloadLength
      return length == 0 ? 0 : length &+ Field.end
    }
  }

  /// Bytes before the payload: 40 and the extension headers.
  @inlinable public var headerLength: Int {
    @inline(__always) get { extensions.end }
  }

  /// Protocol of the payload, behind the extension headers.
  @inlinable public var protocolNumber: UInt8 {
    @inline(__always) get { extensions.protocolNumber }
  }

  /// Hops left.
  @inlinable public var hopLimit: UInt8 {
    @inline(__always) get { unsafe bytes.u8(Field.hopLimit) }
  }

  @inlinable public var source: IPAddress {
    @inline(__always) get { unsafe IPAddress(high: bytes.u64(Field.source), low: bytes.u64(Field.source &+ 8)) }
  }

  @inlinable public var destination: IPAddress {
    @inline(__always) get {
      unsafe IPAddress(high: bytes.u64(Field.destination), low: bytes.u64(Field.destination &+ 8))
    }
  }

  /// Whether fragments of the packet follow this one (M).
  @inlinable public var moreFragments: Bool {
    @inline(__always) get { extensions.fragmentField & 1 != 0 }
  }

  /// Bytes of the original payload before this fragment: 0 to 65,528.
  @inlinable public var fragmentOffset: Int {
    @inline(__always) get { Int(extensions.fragmentField & 0xFFF8) }
  }

  /// Whether this is a part of a packet only. A whole packet with a fragment header (RFC 6946) is not.
  @inlinable public var isFragment: Bool {
    @inline(__always) get { extensions.fragmentField & 0xFFF9 != 0 }
  }

  /// Whether this is a fragment other than the first, so that no transport header begins the payload.
  @inlinable public var isLaterFragment: Bool {
    @inline(__always) get { extensions.fragmentField & 0xFFF8 != 0 }
  }

  /// What the fragments of one packet share; 0 without a fragment header.
  @inlinable public var identification: UInt32 {
    @inline(__always) get { extensions.identification }
  }

  /// What follows the extension headers, without what the link layer padded.
  @inlinable public var payload: RawSpan {
    @inline(__always) @_lifetime(copy self) get { bytes.from(extensions.end) }
  }
}
