/// DTLS handshake message, or a fragment of one (RFC 6347 section 4.2.2).
///
///     0      1        4                  6                 9                 12
///     | type | length | message sequence | fragment offset | fragment length | body …
///
/// Past epoch 0 the bytes are encrypted and only look like messages: the caller has to know.
@frozen
public struct DTLSHandshakeFragment: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var type: Int { 0 }
    @inlinable static var length: Int { 1 }
    @inlinable static var messageSequence: Int { 4 }
    @inlinable static var fragmentOffset: Int { 6 }
    @inlinable static var fragmentLength: Int { 9 }
    @inlinable static var end: Int { 12 }
  }

  @usableFromInline let bytes: RawSpan

  /// Reads the fragment at the start of `bytes`; fails unless the 12 bytes of its header are there and it lies inside
  /// its message.
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end else { return nil }
    let fragmentLength = unsafe bytes.u24(Field.fragmentLength)
    guard unsafe bytes.u24(Field.fragmentOffset) &+ fragmentLength <= bytes.u24(Field.length) else { return nil }
    self.bytes = bytes.upTo(Field.end &+ Int(fragmentLength))
  }

  @inlinable public var type: TLSHandshakeType { unsafe TLSHandshakeType(bytes.u8(Field.type)) }

  /// Bytes of the whole message's body: 0 to 16,777,215.
  @inlinable public var length: Int { unsafe Int(bytes.u24(Field.length)) }

  /// The message's number in the handshake; a retransmission repeats it.
  @inlinable public var messageSequence: UInt16 { unsafe bytes.u16(Field.messageSequence) }

  /// Bytes of the message's body before this fragment.
  @inlinable public var fragmentOffset: Int { unsafe Int(bytes.u24(Field.fragmentOffset)) }

  /// Bytes of the body in this fragment, as the header says.
  @inlinable public var fragmentLength: Int { unsafe Int(bytes.u24(Field.fragmentLength)) }

  /// What was captured of the fragment's part of the body.
  @inlinable public var body: RawSpan {
    @_lifetime(copy self) get { bytes.from(Field.end) }
  }

  /// Whether this is a part of the message only.
  @inlinable public var isFragmented: Bool { fragmentLength < length }

  /// Whether all of the fragment was captured.
  @inlinable public var isComplete: Bool { bytes.byteCount == Field.end &+ fragmentLength }
}

/// The handshake fragments in a record, from first to last; only the last may be incomplete.
@frozen
public struct DTLSHandshakeFragments: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline var offset = 0

  @inlinable @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The next fragment; nil at the end or where the bytes are none.
  @inlinable @_lifetime(copy self)
  public mutating func next() -> DTLSHandshakeFragment? {
    guard let fragment = DTLSHandshakeFragment(bytes.from(offset)) else { return nil }
    offset &+= fragment.bytes.byteCount
    return fragment
  }
}
