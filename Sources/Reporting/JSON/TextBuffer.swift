/// UTF-8 text that grows at its end: the cost of adding a piece is little more than copying its bytes, which a large
/// report does some hundred thousand times.
@safe
struct TextBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0
  /// Takes what is there when there is no more room; nil when all of it is to be kept.
  private let drain: (([UInt8]) -> Void)?

  init(capacity: Int = 4096, drain: (([UInt8]) -> Void)? = nil) {
    self.capacity = max(1, capacity)
    self.drain = drain
    unsafe base = .allocate(capacity: self.capacity)
  }

  deinit { unsafe base.deallocate() }

  /// The whole text. Only strings were put together, so it is not looked through for what is no UTF-8.
  var text: String {
    let bytes = unsafe UnsafeBufferPointer(start: base, count: count)
    return unsafe String(copying: UTF8Span(unchecked: bytes.span))
  }

  /// Hands on what is there.
  mutating func flush() {
    guard let drain, count > 0 else { return }
    unsafe drain(Array(UnsafeBufferPointer(start: base, count: count)))
    count = 0
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { unsafe append($0) }
  }

  /// Adds what is UTF-8.
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe (base + count).update(from: source, count: bytes.count)
    count += bytes.count
  }

  mutating func appendSpaces(_ number: Int) {
    reserve(number)
    unsafe (base + count).update(repeating: UInt8(ascii: " "), count: number)
    count += number
  }

  /// In decimal.
  mutating func append(_ number: Int) {
    if number < 0 { append("-") }
    var rest = number.magnitude
    var digits = 1
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    append(number.magnitude, digits: digits)
  }

  /// The last `digits` digits of a number, zeros before it where it has fewer.
  mutating func append(_ number: UInt, digits: Int) {
    reserve(digits)
    var rest = number
    for place in stride(from: count + digits - 1, through: count, by: -1) {
      unsafe base[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += digits
  }

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
