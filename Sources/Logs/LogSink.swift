import Observations

/// Makes observations of what readers understand of one log, and counts.
///
/// Observations are emitted in the order of their lines, although a block of lines is understood only at its end: while
/// one is open, those of later lines wait.
public struct LogSink {
  let log: Int
  /// The line that is being read, counted in the order in which lines were written.
  public private(set) var line = 0
  private var places: LinePlaces
  private(set) var understoodLines = 0
  private(set) var unknownLines = 0
  /// Lines that look like errors and that nothing judges.
  private(set) var suspicious = NumberedLines()
  private(set) var complaints = Complaints()
  var cutLines = 0
  private(set) var droppedObservations = 0
  private(set) var start: LogTime?
  private(set) var end: LogTime?
  /// Understood lines by their format; a log has few formats, so to walk through them is quicker than a hash.
  private var formats: [(format: LogFormat, lines: Int)] = []
  /// The place of the format that was counted last: most logs have one.
  private var latestFormat = 0
  private var clock = YearlessClock()
  private var handshakes = HandshakeFollower()
  private var waiting: [Waiting] = []
  private var emitted = 0
  /// How many events were taken so far, but for those that something begins: a line that begins a handshake may complain of it,
  /// too.
  private(set) var told = 0
  private var refusedPackets = 0
  /// Whether what was taken tells how a tunnel fares, and not only what it is.
  private(set) var tellsOfTunnels = false

  private struct Waiting {
    /// As they were written: an observation has the number in the file.
    let line: Int
    let observation: Observation
  }

  /// Whether `waiting` may be out of order.
  private var isDisordered = false

  init(log: Int) {
    self.log = log
    places = LinePlaces(log: log)
  }

  var isEmpty: Bool { understoodLines == 0 }

  /// - Parameter numberInFile: Of a log that has its newest lines first, where the line stands in it.
  mutating func beginLine(numberInFile: Int? = nil) {
    line += 1
    if let numberInFile { places.append(numberInFile) }
  }

  /// Passes lines that were read with the one before them.
  mutating func pass(_ lines: Int) { line += lines }

  /// Counts lines that belong to `format`.
  public mutating func understand(_ format: LogFormat, lines: Int = 1) {
    understoodLines += lines
    if !formats.indices.contains(latestFormat) || formats[latestFormat].format != format {
      latestFormat = place(of: format)
    }
    formats[latestFormat].lines += lines
  }

  private mutating func place(of format: LogFormat) -> Int {
    for place in formats.indices where formats[place].format == format { return place }
    formats.append((format, 0))
    return formats.count - 1
  }

  /// How many formats lines were understood of so far, in the order in which they came.
  var formatCount: Int { formats.count }

  func format(at place: Int) -> LogFormat { formats[place].format }

  /// The format of which lines were understood, whichever side of a tunnel wrote them; nil for none.
  func understood(_ format: LogFormat) -> LogFormat? {
    formats.filter { $0.format.title == format.title }.max { $0.lines < $1.lines }?.format
  }

  public mutating func doNotUnderstand(lines: Int = 1) { unknownLines += lines }

  /// Counts a line that looks like an error and that nothing judges.
  public mutating func suspect() { suspicious.add(line) }

  mutating func suspect(_ lines: NumberedLines) {
    for line in lines.first { suspicious.add(line) }
    suspicious.add(more: lines.count - lines.first.count)
  }

  /// Counts a line that complains of something and of which nothing came: another line may have told it, or nothing
  /// came of it.
  mutating func complain() { complaints.add(line) }

  /// The log is at its end.
  mutating func finishComplaints() {
    // In a log that tells of no tunnel no other line told what they complain of.
    if !tellsOfTunnels { suspect(complaints.all) }
    complaints.finish()
  }

  /// The moment of `time`, with the year that a log without years has reached; it counts for the log's span.
  public mutating func resolve(_ time: CivilTime?) -> LogTime? {
    guard let time else { return nil }
    let resolved = LogTime(
      written: time.timestamp(assuming: time.year ?? clock.year(of: time.month)), hasZone: time.offset != nil,
      hasYear: time.year != nil)
    if start.map({ resolved.written < $0.written }) ?? true { start = resolved }
    if end.map({ resolved.written > $0.written }) ?? true { end = resolved }
    return resolved
  }

