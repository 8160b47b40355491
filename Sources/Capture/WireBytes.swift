// Loads of fields whose presence the caller has checked; the byte order is that of the file or section.
extension RawSpan {
  @inline(__always)
  func byte(_ offset: Int) -> UInt8 {
    assert(offset >= 0 && offset < byteCount)
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  @inline(__always)
  func half(_ offset: Int, bigEndian: Bool) -> UInt16 {
    assert(offset >= 0 && offset + 2 <= byteCount)
    let raw = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self)
    return bigEndian ? UInt16(bigEndian: raw) : UInt16(littleEndian: raw)
  }

  @inline(__always)
  func word(_ offset: Int, bigEndian: Bool) -> UInt32 {
    assert(offset >= 0 && offset + 4 <= byteCount)
    let raw = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)
    return bigEndian ? UInt32(bigEndian: raw) : UInt32(littleEndian: raw)
  }

  @inline(__always)
  func double(_ offset: Int, bigEndian: Bool) -> UInt64 {
    assert(offset >= 0 && offset + 8 <= byteCount)
    let raw = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    return bigEndian ? UInt64(bigEndian: raw) : UInt64(littleEndian: raw)
  }

  /// The bytes as text, at most `limit` of them; what is not UTF-8 becomes U+FFFD.
  func text(limit: Int) -> String {
    unsafe extracting(first: Swift.min(limit, byteCount)).withUnsafeBytes { bytes in
      unsafe String(decoding: bytes, as: UTF8.self)
    }
  }

  /// A copy of the first bytes, at most `limit`, for a message.
  func prefixBytes(_ limit: Int) -> [UInt8] {
    unsafe extracting(first: Swift.min(limit, byteCount)).withUnsafeBytes { bytes in unsafe [UInt8](bytes) }
  }
}
