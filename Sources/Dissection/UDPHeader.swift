/// UDP header (RFC 768).
///
///     0             2                  4        6          8
///     | source port | destination port | length | checksum | payload …
@frozen
public struct UDPHeader: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var sourcePort: Int { 0 }
    @inlinable static var destinationPort: Int { 2 }
    @inlinable static var length: Int { 4 }
    @inlinable static var end: Int { 8 }
  }

  @usableFromInline let bytes: RawSpan

  /// Bytes of the header.
  @inlinable public static var size: Int { Field.end }

  /// Fails unless the 8 bytes of the header are there.
  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end else { return nil }
    self.bytes = bytes
  }

  @inlinable public var sourcePort: UInt16 {
    @inline(__always) get { unsafe bytes.u16(Field.sourcePort) }
  }

  @inlinable public var destinationPort: UInt16 {
    @inline(__always) get { unsafe bytes.u16(Field.destinationPort) }
  }

  /// Bytes of the datagram, the 8 of the header included, as the header says. In a first fragment it counts the whole
  /// datagram; segmentation offload may leave anything in it.
  @inlinable public var length: Int {
    @inline(__always) get { unsafe Int(bytes.u16(Field.length)) }
  }

  /// What was captured behind the header, cut at `length` where that is sane.
  @inlinable public var payload: RawSpan {
    @inline(__always) @_lifetime(copy self)
    get {
      let length = self.length
      return (length >= Field.end ? bytes.upTo(length) : bytes).from(Field.end)
    }
  }

  /// Bytes of the payload on the wire, as the header says; those captured where it says nothing sane. More than
  /// `payload` holds in a first fragment and where a snap length cut the packet.
  @inlinable public var originalPayloadLength: Int {
    @inline(__always) get {
      let length = self.length
      return length >= Field.end ? length &- Field.end : bytes.byteCount &- Field.end
    }
  }
}
