import Observations

/// Gives each line of a log to the format it belongs to.
///
/// A file may mix formats: a terminal's log has commands, their output, and syslog messages in between. So every line
/// is offered to the formats in turn; the first that knows it takes it. A format that reads blocks keeps its own state.
struct LogDispatcher {
  private(set) var sink: LogSink
  private var asaSyslog = ASASyslog()
  private var openConnect = OpenConnectLog()
  private var ocserv = OcservLog()
  private var dart = DARTLog()
  private var clientEvents = ClientEventLog()
  private var asaCommands = ASACommands()

  init(log: Int) { sink = LogSink(log: log) }

  /// Reads the next line, without its line end.
  /// - Parameter isCut: Whether only its beginning is here.
  mutating func read(_ bytes: Span<UInt8>, isCut: Bool) {
    sink.beginLine()
    if isCut { sink.cutLines += 1 }
    let line = LogText(bytes.trimmed)
    guard !line.isAtEnd else { return }
    if asaSyslog.read(line, into: &sink) { return }
    if dart.read(line, into: &sink) { return }
    let daemon = DaemonHeader(line)
    if openConnect.read(line, daemon, into: &sink) { return }
    if ocserv.read(line, daemon, into: &sink) { return }
    if clientEvents.read(line, daemon, into: &sink) { return }
    if asaCommands.read(line, into: &sink) { return }
    if asaSyslog.readContinuation(line, into: &sink) { return }
    if asaCommands.readConfiguration(line, into: &sink) { return }
    sink.doNotUnderstand()
  }

  /// Hands on what is complete.
  mutating func handOn(_ take: (LogObservation) -> Void) {
    // A command's output that syslog has buried is over.
    if sink.isCrowded { asaCommands.finish(into: &sink) }
    sink.handOn(openBlock: asaSyslog.isOpen || dart.isOpen || asaCommands.isOpen, take)
  }

  /// The log is at its end.
  mutating func finish(_ take: (LogObservation) -> Void) {
    asaSyslog.finish(into: &sink)
    dart.end(into: &sink)
    asaCommands.finish(into: &sink)
    sink.handOn(openBlock: false, take)
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
        // The indentation that was written with it cannot be told from its blanks.
      }
      return extracting(start..<end)
    }
  }
}
