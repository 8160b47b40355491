/// Cuts blocks of text into lines, and gives each to `LogDispatcher`.
///
/// A line that lies inside a block is read where it is; only those that span two blocks are copied. What a line has
/// beyond the limit is skipped.
struct LogLines {
  /// The beginning of a line whose end has not come yet.
  private var carry: [UInt8] = []
  private var isCut = false

  mutating func read(_ block: Span<UInt8>, into dispatcher: inout LogDispatcher) {
    let text = LogText(block)
    var start = 0
    while let end = text.find(UInt8(ascii: "\n"), from: start) {
      if carry.isEmpty {
        let kept = min(end, start + LogLimits.lineLength)
        dispatcher.read(block.extracting(start..<kept), isCut: kept < end)
      } else {
        keep(block.extracting(start..<end))
        dispatcher.read(carry.span, isCut: isCut)
        carry.removeAll(keepingCapacity: true)
        isCut = false
      }
      start = end + 1
    }
    keep(block.extracting(start..<block.count))
  }

  /// The text is at its end: what is left is its last line.
  mutating func finish(into dispatcher: inout LogDispatcher) {
    guard !carry.isEmpty else { return }
    dispatcher.read(carry.span, isCut: isCut)
    carry = []
  }

  private mutating func keep(_ part: Span<UInt8>) {
    let room = LogLimits.lineLength - carry.count
    if part.count > room { isCut = true }
    let kept = part.extracting(0..<min(part.count, room))
    unsafe kept.withUnsafeBufferPointer { unsafe carry.append(contentsOf: $0) }
  }
}
