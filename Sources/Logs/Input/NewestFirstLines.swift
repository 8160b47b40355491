/// The lines of a log that has its newest first, as web pages of gateways and log servers export them, read from its end.
///
///     2026-11-28T10:00:41 Informational charon 07[IKE] <net|5> giving up after 5 retransmits
///     2026-11-28T10:00:30 Informational charon 07[IKE] <net|5> retransmit 5 of request with message ID 0
///     2026-11-28T10:00:00 Informational charon 07[IKE] <net|5> initiating IKE_SA net[5] to 203.0.113.20
///
/// An entry is a line with a time and those without one behind it; within it the order stays. What stands in front of the
/// first entry is read first.
struct NewestFirstLines {
  /// The text as far as it has been read.
  private(set) var text: [UInt8] = []
  /// The entries that are still to be read, the last of them next; nil before the text is at its end.
  private var entries: [Entry]?

  private struct Entry {
    let start: Int32
    let end: Int32
    /// Of its first line, from 1.
    let number: Int32
  }

  /// Steps back in time that make an order: two attempts that somebody has pasted in the wrong order are one step.
  private static let steps = 3
  /// Of this many steps one may go the other way: a log server mixes what several hosts write.
  private static let strayStep = 20
  /// Lines without a time for each that has one, at most: an export is mostly a line an entry, and in a window's text of an
  /// event the time stands in the middle.
  private static let linesBehind = 3
  /// Bytes of a line in which the time of its entry begins; behind them are times that its message tells of.
  private static let headerLength = 160
  /// Entries that are read at a time.
  private static let portion = 1_024

  /// Whether all of the text, which is at its end, has its newest lines first.
  var areNewestFirst: Bool { entries != nil || Self.areNewestFirst(text.span) }

  /// Keeps a block of the text; false, and nothing kept, when it has grown beyond the limit.
  mutating func keep(_ block: Span<UInt8>) -> Bool {
    guard text.count + block.count <= LogLimits.newestFirstLength else { return false }
    unsafe block.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
    return true
  }

  /// Reads the next entries.
  ///
  /// - Returns: Whether there are more.
  mutating func readEntries(into dispatcher: inout LogDispatcher) -> Bool {
    var left = entries ?? Self.entries(of: text.span)
    for _ in 0..<min(Self.portion, left.count) {
      guard let entry = left.popLast() else { break }
      let lines = LogText(text.span.extracting(Int(entry.start)..<Int(entry.end)))
      var number = Int(entry.number)
      Self.forEachLine(of: lines) { line in
        let kept = line.bytes.extracting(0..<min(line.end, LogLimits.lineLength))
        dispatcher.read(kept, isCut: kept.count < line.end, numberInFile: number)
        number += 1
      }
    }
    entries = left
    return !left.isEmpty
  }

  /// Whether a text, or the beginning of one, has its newest lines first.
  static func areNewestFirst(_ bytes: Span<UInt8>) -> Bool {
    var dates = DateOrder()
    var (back, on, timed, untimed) = (0, 0, 0, 0)
    var last: Int64?
    forEachLine(of: LogText(bytes)) { line in
      guard let moment = line.momentOfEntry(headerLength, &dates) else {
        untimed += 1
        return
      }
      timed += 1
      if let last, moment < last { back += 1 } else if let last, moment > last { on += 1 }
      last = moment
    }
    return back >= steps && on * strayStep <= back && untimed <= timed * linesBehind
  }

  private static func entries(of bytes: Span<UInt8>) -> [Entry] {
    var dates = DateOrder()
    var entries: [Entry] = []
    var preamble: Entry?
    var (number, start, first) = (0, 0, 1)
    var place = 0
    var hasTime = false
    func end(_ end: Int) {
      guard end > start else { return }
      let entry = Entry(start: Int32(clamping: start), end: Int32(clamping: end), number: Int32(clamping: first))
      if hasTime { entries.append(entry) } else { preamble = entry }
    }
    forEachLine(of: LogText(bytes)) { line in
      number += 1
      if line.momentOfEntry(headerLength, &dates) != nil {
        end(place)
        (start, first, hasTime) = (place, number, true)
      }
      place += line.end + 1
    }
    end(bytes.count)
    if let preamble { entries.append(preamble) }
    return entries
  }

  private static func forEachLine(of text: borrowing LogText, _ take: (borrowing LogText) -> Void) {
    let start = text.forEachLine(take)
    if start < text.end { take(text.part(start..<text.end)) }
  }
}

extension LogText {
  /// When the entry that begins here was written, in nanoseconds by whatever clock; nil where no entry begins.
  fileprivate func momentOfEntry(_ headerLength: Int, _ dates: inout DateOrder) -> Int64? {
    if let leading = LeadingTime(self) { return leading.time.timestamp(assuming: 1972).nanoseconds }
    // What is indented belongs to what stands above it, and in XML a time is a line of its own.
    guard !next.isSpace, next != UInt8(ascii: "<") || self[1].isDigit else { return nil }
    var scanner = HeaderScanner()
    scanner.scan(self, 0..<min(end, headerLength), isNamed: false, dates: &dates)
    scanner.finish()
    return scanner.header.time?.timestamp(assuming: 1972).nanoseconds ?? scanner.header.timeOfDay.map(Int64.init)
  }
}
