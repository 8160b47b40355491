#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An open file descriptor, read once from where it stands to its end: a regular file, a pipe, a terminal.
final class ByteStream {
  private let descriptor: Int32
  private let isOwned: Bool

  /// Takes `descriptor`; closes it in the end only if it `isOwned`.
  init(descriptor: Int32, isOwned: Bool) {
    self.descriptor = descriptor
    self.isOwned = isOwned
  }

  deinit { if isOwned { close(descriptor) } }

  /// Reads what is there, waiting only when nothing is.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> ByteRead {
    guard let start = buffer.baseAddress, unsafe !buffer.isEmpty else { return .end }
    while true {
      #if canImport(Glibc)
      let count = unsafe Glibc.read(descriptor, start, buffer.count)
      #else
      let count = unsafe Darwin.read(descriptor, start, buffer.count)
      #endif
      if count > 0 { return .bytes(count) }
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

/// The system's words for an error number.
func errorText(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}
