/// Cuts blocks of text into lines, and gives each to `LogDispatcher`.
///
/// A line that lies inside a block is read where it is; only those that span two blocks are copied. What a line has
/// beyond the limit is skipped.
struct LogLines {
  /// What has become of the lines that programs wrote.
  private enum Shape {
    /// Their beginning is looked at.
    case unknown(beginning: [UInt8])
    case plain
    /// Line ends are written as `\n`.
    case escaped(EscapedLines)
    /// A terminal has broken them at its width.
    case wrapped(WrappedLines)
    /// The newest comes first.
    case newestFirst(NewestFirstLines)
  }

  private var shape = Shape.unknown(beginning: [])
  /// The beginning of a line whose end has not come yet.
  private var carry: [UInt8] = []
  private var isCut = false

  mutating func read(_ block: Span<UInt8>, into dispatcher: inout LogDispatcher) {
    switch shape {
    case .unknown(var beginning):
      // A copy of few bytes: the same text has the same shape in whatever blocks it comes.
      shape = .plain
      let kept = block.extracting(0..<min(block.count, LogLimits.shapeLength - beginning.count))
      unsafe kept.withUnsafeBufferPointer { unsafe beginning.append(contentsOf: $0) }
      if beginning.count < LogLimits.shapeLength {
        shape = .unknown(beginning: beginning)
        return
      }
      begin(beginning, into: &dispatcher)
      read(block.extracting(kept.count..<block.count), into: &dispatcher)
    case .plain: forEachLine(of: block) { dispatcher.read($0, isCut: $1) }
    case .escaped(var lines):
      shape = .plain
      lines.read(block, into: &dispatcher)
      shape = .escaped(lines)
    case .wrapped(var lines):
      shape = .plain
      forEachLine(of: block) { lines.read($0, isCut: $1, into: &dispatcher) }
      shape = .wrapped(lines)
    case .newestFirst(var lines):
      shape = .plain
      if lines.keep(block) {
        shape = .newestFirst(lines)
      } else {
        forEachLine(of: lines.text.span) { dispatcher.read($0, isCut: $1) }
        forEachLine(of: block) { dispatcher.read($0, isCut: $1) }
      }
    }
  }

  /// Where the newest lines come first, they are read from the text's end, some at a time.
  ///
  /// - Returns: Whether there are more.
  mutating func readBackwards(into dispatcher: inout LogDispatcher) -> Bool {
    if case .unknown(let beginning) = shape { begin(beginning, into: &dispatcher) }
    guard case .newestFirst(var lines) = shape else { return false }
    shape = .plain
    guard lines.areNewestFirst else {
      forEachLine(of: lines.text.span) { dispatcher.read($0, isCut: $1) }
      return false
    }
    let goesOn = lines.readEntries(into: &dispatcher)
    if goesOn { shape = .newestFirst(lines) }
    return goesOn
  }

  /// The text is at its end: what is left is its last line.
  mutating func finish(into dispatcher: inout LogDispatcher) {
    if case .unknown(let beginning) = shape { begin(beginning, into: &dispatcher) }
    switch shape {
    case .unknown, .newestFirst: break
    case .plain: if !carry.isEmpty { dispatcher.read(carry.span, isCut: isCut) }
    case .escaped(var lines): lines.finish(into: &dispatcher)
    case .wrapped(var lines):
      if !carry.isEmpty { lines.read(carry.span, isCut: isCut, into: &dispatcher) }
      lines.finish(into: &dispatcher)
    }
    carry = []
    shape = .plain
  }

  /// Reads the text's beginning, which shows what has become of its lines.
  private mutating func begin(_ beginning: [UInt8], into dispatcher: inout LogDispatcher) {
    if EscapedLines.isTextOfThem(beginning.span) {
      shape = .escaped(EscapedLines())
    } else if let width = WrappedLines.width(of: beginning.span) {
      shape = .wrapped(WrappedLines(width: width))
    } else if NewestFirstLines.areNewestFirst(beginning.span) {
      shape = .newestFirst(NewestFirstLines())
    } else {
      shape = .plain
    }
    read(beginning.span, into: &dispatcher)
  }

  @inline(__always)
  private mutating func forEachLine(of block: Span<UInt8>, _ read: (Span<UInt8>, _ isCut: Bool) -> Void) {
    let text = LogText(block)
    var start = 0
    while let end = text.find(UInt8(ascii: "\n"), from: start) {
      if carry.isEmpty {
        let kept = min(end, start + LogLimits.lineLength)
        read(block.extracting(start..<kept), kept < end)
      } else {
        keep(block.extracting(start..<end))
        read(carry.span, isCut)
        carry.removeAll(keepingCapacity: true)
        isCut = false
      }
      start = end + 1
    }
    keep(block.extracting(start..<block.count))
  }

  private mutating func keep(_ part: Span<UInt8>) {
    let room = LogLimits.lineLength - carry.count
    if part.count > room { isCut = true }
    let kept = part.extracting(0..<min(part.count, room))
    unsafe kept.withUnsafeBufferPointer { unsafe carry.append(contentsOf: $0) }
  }
}

extension LogText {
  /// Whether an entry of a log begins here: with a time, a priority or an ASA's tag, and not in the middle of a sentence.
  var beginsEntry: Bool {
    switch self[0] {
    case UInt8(ascii: "["): LeadingTime(LogText(bytes, from: 1)) != nil
    case UInt8(ascii: "<"): self[1].isDigit
    case UInt8(ascii: "%"): has("%ASA-", at: 0) || has("%FTD-", at: 0)
    default: LeadingTime(LogText(bytes)) != nil
    }
  }
}
