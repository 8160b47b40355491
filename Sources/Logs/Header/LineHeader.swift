/// How grave the program that wrote a line takes it to be (RFC 5424 section 6.2.1; "trace" counts as debug).
enum LogLevel: Int, Hashable, Sendable, CaseIterable {
  case emergency, alert, critical, error, warning, notice, informational, debug
}

extension LogLevel {
  /// The letter of Android's logcat, glog and the like.
  init?(letter: UInt8) {
    switch letter {
    case UInt8(ascii: "F"): self = .critical
    case UInt8(ascii: "E"): self = .error
    case UInt8(ascii: "W"): self = .warning
    case UInt8(ascii: "I"): self = .informational
    case UInt8(ascii: "D"), UInt8(ascii: "V"), UInt8(ascii: "T"): self = .debug
    default: return nil
    }
  }
}

/// What stands around a message: everything that is there, whatever wrote it and whatever wrapped it.
///
/// Ranges are offsets in the line.
struct LineHeader {
  /// The time that says most: with a zone before without, with a year before without, the last of several.
  var time: CivilTime?
  /// The time of day, where the line has no date: nanoseconds since midnight.
  var timeOfDay: Int?
  /// The time since the system started, as kernels write it: nanoseconds.
  var uptime: Int?
  var processID: Int?
  var level: LogLevel?
  private var hostPart = TextRange()
  private var programPart = TextRange()
  private var threadPart = TextRange()

  var host: Range<Int>? {
    get { hostPart.range }
    set { hostPart.range = newValue }
  }
  var program: Range<Int>? {
    get { programPart.range }
    set { programPart.range = newValue }
  }
  /// The thread's number or name.
  var thread: Range<Int>? {
    get { threadPart.range }
    set { threadPart.range = newValue }
  }

  /// Whether there is nothing around the message that says when or by whom it was written.
  var isEmpty: Bool { time == nil && timeOfDay == nil && uptime == nil && host == nil && program == nil }

  /// Whether what looks like a program's name may be the message's first word: "2026-11-28 10:11:12 GDG: socket() failed", as a
  /// program writes into a log of its own. What collects the lines of many programs names the host, too.
  var mayBeginWithMessage: Bool {
    host == nil && processID == nil && level == nil && (time == nil || time?.year != nil)
  }
}
