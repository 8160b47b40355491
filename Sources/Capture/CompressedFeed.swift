/// Compressed bytes on their way into a decompressor: first what was read to tell the format, then the rest.
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
