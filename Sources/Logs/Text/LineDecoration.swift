/// What stands in front of a line as its program wrote it, where that begins with a time of its own.
///
///     ␣␣␣␣2026-11-27 22:40:26 01[JOB] …                       a page's indentation
///     > 2026-11-27 22:40:26 01[JOB] …                         a mail's mark of what it quotes
///     ␣␣␣␣33⇥2026-11-27 22:40:26 01[JOB] …                    the line's number
///     vpn-1  | 2026-11-27 22:40:26 01[JOB] …                  a container's name
///     2026-11-27T22:40:26.1Z stderr F 2026-11-27 22:40:26 …   the time at which it was collected
///     Nov 27 22:40:26 gw charon[81]: 2026-11-27 22:40:26 …    a syslog header
///
/// A reader that knows the program's lines by their form would not know them behind it. Indentation in front of anything else
/// may be the program's own.
enum LineDecoration {
  /// Decorations around one another that are looked through.
  static let mostLayers = 3

  /// Where the program's line begins in one that does not begin with a time; 0 for one that begins it.
  static func end(of line: borrowing LogText) -> Int {
    var text = LogText(line.bytes)
    if text.next.isLetter {
      skipContainer(&text)
    } else {
      skipQuotation(&text)
      skipNumber(&text)
    }
    return text.position > 0 && beginsLine(line, at: text.position) ? text.position : 0
  }

  /// The same of a line that begins with a time, which ends at `time`.
  static func end(of line: borrowing LogText, behindTime time: Int) -> Int {
    var text = LogText(line.bytes, from: time)
    guard text.skip(0x20) else { return 0 }
    // Kubernetes: the stream, and whether the line is whole.
    if text.skip("stdout ") || text.skip("stderr ") { _ = text.skip("F ") || text.skip("P ") }
    return end(of: line, behindHeader: text.position)
  }

  /// The same of a line that begins with a daemon's header, behind which its message is at `message`.
  static func end(of line: borrowing LogText, behindHeader message: Int) -> Int {
    let text = LogText(line.bytes, from: message)
    return text.next.isDigit && LeadingTime(text)?.style == .iso ? message : 0
  }

  private static func beginsLine(_ line: borrowing LogText, at index: Int) -> Bool {
    switch line[index] {
    case UInt8(ascii: "["), UInt8(ascii: "<"): line[index + 1].isDigit
    case UInt8(ascii: "D"), UInt8(ascii: "I"), UInt8(ascii: "E"):
      line.has("DEBUG: ", at: index) || line.has("INFO: ", at: index) || line.has("ERROR: ", at: index)
    default: LeadingTime(LogText(line.bytes, from: index)) != nil
    }
  }

  /// "vpn-1  | ": up to what follows the bar; nothing where the first word is another's.
  private static func skipContainer(_ text: inout LogText) {
    while text.next > 0x20 { text.skipByte() }
    text.skipSpaces()
    if !text.skip("| ") { text.move(to: 0) }
  }

  private static func skipQuotation(_ text: inout LogText) {
    while text.next == UInt8(ascii: ">") || text.next == UInt8(ascii: "|") || text.next.isSpace { text.skipByte() }
  }

  /// "33:", "33⇥": the number of the line, as grep and cat write it.
  private static func skipNumber(_ text: inout LogText) {
    let start = text.position
    guard text.next.isDigit, text.number() != nil, text.skip(UInt8(ascii: ":")) || text.skip(0x09) else {
      text.move(to: start)
      return
    }
    text.skipSpaces()
  }
}
