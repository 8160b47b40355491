/// The DTLS records in a datagram, from first to last.
///
/// A datagram that is not DTLS yields none: the first record needs one of DTLS's content types and versions and
/// has to fit the datagram.
@frozen
public struct DTLSRecords: ~Escapable {
  /// The largest fragment a record may hold: 2^14 bytes of plaintext and 2048 of encryption (RFC 6347 section 4.1).
  @inlinable static var largestFragment: Int { 16_384 + 2_048 }
  /// The smallest fragment of a unified record: its AEAD's tag alone, 8 bytes in the CCM_8 suites (RFC 6655).
  @inlinable static var smallestEncryptedFragment: Int { 8 }

  @usableFromInline let payload: RawSpan
  /// Bytes of the datagram's payload on the wire.
  @usableFromInline let datagramLength: Int
  /// Bytes of the connection ID; negative when it is not known.
  @usableFromInline let connectionIDLength: Int
  @usableFromInline var allowsUnifiedHeader: Bool
  @usableFromInline var offset = 0

  /// Walks the records of a UDP datagram.
  ///
  /// - Parameters:
  ///   - payload: what was captured behind the UDP header.
  ///   - originalPayloadLength: bytes behind the UDP header on the wire; give it where a snap length may have cut the
  ///     packet, else the payload's own count stands.
  ///   - connectionIDLength: bytes of the connection IDs that the receiver of the datagram negotiated, if known.
  ///     Where not, a record with one reaches to the end of the datagram.
  ///   - allowsUnifiedHeader: whether the first record may have DTLS 1.3's unified header. Its only mark is three bits,
  ///     so allow it only once a handshake showed that the flow is DTLS 1.3.
  @inlinable @inline(__always) @_lifetime(copy payload)
  public init(
    _ payload: RawSpan, originalPayloadLength: Int = 0, connectionIDLength: Int? = nil,
    allowsUnifiedHeader: Bool = false
  ) {
    self.payload = payload
    self.datagramLength = max(originalPayloadLength, payload.byteCount)
    self.connectionIDLength = connectionIDLength ?? -1
    self.allowsUnifiedHeader = allowsUnifiedHeader
  }

  /// The next record, of which only the last may be incomplete, and only where the packet was cut; nil at the end or
  /// where the bytes are no DTLS record.
  @inlinable @inline(__always) @_lifetime(copy self)
  public mutating func next() -> DTLSRecord? {
    let bytes = payload.from(offset)
    guard bytes.byteCount >= DTLSRecord.Field.end else { return nextShort(bytes) }
    let type = unsafe bytes.u8(DTLSRecord.Field.contentType)
    guard type >= 20, type <= 26, type != 25, unsafe Self.isVersion(bytes.u16(DTLSRecord.Field.version)) else {
      return nextUncommon(bytes, type: type)
    }
    return take(headerLength: DTLSRecord.Field.end, length: unsafe Int(bytes.u16(DTLSRecord.Field.length)))
  }

  /// DTLS 1.0, 1.2 and 1.3, and what AnyConnect speaks as OpenSSL did before DTLS 1.0 was a standard.
  @inlinable @inline(__always)
  static func isVersion(_ number: UInt16) -> Bool {
    number == 0xFEFF || number == 0xFEFD || number == 0xFEFC || number == 0x0100
  }

  /// Bytes of the payload that the records so far took, headers included.
  @inlinable public var consumed: Int { offset }

  /// Bytes of the payload behind the records so far.
  @inlinable public var remaining: RawSpan {
    @_lifetime(copy self) get { payload.from(offset) }
  }

  @inlinable @inline(__always) @_lifetime(copy self)
  mutating func take(headerLength: Int, length: Int) -> DTLSRecord? {
    guard length <= Self.largestFragment, offset &+ headerLength &+ length <= datagramLength else { return nil }
    let bytes = payload.from(offset)
    offset = min(offset &+ headerLength &+ length, payload.byteCount)
    // Behind a plain record of the same datagram an encrypted one of DTLS 1.3 needs no further proof.
    allowsUnifiedHeader = true
    return DTLSRecord(bytes, headerLength: headerLength, length: length)
  }

  @inlinable @_lifetime(copy self)
  mutating func nextShort(_ bytes: RawSpan) -> DTLSRecord? {
    bytes.isEmpty ? nil : unsafe nextUncommon(bytes, type: bytes.u8(DTLSRecord.Field.contentType))
  }

  /// A record with a connection ID, or with the unified header.
  @inlinable @_lifetime(copy self)
  mutating func nextUncommon(_ bytes: RawSpan, type: UInt8) -> DTLSRecord? {
    if type == 25 { return nextWithConnectionID(bytes) }
    return allowsUnifiedHeader && type & 0xE0 == 0x20 ? nextUnified(bytes, flags: type) : nil
  }

  @inlinable @_lifetime(copy self)
  mutating func nextWithConnectionID(_ bytes: RawSpan) -> DTLSRecord? {
    guard bytes.byteCount > DTLSRecord.Field.connectionID,
      unsafe Self.isVersion(bytes.u16(DTLSRecord.Field.version))
    else { return nil }
    guard connectionIDLength >= 0 else {
      let length = datagramLength &- offset &- DTLSRecord.Field.connectionID
      return take(headerLength: DTLSRecord.Field.connectionID, length: length)
    }
    let lengthField = DTLSRecord.Field.connectionID &+ connectionIDLength
    guard bytes.byteCount &- lengthField >= 2 else { return nil }
    return take(headerLength: lengthField &+ 2, length: unsafe Int(bytes.u16(lengthField)))
  }

  @inlinable @_lifetime(copy self)
  mutating func nextUnified(_ bytes: RawSpan, flags: UInt8) -> DTLSRecord? {
    let hasConnectionID = flags & 0x10 != 0
    let toTheEnd = datagramLength &- offset &- 1
    if hasConnectionID, connectionIDLength < 0 {
      return toTheEnd < Self.smallestEncryptedFragment ? nil : take(headerLength: 1, length: toTheEnd)
    }
    let lengthField = 1 &+ (hasConnectionID ? connectionIDLength : 0) &+ (flags & 0x08 != 0 ? 2 : 1)
    let hasLength = flags & 0x04 != 0
    let headerLength = lengthField &+ (hasLength ? 2 : 0)
    guard bytes.byteCount >= headerLength else { return nil }
    let length = unsafe hasLength ? Int(bytes.u16(lengthField)) : datagramLength &- offset &- headerLength
    return length < Self.smallestEncryptedFragment ? nil : take(headerLength: headerLength, length: length)
  }
}
