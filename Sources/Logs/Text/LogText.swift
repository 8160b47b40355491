import Observations

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of a line, and the place up to which it has been read.
///
/// Every question about it has an answer: beyond the end there are zeros, and what does not match is left where it is.
/// Searches are linear in the line's length, as the words searched for are short and fixed.
///
/// What looks at single bytes is inlined into the readers of other modules: a call for each byte costs more than the
/// look.
public struct LogText: ~Escapable {
  public let bytes: Span<UInt8>
  @usableFromInline var place: Int

  /// The place up to which it has been read, from 0 to `end`.
  @inlinable public var position: Int { place }

  @_lifetime(copy bytes)
  @inlinable
  public init(_ bytes: Span<UInt8>, from position: Int = 0) {
    self.bytes = bytes
    place = min(max(position, 0), bytes.count)
  }

  @inlinable public var end: Int { bytes.count }
  @inlinable public var isAtEnd: Bool { place >= bytes.count }

  /// The byte at `index` of the line, 0 outside it.
  @inlinable
  public subscript(index: Int) -> UInt8 {
    @inline(__always) get { index >= 0 && index < bytes.count ? bytes[index] : 0 }
  }

  /// The byte that comes next, 0 at the end.
  @inlinable public var next: UInt8 { @inline(__always) get { self[position] } }

  /// What is left to read, as a text of its own.
  @inlinable public var rest: LogText {
    @_lifetime(copy self) get { LogText(bytes.extracting(min(position, end)..<end)) }
  }

  /// The part from `start` up to `end`, as a text of its own.
  @_lifetime(copy self)
  @inlinable
  public func part(_ range: Range<Int>) -> LogText { LogText(bytes.extracting(range.clamped(to: 0..<end))) }

  // MARK: Looking

  /// Whether `word` is what comes next.
  @inlinable
  @inline(__always)
  public func starts(with word: StaticString) -> Bool { has(word, at: position) }

  /// Whether `word` stands at `index`.
  @inlinable
  public func has(_ word: StaticString, at index: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard index >= 0, length <= bytes.count &- index else { return false }
    let start = unsafe word.utf8Start
    for offset in 0..<length where unsafe bytes[index &+ offset] != start[offset] { return false }
    return true
  }

  /// Whether `word`, which is in lower case, stands at `index` in any case.
  func hasFolded(_ word: StaticString, at index: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard index >= 0, length <= bytes.count &- index else { return false }
    let start = unsafe word.utf8Start
    for offset in 0..<length where unsafe bytes[index &+ offset].folded != start[offset] { return false }
    return true
  }

  /// Whether `word` stands at `index`.
  @usableFromInline
  func has(_ word: Span<UInt8>, at index: Int) -> Bool {
    guard index >= 0, word.count <= bytes.count &- index else { return false }
    return unsafe bytes.extracting(index..<index &+ word.count).withUnsafeBytes { part in
      unsafe word.withUnsafeBytes { word in
        guard let here = part.baseAddress, let there = word.baseAddress else { return true }
        return unsafe memcmp(here, there, word.count) == 0
      }
    }
  }

  /// Where `byte` next stands.
  @inlinable
  public func find(_ byte: UInt8) -> Int? { find(byte, from: position) }

