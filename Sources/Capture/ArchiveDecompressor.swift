import CArchive

/// One layer of zstd, lz4, xz or bzip2, decompressed by libarchive.
@safe
final class ArchiveDecompressor {
  private let archive: OpaquePointer
  private let feed: CompressedFeed
  private var state = State.unopened
  private var block = ArchiveBlock()

  private enum State { case unopened, open, ended }

  /// Nil without memory, or where libarchive lacks the compression.
  init?(_ compression: CaptureFormat.Compression, feed: CompressedFeed) {
    guard let archive = unsafe archive_read_new() else { return nil }
    unsafe self.archive = unsafe archive
    self.feed = feed
    let filter =
      switch compression {
      case .gzip: ARCHIVE_FILTER_GZIP
      case .zstd: ARCHIVE_FILTER_ZSTD
      case .lz4: ARCHIVE_FILTER_LZ4
      case .xz: ARCHIVE_FILTER_XZ
      case .bzip2: ARCHIVE_FILTER_BZIP2
      }
    // This filter once, where libarchive would look by itself for up to 25 in one another.
    let appended = unsafe archive_read_append_filter(archive, filter)
    unsafe archive_read_support_format_raw(archive)
    unsafe archive_read_support_format_empty(archive)
    guard appended == ARCHIVE_OK else { return nil }
  }

  deinit { unsafe archive_read_free(archive) }

  /// A failure's reason is in libarchive's words.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    if state == .unopened, let early = open() { return early }
    guard state == .open else { return .end }
    if block.count == 0, let ending = nextBlock() {
      state = .ended
      return ending
    }
    return unsafe block.take(into: buffer)
  }

  /// Has libarchive decompress one more block; what is not bytes is how the stream ended.
  private func nextBlock() -> ByteRead? {
    repeat {
      switch unsafe block.unpackNext(of: archive) {
      case ARCHIVE_OK, ARCHIVE_WARN: break
      case ARCHIVE_EOF: return .end
      default: return .failure(failure())
      }
    } while block.count == 0
    return nil
  }

  /// Starts the decompression; the result is what the reader gets when there is nothing to read.
  private func open() -> ByteRead? {
    state = .ended
    let opened = unsafe feed.open(archive)
    // Damage before the first byte comes out looks to libarchive like a file of nothing; the error stays behind.
    guard opened == ARCHIVE_OK, unsafe archive_errno(archive) == 0 else { return .failure(failure()) }
    var entry: OpaquePointer?
    switch unsafe archive_read_next_header(archive, &entry) {
    case ARCHIVE_OK, ARCHIVE_WARN: state = .open
    case ARCHIVE_EOF: return .end
    default: return .failure(failure())
    }
    return nil
  }

  private func failure() -> ByteFailure {
    let reason =
      if let text = unsafe archive_error_string(archive) { unsafe String(cString: text) } else {
        "the compressed data is damaged"
      }
    return ByteFailure(kind: .badCompression, reason: reason)
  }
}
