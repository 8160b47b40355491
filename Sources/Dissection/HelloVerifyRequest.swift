/// HelloVerifyRequest (RFC 6347 section 4.2.1): the server lives, and asks for the hello again with its cookie.
///
///     0         2               3
///     | version | cookie length | cookie<0..255>
@frozen
public struct HelloVerifyRequest: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var version: Int { 0 }
    @inlinable static var cookieLength: Int { 2 }
    @inlinable static var end: Int { 3 }
  }

  @usableFromInline let bytes: RawSpan

  /// Reads the body of a handshake message of that type; fails unless version and cookie length are there.
  @inlinable @_lifetime(copy body)
  public init?(_ body: RawSpan) {
    guard body.byteCount >= Field.end else { return nil }
    self.bytes = body
  }

  /// Version in the message, which says nothing about the one that will be chosen.
  @inlinable public var version: UInt16 { unsafe bytes.u16(Field.version) }

  /// Bytes of the cookie, as the message says.
  @inlinable public var cookieLength: Int { unsafe Int(bytes.u8(Field.cookieLength)) }

  /// What is there of the cookie.
  @inlinable public var cookie: RawSpan {
    @_lifetime(copy self) get { bytes.from(Field.end).upTo(cookieLength) }
  }
}
