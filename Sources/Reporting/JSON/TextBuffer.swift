/// UTF-8 text that grows at its end: the cost of adding a piece is little more than copying its bytes, which a large
/// report does some hundred thousand times.
@safe
struct TextBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0
  /// Takes what is there when the room is used up; nil to keep all of it.
  private let drain: ((RawSpan) -> Void)?

  init(capacity: Int = 4096, drain: ((RawSpan) -> Void)? = nil) {
    self.capacity = max(1, capacity)
    self.drain = drain
    unsafe base = .allocate(capacity: self.capacity)
  }

  deinit { unsafe base.deallocate() }

  /// The whole text. It was made of strings alone, so it needs no check for valid UTF-8.
  var text: String {
    let bytes = unsafe UnsafeBufferPointer(start: base, count: count)
    return unsafe String(copying: UTF8Span(unchecked: bytes.span))
  }

  /// Passes what is there to `drain`.
  mutating func flush() {
    guard let drain, count > 0 else { return }
    drain(unsafe RawSpan(_unsafeStart: base, byteCount: count))
    count = 0
  }

  /// Adds a literal.
  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe append($0) }
  }

  mutating func append(_ text: String) {
    // Only bridged strings are not contiguous; there are none here.
    if unsafe text.utf8.withContiguousStorageIfAvailable({ unsafe append($0) }) != nil { return }
    for byte in text.utf8 { append(byte) }
  }

  /// Adds bytes of UTF-8.
  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe (base + count).update(from: source, count: bytes.count)
    count += bytes.count
  }

  /// Adds a byte of UTF-8.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe base[count] = byte
    count += 1
  }

  /// Room that `writeSpaces` needs beyond the spaces.
  static let spacesBeyond = 8

  /// Writes spaces where there is room, eight at a time: those too many are overwritten by what comes next.
  ///
  /// - Returns: Where they end.
  @unsafe @inline(__always)
  static func writeSpaces(_ number: Int, at start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    var written = 0
    while written < number {
      unsafe UnsafeMutableRawPointer(start + written).storeBytes(of: 0x2020_2020_2020_2020, as: UInt64.self)
      written += 8
    }
    return unsafe start + number
  }

  /// Adds what `write` puts at the end: at most `most` bytes of UTF-8; it returns how many.
  @inline(__always)
  mutating func append(atMost most: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    reserve(most)
    unsafe count += write(base + count)
  }

  /// In decimal.
  mutating func append(_ number: Int) {
    if number < 0 { append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    var digits = 1
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    append(number.magnitude, digits: digits)
  }

  /// The last `digits` digits of a number, zeros before it where it has fewer.
  @inline(__always)
  mutating func append(_ number: UInt, digits: Int) {
    reserve(digits)
    var rest = number
    var place = count + digits
    while place > count {
      place -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      unsafe base[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
    count += digits
  }

  @inline(__always)
  private mutating func reserve(_ needed: Int) {
    if count + needed > capacity { makeRoom(for: needed) }
  }

  @inline(never)
  private mutating func makeRoom(for needed: Int) {
    flush()
    if count + needed > capacity { grow(to: count + needed) }
  }

  private mutating func grow(to needed: Int) {
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    unsafe moved.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = larger
  }
}
