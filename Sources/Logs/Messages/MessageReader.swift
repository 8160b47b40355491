import Observations

/// Reads a log's lines: looks for a message first, then for what stands around it.
struct MessageReader {
  private let table: MessageTable
  private var dates = DateOrder()
  private var entry = SpreadEntry()
  /// The scanner behind what a line began with.
  private var beginning = RememberedBeginning<HeaderScanner>()
  /// What was known of the log's dates when that was read.
  private var datesBefore = DateOrder()
  /// Where in that line a message might have begun.
  private var passedBefore = PassedPlaces()
  /// Where in the line that is read a message might have begun.
  private var passed = PassedPlaces()
  /// Products whose own words this log has.
  private var seen = LogProducts()
  private var copy: [UInt8] = []

  init(table: MessageTable) { self.table = table }

  /// Takes note of a format that the log is in: words that other programs write too are this one's.
  mutating func see(_ format: LogFormat) {
    for product in LogProduct.allCases where product.format.title == format.title { seen.insert(product) }
  }

  /// Reads a line without its line end.
  ///
  /// - Parameters:
  ///   - leading: The time that the line begins with, where that has been read already.
  ///   - again: Whether it is the line that was read last.
  ///   - take: Called once, with what the line says.
  mutating func read(
    _ line: Span<UInt8>, leading: LeadingTime? = nil, again: Bool = false, _ take: (borrowing LineReading) -> Void
  ) {
    let text = LogText(line)
    var error: (word: ErrorWord, range: Range<Int>)?
    if !again { entry.beginLine() }
    if let place = locate(text, &error) {
      let wrapping = LineWrapping(text, message: place.start)
      if wrapping.isSource {
        take(LineReading(text, LineHeader(), .unknown(nil)))
      } else if wrapping.isEscaped(text) {
        readEscaped(line, wrapping, take)
      } else {
        var scanner = HeaderScanner()
        take(reading(text, place, wrapping, 0..<text.end, error, &scanner, isFresh: true, leading: leading))
      }
      return
    }
    // Quotation marks and angle brackets that are part of a message's opening are escaped.
    if let escape = text.find("\\\"") ?? text.find("\\u003c") ?? text.find("&lt;") {
      let wrapping = LineWrapping(text, message: escape)
      if wrapping.isEscaped(text) {
        readEscaped(line, wrapping, take)
        return
      }
    }
    take(withoutMessage(text, error))
  }

  /// Where the first message stands. What a line has in common with the one before is not searched again.
  private mutating func locate(
    _ text: borrowing LogText, _ error: inout (word: ErrorWord, range: Range<Int>)?
  ) -> MessageTable.Place? {
    passed = PassedPlaces()
    if beginning.length > 0, !passedBefore.isCut, beginning.begins(text) {
      return table.locate(text, behind: beginning.length, passedBefore, error: &error, passed: &passed)
    }
    return table.locate(text, from: 0, error: &error, passed: &passed)
  }

  /// What a line that a format's reader knows names, and of which nothing came.
  enum Problem: Comparable {
    case none
    /// The words of one; others may have judged it, or it is none of a tunnel.
    case named
    /// One that no rule judges.
    case unjudged

    init(_ meaning: MessageMeaning) {
      self = meaning.isUnjudgedProblem ? .unjudged : meaning.isComplaint ? .named : .none
    }
  }

  /// The problem that a line names which a format's reader knows.
  ///
  /// What stands around the message is read only where it decides whose the message is.
  ///
  /// - Parameter start: Where the message begins at the earliest.
  mutating func problem(in line: Span<UInt8>, from start: Int) -> Problem {
    let text = LogText(line)
    var error: (word: ErrorWord, range: Range<Int>)?
    guard var place = table.locate(text, from: start, error: &error) else { return problemOfWhole(line) }
    var wrapping = LineWrapping(text, message: place.start)
    guard wrapping.isSource || !wrapping.isEscaped(text) else { return problemOfWhole(line) }
    guard !wrapping.isSource, case .found(let match, let product, _) = table.search(text, &place, &wrapping, &error)
    else {
      entry.beginLine()
      return .none
    }
    let message = table.entries[match.entry].message
    // Its subject or the program may say whose it is.
    if message.isCommon, message.meaning.isUnjudgedProblem || product.hasOwnSubject || product == .wireGuard {
      return problemOfWhole(line)
    }
    entry.beginLine()
    if !message.isCommon { seen.insert(product) }
    return Problem(message.meaning)
  }

