import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open file descriptor, read once from where it stands to its end: a regular file, a pipe, a terminal.
final class ByteStream {
  private let descriptor: Int32
  private let isOwned: Bool
  private let counter = Atomic(0)
  /// Bytes that the file has; nil for what is no regular file.
  let size: Int?

  /// Takes `descriptor`; closes it in the end only if it `isOwned`.
  init(descriptor: Int32, isOwned: Bool) {
    self.descriptor = descriptor
    self.isOwned = isOwned
    var status = stat()
    let isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    size = isRegular ? Int(status.st_size) : nil
  }

  /// Bytes that were read so far. May be asked while another thread reads.
  var bytesRead: Int { counter.load(ordering: .relaxed) }

  deinit { if isOwned { close(descriptor) } }

  /// Where `read(into:)` goes on in the file; nil for what is no regular file, and can be read in its order only.
  var offset: Int? {
    guard size != nil else { return nil }
    let offset = lseek(descriptor, 0, SEEK_CUR)
    return offset >= 0 ? Int(offset) : nil
  }

  /// Reads what is there, waiting only when nothing is.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    unsafe read(into: buffer) { unsafe systemRead(descriptor, $0, $1) }
  }

  /// Reads a regular file at `offset`, and does not move the place at which `read(into:)` goes on.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> ByteRead {
    unsafe read(into: buffer) { unsafe pread(descriptor, $0, $1, off_t(offset)) }
  }

  private func read(
    into buffer: UnsafeMutableRawBufferPointer, by call: (UnsafeMutableRawPointer, Int) -> Int
  ) -> ByteRead {
    guard let start = buffer.baseAddress, unsafe !buffer.isEmpty else { return .end }
    while true {
      let count = unsafe call(start, buffer.count)
      if count > 0 {
        counter.add(count, ordering: .relaxed)
        return .bytes(count)
      }
      if count == 0 { return .end }
      switch errno {
      case EINTR: continue
      case EAGAIN: waitUntilReadable()
      case EISDIR: return .failure(ByteFailure(kind: .isDirectory, reason: errorText(EISDIR)))
      case let code: return .failure(ByteFailure(kind: .inputOutput, reason: errorText(code)))
      }
    }
  }

  // Standard input may have been left non-blocking by another process that shares it.
  private func waitUntilReadable() {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&request, 1, -1)
  }
}

/// read(2), which has the name of what calls it.
private func systemRead(_ descriptor: Int32, _ start: UnsafeMutableRawPointer, _ count: Int) -> Int {
  #if canImport(Glibc)
    unsafe Glibc.read(descriptor, start, count)
  #else
    unsafe Darwin.read(descriptor, start, count)
  #endif
}

/// The system's words for an error number.
func errorText(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}
