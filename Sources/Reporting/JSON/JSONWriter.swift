import Observations

/// Writes JSON (RFC 8259) member by member, straight into bytes: a report of many megabytes costs no tree of values.
///
/// Members keep the order in which they are written; their names are the schema's own, plain words that need no escape.
/// They are static strings, which cost a copy of their bytes; names that are made while the program runs are `named`.
/// Optional values are written as null where there is none.
///
///     JSONWriter.document { json in
///       json.member("name", name)
///       json.array("sessions", sessions) { session, json in
///         json.object { $0.member("start", session.start) }
///       }
///     }
package struct JSONWriter: ~Copyable {
  private var text: TextBuffer
  private let isOnOneLine: Bool
  private var level = 0
  /// Whether the current level is still empty.
  private var isEmpty = true

  private init(isOnOneLine: Bool, into text: consuming TextBuffer) {
    self.isOnOneLine = isOnOneLine
    self.text = text
  }

  /// An object, pretty-printed with two spaces a level, lists of numbers on one line, ending with a line feed.
  package static func document(_ members: (inout JSONWriter) -> Void) -> String {
    text(isOnOneLine: false, members)
  }

  /// An object on one line, ending with a line feed: a line of NDJSON.
  package static func line(_ members: (inout JSONWriter) -> Void) -> String { text(isOnOneLine: true, members) }

  /// The same as `document`, in blocks of bytes as it is written: a large document is never whole in memory.
  package static func document(
    to sink: (RawSpan) throws -> Void, _ members: (inout JSONWriter) -> Void
  ) throws {
    var failure: (any Error)?
    withoutActuallyEscaping(sink) { sink in
      let text = TextBuffer(capacity: blockSize) { block in
        guard failure == nil else { return }
        do { try sink(block) } catch { failure = error }
      }
      var json = JSONWriter(isOnOneLine: false, into: text)
      json.write(members)
      json.text.flush()
    }
    if let failure { throw failure }
  }

  private static let blockSize = 64 << 10

  private static func text(isOnOneLine: Bool, _ members: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter(isOnOneLine: isOnOneLine, into: TextBuffer())
    json.write(members)
    return json.text.text
  }

  private mutating func write(_ members: (inout JSONWriter) -> Void) {
    braced(members)
    text.append(UInt8(ascii: "\n"))
  }
}

// MARK: - Members of an object

extension JSONWriter {
  package mutating func member(_ name: StaticString, _ value: String?) {
    begin(name)
    if let value { write(value) } else { writeNull() }
  }

  package mutating func member(_ name: StaticString, _ value: Int?) {
    begin(name)
    if let value { write(value) } else { writeNull() }
  }

  /// A letter and a number that together identify something, such as c1; null where there is no number.
  package mutating func member(_ name: StaticString, _ letter: Unicode.Scalar, _ number: Int?) {
    begin(name)
    guard let number else { return writeNull() }
    text.append(UInt8(ascii: "\""))
    text.append(UInt8(ascii: letter))
    text.append(number)
    text.append(UInt8(ascii: "\""))
  }

  package mutating func member(_ name: StaticString, _ value: Bool) {
    begin(name)
    write(value)
  }

  /// Up to nine decimals; null for a number that is not finite.
  package mutating func member(_ name: StaticString, _ value: Double?) {
    begin(name)
    if let value { write(value) } else { writeNull() }
  }

  /// RFC 3339 in UTC with nanoseconds.
  package mutating func member(_ name: StaticString, _ value: Timestamp?) {
    begin(name)
    guard let value else { return writeNull() }
    text.append(UInt8(ascii: "\""))
    CalendarTime(value).writeRFC3339(to: &text)
    text.append(UInt8(ascii: "\""))
  }

  package mutating func null(_ name: StaticString) {
    begin(name)
    writeNull()
  }

  package mutating func member(named name: String, _ value: String) {
    begin(named: name)
    write(value)
  }

  package mutating func member(named name: String, _ value: Int) {
    begin(named: name)
    write(value)
  }

  package mutating func member(named name: String, _ value: Bool) {
    begin(named: name)
    write(value)
  }

