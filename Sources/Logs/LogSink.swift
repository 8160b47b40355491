import Observations

/// Collects what the formats read from one log, and counts.
///
/// Observations are handed on in the order of their lines, although a block of lines tells what it holds only at its
/// end: while one is open, those of later lines wait.
struct LogSink {
  let log: Int
  /// The line that is being read.
  private(set) var line = 0
  private(set) var understoodLines = 0
  private(set) var unknownLines = 0
  var cutLines = 0
  private(set) var droppedObservations = 0
  private(set) var start: LogTime?
  private(set) var end: LogTime?
  private var understoodByFormat: [LogFormat: Int] = [:]
  private var clock = YearlessClock()
  private var waiting: [LogObservation] = []
  private var handedOn = 0
  private var refusedPackets = 0
  /// Whether `waiting` may be out of order.
  private var isDisordered = false

  init(log: Int) { self.log = log }

  var isEmpty: Bool { understoodLines == 0 }

  mutating func beginLine() { line += 1 }

  /// Counts lines that belong to `format`.
  mutating func understand(_ format: LogFormat, lines: Int = 1) {
    understoodLines += lines
    understoodByFormat[format, default: 0] += lines
  }

  mutating func doNotUnderstand(lines: Int = 1) { unknownLines += lines }

  /// The moment that `time` tells, with the year that a log without years has reached; it counts for the log's span.
  mutating func resolve(_ time: CivilTime?) -> LogTime? {
    guard let time else { return nil }
    let resolved = LogTime(
      written: time.timestamp(assuming: time.year ?? clock.year(of: time.month)), hasZone: time.offset != nil,
      hasYear: time.year != nil)
    if start.map({ resolved.written < $0.written }) ?? true { start = resolved }
    if end.map({ resolved.written > $0.written }) ?? true { end = resolved }
    return resolved
  }

  /// Takes what `line` tells; the line being read unless an earlier one is named.
  mutating func take(_ event: LogEvent, at time: LogTime?, of subject: LogSubject, line: Int? = nil) {
    switch event {
    case .requestDiscarded, .accessDenied:
      guard refusedPackets < LogLimits.refusedPackets else {
        droppedObservations += 1
        return
      }
      refusedPackets += 1
    default: break
    }
    guard handedOn + waiting.count < LogLimits.observations else {
      droppedObservations += 1
      return
    }
    let number = line ?? self.line
    if let last = waiting.last, last.line.number > number { isDisordered = true }
    waiting.append(
      LogObservation(time: time, line: LogLine(log: log, number: number), subject: subject, event: event))
  }

  /// Whether so much waits that an open block has to end.
  var isCrowded: Bool { waiting.count >= LogLimits.waitingObservations }

  /// Hands on what waits, unless a block that began before it is still open.
  mutating func handOn(openBlock: Bool, _ take: (LogObservation) -> Void) {
    guard !waiting.isEmpty, !openBlock || isCrowded else { return }
    if isDisordered {
      // Stable: what one line tells stays in its order.
      waiting = waiting.enumerated()
        .sorted { ($0.element.line.number, $0.offset) < ($1.element.line.number, $1.offset) }.map(\.element)
      isDisordered = false
    }
    handedOn += waiting.count
    for observation in waiting { take(observation) }
    waiting.removeAll(keepingCapacity: true)
  }

  func description(name: String, problem: String?) -> LogDescription {
    let format = LogFormat.allCases.max { understoodByFormat[$0, default: 0] < understoodByFormat[$1, default: 0] }
    return LogDescription(
      index: log, name: name, format: isEmpty ? .unknown : format ?? .unknown, lines: line,
      understoodLines: understoodLines, unknownLines: unknownLines, cutLines: cutLines,
      droppedObservations: droppedObservations, start: start, end: end, problem: problem)
  }
}

/// Counts the years of a log that leaves them out.
struct YearlessClock {
  private var year = 1972
  private var month = 0

  /// The year of a line in `month`. A month that runs backwards begins the next year; a step back by one month is two
  /// sources that are merged out of order, and so is a December right after a year began.
  mutating func year(of month: Int) -> Int {
    let step = month - self.month
    if self.month != 0, step == 11 { return max(year - 1, 1972) }
    if self.month == 0 || step > 0 {
      self.month = month
    } else if step < -1 {
      year = min(year + 1, 2200)
      self.month = month
    }
    return year
  }
}
