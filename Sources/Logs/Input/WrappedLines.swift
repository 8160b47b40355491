/// The lines of a log that a terminal has broken at its width, put together again.
///
///     Nov 28 2026 10:11:12 asa : %ASA-6-722022: Group <staff> User <alice> IP <198.51
///     .100.10> TCP SVC connection established without compression
///
/// An entry is numbered as its first line.
struct WrappedLines {
  /// Columns of the terminal.
  let width: Int
  /// The entry that may go on in the next line.
  private var entry: [UInt8] = []
  private var lines = 0
  /// Columns of its last line.
  private var columns = 0

  init(width: Int) { self.width = width }

  /// Widths that terminals have. Narrower lines are a person's, wider ones need no wrapping.
  private static let widths = 60...250
  /// Entries that are broken at the same column before it is a terminal's width: by chance three lines of the greatest
  /// length in a log are hardly ever all followed by one without a time.
  private static let evidence = 3

  /// The width at which the lines of a text are broken, of which this is the beginning; nil where they are not.
  ///
  /// No line is longer, entries that fill it go on in a line that begins no entry, and shorter ones do not.
  static func width(of beginning: Span<UInt8>) -> Int? {
    let text = LogText(beginning)
    var longest = 0
    forEachLine(text) { longest = max(longest, $0.columns) }
    guard widths.contains(longest) else { return nil }
    var (broken, brokenAtSpace, whole, goesOnAnyway) = (0, 0, 0, 0)
    // Columns of the last line of the entry that is open.
    var columns: Int?
    forEachLine(text) { line in
      let begins = line.beginsEntry
      if let last = columns, line.end > 0 {
        switch (begins, last) {
        case (false, longest): broken += 1
        case (false, longest - 1): brokenAtSpace += 1
        case (false, _): goesOnAnyway += 1
        case (true, longest): whole += 1
        case (true, _): break
        }
        let isOpen = begins || last >= longest - 1
        columns = isOpen ? line.columns : nil
      } else {
        columns = begins ? line.columns : nil
      }
    }
    let all = broken + brokenAtSpace
    return broken >= evidence && goesOnAnyway * 10 <= all && whole * 4 <= all ? longest : nil
  }

  private static func forEachLine(_ text: borrowing LogText, _ take: (borrowing LogText) -> Void) {
    text.forEachLine { line in take(line.part(0..<(line[line.end - 1] == 0x0D ? line.end - 1 : line.end))) }
  }

  mutating func read(_ bytes: Span<UInt8>, isCut: Bool, into dispatcher: inout LogDispatcher) {
    let hasReturn = !bytes.isEmpty && bytes[bytes.count - 1] == 0x0D
    let line = LogText(bytes.extracting(0..<bytes.count - (hasReturn ? 1 : 0)))
    let lineColumns = line.columns
    let begins = line.beginsEntry
    if lines > 0, columns >= width - 1, !begins, line.end > 0, !isCut, entry.count + line.end < LogLimits.lineLength {
      // Where the terminal broke the line at a space, none is left of it.
      if columns < width { entry.append(0x20) }
      append(line, lineColumns)
      return
    }
    finish(into: &dispatcher)
    if begins, lineColumns >= width - 1, !isCut {
      append(line, lineColumns)
    } else {
      dispatcher.read(bytes, isCut: isCut)
    }
  }

  /// The text is at its end.
  mutating func finish(into dispatcher: inout LogDispatcher) {
    guard lines > 0 else { return }
    dispatcher.read(entry.span, isCut: false, lines: lines)
    entry.removeAll(keepingCapacity: true)
    lines = 0
  }

  private mutating func append(_ line: borrowing LogText, _ lineColumns: Int) {
    unsafe line.bytes.withUnsafeBufferPointer { unsafe entry.append(contentsOf: $0) }
    columns = lineColumns
    lines += 1
  }
}

extension LogText {
  /// Columns that a terminal shows it in: characters, of which UTF-8 has one byte that does not continue another.
  fileprivate var columns: Int {
    var columns = 0
    for index in bytes.indices where bytes[index] & 0xC0 != 0x80 { columns += 1 }
    return columns
  }
}
