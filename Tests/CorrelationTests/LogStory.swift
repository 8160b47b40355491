import Correlation
import Observations

@testable import Logs

/// What one log tells, line by line: seconds are those of `Scenario`'s story, moved by the log's own clock.
///
/// Events become observations where readers make them (`LogSink`), so that each handshake has the identity that it has
/// in a log that was read.
struct LogStory {
  let index: Int
  let format: LogFormat
  /// Seconds east of UTC in which the log writes; its clock error is part of it.
  var offset = 0.0
  var hasZone = false
  var subject = LogSubject()
  private(set) var observations: [Observation] = []
  private var sink: LogSink
  private var line = 0

  init(
    _ format: LogFormat, index: Int = 0, offset: Double = 0, hasZone: Bool = false, subject: LogSubject = LogSubject()
  ) {
    self.format = format
    self.index = index
    self.offset = offset
    self.hasZone = hasZone
    self.subject = subject
    sink = LogSink(log: index)
  }

  /// A line; without a second, one that has no time.
  mutating func tell(_ event: LogEvent, at seconds: Double? = nil, of subject: LogSubject? = nil, on line: Int? = nil) {
    self.line = line ?? self.line + 1
    let time = seconds.map { LogTime(written: .second(($0 + offset).rounded(.down)), hasZone: hasZone) }
    sink.take(event, at: time, of: subject ?? self.subject, line: self.line)
    sink.emit(openBlock: false) { observations.append($0) }
  }

  var description: LogDescription {
    let times = observations.compactMap(\.written).sorted { $0.written < $1.written }
    return LogDescription(
      index: index, name: "log-\(index)", format: format, lines: line, understoodLines: line, unknownLines: 0,
      start: times.first, end: times.last)
  }

  /// The report on logs, with captures or without.
  static func report(_ logs: [LogStory], with scenes: [Scenario] = [], zone: Int? = nil) -> Report {
    var correlator = Correlator(families: Scenario.families)
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
      log.tell(.sessionEstablished(.tls, turn == 0 ? .first : .replacing), at: start + 0.5)
      log.tell(.failed(.dtls, .timedOut), at: start + 13)
    }
    return log
  }
}

extension Observation {
  /// The time of a line as it was written; nil for a packet, and for a line without one.
  var written: LogTime? { if case .line(let origin) = origin { origin.time } else { nil } }
}
