#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The part of a capture that can be looked at: the whole of a mapped file, or a stretch of a stream.
///
/// A stream's stretch moves forward in a buffer of bounded size: one mebibyte, and more only for a single record or
/// block that is larger (16 MiB at most, by the readers' own checks).
@safe
struct ByteWindow: ~Copyable {
  private enum Storage {
    case mapped
    case buffer(capacity: Int, source: Source)
  }

  enum Source {
    case plain(ByteStream)
    case decompressed(DecompressedStream)
  }

  private var base: UnsafeMutableRawPointer
  private var storage: Storage
  /// Bytes in the window.
  private(set) var count: Int
  /// Offset in the capture of the window's first byte.
  private(set) var startOffset = 0
  /// Index in the window of the next byte to read.
  var position = 0
  /// Why the source failed, once it has.
  private(set) var failure: StreamFailure?
  private var isAtEnd: Bool

  static let usualCapacity = 1 << 20

  // A file that another program cuts short while it is mapped raises SIGBUS at the first touch of a page that is
  // gone. The place to meet that is here: a window that is filled with pread instead sees an ordinary short read.
  private init(mapping base: UnsafeMutableRawPointer, count: Int) {
    unsafe self.base = unsafe base
    self.count = count
    storage = .mapped
    isAtEnd = true
  }

  /// An empty window that fills from `source`.
  init(source: Source, capacity: Int = usualCapacity) {
    unsafe base = .allocate(byteCount: capacity, alignment: 16)
    count = 0
    storage = .buffer(capacity: capacity, source: source)
    isAtEnd = false
  }

  /// The first `count` bytes of an open file, mapped; nil where the file cannot be mapped.
  static func map(descriptor: Int32, count: Int) -> ByteWindow? {
    guard let base = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), unsafe base != MAP_FAILED else {
      return nil
    }
    unsafe madvise(base, count, MADV_SEQUENTIAL)
    return unsafe ByteWindow(mapping: base, count: count)
  }

  deinit {
    switch storage {
    case .mapped: unsafe munmap(base, count)
    case .buffer: unsafe base.deallocate()
    }
  }

  /// Every byte in the window, read or not.
  var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base), byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Bytes from `position` to the window's end.
  var available: Int { count - position }

  /// Offset in the capture of the next byte to read.
  var offset: Int { startOffset + position }

  /// Offset in the capture of the window's end.
  var endOffset: Int { startOffset + count }

  /// Whether more bytes than those in the window may come.
  var mayGrow: Bool { !isAtEnd }

  /// Makes at least `needed` bytes available if the source has them, and forgets those before `position`.
  mutating func fill(_ needed: Int) {
    guard !isAtEnd, case .buffer(var capacity, let source) = storage else { return }
    discardRead()
    if needed > capacity {
      capacity = max(needed, capacity * 2)
      let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
      unsafe larger.copyMemory(from: base, byteCount: count)
      unsafe base.deallocate()
      unsafe base = larger
      storage = .buffer(capacity: capacity, source: source)
    }
    while count < needed, !isAtEnd {
      let space = unsafe UnsafeMutableRawBufferPointer(start: base + count, count: capacity - count)
      switch unsafe source.read(into: space) {
      case .bytes(let added): count += added
      case .end: isAtEnd = true
      case .failure(let reason):
        failure = reason
        isAtEnd = true
      }
    }
  }

  /// Moves forward by `length` bytes, however many; returns how many of them the source did not have.
  mutating func skip(_ length: Int) -> Int {
    var left = length
    while true {
      let step = min(left, available)
      position += step
      left -= step
      guard left > 0 else { return 0 }
      fill(1)
      if available == 0 { return left }
    }
  }

  private mutating func discardRead() {
    guard position > 0 else { return }
    unsafe base.copyMemory(from: base + position, byteCount: available)
    startOffset += position
    count -= position
    position = 0
  }
}

extension ByteWindow.Source {
  func read(into buffer: UnsafeMutableRawBufferPointer) -> StreamRead {
    switch self {
    case .plain(let stream): unsafe stream.read(into: buffer)
    case .decompressed(let stream): unsafe stream.read(into: buffer)
    }
  }
}
