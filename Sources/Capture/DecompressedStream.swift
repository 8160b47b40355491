import Gzip

/// The plain bytes inside one layer of compression, decompressed as they are asked for.
@safe
final class DecompressedStream {
  /// How many times larger than its compressed bytes a capture may get. Captures of one repeated packet shrink some
  /// hundred times, whatever the format, because their times differ; a bomb grows 1,000 times in gzip, 30,000 in zstd.
  static let expansion = 1_000
  /// Bytes that may come out before `expansion` is looked at: less than a second's work.
  static let expansionFloor = 256 << 20

  private let feed: CompressedFeed
  private let method: Method
  /// Bytes that came out so far.
  private var expanded = 0

  private enum Method {
    // libarchive's own gzip reader checks neither the CRC nor the length, and drops the last bytes before a cut.
    case gzip(GzipInflater)
    case libarchive(ArchiveDecompressor)
  }

  /// Decompresses `prefix`, which has been read already, and then what `source` still gives. Nil without memory.
  init?(_ compression: CaptureFormat.Compression, prefix: [UInt8], source: ByteSource) {
    feed = CompressedFeed(prefix: prefix, source: source)
    if compression == .gzip {
      guard let inflater = GzipInflater() else { return nil }
      method = .gzip(inflater)
    } else {
      guard let decompressor = ArchiveDecompressor(compression, feed: feed) else { return nil }
      method = .libarchive(decompressor)
    }
  }

  /// Compressed bytes that were read so far.
  var bytesRead: Int { feed.source.bytesRead }

  /// Compressed bytes that the file has; nil for what is no regular file.
  var size: Int? { feed.source.size }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    guard expanded <= Self.expansionFloor || expanded / Self.expansion <= feed.count else {
      return .failure(failure("the data grow more than \(Self.expansion) times; reading stopped there"))
    }
    let read = unsafe decompress(into: buffer)
    if case .bytes(let count) = read { expanded += count }
    return read
  }

  private func decompress(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    switch method {
    case .gzip(let inflater):
      switch unsafe inflater.read(into: buffer, from: feed.next) {
      case .bytes(let count): .bytes(count)
      case .end: .end
      case .damaged(let reason): .failure(failure(reason))
      case .inputFailed: .failure(feed.failure ?? failure("the file could not be read"))
      }
    case .libarchive(let decompressor):
      switch unsafe decompressor.read(into: buffer) {
      case .failure(let damage): .failure(feed.failure ?? failure(damage.reason))
      case let read: read
      }
    }
  }

  private func failure(_ reason: String) -> ByteFailure {
    ByteFailure(kind: .badCompression, reason: "decompression: \(reason)")
  }
}