  @inlinable
  public func find(_ byte: UInt8, from start: Int) -> Int? {
    guard start < bytes.count else { return nil }
    let offset = unsafe bytes.extracting(start..<bytes.count).withUnsafeBytes { part -> Int? in
      guard let base = part.baseAddress, let found = unsafe memchr(base, Int32(byte), part.count) else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
    return offset.map { start + $0 }
  }

  /// Where `word` next stands.
  @inlinable
  public func find(_ word: StaticString) -> Int? { find(word, from: position) }

  @inlinable
  public func find(_ word: StaticString, from start: Int) -> Int? {
    // Blanks are too frequent to look for.
    let lead = unsafe word.utf8Start.pointee == 0x20 && word.utf8CodeUnitCount > 1 ? 1 : 0
    let first = unsafe word.utf8Start[lead]
    var index = max(start, 0) &+ lead
    while let found = find(first, from: index) {
      if has(word, at: found &- lead) { return found &- lead }
      index = found &+ 1
    }
    return nil
  }

  @inlinable
  public func contains(_ word: StaticString) -> Bool { find(word) != nil }

  // MARK: Reading

  @inlinable
  public mutating func move(to index: Int) { place = min(max(index, 0), end) }

  /// Passes the next byte, unless the text is at its end.
  @inlinable
  @inline(__always)
  public mutating func skipByte() { if place < bytes.count { place &+= 1 } }

  /// Passes `word` if it comes next.
  @inlinable
  @inline(__always)
  public mutating func skip(_ word: StaticString) -> Bool {
    guard starts(with: word) else { return false }
    place &+= word.utf8CodeUnitCount
    return true
  }

  /// Passes `byte` if it comes next.
  @inlinable
  @inline(__always)
  public mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    place &+= 1
    return true
  }

  /// Moves behind the next `word`; stays when there is none.
  @inlinable
  public mutating func skip(past word: StaticString) -> Bool {
    guard let found = find(word) else { return false }
    place = found + word.utf8CodeUnitCount
    return true
  }

  /// Passes spaces and tabs.
  @inlinable
  @inline(__always)
  public mutating func skipSpaces() {
    while position < bytes.count, bytes[position].isSpace { place &+= 1 }
  }

  /// The bytes up to the next space or the end, which are passed.
  @inlinable
  public mutating func word() -> Range<Int> {
    skipSpaces()
    let start = position
    while position < bytes.count, !bytes[position].isSpace { place &+= 1 }
    return start..<position
  }

  /// Digits as a number; nil without a digit, or above 2^53, and then nothing is passed.
  @inlinable
  public mutating func number() -> Int? {
    var value = 0
    var index = position
    while index < bytes.count, bytes[index].isDigit {
      value = value &* 10 &+ Int(bytes[index] &- UInt8(ascii: "0"))
      guard value <= 1 << 53 else { return nil }
      index &+= 1
    }
    guard index > position else { return nil }
    place = index
    return value
  }

  /// Exactly `count` digits as a number.
  @inlinable
  @inline(__always)
  public mutating func digits(_ count: Int) -> Int? {
    guard count <= bytes.count &- place else { return nil }
    var value = 0
    for offset in 0..<count {
      let byte = bytes[place &+ offset]
      guard byte.isDigit else { return nil }
      value = value &* 10 &+ Int(byte &- UInt8(ascii: "0"))
    }
    place &+= count
    return value
  }

  /// Digits as a port.
  public mutating func port() -> UInt16? {
    let start = position
    guard let number = number(), let port = UInt16(exactly: number) else {
      place = start
      return nil
    }
    return port
  }

