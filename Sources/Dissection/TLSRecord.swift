/// TLS record (RFC 8446 section 5.1, the same since SSL 3.0).
///
///     0              1         3        5
///     | content type | version | length | fragment …
@frozen
public struct TLSRecord: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var contentType: Int { 0 }
    @inlinable static var version: Int { 1 }
    @inlinable static var length: Int { 3 }
    @inlinable static var end: Int { 5 }
  }

  /// The largest fragment a record may hold: 2^14 bytes of plaintext and 2048 of encryption (RFC 5246 section 6.2.3).
  @inlinable public static var largestFragment: Int { 16_384 + 2_048 }

  @usableFromInline let bytes: RawSpan

  /// Reads the record at the start of `bytes`; what follows it is left alone.
  ///
  /// Fails unless the 5 bytes of the header are there, with a content type of 20 to 24, a version of SSL 3.0 to
  /// TLS 1.3 and a length that a record may have.
  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end, unsafe Self.isContentType(bytes.u8(Field.contentType)),
      unsafe Self.isVersion(bytes.u16(Field.version))
    else { return nil }
    let length = unsafe Int(bytes.u16(Field.length))
    guard length <= Self.largestFragment else { return nil }
    self.bytes = bytes.upTo(Field.end &+ length)
  }

  @inlinable @inline(__always)
  static func isContentType(_ number: UInt8) -> Bool { number >= 20 && number <= 24 }

  @inlinable @inline(__always)
  static func isVersion(_ number: UInt16) -> Bool { number >= 0x0300 && number <= 0x0304 }

  @inlinable public var contentType: TLSContentType {
    @inline(__always) get { unsafe TLSContentType(bytes.u8(Field.contentType)) }
  }

  /// Version in the record's header, which from TLS 1.3 on says nothing about the connection's.
  @inlinable public var version: UInt16 {
    @inline(__always) get { unsafe bytes.u16(Field.version) }
  }

  /// Bytes of the fragment, as the header says: 0 to `largestFragment`.
  @inlinable public var length: Int {
    @inline(__always) get { unsafe Int(bytes.u16(Field.length)) }
  }

  /// What is there of the fragment.
  @inlinable public var fragment: RawSpan {
    @inline(__always) @_lifetime(copy self) get { bytes.from(Field.end) }
  }

  /// Bytes of the fragment that are not there.
  @inlinable public var bytesMissing: Int {
    @inline(__always) get { length &+ Field.end &- bytes.byteCount }
  }

  /// Whether the whole fragment is there.
  @inlinable public var isComplete: Bool {
    @inline(__always) get { bytesMissing == 0 }
  }
}

/// The TLS records in a segment's payload, from first to last.
///
/// The payload has to begin with a record. Where the last one goes on in the next segment, `bytesMissing` says how
/// much of that to pass over; where its header is cut, `remaining` holds the 1 to 4 bytes there are of it.
@frozen
public struct TLSRecords: ~Escapable {
  @usableFromInline let payload: RawSpan
  /// Bytes of the payload that the records so far took.
  @usableFromInline var offset = 0
  @usableFromInline var missing = 0
  @usableFromInline var malformed = false

  @inlinable @inline(__always) @_lifetime(copy payload)
  public init(_ payload: RawSpan) { self.payload = payload }

  /// The next record, of which only the last may be incomplete; nil at the end, at a cut header, or where the bytes
  /// are no TLS record.
  @inlinable @inline(__always) @_lifetime(copy self)
  public mutating func next() -> TLSRecord? {
    let rest = payload.from(offset)
    if rest.isEmpty { return nil }
    guard let record = TLSRecord(rest) else {
      malformed = !Self.couldBegin(record: rest)
      return nil
    }
    offset &+= record.bytes.byteCount
    missing = record.bytesMissing
    return record
  }

  /// Bytes of the payload behind the records so far.
  @inlinable public var remaining: RawSpan {
    @_lifetime(copy self) get { payload.from(offset) }
  }

  /// Bytes of the payload that the records so far took, headers included.
  @inlinable public var consumed: Int { offset }

  /// Bytes of the last record that are not in the payload.
  @inlinable public var bytesMissing: Int { missing }

  /// Whether `next()` ended at bytes that cannot be a TLS record: the stream is something else, or the payload
  /// does not begin with a record.
  @inlinable public var isMalformed: Bool { malformed }

  /// Whether bytes too few for a header may be the start of one.
  @inlinable
  static func couldBegin(record bytes: RawSpan) -> Bool {
    guard bytes.byteCount < TLSRecord.Field.end else { return false }
    if bytes.byteCount >= 1, unsafe !TLSRecord.isContentType(bytes.u8(TLSRecord.Field.contentType)) { return false }
    if bytes.byteCount >= 2, unsafe bytes.u8(TLSRecord.Field.version) != 3 { return false }
    if bytes.byteCount >= 3, unsafe !TLSRecord.isVersion(bytes.u16(TLSRecord.Field.version)) { return false }
    return true
  }
}
