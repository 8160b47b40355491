/// Loads of numbers in network byte order.
///
/// A view checks the length of its bytes once, in its initialiser, and then loads its fields without a second
/// check. That makes these loads unsafe by themselves: each call relies on a check made before, and says
/// so with `unsafe`. A debug build asserts the bounds all the same, so that tests and fuzzing find a wrong one.
extension RawSpan {
  /// The byte at `offset`.
  ///
  /// - Precondition: `0 <= offset` and `offset + 1 <= byteCount`; asserted in debug builds only.
  @unsafe @inlinable @inline(__always)
  public func u8(_ offset: Int) -> UInt8 {
    assert(offset >= 0 && offset <= byteCount &- 1, "load outside the span")
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// The two bytes at `offset` as a big-endian number.
  ///
  /// - Precondition: `0 <= offset` and `offset + 2 <= byteCount`; asserted in debug builds only.
  @unsafe @inlinable @inline(__always)
  public func u16(_ offset: Int) -> UInt16 {
    assert(offset >= 0 && offset <= byteCount &- 2, "load outside the span")
    return unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
  }

  /// The three bytes at `offset` as a big-endian number.
  ///
  /// - Precondition: `0 <= offset` and `offset + 3 <= byteCount`; asserted in debug builds only.
  @unsafe @inlinable @inline(__always)
  public func u24(_ offset: Int) -> UInt32 {
    unsafe UInt32(u8(offset)) << 16 | UInt32(u16(offset &+ 1))
  }

  /// The four bytes at `offset` as a big-endian number.
  ///
  /// - Precondition: `0 <= offset` and `offset + 4 <= byteCount`; asserted in debug builds only.
  @unsafe @inlinable @inline(__always)
  public func u32(_ offset: Int) -> UInt32 {
    assert(offset >= 0 && offset <= byteCount &- 4, "load outside the span")
    return unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
  }

  /// The eight bytes at `offset` as a big-endian number.
  ///
  /// - Precondition: `0 <= offset` and `offset + 8 <= byteCount`; asserted in debug builds only.
  @unsafe @inlinable @inline(__always)
  public func u64(_ offset: Int) -> UInt64 {
    assert(offset >= 0 && offset <= byteCount &- 8, "load outside the span")
    return unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// The bytes from `offset` to the end; none when `offset` is at or past the end.
  ///
  /// - Precondition: `offset >= 0`.
  @inlinable @inline(__always) @_lifetime(copy self)
  public func from(_ offset: Int) -> RawSpan { extracting(droppingFirst: offset) }

  /// The first `count` bytes; all of them when there are fewer.
  ///
  /// - Precondition: `count >= 0`.
  @inlinable @inline(__always) @_lifetime(copy self)
  public func upTo(_ count: Int) -> RawSpan { extracting(first: count) }
}
