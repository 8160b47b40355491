import Observations

/// Reads the fields of a hello one after the other: numbers, randoms and vectors with a length before them
/// (RFC 8446 section 3.4). Once a field is cut, all after it are empty.
@frozen
@usableFromInline
struct HelloReader: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline var offset: Int
  /// Whether a field so far was cut.
  @usableFromInline var isTruncated = false

  @inlinable @_lifetime(copy bytes)
  init(_ bytes: RawSpan, at offset: Int = 0) {
    self.bytes = bytes
    self.offset = min(offset, bytes.byteCount)
  }

  @inlinable var available: Int { isTruncated ? 0 : bytes.byteCount &- offset }

  @inlinable
  mutating func u8() -> UInt8? {
    guard available >= 1 else {
      isTruncated = true
      return nil
    }
    defer { offset &+= 1 }
    return unsafe bytes.u8(offset)
  }

  @inlinable
  mutating func u16() -> UInt16? {
    guard available >= 2 else {
      isTruncated = true
      return nil
    }
    defer { offset &+= 2 }
    return unsafe bytes.u16(offset)
  }

  /// A vector with a 1-byte length; empty when not all of it is there.
  @inlinable @_lifetime(copy self)
  mutating func opaque8() -> RawSpan {
    guard let length = u8() else { return bytes.upTo(0) }
    return wholeOrEmpty(Int(length))
  }

  /// A list with a 2-byte length; what is there of it.
  @inlinable @_lifetime(copy self)
  mutating func list16() -> RawSpan {
    guard let length = u16() else { return bytes.upTo(0) }
    let list = bytes.from(offset).upTo(Int(length))
    isTruncated = list.byteCount < Int(length)
    offset &+= list.byteCount
    return list
  }

  @inlinable @_lifetime(copy self)
  mutating func wholeOrEmpty(_ count: Int) -> RawSpan {
    guard available >= count else {
      isTruncated = true
      return bytes.upTo(0)
    }
    defer { offset &+= count }
    return bytes.from(offset).upTo(count)
  }

  /// The 32 bytes of a random, or what is there of them.
  @inlinable
  mutating func random() -> HandshakeToken {
    let count = min(available, 32)
    defer { offset &+= count }
    if count == 32 {
      return unsafe HandshakeToken(
        bytes.u64(offset), bytes.u64(offset &+ 8), bytes.u64(offset &+ 16), bytes.u64(offset &+ 24))
    }
    isTruncated = true
    return HandshakeToken(
      word(at: 0, of: count), word(at: 8, of: count), word(at: 16, of: count), word(at: 24, of: count),
      byteCount: count)
  }

  /// Eight bytes from `start` of the field as one number, zeros for those past its `count` bytes.
  @inlinable
  func word(at start: Int, of count: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in start..<start &+ 8 {
      word = unsafe word << 8 | (index < count ? UInt64(bytes.u8(offset &+ index)) : 0)
    }
    return word
  }
}