  /// Up to nine decimals; null for a number that is not finite.
  package mutating func member(named name: String, _ value: Double) {
    begin(named: name)
    write(value)
  }

  package mutating func array(named name: String, _ numbers: [Double]) {
    begin(named: name)
    writeLine(numbers) { $1.write($0) }
  }

  package mutating func null(named name: String) {
    begin(named: name)
    writeNull()
  }

  package mutating func object(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
    begin(name)
    braced(members)
  }

  /// An object of a value's members, or null where there is no value.
  package mutating func object<Value>(
    _ name: StaticString, _ value: Value?, _ members: (Value, inout JSONWriter) -> Void
  ) {
    begin(name)
    guard let value else { return writeNull() }
    braced { members(value, &$0) }
  }

  package mutating func array(_ name: StaticString, _ strings: [String]) {
    array(name, strings) { string, json in json.element(string) }
  }

  package mutating func array(_ name: StaticString, _ numbers: [Double]) {
    begin(name)
    writeLine(numbers) { $1.write($0) }
  }

  /// `write` writes one element for each value.
  package mutating func array<Values: Sequence>(
    _ name: StaticString, _ values: Values, _ write: (Values.Element, inout JSONWriter) -> Void
  ) {
    begin(name)
    enclosed(UInt8(ascii: "["), UInt8(ascii: "]")) { json in
      for value in values { write(value, &json) }
    }
  }

  /// Each value as an object, whose members `members` writes; no value is copied for it.
  package mutating func objects<Value>(
    _ name: StaticString, _ values: [Value], _ members: (Value, inout JSONWriter) -> Void
  ) {
    begin(name)
    enclosed(UInt8(ascii: "["), UInt8(ascii: "]")) { json in
      let values = values.span
      for place in values.indices {
        json.object { members(values[place], &$0) }
      }
    }
  }
}

// MARK: - Elements of an array

extension JSONWriter {
  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    beginElement()
    braced(members)
  }

  package mutating func element(_ string: String) {
    beginElement()
    write(string)
  }

  /// A list of numbers within the list.
  package mutating func element(_ numbers: [Int]) {
    beginElement()
    writeLine(numbers) { $1.write($0) }
  }
}

// MARK: - Layout

extension JSONWriter {
  /// Begins a member, or an element of an array, which has no name.
  private mutating func begin(_ name: StaticString?) {
    let (isFirst, breaksLine, spaces) = (isEmpty, !isOnOneLine, isOnOneLine ? 0 : 2 * level)
    isEmpty = false
    // In one piece, because a large report has a hundred thousand members.
    unsafe text.append(atMost: spaces + TextBuffer.spacesBeyond + (name?.utf8CodeUnitCount ?? 0) + 6) { start in
      unsafe Self.writeBeginning(name, isFirst: isFirst, breaksLine: breaksLine, spaces: spaces, at: start)
    }
  }

  /// - Returns: How many bytes it has.
  @unsafe @inline(__always)
  private static func writeBeginning(
    _ name: StaticString?, isFirst: Bool, breaksLine: Bool, spaces: Int, at start: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var end = unsafe start
    if !isFirst {
      unsafe end.pointee = UInt8(ascii: ",")
      unsafe end += 1
    }
    if breaksLine {
      unsafe end.pointee = UInt8(ascii: "\n")
      unsafe end = TextBuffer.writeSpaces(spaces, at: end + 1)
    }
    guard let name else { return unsafe end - start }
    unsafe end.pointee = UInt8(ascii: "\"")
    let count = name.utf8CodeUnitCount
    name.withUTF8Buffer { name in
      guard let source = name.baseAddress else { return }
      unsafe (end + 1).update(from: source, count: count)
    }
    unsafe end += 1 + count
    unsafe end[0] = UInt8(ascii: "\"")
    unsafe end[1] = UInt8(ascii: ":")
    guard breaksLine else { return unsafe end + 2 - start }
    unsafe end[2] = UInt8(ascii: " ")
    return unsafe end + 3 - start
  }

  private mutating func begin(named name: String) {
    beginElement()
    write(name)
    text.append(UInt8(ascii: ":"))
    if !isOnOneLine { text.append(UInt8(ascii: " ")) }
  }

