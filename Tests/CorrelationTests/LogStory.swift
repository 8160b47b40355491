import Correlation
import Observations

/// What one log tells, line by line: seconds are those of `Scenario`'s story, moved by the log's own clock.
struct LogStory {
  let index: Int
  let format: LogFormat
  /// Seconds east of UTC in which the log writes; its clock error is part of it.
  var offset = 0.0
  var hasZone = false
  var subject = LogSubject()
  private(set) var observations: [LogObservation] = []
  private var line = 0

  init(
    _ format: LogFormat, index: Int = 0, offset: Double = 0, hasZone: Bool = false, subject: LogSubject = LogSubject()
  ) {
    self.format = format
    self.index = index
    self.offset = offset
    self.hasZone = hasZone
    self.subject = subject
  }

  /// A line; without a second, one that has no time.
  mutating func tell(_ event: LogEvent, at seconds: Double? = nil, of subject: LogSubject? = nil, on line: Int? = nil) {
    self.line = line ?? self.line + 1
    observations.append(
      LogObservation(
        time: seconds.map { LogTime(written: .second(($0 + offset).rounded(.down)), hasZone: hasZone) },
        line: LogLine(log: index, number: self.line), subject: subject ?? self.subject, event: event))
  }

  var description: LogDescription {
    let times = observations.compactMap(\.time).sorted { $0.written < $1.written }
    return LogDescription(
      index: index, name: "log-\(index)", format: format, lines: line, understoodLines: line, unknownLines: 0,
      start: times.first, end: times.last)
  }

  /// The report on logs, with captures or without.
  static func report(_ logs: [LogStory], with scenes: [Scenario] = [], zone: Int? = nil) -> Report {
    var correlator = Correlator()
    for scene in scenes { correlator.absorb(scene.observations) }
    for log in logs { correlator.absorb(log.observations) }
    return correlator.report(captures: scenes.map(\.capture), logs: logs.map(\.description), logTimeZone: zone)
  }

  func report(with scenes: [Scenario] = [], zone: Int? = nil) -> Report {
    Self.report([self], with: scenes, zone: zone)
  }

  // MARK: Whole stories

  static let vpn = LogSubject(user: "vpn", group: "ac_users_group", client: "10.1.75.111")

  /// A client that reconnects every minute because DTLS times out, as openconnect tells it.
  static func openconnect(sessions: Int = 4, index: Int = 0, offset: Double = 0) -> LogStory {
    var log = LogStory(
      .openconnect, index: index, offset: offset,
      subject: LogSubject(gateway: Scenario.gateway, gatewayPort: 443, innerAddress: "10.20.0.50"))
    for turn in 0..<sessions {
      let start = Double(turn) * 60
      log.tell(.sessionOpened(turn == 0 ? .first : .replacing), at: start + 0.5)
      log.tell(.handshake(.dtls, .timedOut), at: start + 13)
    }
    return log
  }
}
