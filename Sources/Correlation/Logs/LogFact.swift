import Observations

/// Something that a log tells, with its time on the report's clock as far as it is known.
struct LogFact {
  let line: LogLine
  /// As the log wrote it.
  let written: LogTime?
  /// On the report's clock; nil for lines without a time, and where the log's clock could not be tied to it.
  var time: Timestamp?
  /// Whether `time` is that of the session the line belongs to, because the line has none of its own.
  var isTimeOfSession = false
  let event: LogEvent
  let clientPort: UInt16?
  /// Whose word it is.
  let side: Side?

  var kind: LogEventKind { event.kind }

  init(_ moment: LogHistory.Moment, side: Side?) {
    line = moment.line
    written = moment.time
    event = moment.event
    clientPort = moment.clientPort
    self.side = side
  }

  /// In order of time where both have one, otherwise as the logs have them.
  static func isBefore(_ a: LogFact, _ b: LogFact) -> Bool {
    if a.line.log != b.line.log, let x = a.time, let y = b.time, x != y { return x < y }
    return a.line < b.line
  }
}

/// What logs tell of one tunnel.
struct TunnelLog {
  var users: [String] = []
  var groups: [String] = []
  var clients: [IPAddress] = []
  var innerAddresses: [IPAddress] = []
  var gateways: [Endpoint] = []
  /// In order.
  var facts: [LogFact] = []
  /// Of each kind, how many facts are not among `facts`.
  var beyond: [LogEventKind: LogHistory.Beyond] = [:]

  var isEmpty: Bool { facts.isEmpty }

  func facts(_ kind: LogEventKind) -> [LogFact] { facts.filter { $0.kind == kind } }

  func facts(_ kind: LogEventKind, from side: Side) -> [LogFact] {
    facts.filter { $0.kind == kind && $0.side == side }
  }

  /// How many of a kind there are in all.
  func count(_ kind: LogEventKind) -> Int { facts(kind).count + (beyond[kind]?.count ?? 0) }

  mutating func add(_ other: TunnelLog) {
    func join<Value: Equatable>(_ list: WritableKeyPath<TunnelLog, [Value]>, _ other: TunnelLog) {
      for value in other[keyPath: list] where !self[keyPath: list].contains(value) { self[keyPath: list].append(value) }
    }
    join(\.users, other)
    join(\.groups, other)
    join(\.clients, other)
    join(\.innerAddresses, other)
    join(\.gateways, other)
    facts += other.facts
    beyond.merge(other.beyond) { a, b in
      LogHistory.Beyond(
        count: a.count + b.count, last: a.last.line < b.last.line ? b.last : a.last,
        largest: max(a.largest, b.largest), smallestLimit: min(a.smallestLimit, b.smallestLimit))
    }
  }

  mutating func sort() { facts.sort(by: LogFact.isBefore) }
}
