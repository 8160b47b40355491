import CArchive

/// What is left of the block that libarchive unpacked last; it lies in libarchive's memory, until the next one is asked for.
///
/// By blocks, not by `archive_read_data`: that fills the caller's buffer, and drops what it put there when damage follows, so
/// that the packets before the damage would depend on how much is asked for at once.
@safe
struct ArchiveBlock {
  private var rest = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

  /// Bytes that are left.
  var count: Int { unsafe rest.count }

  /// Unpacks the next block of the entry that is read; nothing is left when that fails.
  ///
  /// - Returns: libarchive's word on how it went.
  mutating func unpackNext(of archive: OpaquePointer) -> Int32 {
    var start: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    let status = unsafe archive_read_data_block(archive, &start, &count, &offset)
    let isUnpacked = status == ARCHIVE_OK || status == ARCHIVE_WARN
    unsafe rest =
      isUnpacked ? UnsafeRawBufferPointer(start: start, count: count) : UnsafeRawBufferPointer(start: nil, count: 0)
    return status
  }

  /// Forgets what is left.
  mutating func drop() { unsafe rest = UnsafeRawBufferPointer(start: nil, count: 0) }

  /// Moves as much as there is room for.
  mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    let count = unsafe min(rest.count, buffer.count)
    unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
    unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    return .bytes(count)
  }
}
