/// The daemon's header of the line before.
struct RememberedDaemonHeader {
  struct Beginning {
    let time: LeadingTime
    let header: DaemonHeader
    /// Whether the program is one whose messages only the table knows.
    let isOfTableAlone: Bool
  }

  private var beginning = RememberedBeginning<Beginning>()

  /// What the line begins with, where that is the remembered header and nothing more.
  func recall(_ line: borrowing LogText) -> Beginning? {
    beginning.recall(line).flatMap { found in Self.beginsMessage(line, found.header) ? found : nil }
  }

  mutating func remember(_ line: borrowing LogText, _ time: LeadingTime, _ header: DaemonHeader) {
    guard Self.beginsMessage(line, header) else { return }
    let product = LogProduct(program: line, header.program)
    beginning.remember(
      Beginning(time: time, header: header, isOfTableAlone: product?.isOfTableAlone ?? false), line,
      upTo: header.message)
  }

  /// Whether the message begins right behind the header: blanks would belong to it.
  private static func beginsMessage(_ line: borrowing LogText, _ header: DaemonHeader) -> Bool {
    header.message < line.end && !line[header.message].isSpace
  }
}

extension LogProduct {
  /// Whether no reader takes lines of this product: each of its messages is found in the table, wherever it stands.
  fileprivate var isOfTableAlone: Bool {
    switch self {
    case .pulse, .f5, .sonicWall, .checkPoint, .openfortivpn: true
    default: false
    }
  }
}
