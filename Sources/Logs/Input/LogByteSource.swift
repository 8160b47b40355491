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
  /// Whether its first bytes are these; to be asked before the first `next` only.
  func begins(with signature: [UInt8]) -> Bool
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
  private let budget: LogExpansionBudget
  /// Bytes of the block that `begins` read and `next` has not passed on.
  private var pending = 0
  private(set) var failure: String?

  /// Takes `descriptor`; closes it in the end only if it `isOwned`.
  ///
  /// - Parameter budget: Counts what is read.
  init(descriptor: Int32, isOwned: Bool, budget: LogExpansionBudget) {
    self.descriptor = descriptor
    self.isOwned = isOwned
    self.budget = budget
    var status = stat()
    if unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      budget.fileSize = Int(status.st_size)
    }
    isSeekable = isOwned && lseek(descriptor, 0, SEEK_CUR) >= 0
    unsafe block = .allocate(byteCount: 256 << 10, alignment: 16)
  }

  deinit {
    unsafe block.deallocate()
    if isOwned { close(descriptor) }
  }

  func begins(with signature: [UInt8]) -> Bool {
    while pending < signature.count {
      let count = unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: block[pending...]))
      guard count > 0 else { break }
      pending += count
    }
    return unsafe block.prefix(pending).starts(with: signature)
  }

  func next(_ start: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    unsafe start.pointee = UnsafeRawPointer(block.baseAddress)
    defer { pending = 0 }
    return pending > 0 ? pending : unsafe read(into: block)
  }

  /// Reads what is there, waiting only when nothing is; 0 at the end, -1 on failure.
  private func read(into memory: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = unsafe Glibc.read(descriptor, memory.baseAddress, memory.count)
      if count >= 0 {
        budget.read(count)
        return count
      }
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
    // What is pending has been read and counts as not read.
    let offset = whence == SEEK_CUR ? offset - Int64(pending) : offset
    pending = 0
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

  func begins(with signature: [UInt8]) -> Bool {
    guard !isBegun else { return false }
    let bundle = parent
    return bundle.block.begins(with: signature)
  }

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
