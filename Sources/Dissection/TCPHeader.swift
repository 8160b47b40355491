/// TCP header (RFC 9293 section 3.1).
///
///     0             2                  4                 8                        12
///     | source port | destination port | sequence number | acknowledgment number  |
///     12            13      14         16                18                       20
///     | data offset | flags | window   | checksum        | urgent pointer         | options …
@frozen
public struct TCPHeader: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var sourcePort: Int { 0 }
    @inlinable static var destinationPort: Int { 2 }
    @inlinable static var sequenceNumber: Int { 4 }
    @inlinable static var acknowledgmentNumber: Int { 8 }
    @inlinable static var dataOffset: Int { 12 }
    @inlinable static var flags: Int { 13 }
    @inlinable static var window: Int { 14 }
    @inlinable static var end: Int { 20 }
  }

  @usableFromInline let bytes: RawSpan
  /// Bytes of the header, options included, as it says: 20 to 60. A snap length may have cut the options.
  public let headerLength: Int

  /// Fails unless the 20 fixed bytes are there and the data offset does not point into them.
  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end else { return nil }
    let headerLength = unsafe Int(bytes.u8(Field.dataOffset) >> 4) &* 4
    guard headerLength >= Field.end else { return nil }
    self.bytes = bytes
    self.headerLength = headerLength
  }

  @inlinable public var sourcePort: UInt16 {
    @inline(__always) get { unsafe bytes.u16(Field.sourcePort) }
  }

  @inlinable public var destinationPort: UInt16 {
    @inline(__always) get { unsafe bytes.u16(Field.destinationPort) }
  }

  /// Number of the payload's first byte, or of the SYN.
  @inlinable public var sequenceNumber: UInt32 {
    @inline(__always) get { unsafe bytes.u32(Field.sequenceNumber) }
  }

  /// The next byte the sender expects; means something with ACK only.
  @inlinable public var acknowledgmentNumber: UInt32 {
    @inline(__always) get { unsafe bytes.u32(Field.acknowledgmentNumber) }
  }

  @inlinable public var flags: TCPFlags {
    @inline(__always) get { unsafe TCPFlags(rawValue: bytes.u8(Field.flags)) }
  }

  /// Window as the header holds it, without the scale option applied.
  @inlinable public var windowSize: UInt16 {
    @inline(__always) get { unsafe bytes.u16(Field.window) }
  }

  /// What was captured behind the header.
  @inlinable public var payload: RawSpan {
    @inline(__always) @_lifetime(copy self) get { bytes.from(headerLength) }
  }

  /// The options that were captured.
  @inlinable public var options: TCPOptions {
    @_lifetime(copy self) get { TCPOptions(bytes.upTo(headerLength).from(Field.end)) }
  }

  /// The largest payload the sender is ready to receive, in bytes (RFC 9293 section 3.7.1); only a SYN offers it.
  @inlinable public var maximumSegmentSize: UInt16? {
    var options = self.options
    while let option = options.next() {
      if option.kind == .maximumSegmentSize, option.value.byteCount == 2 { return unsafe option.value.u16(0) }
    }
    return nil
  }
}