  /// Dotted decimal or IPv6 text, without brackets.
  public mutating func address() -> IPAddress? {
    // Nearly all are dotted decimal.
    if let address = dottedDecimal() { return address }
    // No address is longer than 45 characters; one more shows that this is none.
    let limit = min(position &+ 46, self.end)
    var end = position
    var dot: Int?
    var colons = 0
    while end < limit, bytes[end].isHexDigit || bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: ":") {
      // A colon behind dotted decimal ends what it is part of: "10.1.1.2: text", "10.1.1.2:443".
      if bytes[end] == UInt8(ascii: ":"), dot != nil { break }
      if bytes[end] == UInt8(ascii: ".") { dot = end }
      if bytes[end] == UInt8(ascii: ":") { colons &+= 1 }
      end &+= 1
    }
    while end > position, self[end - 1] == UInt8(ascii: ".") { end -= 1 }
    guard end > position, end - position <= 45, dot != nil || colons >= 2 else { return nil }
    guard let address = IPAddress(string(position..<end)) else { return nil }
    place = end
    return address
  }

  /// Four numbers from 0 to 255, each of one to three digits, and nothing behind them that an address goes on with.
  private mutating func dottedDecimal() -> IPAddress? {
    var address: UInt32 = 0
    var index = position
    for part in 0..<4 {
      if part > 0 {
        guard self[index] == UInt8(ascii: ".") else { return nil }
        index &+= 1
      }
      let start = index
      var number: UInt32 = 0
      while index &- start < 4, self[index].isDigit {
        number = number &* 10 &+ UInt32(self[index] &- UInt8(ascii: "0"))
        index &+= 1
      }
      guard index > start, index &- start <= 3, number <= 255 else { return nil }
      address = address << 8 | number
    }
    // "10.1.1.2.3" is none, but a full stop may end the sentence.
    var behind = index
    while self[behind] == UInt8(ascii: ".") { behind &+= 1 }
    guard !self[behind].isHexDigit else { return nil }
    place = index
    return IPAddress(v4: address)
  }

  /// What stands between here and the next `stop`, which is passed.
  public mutating func string(upTo stop: StaticString) -> String? {
    guard let found = find(stop) else { return nil }
    let text = string(position..<found)
    place = found + stop.utf8CodeUnitCount
    return text
  }

  /// Whether the next byte is one of `characters`.
  @inlinable
  public func isAtOneOf(_ characters: StaticString) -> Bool {
    guard !isAtEnd else { return false }
    for offset in 0..<characters.utf8CodeUnitCount where unsafe characters.utf8Start[offset] == next { return true }
    return false
  }

  /// The bytes as an array.
  public var copy: [UInt8] { unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } }

  /// The rest as text, without spaces around it.
  public var restString: String {
    var start = position
    var end = self.end
    while start < end, self[start].isSpace { start += 1 }
    while end > start, self[end - 1].isSpace { end -= 1 }
    return string(start..<end)
  }

  /// A part as text; invalid UTF-8 is replaced, and what is too long for a name is cut.
  public func string(_ range: Range<Int>) -> String {
    let range = range.clamped(to: 0..<end)
    let kept = bytes.extracting(range.lowerBound..<min(range.upperBound, range.lowerBound + LogLimits.nameLength))
    return unsafe kept.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}

extension UInt8 {
  @inlinable @inline(__always) public var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
  @inlinable @inline(__always) public var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
  @inlinable @inline(__always) public var isUppercase: Bool { self &- UInt8(ascii: "A") < 26 }
  @inlinable @inline(__always) public var isHexDigit: Bool { isDigit || (self | 0x20) &- UInt8(ascii: "a") < 6 }
  @inlinable @inline(__always) public var isSpace: Bool { self == 0x20 || self == 0x09 }

  /// The lower case of an ASCII letter, other bytes as they are.
  @inlinable @inline(__always) public var folded: UInt8 { isUppercase ? self | 0x20 : self }
}

// MARK: Lines

extension LogText {
  /// Takes each line that ends in this text, without its line feed.
  ///
  /// - Returns: Where what is left begins, which has no end here.
  @discardableResult
  func forEachLine(_ take: (borrowing LogText) -> Void) -> Int {
    var start = 0
    while let end = find(UInt8(ascii: "\n"), from: start) {
      take(part(start..<end))
      start = end + 1
    }
    return start
  }
}

// MARK: A terminal's control sequences

extension LogText {
  /// Whether "ESC[" comes next, with which colours are set, "ESC[1;32m" (ECMA-48 section 8.3.117).
  var isAtControlSequence: Bool { next == 0x1B && self[position + 1] == UInt8(ascii: "[") }

  /// Passes a control sequence up to its final byte (ECMA-48 section 5.4), or an ESC that begins none.
  mutating func skipControlSequence() {
    guard isAtControlSequence else { return skipByte() }
    move(to: position + 2)
    while (0x20..<0x40).contains(next) { skipByte() }
    skipByte()
  }
}
