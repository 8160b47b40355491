/// The daemon's header of the line before.
struct RememberedDaemonHeader {
  private var beginning = RememberedBeginning<(time: LeadingTime, header: DaemonHeader)>()
  /// Whether the program that it names is one whose messages only the table knows.
  private(set) var isOfTableAlone = false

  /// What the line begins with, where that is the remembered header and nothing more.
  func recall(_ line: borrowing LogText) -> (time: LeadingTime, header: DaemonHeader)? {
    beginning.recall(line).flatMap { found in Self.beginsMessage(line, found.header) ? found : nil }
  }

  mutating func remember(_ line: borrowing LogText, _ time: LeadingTime, _ header: DaemonHeader) {
    guard Self.beginsMessage(line, header), beginning.remember((time, header), line, upTo: header.message) else {
      return
    }
    isOfTableAlone = LogProduct(program: line, header.program)?.isOfTableAlone ?? false
  }

  /// Whether the message begins right behind the header: blanks would belong to it.
  private static func beginsMessage(_ line: borrowing LogText, _ header: DaemonHeader) -> Bool {
    header.message < line.end && !line[header.message].isSpace
  }
}
