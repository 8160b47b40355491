import CArchive

/// The plain bytes inside a gzip, zstd, lz4 or xz stream, decompressed by libarchive as they are asked for.
@safe
final class DecompressedStream {
  private let archive: OpaquePointer
  private let feed: CompressedFeed
  private var state = State.unopened
  /// What is left of the block that was decompressed last; it lies in libarchive's memory.
  private var rest = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

  private enum State { case unopened, open, ended }

  /// Decompresses `prefix`, which has been read already, and then what `source` still gives. Nil without memory.
  init?(prefix: [UInt8], source: ByteSource) {
    guard let archive = unsafe archive_read_new() else { return nil }
    unsafe self.archive = unsafe archive
    feed = CompressedFeed(prefix: prefix, source: source)
    // The formats named, not "all": some of libarchive's filters start other programs.
    unsafe archive_read_support_filter_gzip(archive)
    unsafe archive_read_support_filter_zstd(archive)
    unsafe archive_read_support_filter_lz4(archive)
    unsafe archive_read_support_filter_xz(archive)
    unsafe archive_read_support_filter_bzip2(archive)
    unsafe archive_read_support_format_raw(archive)
    unsafe archive_read_support_format_empty(archive)
  }

  deinit { unsafe archive_read_free(archive) }

  /// Compressed bytes that were read so far.
  var bytesRead: Int { feed.source.bytesRead }

  /// Compressed bytes that the file has; nil for what is no regular file.
  var size: Int? { feed.source.size }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    if state == .unopened, let early = open() { return early }
    guard state == .open else { return .end }
    if unsafe rest.isEmpty, let ending = nextBlock() {
      state = .ended
      return ending
    }
    let count = unsafe min(rest.count, buffer.count)
    unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
    unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    return .bytes(count)
  }

  /// Has libarchive decompress one more block; what is not bytes is how the stream ended.
  ///
  /// By blocks, not by `archive_read_data`: that fills the caller's buffer, and drops what it put there when damage
  /// follows, so that the packets before the damage would depend on how much is asked for at once.
  private func nextBlock() -> ByteRead? {
    var start: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    repeat {
      switch unsafe archive_read_data_block(archive, &start, &count, &offset) {
      case ARCHIVE_OK, ARCHIVE_WARN: break
      case ARCHIVE_EOF: return .end
      default: return .failure(failure())
      }
    } while count == 0
    unsafe rest = UnsafeRawBufferPointer(start: start, count: count)
    return nil
  }

  /// Starts the decompression; the result is what to tell the reader when there is nothing to read.
  private func open() -> ByteRead? {
    state = .ended
    let context = unsafe Unmanaged.passUnretained(feed).toOpaque()
    let opened = unsafe archive_read_open(
      archive, context, nil,
      { _, context, block in
        guard let context = unsafe context, let block = unsafe block else { return -1 }
        let feed = unsafe Unmanaged<CompressedFeed>.fromOpaque(context).takeUnretainedValue()
        return unsafe feed.next(block)
      }, nil)
    guard opened == ARCHIVE_OK else { return .failure(failure()) }
    var entry: OpaquePointer?
    switch unsafe archive_read_next_header(archive, &entry) {
    case ARCHIVE_OK, ARCHIVE_WARN: state = .open
    case ARCHIVE_EOF: return .end
    default: return .failure(failure())
    }
    return nil
  }

  private func failure() -> ByteFailure {
    if let failure = feed.failure { return failure }
    let reason =
      if let text = unsafe archive_error_string(archive) { unsafe String(cString: text) } else {
        "the compressed data is damaged"
      }
    return ByteFailure(kind: .badCompression, reason: "decompression: \(reason)")
  }
}

/// Compressed bytes on their way into libarchive: first what was read to tell the format, then the rest.
@safe
private final class CompressedFeed {
  let source: ByteSource
  private let block: UnsafeMutableRawBufferPointer
  private var prefixLength: Int
  private(set) var failure: ByteFailure?

  init(prefix: [UInt8], source: ByteSource) {
    self.source = source
    unsafe block = .allocate(byteCount: max(prefix.count, 128 << 10), alignment: 16)
    unsafe block.copyBytes(from: prefix)
    prefixLength = prefix.count
  }

  deinit { unsafe block.deallocate() }

  /// Points `start` at the next bytes and returns their number; 0 at the end, -1 on failure.
  func next(_ start: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    unsafe start.pointee = UnsafeRawPointer(block.baseAddress)
    if prefixLength > 0 {
      defer { prefixLength = 0 }
      return prefixLength
    }
    switch unsafe source.read(into: block) {
    case .bytes(let count): return count
    case .end: return 0
    case .failure(let failure):
      self.failure = failure
      return -1
    }
  }
}