  /// Takes what `line` shows; the line being read unless an earlier one is named.
  public mutating func take(_ event: LogEvent, at time: LogTime?, of subject: LogSubject, line: Int? = nil) {
    let number = line ?? self.line
    let place = places.place(ofLine: number)
    let observed = observe(event, at: time, of: subject, line: place)
    let telling = event.telling
    if telling.contains(.something) { told += 1 }
    if telling.contains(.ofRefusedPacket) {
      guard refusedPackets < LogLimits.refusedPackets else {
        droppedObservations += 1
        return
      }
      refusedPackets += 1
    }
    guard emitted + waiting.count < LogLimits.observations else {
      droppedObservations += 1
      return
    }
    if telling.contains(.ofTunnel) { tellsOfTunnels = true }
    if telling.contains(.ofTrouble) { complaints.explain(by: number) }
    if let last = waiting.last, last.line > number { isDisordered = true }
    waiting.append(
      Waiting(
        line: number, observation: Observation(time: time, line: place, subject: subject, event: consume observed)))
  }

  /// The event with the identity of its handshake.
  private mutating func observe(
    _ event: LogEvent, at time: LogTime?, of subject: LogSubject, line: LogLine
  ) -> Observation.Event {
    func follow(_ step: HandshakeStep, _ channel: ChannelKind) -> HandshakeID {
      handshakes.follow(step, on: channel, of: subject, at: time, line: line)
    }
    switch event {
    case .opened(let channel): return .opened(Opening(id: follow(.opening, channel), flow: subject.flow))
    case .completed(let channel):
      return .established(
        Establishment(id: follow(.completion, channel), flow: subject.flow, completesHandshakeOnly: true))
    case .established(let channel):
      return .established(Establishment(id: follow(.establishment, channel), flow: subject.flow))
    case .sessionEstablished(let channel, let relation):
      return .established(
        Establishment(id: follow(.session(relation), channel), flow: subject.flow, relation: relation))
    case .failed(let channel, let cause):
      return .failed(HandshakeFailure(id: follow(.failure(cause), channel), cause: cause))
    case .attemptFailed(let channel, let cause):
      return .failed(HandshakeFailure(id: follow(.attempt(failedBy: cause), channel), cause: cause))
    case .disowned(let channel, let reason):
      return .failed(HandshakeFailure(id: follow(.disowned, channel), cause: .other(reason: reason)))
    case .unusable(let channel, let reason):
      return .failed(HandshakeFailure(id: follow(.disowned, channel), cause: .setup(reason: reason)))
    case .deadPeer(let channel): return .deadPeer(DeadPeer(id: follow(.deadPeer, channel)))
    case .ended(let channel?, let reason): return .ended(SessionEnd(id: follow(.end, channel), reason: reason))
    case .ended(nil, let reason): return .ended(SessionEnd(id: nil, reason: reason, isUnnamedConnection: true))
    case .brokeOff(let channel?, let reason):
      return .ended(SessionEnd(id: follow(.end, channel), reason: reason, isBreak: true))
    case .brokeOff(nil, let reason):
      handshakes.endTunnel(of: subject)
      return .ended(SessionEnd(id: nil, reason: reason, isBreak: true))
    case .tunnelEnded(let reason, let byClient):
      handshakes.endTunnel(of: subject)
      return .ended(SessionEnd(id: nil, reason: reason, byClient: byClient))
    case .reconnecting(let channel):
      handshakes.reconnect(channel, of: subject)
      return .reconnecting(channel)
    case .negotiated(let negotiation): return .negotiated(negotiation)
    case .largePacket(let packet): return .largePacket(packet)
    case .pathMTUExceeded(let packet): return .pathMTUExceeded(packet)
    case .packetDropped(let packet): return .packetDropped(packet)
    case .sendTooLarge(let channel): return .sendTooLarge(channel)
    case .statement(let statement): return .statement(statement)
    }
  }

