/// TLS handshake message (RFC 8446 section 4).
///
///     0      1        4
///     | type | length | body …
///
/// A record may hold several, and a message may go on in the next record. After ChangeCipherSpec the bytes are
/// encrypted and only look like messages: the caller has to know.
@frozen
public struct TLSHandshakeMessage: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var type: Int { 0 }
    @inlinable static var length: Int { 1 }
    @inlinable static var end: Int { 4 }
  }

  @usableFromInline let bytes: RawSpan

  /// Reads the message at the start of `bytes`; fails unless the 4 bytes of its header are there.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end else { return nil }
    self.bytes = unsafe bytes.upTo(Field.end &+ Int(bytes.u24(Field.length)))
  }

  @inlinable public var type: TLSHandshakeType { unsafe TLSHandshakeType(bytes.u8(Field.type)) }

  /// Bytes of the body, as the header says: 0 to 16,777,215.
  @inlinable public var length: Int { unsafe Int(bytes.u24(Field.length)) }

  /// What is there of the body.
  @inlinable public var body: RawSpan {
    @_lifetime(copy self) get { bytes.from(Field.end) }
  }

  /// Whether the whole body is there.
  @inlinable public var isComplete: Bool { bytes.byteCount == length &+ Field.end }
}

/// The handshake messages in a record's fragment, from first to last; only the last may be incomplete.
@frozen
public struct TLSHandshakeMessages: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline var offset = 0

  @inlinable @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The next message; nil at the end or where a header is cut.
  @inlinable @_lifetime(copy self)
  public mutating func next() -> TLSHandshakeMessage? {
    guard let message = TLSHandshakeMessage(bytes.from(offset)) else { return nil }
    offset &+= message.bytes.byteCount
    return message
  }
}