  /// The same, of a line that has to be read whole.
  private mutating func problemOfWhole(_ line: Span<UInt8>) -> Problem {
    var problem = Problem.none
    read(line) { reading in
      switch reading.content {
      case .message(let found) where found.attribution != .assumed: problem = Problem(found.meaning)
      case .suspicious: problem = .named
      case .message, .unlisted, .unknown: break
      }
    }
    return problem
  }

  /// Reads a line whose message is in a string of JSON or an element of XML that has escapes: its text with the escapes
  /// taken back, and behind that the line with what stands around it.
  private mutating func readEscaped(
    _ line: Span<UInt8>, _ wrapping: LineWrapping, _ take: (borrowing LineReading) -> Void
  ) {
    let text = LogText(line)
    copy.removeAll(keepingCapacity: true)
    if wrapping.kind == .element {
      XMLText.unescape(text, wrapping.start..<wrapping.end, into: &copy)
    } else {
      JSONText.unescape(text, wrapping.start..<wrapping.end, into: &copy)
    }
    while let last = copy.last, last <= 0x20 { copy.removeLast() }
    let length = copy.count
    copy.append(UInt8(ascii: "\n"))
    unsafe line.withUnsafeBufferPointer { unsafe copy.append(contentsOf: $0) }
    let buffer = copy
    let whole = LogText(buffer.span)
    let inner = LogText(buffer.span.extracting(0..<length))
    var around = HeaderScanner()
    let offset = length + 1
    around.scan(whole, offset..<offset + wrapping.named, isNamed: false, dates: &dates)
    around.scan(whole, offset + wrapping.named..<offset + wrapping.start, isNamed: true, dates: &dates)
    around.scan(whole, offset + wrapping.end..<whole.end, isNamed: true, dates: &dates)
    var error: (word: ErrorWord, range: Range<Int>)?
    guard let place = table.locate(inner, from: 0, error: &error) else {
      around.finish()
      take(LineReading(whole, around.header, error.map { .suspicious($0.word, nil) } ?? .unknown(nil)))
      return
    }
    take(reading(whole, place, LineWrapping(inner, message: place.start), 0..<length, error, &around, isFresh: false))
  }

  // MARK: Lines with a message

  /// - Parameters:
  ///   - body: What of `text` the message and its header stand in.
  ///   - scanner: What has been read of the line besides; fresh where that is nothing.
  ///   - leading: The time that `text` begins with, where that has been read already.
  @_lifetime(copy text)
  private mutating func reading(
    _ text: borrowing LogText, _ place: MessageTable.Place, _ wrapping: LineWrapping, _ body: Range<Int>,
    _ first: (word: ErrorWord, range: Range<Int>)?, _ scanner: inout HeaderScanner, isFresh: Bool,
    leading: LeadingTime? = nil
  ) -> LineReading {
    var error = first
    let inner = LogText(text.bytes.extracting(body))
    var place = place
    var wrapping = wrapping
    let begin = place.start
    let search = table.search(inner, &place, &wrapping, &error)
    if place.start != begin { passed.leaveOut() }
    guard case .found(var match, let product, let tagged) = search else {
      scan(&scanner, inner, wrapping, upTo: place.start, isFresh: isFresh, leading)
      if case .unlisted(let tag) = search {
        return LineReading(
          text, scanner.header, .unlisted(number: tag.id, isComplaint: table.isComplaint(inner, place.start, tag)))
      }
      let named = Self.product(inner, scanner.header, entry.product)
      return LineReading(
        text, scanner.header, error.map { .suspicious($0.word, named) } ?? .unknown(named),
        hostOfEntry: entry.host)
    }
    // A tag stands in front of the subject.
    let subject = MessageSubject.read(
      product, inner, from: wrapping.start, before: match.start, into: &match.values)
    var end = min(subject, match.start)
    if case .tag(let start) = place { end = start }
    scan(&scanner, inner, wrapping, upTo: end, isFresh: isFresh, leading)
    if case .tag(let start) = place { scanner.takeASALevel(inner, start) }
    if product == .asa { scanner.nameHostOfASA() }
    return attributed(
      text, inner, match, product, scanner.header, words: min(subject, match.start)..<max(wrapping.end, match.start),
      hasSubject: subject < match.start && (product.hasOwnSubject || inner.has("peer(", at: subject)), tagged: tagged,
      error)
  }

