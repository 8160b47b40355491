import Observations

/// Offers each line of a log to the readers of its families' formats, in the order of their list but for the one that is most
/// likely to know it.
struct LogDispatcher {
  private(set) var sink: LogSink
  private var readers: [any LogFormatReader]
  /// Lines in words that other programs write too, until the log's own words of the product say whose they are.
  private var assumed: [LogProduct: AssumedLines] = [:]
  /// For the lines that no reader knows.
  private var messages = MessageTable.all.map(MessageReader.init)

  private var pasted = PastedText()
  private var daemonHeader = RememberedDaemonHeader()
  private var decoration = RememberedDecoration()

  /// How many of the formats that readers understood the table of messages knows of.
  private var seenFormats = 0
  private var expected = ExpectedMessages()

  private struct AssumedLines {
    var count = 0
    /// Those of them that are errors, if they are the product's or not.
    var problems = NumberedLines()
  }

  init(log: Int, readers: [any LogFormatReader.Type]) {
    sink = LogSink(log: log)
    self.readers = readers.map { $0.init() }
  }

  /// Reads the next line, without its line end.
  /// - Parameters:
  ///   - isCut: Whether only its beginning is here.
  ///   - lines: How many lines of the text it takes up.
  ///   - numberInFile: Of a log that has its newest lines first, where the line stands in it.
  mutating func read(_ bytes: Span<UInt8>, isCut: Bool, lines: Int = 1, numberInFile: Int? = nil) {
    sink.beginLine(numberInFile: numberInFile)
    defer { if lines > 1 { sink.pass(lines - 1) } }
    if isCut { sink.cutLines += 1 }
    let line = bytes.trimmed
    if pasted.restore(line) {
      let plain = pasted.plain
      readPlain(plain.span)
    } else {
      readPlain(line)
    }
  }

  /// Reads a line in the characters that its program wrote.
  private mutating func readPlain(_ bytes: Span<UInt8>) {
    let text = LogText(bytes)
    guard !text.isAtEnd else { return }
    if let (end, time) = decoration.recall(text) {
      return readDecorated(
        OfferedLine(text.part(end..<text.end), beginningWith: time), isOfTableAlone: decoration.isOfTableAlone)
    }
    let remembered = daemonHeader.recall(text)
    let isOfTableAlone = remembered != nil && daemonHeader.isOfTableAlone
    var line = OfferedLine(text, remembered)
    if !isOfTableAlone, var inner = Self.decorated(&line) {
      let isOfTableAlone = line.isOfTableAlone
      decoration.remember(line, &inner, isOfTableAlone: isOfTableAlone)
      return readDecorated(inner, isOfTableAlone: isOfTableAlone)
    }
    read(&line, isOfTableAlone: isOfTableAlone)
    if remembered == nil, let (time, header) = line.knownHeader { daemonHeader.remember(line.text, time, header) }
  }

  /// What stands behind a line's decoration; nil where the line has none.
  @_lifetime(copy line)
  private static func decorated(_ line: inout OfferedLine) -> OfferedLine? {
    let start = line.beginning
    return start > 0 ? OfferedLine(line.text.part(start..<line.text.end)) : nil
  }

  /// Reads what stood behind a decoration, which may be decorated itself.
  private mutating func readDecorated(_ line: consuming OfferedLine, isOfTableAlone: Bool) {
    for _ in 1..<LineDecoration.mostLayers {
      guard let inner = Self.decorated(&line) else { break }
      line = inner
    }
    read(&line, isOfTableAlone: isOfTableAlone)
  }

  /// - Parameter isOfTableAlone: Whether the line is known to be of a program whose messages only the table knows: no reader of
  ///   lines takes it.
  private mutating func read(_ line: inout OfferedLine, isOfTableAlone: Bool) {
    guard !isOfTableAlone else { return conclude(readMessage(&line), &line) }
    let first = expected.first
    let reader = expected.reader
    if first == .table, let word = readExpected(&line) { return conclude(word, &line) }
    if readers.indices.contains(reader), isRead(&line, by: reader) { return }
    if first == .readerAndTable, let word = readExpected(&line) { return conclude(word, &line) }
    for index in readers.indices where index != reader && isRead(&line, by: index) { return }
    for index in readers.indices where readers[index].readContinuation(line.text, into: &sink) { return }
    conclude(readMessage(&line, again: first != .reader), &line)
  }

  /// Whether this reader of lines takes the line.
  private mutating func isRead(_ line: inout OfferedLine, by index: Int) -> Bool {
    let told = sink.told
    let isRead =
      line.asaTag == nil ? readers[index].read(&line, into: &sink) : readers[index].readTagged(&line, into: &sink)
    guard isRead else { return false }
    expected.take(by: index)
    if sink.told == told { suspectProblem(&line) }
    seeFormats()
    return true
  }

  /// Makes of a line what the table of messages says of it.
  private mutating func conclude(_ word: Word, _ line: inout OfferedLine) {
    if word == .known { return }
    if word == .passedOver {
      sink.complain()
      return
    }
    if word != .suspicious {
      for index in readers.indices where readers[index].readOther(&line, into: &sink) { return }
    }
    if case .assumed(let product, let isProblem) = word {
      assume(product, isProblem: isProblem)
    } else {
      sink.doNotUnderstand()
    }
  }

