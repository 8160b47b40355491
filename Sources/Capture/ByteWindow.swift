/// The stretch of a capture that can be looked at: a buffer that moves forward through a file or a stream.
///
/// Files are read through it too, not mapped. Read once from the page cache, a 500 MB capture takes half the time
/// (the copy stays in the second-level cache, where a map pays a page fault every 16 pages), memory stays small, and
/// a file that is cut short while it is read gives a short read where a map would raise SIGBUS.
///
/// The buffer has 256 KiB, or half a megabyte when another thread reads ahead, and more only for a single record or
/// block that is larger (16 MiB at most, by the readers' own checks).
@safe
struct ByteWindow: ~Copyable {
  static let usualCapacity = 256 << 10

  private let source: ByteSource
  /// Delivers the source's bytes, when another thread reads them.
  private var ahead: ReadAhead?
  private var block: ByteBlock
  /// The window's first byte, in the block's memory.
  private var base: UnsafeMutableRawPointer
  /// Bytes in the window.
  private(set) var count = 0
  /// Offset in the capture of the window's first byte.
  private(set) var startOffset = 0
  /// Index in the window of the next byte to read.
  var position = 0
  /// Whether more bytes than those in the window may come.
  private(set) var mayGrow = true
  /// Why the source failed, once it has.
  private(set) var failure: ByteFailure?

  /// An empty window that fills from `source`; it begins with `capacity` bytes, at least one.
  init(source: ByteSource, capacity: Int = usualCapacity) {
    self.source = source
    block = ByteBlock(capacity: max(1, capacity))
    unsafe base = block.start
  }

  deinit { ahead?.abandon() }

  /// Lets another thread read what is not in the window yet.
  mutating func readAhead(on thread: ReaderThread) {
    guard ahead == nil, mayGrow else { return }
    ahead = ReadAhead(source: source, on: thread)
  }

  /// Bytes of the file or the stream that were read so far; of compressed input, compressed bytes.
  var bytesRead: Int { source.bytesRead }

  /// Bytes that the file has; nil when that is not known before its end.
  var size: Int? { source.size }

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

  /// Makes at least `needed` bytes available if the source has them, and forgets those before `position`.
  mutating func fill(_ needed: Int) {
    guard mayGrow, available < needed else { return }
    if let ahead {
      while available < needed, mayGrow { take(ahead.next(), needed: needed, from: ahead) }
    } else {
      makeRoom(for: needed)
      while count < needed, mayGrow { read() }
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
}

// MARK: - Reading here

extension ByteWindow {
  private mutating func read() {
    let space = unsafe UnsafeMutableRawBufferPointer(start: base + count, count: roomBehind)
    switch unsafe source.read(into: space) {
    case .bytes(let added): count += added
    case .end: mayGrow = false
    case .failure(let reason):
      failure = reason
      mayGrow = false
    }
  }

  /// Bytes that fit behind those in the window.
  private var roomBehind: Int { unsafe block.start + block.size - (base + count) }

  /// Moves what is available to the beginning of a block that takes at least `capacity` bytes.
  private mutating func makeRoom(for capacity: Int) {
    var target = block
    if capacity > block.size { target = ByteBlock(capacity: max(capacity, block.size * 2)) }
    unsafe move(to: target, at: target.start)
  }

  /// Makes the window begin in `target`, at `place`, with what is available.
  private mutating func move(to target: ByteBlock, at place: UnsafeMutableRawPointer) {
    unsafe place.copyMemory(from: base + position, byteCount: available)
    startOffset += position
    count -= position
    position = 0
    block = target
    unsafe base = place
  }
}

// MARK: - Reading ahead

extension ByteWindow {
  private mutating func take(_ delivery: ReadAhead.Delivery, needed: Int, from ahead: ReadAhead) {
    switch delivery {
    case .block(let next):
      let used = block
      if available <= next.headroom {
        unsafe move(to: next, at: next.start + next.headroom - available)
        count += next.count
        ahead.recycle(used)
      } else {
        // More is left over than fits before the new bytes: a long record is put together in a block of its own.
        if roomBehind < next.count { makeRoom(for: max(needed, available) + next.count) }
        unsafe (base + count).copyMemory(from: UnsafeRawPointer(next.start + next.headroom), byteCount: next.count)
        count += next.count
        ahead.recycle(next)
      }
    case .end: mayGrow = false
    case .failure(let reason):
      failure = reason
      mayGrow = false
    }
  }
}
