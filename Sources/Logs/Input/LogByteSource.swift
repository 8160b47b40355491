import CArchive

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where the bytes of a file come from that libarchive opens: a descriptor, or a member of another bundle.
protocol LogByteSource: AnyObject {
  /// Points `start` at the next bytes and returns their number; 0 at the end, -1 on failure.
  func next(_ start: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int
  /// Moves to `offset` and returns where that is; nil when the source can only be read through.
  func seek(_ offset: Int64, _ whence: Int32) -> Int64?
  /// Why it failed.
  var failure: String? { get }
}

/// An open file descriptor: a file, a pipe, standard input.
@safe
final class DescriptorBytes: LogByteSource {
  private let descriptor: Int32
  private let isOwned: Bool
  private let isSeekable: Bool
  private let block: UnsafeMutableRawBufferPointer
  private(set) var failure: String?

  /// Takes `descriptor`; closes it in the end only if it `isOwned`.
  init(descriptor: Int32, isOwned: Bool) {
    self.descriptor = descriptor
    self.isOwned = isOwned
    isSeekable = isOwned && lseek(descriptor, 0, SEEK_CUR) >= 0
    unsafe block = .allocate(byteCount: 256 << 10, alignment: 16)
  }

  deinit {
    unsafe block.deallocate()
    if isOwned { close(descriptor) }
  }

  func next(_ start: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    unsafe start.pointee = UnsafeRawPointer(block.baseAddress)
    while true {
      let count = unsafe read(descriptor, block.baseAddress, block.count)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        // Standard input may have been left non-blocking by another process that shares it.
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&request, 1, -1)
      case let code:
        failure = systemText(code)
        return -1
      }
    }
  }

  func seek(_ offset: Int64, _ whence: Int32) -> Int64? {
    guard isSeekable else { return nil }
    let place = lseek(descriptor, off_t(offset), whence)
    return place >= 0 ? Int64(place) : nil
  }
}

/// The data of the current member of another bundle.
final class MemberBytes: LogByteSource {
  private let parent: LogArchive
  /// Whether the member's first bytes, which were read to see what it is, have been passed on.
  private var isBegun = false

  /// Takes the data that `parent` has just begun to read.
  init(parent: LogArchive) { self.parent = parent }

  var failure: String? { parent.failure }

  func next(_ start: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    if isBegun {
      switch parent.read() {
      case .block: break
      case .end: return 0
      case .failed: return -1
      }
    }
    isBegun = true
    return unsafe parent.lendBlock(start)
  }

  func seek(_ offset: Int64, _ whence: Int32) -> Int64? { nil }
}

/// The system's words for an error number.
func systemText(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}