  /// Whether so much waits that an open block has to end.
  var isCrowded: Bool { waiting.count >= LogLimits.waitingObservations }

  /// Emits what waits, unless a block that began before it is still open.
  mutating func emit(openBlock: Bool, _ take: (Observation) -> Void) {
    guard !waiting.isEmpty, !openBlock || isCrowded else { return }
    if isDisordered {
      // Stable: what one line shows stays in its order.
      waiting = waiting.enumerated()
        .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
      isDisordered = false
    }
    emitted += waiting.count
    deliver(take)
    waiting.removeAll(keepingCapacity: true)
  }

  private func deliver(_ take: (Observation) -> Void) {
    let waiting = waiting.span
    for index in waiting.indices { take(waiting[index].observation) }
  }

  func description(name: String, problem: String?) -> LogDescription {
    let format = formats.max { ($0.lines, $1.format.name) < ($1.lines, $0.format.name) }?.format
    let unexplained = tellsOfTunnels ? complaints.unexplained : NumberedLines()
    return LogDescription(
      index: log, name: name, format: isEmpty ? .unknown : format ?? .unknown, lines: line,
      understoodLines: understoodLines, unknownLines: unknownLines, suspiciousLines: suspicious.count,
      firstSuspicious: suspicious.first.map(places.numberInFile).sorted(),
      complaints: unexplained.count > 0
        ? LogComplaints(lines: unexplained.count, first: unexplained.first.map(places.numberInFile)) : nil,
      cutLines: cutLines,
      droppedObservations: droppedObservations, forgottenHandshakes: handshakes.forgotten, start: start, end: end,
      problem: problem)
  }
}

/// Where the lines of a log stand in its file.
private struct LinePlaces {
  let log: Int
  /// Of a log that has its newest lines first, the number in the file of each line that was read; empty of any other.
  private var numbersInFile: [Int32] = []

  init(log: Int) { self.log = log }

  mutating func append(_ numberInFile: Int) { numbersInFile.append(Int32(clamping: numberInFile)) }

  /// - Parameter number: Counted in the order in which lines were written.
  func place(ofLine number: Int) -> LogLine {
    guard !numbersInFile.isEmpty else { return LogLine(log: log, number: number) }
    return LogLine(log: log, number: numberInFile(ofLine: number), isNewestFirst: true)
  }

  func numberInFile(ofLine number: Int) -> Int {
    numbersInFile.indices.contains(number - 1) ? Int(numbersInFile[number - 1]) : number
  }
}

/// What an event tells.
private struct Telling: OptionSet {
  let rawValue: UInt8

  /// More than that something begins.
  static let something = Telling(rawValue: 1)
  /// How a tunnel fares: that it begins, what was agreed on and whose the gateway is does not.
  static let ofTunnel = Telling(rawValue: 2)
  /// What went wrong with a tunnel: lines near it may complain of the same.
  static let ofTrouble = Telling(rawValue: 4)
  static let ofRefusedPacket = Telling(rawValue: 8)
}

extension LogEvent {
  fileprivate var telling: Telling {
    switch self {
    case .opened: []
    case .completed, .established, .sessionEstablished, .ended(nil, _), .ended(_, nil), .tunnelEnded, .largePacket:
      [.something, .ofTunnel]
    case .failed, .attemptFailed, .disowned, .unusable, .deadPeer, .ended, .brokeOff, .reconnecting, .pathMTUExceeded,
      .sendTooLarge, .statement(.adapterFailed):
      [.something, .ofTunnel, .ofTrouble]
    case .negotiated(.notOffered), .negotiated(.innerAddressChanged): [.something, .ofTrouble]
    case .negotiated, .statement(.product): .something
    case .statement: [.something, .ofTunnel]
    case .packetDropped: [.something, .ofTunnel, .ofRefusedPacket]
    }
  }
}

extension LogSubject {
  /// The ends of the connection, where the line names both.
  fileprivate var flow: Flow? {
    guard let client, let clientPort, let gateway, let gatewayPort else { return nil }
    return Flow(client: Endpoint(client, clientPort), server: Endpoint(gateway, gatewayPort))
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