  /// - Parameter isFresh: Whether the scanner has read nothing yet.
  private mutating func scan(
    _ scanner: inout HeaderScanner, _ text: borrowing LogText, _ wrapping: LineWrapping, upTo end: Int, isFresh: Bool,
    _ leading: LeadingTime? = nil
  ) {
    let end = max(end, wrapping.start)
    let first = max(wrapping.start, end - LogLimits.headerLength)
    if wrapping.kind != .plain {
      if wrapping.named > 0 { scanBeginning(&scanner, text, upTo: wrapping.named, isFresh: isFresh, leading) }
      if wrapping.named < wrapping.start {
        scanner.scan(text, wrapping.named..<wrapping.start, isNamed: true, dates: &dates)
      }
    }
    if first == 0 {
      scanBeginning(&scanner, text, upTo: end, isFresh: isFresh, leading)
    } else {
      scanner.scan(text, first..<end, isNamed: false, dates: &dates)
    }
    if wrapping.kind != .plain { scanner.scan(text, wrapping.end..<text.end, isNamed: true, dates: &dates) }
    scanner.finish()
    if scanner.header.time == nil, scanner.header.timeOfDay == nil { scanner.take(entry.time) }
  }

  /// Reads the first `end` bytes of a line, unless the line before began with the same.
  private mutating func scanBeginning(
    _ scanner: inout HeaderScanner, _ text: borrowing LogText, upTo end: Int, isFresh: Bool, _ leading: LeadingTime?
  ) {
    if isFresh, datesBefore == dates, let known = beginning.recall(text, upTo: end) {
      scanner = known
      return
    }
    let before = dates
    scanner.scan(text, 0..<end, isNamed: false, dates: &dates, leading: leading)
    // Where a header has taught how dates are written, the same one may be read in another way now.
    if isFresh, dates == before, beginning.remember(scanner, text, upTo: end) {
      passedBefore = passed
      datesBefore = dates
    }
  }

  @_lifetime(copy text)
  private mutating func attributed(
    _ text: borrowing LogText, _ inner: borrowing LogText, _ match: MessageTable.Match, _ product: LogProduct,
    _ header: LineHeader, words: Range<Int>, hasSubject: Bool, tagged: Int?,
    _ error: (word: ErrorWord, range: Range<Int>)?
  ) -> LineReading {
    let named = Self.product(inner, header, entry.product)
    let attribution: FoundMessage.Attribution
    if !table.entries[match.entry].message.isCommon || hasSubject {
      seen.insert(product)
      attribution = named == product ? .program : .words
    } else if let named, named == product || named.wraps(product) {
      attribution = .program
    } else if header.program != nil, named == nil, !(product.isWrappedByAnyone && seen.contains(product)) {
      // The line is of another program.
      return LineReading(
        text, header, error.map { .suspicious($0.word, nil) } ?? .unknown(nil), hostOfEntry: entry.host)
    } else {
      attribution = seen.contains(product) ? .log : .assumed
    }
    return LineReading(
      text, header,
      .message(
        FoundMessage(
          product: product, meaning: table.entries[match.entry].message.meaning,
          number: tagged ?? table.entries[match.entry].message.numbers?.lowerBound, values: match.values,
          attribution: attribution, words: words, isWhole: match.isWhole, entry: match.entry,
          original: table.entries[match.entry].message.original, looksLikeError: error != nil)), hostOfEntry: entry.host
    )
  }

