import CArchive

/// A zip or tar archive as libarchive reads it: its members one after the other, the bytes of one as a stream.
/// Nothing is written anywhere, and names are only names.
@safe
final class ArchiveStream {
  /// A DART bundle or a support archive has some hundred members.
  static let mostMembers = 10_000
  /// Bytes of a member's name.
  static let nameLength = 1_024
  /// How many times its size an archive may grow, from `usualGrowthFloor` bytes on: captures of one repeated packet
  /// shrink a hundred times, decompression bombs a thousand.
  static let growth = 250
  static let usualGrowthFloor = 256 << 20

  private let archive: OpaquePointer
  private let growthFloor: Int
  private let feed: CompressedFeed
  private var members = 0
  private var unpacked = 0
  private(set) var failure: ByteFailure?
  private var block = ArchiveBlock()

  /// Unpacks `prefix`, which has been read already, and then what `source` still gives. Nil without memory, or when it
  /// cannot be opened.
  init?(prefix: [UInt8], source: ByteSource, growthFloor: Int = ArchiveStream.usualGrowthFloor) {
    guard let archive = unsafe archive_read_new() else { return nil }
    unsafe self.archive = unsafe archive
    self.growthFloor = growthFloor
    feed = CompressedFeed(prefix: prefix, source: source)
    // The formats named, not "all"; what is compressed around a tar archive has been decompressed before.
    unsafe archive_read_support_format_zip_streamable(archive)
    unsafe archive_read_support_format_tar(archive)
    let opened = unsafe feed.open(archive)
    guard opened == ARCHIVE_OK else { return nil }
  }

  deinit { unsafe archive_read_free(archive) }

  /// The archive, compressed or not, that the member is at which another archive stands; nil when it is none.
  ///
  /// - Parameter beginning: What was read of the member already.
  static func inside(_ outer: ArchiveStream, beginning: [UInt8]) -> ArchiveStream? {
    var prefix = beginning
    var source = ByteSource.member(outer)
    if let compression = prefix.withUnsafeSpan({ CaptureFormat.Compression(signature: $0) }) {
      guard let plain = DecompressedStream(compression, prefix: prefix, source: source) else { return nil }
      source = .decompressed(plain)
      var window = ByteWindow(source: source)
      window.fill(signatureLength)
      prefix = window.bytes.prefixBytes(window.available)
    }
    guard prefix.withUnsafeSpan({ recognises($0) }) else { return nil }
    return ArchiveStream(prefix: prefix, source: source)
  }

  /// Whether a file begins as an archive does: zip's local header, or tar's mark at byte 257.
  static func recognises(_ bytes: RawSpan) -> Bool {
    bytes.begins(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.begins(with: [0x50, 0x4B, 0x05, 0x06])
      || bytes.byteCount >= 262 && bytes.extracting(droppingFirst: 257).begins(with: Array("ustar".utf8))
  }

  /// How many leading bytes tell an archive.
  static let signatureLength = 262

  var bytesRead: Int { feed.source.bytesRead }
  var size: Int? { feed.source.size }

  /// The name of the next member that is a regular file; nil at the end, or when `failure` says why not.
  func nextMember() -> String? {
    block.drop()
    while failure == nil {
      var entry: OpaquePointer?
      switch unsafe archive_read_next_header(archive, &entry) {
      case ARCHIVE_OK, ARCHIVE_WARN: break
      case ARCHIVE_EOF: return nil
      default:
        fail()
        return nil
      }
      members += 1
      guard members <= Self.mostMembers else {
        failure = ByteFailure(
          kind: .badArchive, reason: "the archive has more than \(Self.mostMembers) members; the rest is not read")
        return nil
      }
      guard unsafe archive_entry_filetype(entry) == 0o100_000,
        let name = unsafe archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
      else { continue }
      return unsafe String(String(cString: name).prefix(Self.nameLength))
    }
    return nil
  }

  /// Reads the next bytes of the member.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    if block.count == 0, let ending = nextBlock() { return ending }
    return unsafe block.take(into: buffer)
  }

  private func nextBlock() -> ByteRead? {
    repeat {
      if let failure { return .failure(failure) }
      switch unsafe block.unpackNext(of: archive) {
      case ARCHIVE_OK, ARCHIVE_WARN: break
      case ARCHIVE_EOF: return .end
      default:
        fail()
        continue
      }
      unpacked += block.count
      if unpacked > growthFloor, unpacked / Self.growth > bytesRead {
        failure = ByteFailure(
          kind: .badArchive,
          reason: "the archive grows more than \(Self.growth) times when unpacked; reading stopped there")
      }
    } while block.count == 0 || failure != nil
    return nil
  }

  private func fail() {
    let text = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
    failure = feed.failure ?? ByteFailure(kind: .badArchive, reason: "unpacking: \(text ?? "the archive is damaged")")
  }
}
