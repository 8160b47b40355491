/// The stretch of a capture that can be looked at: a buffer that moves forward through a file or a stream.
///
/// Files are read through it too, not mapped. Read once from the page cache, a 500 MB capture takes half the time
/// (the copy stays in the second-level cache, where a map pays a page fault every 16 pages), memory stays small, and
/// a file that is cut short while it is read gives a short read where a map would raise SIGBUS.
///
/// The buffer has 256 KiB, and more only for a single record or block that is larger (16 MiB at most, by the
/// readers' own checks).
@safe
struct ByteWindow: ~Copyable {
  static let usualCapacity = 256 << 10

  private let source: ByteSource
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
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
    self.capacity = max(1, capacity)
    unsafe base = .allocate(byteCount: self.capacity, alignment: Self.alignment)
  }

  deinit { unsafe base.deallocate() }

  private static let alignment = 4096

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
    discardRead()
    if needed > capacity { grow(to: max(needed, capacity * 2)) }
    while count < needed, mayGrow {
      let space = unsafe UnsafeMutableRawBufferPointer(start: base + count, count: capacity - count)
      switch unsafe source.read(into: space) {
      case .bytes(let added): count += added
      case .end: mayGrow = false
      case .failure(let reason):
        failure = reason
        mayGrow = false
      }
    }
  }

  private mutating func grow(to larger: Int) {
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: Self.alignment)
    unsafe moved.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = larger
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