  private mutating func beginElement() { begin(nil) }

  @inline(__always)
  private mutating func breakLine() {
    guard !isOnOneLine else { return }
    let spaces = 2 * level
    unsafe text.append(atMost: 1 + spaces + TextBuffer.spacesBeyond) { start in
      unsafe start.pointee = UInt8(ascii: "\n")
      return unsafe TextBuffer.writeSpaces(spaces, at: start + 1) - start
    }
  }

  private mutating func braced(_ members: (inout JSONWriter) -> Void) {
    enclosed(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
  }

  private mutating func enclosed(_ opening: UInt8, _ closing: UInt8, _ content: (inout JSONWriter) -> Void) {
    text.append(opening)
    level += 1
    isEmpty = true
    content(&self)
    level -= 1
    if !isEmpty { breakLine() }
    isEmpty = false
    text.append(closing)
  }

  private mutating func writeLine<Number>(_ numbers: [Number], _ write: (Number, inout JSONWriter) -> Void) {
    text.append(UInt8(ascii: "["))
    for (index, number) in numbers.enumerated() {
      if index > 0 { text.append(isOnOneLine ? "," as StaticString : ", ") }
      write(number, &self)
    }
    text.append(UInt8(ascii: "]"))
  }
}

// MARK: - Values

extension JSONWriter {
  private mutating func writeNull() { text.append("null" as StaticString) }

  private mutating func write(_ value: Int) { text.append(value) }

  private mutating func write(_ value: Bool) { text.append(value ? "true" as StaticString : "false") }

  private mutating func write(_ value: Double) {
    text.append(value.isFinite ? value.decimal(9) : "null")
  }

  /// Whatever could act on a terminal or mislead a reader is escaped, so nothing is lost.
  private mutating func write(_ string: String) {
    text.append(UInt8(ascii: "\""))
    // Nearly every string is plain ASCII, which needs no look at its scalars.
    let isWritten = unsafe string.utf8.withContiguousStorageIfAvailable { bytes in
      guard unsafe Self.isPlain(bytes) else { return false }
      unsafe text.append(bytes)
      return true
    }
    if isWritten != true {
      for scalar in string.unicodeScalars { write(scalar) }
    }
    text.append(UInt8(ascii: "\""))
  }

  /// Whether all of it is printable ASCII that needs no escape; looks at eight bytes at a time.
  private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let bytes = UnsafeRawBufferPointer(text)
    var special: UInt64 = 0
    var place = 0
    while place + 8 <= bytes.count {
      special |= unsafe specialBytes(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    if place < bytes.count, bytes.count >= 8 {
      // The last eight, some of them for the second time.
      special |= unsafe specialBytes(bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
      return special == 0
    }
    while place < bytes.count {
      // The other seven are letters.
      special |= unsafe specialBytes(UInt64(bytes[place]) | 0x4141_4141_4141_4100)
      place += 1
    }
    return special == 0
  }

  /// Not zero if one of eight bytes is a control, a quote, a backslash, DEL or not ASCII. A borrow or a carry from one
  /// byte to the next comes only from a byte that is one of these.
  @inline(__always)
  private static func specialBytes(_ word: UInt64) -> UInt64 {
    let (ones, highBits) = (0x0101_0101_0101_0101 as UInt64, 0x8080_8080_8080_8080 as UInt64)
    let (quote, backslash) = (word ^ ones &* 0x22, word ^ ones &* 0x5C)
    let control = (word &- ones &* 0x20) & ~word
    let last = word | (word &+ ones)
    return (control | last | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & highBits
  }

  private mutating func write(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": text.append("\\\"")
    case "\\": text.append("\\\\")
    case "\n": text.append("\\n")
    case "\r": text.append("\\r")
    case "\t": text.append("\\t")
    case _ where VisibleText.isHidden(scalar):
      for unit in UTF16.encode(scalar) ?? .init() {
        let digits = String(unit, radix: 16)
        text.append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      }
    case _ where scalar.isASCII: text.append(UInt8(ascii: scalar))
    default: text.append(String(scalar))
    }
  }
}
