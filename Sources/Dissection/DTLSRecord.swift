/// DTLS record (RFC 6347 section 4.1; with a connection ID RFC 9146 section 4; unified header RFC 9147 section 4).
///
///     0              1         3       5                 11       13
///     | content type | version | epoch | sequence number | length | fragment …                  (to DTLS 1.2)
///     | 25           | version | epoch | sequence number | connection ID | length | fragment …  (tls12_cid)
///     | 001CSLEE | connection ID if C | sequence number, 16 bits if S, else 8 | length if L | fragment … (DTLS 1.3)
@frozen
public struct DTLSRecord: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var contentType: Int { 0 }
    @inlinable static var version: Int { 1 }
    @inlinable static var epoch: Int { 3 }
    @inlinable static var sequenceNumber: Int { 5 }
    @inlinable static var connectionID: Int { 11 }
    @inlinable static var length: Int { 11 }
    @inlinable static var end: Int { 13 }
  }

  /// Bytes before the fragment in a record of DTLS 1.0 and 1.2 (RFC 6347 section 4.1).
  @inlinable public static var plainHeaderLength: Int { Field.end }

  /// The record and nothing behind it.
  @usableFromInline let bytes: RawSpan
  @usableFromInline let headerLength: Int
  /// Bytes of the fragment: as the header says, or to the end of the datagram where it does not say or its place is
  /// not known.
  public let length: Int

  @inlinable @inline(__always) @_lifetime(copy bytes)
  init(_ bytes: RawSpan, headerLength: Int, length: Int) {
    self.bytes = bytes.upTo(headerLength &+ length)
    self.headerLength = headerLength
    self.length = length
  }

  /// Whether it has the header of DTLS 1.3's encrypted records; only `length` and the epoch's low bits are then clear.
  @inlinable public var isUnified: Bool {
    @inline(__always) get { unsafe bytes.u8(Field.contentType) & 0xE0 == 0x20 }
  }

  /// `.unknown` for a unified record, whose type is encrypted.
  @inlinable public var contentType: TLSContentType {
    @inline(__always) get { unsafe TLSContentType(bytes.u8(Field.contentType)) }
  }

  /// Version in the record's header; 0xFEFC for a unified record.
  @inlinable public var version: UInt16 {
    @inline(__always) get { isUnified ? 0xFEFC : unsafe bytes.u16(Field.version) }
  }

  /// How often the keys changed before: 0 is plaintext. Of a unified record, the low two bits.
  @inlinable public var epoch: UInt16 {
    @inline(__always) get {
      isUnified ? unsafe UInt16(bytes.u8(Field.contentType) & 3) : unsafe bytes.u16(Field.epoch)
    }
  }

  /// The record's number in its epoch, 48 bits; 0 for a unified record, where it is encrypted.
  @inlinable public var sequenceNumber: UInt64 {
    @inline(__always) get { isUnified ? 0 : unsafe bytes.u64(Field.epoch) & 0xFFFF_FFFF_FFFF }
  }

  /// Whether the fragment is encrypted: only epoch 0 is not.
  @inlinable public var isEncrypted: Bool {
    @inline(__always) get { isUnified || epoch != 0 }
  }

  /// What was captured of the fragment.
  @inlinable public var fragment: RawSpan {
    @inline(__always) @_lifetime(copy self) get { bytes.from(headerLength) }
  }

  /// Whether the whole fragment was captured.
  @inlinable public var isComplete: Bool {
    @inline(__always) get { bytes.byteCount == headerLength &+ length }
  }
}
