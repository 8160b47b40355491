import Observations

/// An entry that is spread over several lines, of which one has the message and others the time, the host and the
/// program.
///
///     __REALTIME_TIMESTAMP=1384565330254798     Date        : 11/16/2013        <TimeCreated SystemTime="2013-…"/>
///     _HOSTNAME=laptop                          Time        : 01:28:50          <Computer>laptop</Computer>
///     MESSAGE=…                                 Description : …                 <Data>…</Data>
///
/// journald's export format, blocks of DART and of Windows' event viewer, PowerShell's lists, XML.
struct SpreadEntry {
  private(set) var time: CivilTime?
  private(set) var host: String?
  private(set) var product: LogProduct?
  /// A date whose time of day has not come yet.
  private var date: CivilTime?
  private var linesSince = 0

  mutating func beginLine() {
    guard time != nil || date != nil || host != nil || product != nil else { return }
    linesSince += 1
    // A description has that many lines at most; what comes later is no part of the entry.
    if linesSince > LogLimits.descriptionLines { self = SpreadEntry() }
  }

  /// Reads a line that has no message.
  mutating func read(_ line: borrowing LogText, _ dates: inout DateOrder) {
    var text = LogText(line.bytes)
    text.skipSpaces()
    if text.isAtEnd {
      // An export's entry is over. Hosts stay: the next entry is of the same one, mostly.
      time = nil
      date = nil
      product = nil
      return
    }
    if text.next == UInt8(ascii: "<") {
      readElement(line, &dates)
      return
    }
    let start = text.position
    // No key is longer.
    while text.next.isWordByte, text.position - start < 40 { text.move(to: text.position + 1) }
    guard text.position > start, let key = HeaderNames.key(text, start..<text.position) else { return }
    text.skipSpaces()
    guard text.skip(UInt8(ascii: "=")) || text.skip(UInt8(ascii: ":")) else { return }
    text.skipSpaces()
    switch key {
    case .time:
      guard let found = text.headerTime(&dates, letters: text.endOfLetters, isNamed: true) else { return }
      note(found)
    case .host: host = text.restString
    case .program, .provider: product = LogProduct(program: text, text.position..<text.end)
    case .processID, .thread, .level, .microseconds: return
    }
    linesSince = 0
  }

  private mutating func readElement(_ line: borrowing LogText, _ dates: inout DateOrder) {
    var scanner = HeaderScanner()
    scanner.scan(line, 0..<min(line.end, LogLimits.headerLength), isNamed: true, dates: &dates)
    scanner.finish()
    if let found = scanner.header.time { time = found }
    if let found = scanner.header.host { host = line.string(found) }
    if let found = scanner.header.program { product = LogProduct(program: line, found) }
    linesSince = 0
  }

  private mutating func note(_ found: HeaderTime) {
    switch found {
    case .moment(let moment):
      time = moment
      date = nil
    case .date(let day):
      date = day
      time = nil
    case .timeOfDay(let clock):
      guard var day = date else { return }
      day.setTimeOfDay(clock)
      time = day
    }
  }
}
