/// The daemon's header that stood in front of the line before, where that began with a time of its own behind it, and that time.
struct RememberedDecoration {
  private var beginning = RememberedBeginning<(end: Int, time: LeadingTime)>()
  /// Whether the header names a program whose messages only the table knows.
  private(set) var isOfTableAlone = false

  /// Where the header ends, and the time that stands behind it, where the line begins with the same.
  func recall(_ line: borrowing LogText) -> (end: Int, time: LeadingTime)? {
    beginning.length > 0 ? beginning.recall(line) : nil
  }

  /// - Parameters:
  ///   - inner: What stands behind the header.
  ///   - isOfTableAlone: Whether the header names a program whose messages only the table knows.
  mutating func remember(_ line: borrowing OfferedLine, _ inner: inout OfferedLine, isOfTableAlone: Bool) {
    let end = line.text.end - inner.text.end
    // What follows from the first bytes alone: a header that ends there, and a time that no zone or fraction goes on.
    guard let header = line.knownHeader?.header, header.message == end, line.text[0] != UInt8(ascii: "<"),
      let time = inner.leadingTime, time.style == .iso, inner.text[time.end] == 0x20,
      beginning.remember((end, time), line.text, upTo: end + time.end + 1)
    else { return }
    self.isOfTableAlone = isOfTableAlone
  }
}