  /// The product that a line's header names, or else its entry.
  private static func product(_ text: borrowing LogText, _ header: LineHeader, _ ofEntry: LogProduct?) -> LogProduct? {
    guard let program = header.program else { return ofEntry }
    if let product = LogProduct(program: text, program) { return product }
    // The kernel's modules name themselves behind it.
    return text.has("kernel", at: program.lowerBound) && text.contains("wireguard: ") ? .wireGuard : ofEntry
  }

  // MARK: Lines without one

  @_lifetime(copy text)
  private mutating func withoutMessage(
    _ text: borrowing LogText, _ error: (word: ErrorWord, range: Range<Int>)?
  ) -> LineReading {
    entry.read(text, &dates)
    guard let error else { return LineReading(text, LineHeader(), .unknown(entry.product)) }
    var scanner = HeaderScanner()
    scan(
      &scanner, text, LineWrapping(text, message: error.range.lowerBound), upTo: error.range.lowerBound, isFresh: true)
    return LineReading(
      text, scanner.header, .suspicious(error.word, Self.product(text, scanner.header, entry.product)),
      hostOfEntry: entry.host)
  }
}

extension MessageTable {
  /// How often a line is searched again because what began like a message went on otherwise.
  private static let attempts = 16

  fileprivate enum Search {
    case found(MessageTable.Match, LogProduct, tagged: Int?)
    /// A message of an ASA or FTD that is not in the table.
    case unlisted(ASAMessageTag)
    case nothing
  }

  /// Whether a message that is not in the table is an error about a tunnel, or a warning of something that looks like one.
  fileprivate func isComplaint(_ text: borrowing LogText, _ start: Int, _ tag: ASAMessageTag) -> Bool {
    guard tag.isOfTunnels, tag.level <= 4 else { return false }
    return tag.level <= 3 || hasError(text, from: start + tag.end)
  }

  /// Looks for the message that begins at `place`, and where what stands there goes on otherwise, for the next.
  ///
  /// - Parameter error: The first word that looks like an error in front of what is found.
  fileprivate func search(
    _ text: borrowing LogText, _ place: inout MessageTable.Place, _ wrapping: inout LineWrapping,
    _ error: inout (word: ErrorWord, range: Range<Int>)?
  ) -> Search {
    for _ in 0..<Self.attempts {
      switch place {
      case .tag(let start):
        guard let tag = ASAMessageTag(text.part(start..<wrapping.end)) else { break }
        if let match = match(number: tag.id, in: text, from: start + tag.end, upTo: wrapping.end) {
          return .found(match, .asa, tagged: tag.id)
        }
        return .unlisted(tag)
      case .opening(let opening, let start):
        if let match = match(opening, start: start, in: text, upTo: wrapping.end) {
          return .found(match, entries[match.entry].product, tagged: nil)
        }
      }
      guard let next = locate(text, from: place.start + 1, error: &error) else { break }
      place = next
      wrapping = LineWrapping(text, message: place.start)
    }
    return .nothing
  }
}

extension MessageTable.Place {
  var start: Int {
    switch self {
    case .opening(_, let start), .tag(let start): start
    }
  }
}

extension LogProduct {
  /// Whether this product writes the other's messages into its own log.
  func wraps(_ other: LogProduct) -> Bool {
    switch self {
    case .networkManager: other == .openconnect || other == .openVPN || other == .charon
    case .globalProtect: other == .openconnect
    default: false
    }
  }

  /// Whether no other program writes a message's subject as this one does.
  var hasOwnSubject: Bool { self == .asa || self == .ocserv || self == .pluto }

  /// Whether programs of any name run it and write its lines as theirs: openconnect is a library as well.
  var isWrappedByAnyone: Bool { self == .openconnect }
}
