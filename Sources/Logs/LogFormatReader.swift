import Observations

/// Reads one format of a family's logs, line by line.
///
/// A file may mix formats: a terminal's log has commands, their output, and syslog messages in between. So every line
/// is offered to all readers in the order of their list, and the first that knows it takes it; the one that took the line
/// before comes first (`ExpectedMessages`). A reader of blocks keeps its own state from line to line.
public protocol LogFormatReader {
  init()

  /// Whether a block of lines is open that is understood only at its end: what later lines show waits for it.
  var isOpen: Bool { get }

  /// Reads `line` if it is of this format, and counts it (`LogSink.understand`); false leaves it to the next reader.
  mutating func read(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool

  /// Whether lines with the tag of an ASA or FTD may be of this format: what has one is of no other device, whatever it reads like.
  static var hasASATags: Bool { get }

  /// Reads a line with such a tag as `read` does.
  mutating func readTagged(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool

  /// Reads a message that the table found in a line that no reader knows, and counts it (`LogSink.understand`); false
  /// when the message is not of this reader's product.
  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool

  /// Counts `line`, which neither a reader nor the table of messages knows and which does not look like an error, if its form
  /// is that of this reader's program.
  mutating func readOther(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool

  /// Reads `line`, which no reader knows by itself, if it continues what this one has read.
  mutating func readContinuation(_ line: borrowing LogText, into sink: inout LogSink) -> Bool

  /// Much waits for open blocks: one whose next line may be far away is over.
  mutating func endBuriedBlock(into sink: inout LogSink)

  /// The log is at its end: what is open is complete.
  mutating func finish(into sink: inout LogSink)
}

extension LogFormatReader {
  public var isOpen: Bool { false }
  public static var hasASATags: Bool { false }

  @inlinable
  public mutating func readTagged(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool {
    Self.hasASATags && read(&line, into: &sink)
  }

  public mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool { false }
  public mutating func readOther(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool { false }
  public mutating func readContinuation(_ line: borrowing LogText, into sink: inout LogSink) -> Bool { false }
  public mutating func endBuriedBlock(into sink: inout LogSink) {}
  public mutating func finish(into sink: inout LogSink) {}
}

/// A line on its way along the readers. What several of them ask of it is found out once.
public struct OfferedLine: ~Escapable {
  public let text: LogText
  private var isTimeRead = false
  private var time: LeadingTime?
  private var isHeaderRead = false
  private var header: DaemonHeader?
  private var isTagRead = false
  private var tag: ASAMessageTag?
  /// - Parameter remembered: What the line is known to begin with.
  @_lifetime(copy text)
  init(_ text: consuming LogText, _ remembered: (time: LeadingTime, header: DaemonHeader)? = nil) {
    self.text = text
    guard let remembered else { return }
    (time, header) = (remembered.time, remembered.header)
    isTimeRead = true
    isHeaderRead = true
  }

  /// - Parameter time: The time that the line is known to begin with.
  @_lifetime(copy text)
  init(_ text: consuming LogText, beginningWith time: LeadingTime) {
    self.text = text
    self.time = time
    isTimeRead = true
  }

  /// The header of a daemon and the time with which it begins, as far as a reader has asked for them.
  var knownHeader: (time: LeadingTime, header: DaemonHeader)? {
    time.flatMap { time in header.map { (time, $0) } }
  }

  /// The time that the line begins with; nil where it begins otherwise.
  public var leadingTime: LeadingTime? {
    mutating get {
      if !isTimeRead {
        time = LeadingTime(text)
        isTimeRead = true
      }
      return time
    }
  }

  /// Where the line begins as its program wrote it: behind what else stands in front of a time of its own.
  var beginning: Int {
    mutating get {
      if let header = daemonHeader { return LineDecoration.end(of: text, behindHeader: header.message) }
      if let time = leadingTime { return LineDecoration.end(of: text, behindTime: time.end) }
      return LineDecoration.end(of: text)
    }
  }

  /// The header of a Unix daemon's line; nil where there is none.
  public var daemonHeader: DaemonHeader? {
    mutating get {
      if !isHeaderRead {
        header = DaemonHeader(text, leadingTime)
        isHeaderRead = true
      }
      return header
    }
  }

  /// The tag of a message of an ASA or FTD; nil where there is none.
  public var asaTag: ASAMessageTag? {
    mutating get {
      if !isTagRead {
        tag = ASAMessageTag(text)
        isTagRead = true
      }
      return tag
    }
  }

  /// Whether a daemon's header names a program whose messages only the table knows, so that no reader takes the line.
  var isOfTableAlone: Bool {
    mutating get {
      guard let program = daemonHeader?.program else { return false }
      return LogProduct(program: text, program)?.isOfTableAlone ?? false
    }
  }

  /// Whether a daemon's header names the program of another product than `product`, which does not write its messages into
  /// its own log either.
  public mutating func isOfAnotherProduct(than product: LogProduct) -> Bool {
    guard let program = daemonHeader?.program, let named = LogProduct(program: text, program) else { return false }
    return named != product && !named.wraps(product)
  }
}
