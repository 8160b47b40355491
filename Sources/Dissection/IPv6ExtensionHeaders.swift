/// The chain of IPv6 extension headers (RFC 8200 section 4; authentication header RFC 4302 section 2).
///
///     0             1        2
///     | next header | length | …          length in 8-byte units beyond the first; AH: 4-byte units beyond two
///
///     0             1        2                         4
///     | next header | 0      | fragment offset, M flag | identification |     (fragment header, 8 bytes)
@frozen
@usableFromInline
struct IPv6ExtensionHeaders {
  @usableFromInline enum Field {
    @inlinable static var nextHeader: Int { 0 }
    @inlinable static var length: Int { 1 }
    @inlinable static var fragmentOffsetAndFlag: Int { 2 }
    @inlinable static var identification: Int { 4 }
    /// The smallest extension header.
    @inlinable static var end: Int { 8 }
  }

  @usableFromInline enum Number {
    @inlinable static var hopByHop: UInt8 { 0 }
    @inlinable static var routing: UInt8 { 43 }
    @inlinable static var fragment: UInt8 { 44 }
    @inlinable static var authentication: UInt8 { 51 }
    @inlinable static var destinationOptions: UInt8 { 60 }
  }

  /// How many headers are walked. RFC 8200 section 4.1 knows seven in a packet; a longer chain is damage or an attack.
  @inlinable static var limit: Int { 16 }

  /// Protocol behind the headers that could be walked.
  @usableFromInline var protocolNumber: UInt8
  /// Offset of what they precede; at most the end of the bytes.
  @usableFromInline var end: Int
  /// Fragment offset and M flag as the fragment header holds them; 0 without one.
  @usableFromInline var fragmentField: UInt16 = 0
  @usableFromInline var identification: UInt32 = 0

  @inlinable @inline(__always)
  init(none protocolNumber: UInt8, at offset: Int) {
    self.protocolNumber = protocolNumber
    self.end = offset
  }

  /// Walks the headers of `packet` from the one at `offset`, stopping where one is cut.
  @inlinable
  init(of packet: RawSpan, first: UInt8, at offset: Int) {
    self.init(none: first, at: offset)
    for _ in 0..<Self.limit {
      guard Self.isExtension(protocolNumber) else { return }
      let available = packet.byteCount &- end
      guard available >= Field.end else { break }
      let length = unsafe Self.length(of: protocolNumber, field: packet.u8(end &+ Field.length))
      guard length <= available else { break }
      if protocolNumber == Number.fragment {
        fragmentField = unsafe packet.u16(end &+ Field.fragmentOffsetAndFlag)
        identification = unsafe packet.u32(end &+ Field.identification)
      }
      protocolNumber = unsafe packet.u8(end &+ Field.nextHeader)
      end &+= length
      // Behind a later fragment's header comes data, whatever the next-header field says.
      if fragmentField & 0xFFF8 != 0 { return }
    }
    // The chain is cut or too long: nothing behind it can be told.
    if Self.isExtension(protocolNumber) { end = packet.byteCount }
  }

  @inlinable @inline(__always)
  static func isExtension(_ number: UInt8) -> Bool {
    number == Number.hopByHop || number == Number.routing || number == Number.fragment
      || number == Number.destinationOptions || number == Number.authentication
  }

  @inlinable
  static func length(of number: UInt8, field: UInt8) -> Int {
    switch number {
    case Number.fragment: Field.end
    case Number.authentication: (Int(field) &+ 2) &* 4
    default: (Int(field) &+ 1) &* 8
    }
  }
}