  /// What a reader knows by its form says whose words the log's other lines are.
  private mutating func seeFormats() {
    while seenFormats < sink.formatCount {
      messages?.see(sink.format(at: seenFormats))
      seenFormats += 1
    }
  }

  /// A reader that knows a line need not know what to make of it: a problem that nothing came of is not passed over.
  private mutating func suspectProblem(_ line: inout OfferedLine) {
    switch messages?.problem(in: line.text.bytes, from: line.leadingTime?.end ?? 0) ?? .none {
    case .none: break
    case .named: sink.complain()
    case .unjudged: sink.suspect()
    }
  }

  private mutating func assume(_ product: LogProduct, isProblem: Bool) {
    assumed[product, default: AssumedLines()].count += 1
    if isProblem { assumed[product]?.problems.add(sink.line) }
  }

  /// What the table of messages says of a line.
  private enum Word: Equatable {
    case known
    /// Known as a problem of which nothing came.
    case passedOver
    /// Known in words that other programs write too, and nothing says whose they are.
    case assumed(LogProduct, isProblem: Bool)
    /// It looks like an error.
    case suspicious
    case unknown
  }

  /// Looks for a message of any product, whatever stands around it.
  ///
  /// - Parameter again: Whether the line was looked at before.
  private mutating func readMessage(_ line: inout OfferedLine, again: Bool = false) -> Word {
    var word = Word.unknown
    expected.findNothing()
    messages?.read(line.text.bytes, leading: line.leadingTime, again: again) { reading in
      word = Self.take(reading, &readers, &expected, into: &sink) ?? .unknown
    }
    return word
  }

  /// The same, where the message is one that is expected; nil for any other line, of which nothing is made.
  private mutating func readExpected(_ line: inout OfferedLine) -> Word? {
    var word: Word?
    messages?.read(line.text.bytes, leading: line.leadingTime) { reading in
      word = Self.take(reading, &readers, &expected, onlyExpected: true, into: &sink)
    }
    return word
  }

  /// - Returns: nil where only expected messages are taken, and this is none; nothing is made of it then.
  private static func take(
    _ reading: borrowing LineReading, _ readers: inout [any LogFormatReader], _ expected: inout ExpectedMessages,
    onlyExpected: Bool = false, into sink: inout LogSink
  ) -> Word? {
    switch reading.content {
    case .message(let found):
      guard !onlyExpected || expected.contains(found) else { return nil }
      guard found.attribution != .assumed else {
        return .assumed(
          found.product,
          isProblem: found.looksLikeError || found.meaning.isProblem || found.meaning.isUnjudgedProblem)
      }
      let message = TableLine(
        reading.text, found, time: reading.header.time, host: reading.header.host, hostOfEntry: reading.hostOfEntry)
      let told = sink.told
      let taker = readers.indices.first { readers[$0].read(message, into: &sink) }
      expected.find(found.product, takenBy: taker)
      if taker == nil {
        sink.understand(found.product.format)
        _ = sink.resolve(message.time)
      } else if sink.told != told {
        return .known
      }
      if found.meaning.isUnjudgedProblem || found.meaning.isProblem {
        sink.suspect()
        return .known
      }
      return found.meaning.isComplaint ? .passedOver : .known
    case _ where onlyExpected: return nil
    case .suspicious(_, let product):
      // What other programs complain of is theirs.
      let program = reading.header.program
      if product != nil || program.map({ UntabledProgram.isOne(reading.text, $0) }) ?? true
        || reading.header.mayBeginWithMessage && !sink.isEmpty
      {
        sink.suspect()
      }
      return .suspicious
    case .unlisted(_, let isComplaint):
      if isComplaint { sink.suspect() }
      return .unknown
    case .unknown: return .unknown
    }
  }

  /// Emits what is complete.
  mutating func emit(_ take: (Observation) -> Void) {
    if sink.isCrowded { for index in readers.indices { readers[index].endBuriedBlock(into: &sink) } }
    sink.emit(openBlock: readers.contains(where: \.isOpen), take)
  }

  /// The log is at its end.
  mutating func finish(_ take: (Observation) -> Void) {
    for index in readers.indices { readers[index].finish(into: &sink) }
    for (product, lines) in assumed.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      if let format = sink.understood(product.format) {
        sink.understand(format, lines: lines.count)
      } else {
        sink.doNotUnderstand(lines: lines.count)
      }
      // Nobody has judged them, whoever wrote them.
      sink.suspect(lines.problems)
    }
    assumed = [:]
    sink.finishComplaints()
    sink.emit(openBlock: false, take)
  }
}

extension Span<UInt8> {
  /// Without spaces, carriage returns and the like at the end, and without a byte order mark at the beginning.
  fileprivate var trimmed: Span<UInt8> {
    @_lifetime(copy self)
    get {
      var start = 0
      var end = count
      if end >= 3, self[0] == 0xEF, self[1] == 0xBB, self[2] == 0xBF { start = 3 }
      while end > start, self[end - 1] <= 0x20 { end -= 1 }
      if end > start, self[start] == UInt8(ascii: "<"), LogText(self).has("<--- More --->", at: start) {
        // A terminal's pager, which wrote the line over itself.
        start += 14
        while start < end, self[start] <= 0x20 { start += 1 }
        // The indentation that was written with it cannot be distinguished from its blanks.
      }
      return extracting(start..<end)
    }
  }
}
