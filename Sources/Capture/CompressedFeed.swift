import CArchive

/// Compressed bytes on their way into a decompressor or an archive's reader: first what was read to tell the format, then the rest.
@safe
final class CompressedFeed {
  let source: ByteSource
  private let block: UnsafeMutableRawBufferPointer
  private var prefixLength: Int
  /// Bytes that `next` gave so far.
  private(set) var count = 0
  /// Why the source failed, once it has.
  private(set) var failure: ByteFailure?

  init(prefix: [UInt8], source: ByteSource) {
    self.source = source
    unsafe block = .allocate(byteCount: max(prefix.count, 128 << 10), alignment: 16)
    unsafe block.copyBytes(from: prefix)
    prefixLength = prefix.count
  }

  deinit { unsafe block.deallocate() }

  /// The next bytes, which stay until the next call; none at the end, nil on failure.
  func next() -> UnsafeRawBufferPointer? {
    if prefixLength > 0 {
      defer { prefixLength = 0 }
      self.count += prefixLength
      return unsafe UnsafeRawBufferPointer(rebasing: block[..<prefixLength])
    }
    switch unsafe source.read(into: block) {
    case .bytes(let count):
      self.count += count
      return unsafe UnsafeRawBufferPointer(rebasing: block[..<count])
    case .end: return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    case .failure(let failure):
      self.failure = failure
      return nil
    }
  }
}

extension CompressedFeed {
  /// Has libarchive read from it; it has to live as long as `archive`. The result is libarchive's.
  func open(_ archive: OpaquePointer) -> Int32 {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    return unsafe archive_read_open(
      archive, context, nil,
      { _, context, block in
        guard let context = unsafe context, let block = unsafe block else { return -1 }
        let feed = unsafe Unmanaged<CompressedFeed>.fromOpaque(context).takeUnretainedValue()
        guard let bytes = unsafe feed.next() else { return -1 }
        unsafe block.pointee = bytes.baseAddress
        return bytes.count
      }, nil)
  }
}
