import CArchive
import Gzip

/// A file as libarchive reads it: a bundle's members one after the other, or the one text that a plain or compressed
/// file is. Decompression and unpacking stream; nothing is written anywhere, and names are only names.
@safe
final class LogArchive {
  /// One file in a bundle.
  struct Member {
    /// Its path in the bundle; nil when the file is no bundle but a text, plain or compressed.
    let path: String?
    let isRegularFile: Bool
  }

  enum Outcome { case block, end, failed }

  private let archive: OpaquePointer
  private let source: any LogByteSource
  private let budget: LogExpansionBudget
  /// The bytes read last, which libarchive owns; none once it has been asked for more.
  private var blockStart: UnsafeRawPointer?
  private var blockCount = 0
  /// Why reading failed, in one line.
  private(set) var failure: String?

  /// Nil without memory.
  convenience init?(source: any LogByteSource, budget: LogExpansionBudget) {
    guard source.begins(with: GzipInflater.signature) else {
      self.init(plain: source, budget: budget)
      return
    }
    guard let inside = GzipBytes(source, budget: budget) else { return nil }
    self.init(plain: inside, budget: budget)
  }

  /// - Parameter source: What is not gzip any more.
  private init?(plain source: any LogByteSource, budget: LogExpansionBudget) {
    guard let archive = unsafe archive_read_new() else { return nil }
    unsafe self.archive = unsafe archive
    self.source = source
    self.budget = budget
    // The filters and formats named, not "all": some of libarchive's filters start other programs.
    unsafe archive_read_support_filter_bzip2(archive)
    unsafe archive_read_support_filter_xz(archive)
    unsafe archive_read_support_filter_zstd(archive)
    unsafe archive_read_support_filter_lz4(archive)
    unsafe archive_read_support_format_zip(archive)
    unsafe archive_read_support_format_tar(archive)
    unsafe archive_read_support_format_raw(archive)
    unsafe archive_read_support_format_empty(archive)
  }

  deinit { unsafe archive_read_free(archive) }

  /// Whether libarchive decompresses on the way; tar only packs.
  private var isCompressed: Bool { unsafe archive_filter_count(archive) > 1 || format == ARCHIVE_FORMAT_ZIP }

  /// Whether it has members with names of their own.
  private var isBundle: Bool { format == ARCHIVE_FORMAT_ZIP || format == ARCHIVE_FORMAT_TAR }

  private var format: Int32 { unsafe archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK }

  /// Opens the source; false on failure.
  func open() -> Bool {
    // libarchive keeps the pointer as long as the archive, which this object owns.
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe archive_read_set_callback_data(archive, context)
    unsafe archive_read_set_read_callback(archive) { _, context, block in
      guard let context = unsafe context, let block = unsafe block else { return -1 }
      return unsafe Unmanaged<LogArchive>.fromOpaque(context).takeUnretainedValue().source.next(block)
    }
    if source.seek(0, SEEK_CUR) != nil {
      unsafe archive_read_set_seek_callback(archive) { _, context, offset, whence in
        guard let context = unsafe context else { return la_int64_t(ARCHIVE_FATAL) }
        let source = unsafe Unmanaged<LogArchive>.fromOpaque(context).takeUnretainedValue().source
        return source.seek(Int64(offset), whence).map { la_int64_t($0) } ?? la_int64_t(ARCHIVE_FATAL)
      }
    }
    guard unsafe archive_read_open1(archive) == ARCHIVE_OK else {
      fail()
      return false
    }
    return true
  }

  /// The next member; nil at the end, or when `failure` says why not.
  func nextMember() -> Member? {
    var entry: OpaquePointer?
    switch unsafe archive_read_next_header(archive, &entry) {
    case ARCHIVE_OK, ARCHIVE_WARN: break
    case ARCHIVE_EOF:
      failure = source.failure
      return nil
    default:
      fail()
      return nil
    }
    guard isBundle else { return Member(path: nil, isRegularFile: true) }
    let isRegularFile = unsafe archive_entry_filetype(entry) == 0o100_000
    var path = ""
    if let name = unsafe archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) {
      path = String(unsafe String(cString: name).prefix(LogLimits.nameLength))
    }
    return Member(path: path.isEmpty ? "(without a name)" : path, isRegularFile: isRegularFile)
  }

  /// The bytes that `read` read last.
  var block: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let bytes = unsafe UnsafeRawBufferPointer(start: blockStart, count: blockCount)
      return unsafe _overrideLifetime(Span(_unsafeBytes: bytes), borrowing: self)
    }
  }

  /// Points `start` at what `read` read last, and returns the number of bytes; they stay until the next call of `read`.
  func lendBlock(_ start: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    unsafe start.pointee = blockStart
    return blockCount
  }

  /// Reads the next bytes of the member into `block`.
  func read() -> Outcome {
    while true {
      var offset: la_int64_t = 0
      unsafe blockStart = nil
      blockCount = 0
      switch unsafe archive_read_data_block(archive, &blockStart, &blockCount, &offset) {
      case ARCHIVE_OK, ARCHIVE_WARN:
        if isCompressed, !budget.take(blockCount) {
          failure = budget.problem
          return .failed
        }
        if blockCount > 0 { return .block }
      case ARCHIVE_EOF:
        failure = source.failure
        return failure == nil ? .end : .failed
      default:
        fail()
        return .failed
      }
    }
  }

  private func fail() {
    if let failure = source.failure {
      self.failure = failure
    } else if let text = unsafe archive_error_string(archive) {
      failure = unsafe String(cString: text)
    } else {
      failure = "the data is damaged"
    }
  }
}
