import CArchive

/// Writes a zip archive whose bytes depend on its entries alone: no times, no owners, entries in the order given.
///
/// Zip entries carry local time, and an archive must not tell where it was made. Of an entry without a time libarchive
/// writes 1980-01-01T00:00:00, where zip's times begin, in every zone. To set the zone for the time of writing instead
/// would change the environment, which other threads may be reading.
enum ZipArchive {
  struct Entry {
    let name: String
    let bytes: [UInt8]
  }

  /// The archive could not be made.
  struct Failure: Error {
    let reason: String
  }

  static func bytes(of entries: [Entry]) throws(Failure) -> [UInt8] {
    // Deflate grows by 5 bytes a block of at least 16 KiB at worst; headers take some hundred bytes an entry.
    let room = entries.reduce(65_536) { $0 + $1.bytes.count + $1.bytes.count / 1_000 + 2 * $1.name.utf8.count + 1_024 }
    var buffer = [UInt8](repeating: 0, count: room)
    var used = 0
    guard let archive = unsafe archive_write_new() else { throw Failure(reason: "out of memory") }
    defer { unsafe archive_write_free(archive) }
    let failure: Failure? = unsafe buffer.withUnsafeMutableBytes { memory in
      do throws(Failure) {
        unsafe try check(archive_write_set_format_zip(archive), archive)
        unsafe try check(archive_write_open_memory(archive, memory.baseAddress, memory.count, &used), archive)
        for entry in entries { unsafe try write(entry, to: archive) }
        unsafe try check(archive_write_close(archive), archive)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
    buffer.removeLast(room - used)
    return buffer
  }

  private static func write(_ entry: Entry, to archive: OpaquePointer) throws(Failure) {
    guard let header = unsafe archive_entry_new() else { throw Failure(reason: "out of memory") }
    defer { unsafe archive_entry_free(header) }
    unsafe archive_entry_set_pathname_utf8(header, entry.name)
    unsafe archive_entry_set_size(header, Int64(entry.bytes.count))
    unsafe archive_entry_set_filetype(header, 0o100_000)
    unsafe archive_entry_set_perm(header, 0o600)
    unsafe try check(archive_write_header(archive, header), archive)
    var written = 0
    while written < entry.bytes.count {
      let count = unsafe entry.bytes[written...].withUnsafeBytes {
        unsafe archive_write_data(archive, $0.baseAddress, $0.count)
      }
      guard count > 0 else { throw unsafe failure(of: archive) }
      written += count
    }
  }

  private static func check(_ status: Int32, _ archive: OpaquePointer) throws(Failure) {
    guard status == ARCHIVE_OK else { throw unsafe failure(of: archive) }
  }

  private static func failure(of archive: OpaquePointer) -> Failure {
    Failure(reason: unsafe archive_error_string(archive).map { unsafe String(cString: $0) } ?? "unknown")
  }
}
