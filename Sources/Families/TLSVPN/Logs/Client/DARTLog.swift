import Logs
import Observations

/// Blocks of the AnyConnect Diagnostics and Reporting Tool (AnyConnectVPN.txt in a DART bundle).
///
///     ******************************************
///
///     Date        : 11/16/2013
///     Time        : 01:28:50
///     Type        : Warning
///     Source      : acvpnagent
///
///     Description : Reconfigure reason code 16:
///     New MTU configuration.
///
/// A description goes on until the next line of asterisks. An event as the Event Viewer's window shows it looks alike: it begins
/// with the log's name, has the time behind the date, and the description on lines of its own.
struct DARTLog: LogFormatReader {
  private var block: Block?
  private var dates = ClientDates()
  private var client = ClientMessages()
  private var event = Event.none

  /// Whose event the lines belong to, where they are of the Event Viewer's window.
  private enum Event { case none, named, own, foreign }

  private struct Block {
    /// The line of its date.
    var line: Int
    var date: ClientDates.Day?
    var time: (hour: Int, minute: Int, second: Int, nanosecond: Int)?
    var description: [UInt8]?
    var lines = 0
    /// Whether a line of asterisks stands before it that has not been counted: it is the block's if a date follows.
    var hasRule = false
    /// Whether that line ended the block before; else, without a date, it is somebody's ornament.
    var endsAnother = false
  }

  var isOpen: Bool { block?.description != nil }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    let line = LogText(offered.text.bytes)
    if Self.isRule(line) {
      let endsAnother = block?.description != nil
      finish(into: &sink)
      block = Block(line: sink.line, hasRule: true, endsAnother: endsAnother)
      return true
    }
    var text = LogText(line.bytes)
    if readEvent(text, into: &sink) { return true }
    if event == .foreign { return false }
    if block?.description == nil || text.starts(with: "Date "), let key = Self.key(&text) {
      guard block != nil || key == .date else { return false }
      guard read(key, &text, into: &sink) else { return false }
      sink.understand(.dart, lines: block?.hasRule == true ? 2 : 1)
      block?.hasRule = false
      return true
    }
    guard var open = block, var description = open.description, open.lines < TLSVPNLogLimits.descriptionLines else {
      return false
    }
    block = nil
    description.append(0x20)
    let room = max(TLSVPNLogLimits.descriptionLength - description.count, 0)
    description += line.part(0..<min(line.end, room)).copy
    open.description = description
    open.lines += 1
    block = open
    sink.understand(.dart)
    return true
  }

  /// Reads what stands around an event in the Event Viewer's window.
  private mutating func readEvent(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    if line.starts(with: "Log Name:") {
      finish(into: &sink)
      event = .named
      return true
    }
    if event == .named || line.isForeignSource {
      guard line.starts(with: "Source:"), !line.isForeignSource else {
        finish(into: &sink)
        event = line.isForeignSource ? .foreign : .none
        return false
      }
      event = .own
      sink.understand(.dart, lines: 2)
      return true
    }
    guard event == .own, block?.description == nil, line.isEventsField else { return false }
    sink.understand(.dart)
    return true
  }

  /// The block is complete.
  mutating func finish(into sink: inout LogSink) {
    if event == .named {
      sink.doNotUnderstand()
      event = .none
    }
    guard let block else { return }
    self.block = nil
    if block.hasRule, block.endsAnother {
      sink.understand(.dart)
    } else if block.hasRule {
      sink.doNotUnderstand()
    }
    var time: LogTime?
    if let date = block.date, let clock = block.time { time = sink.resolve(dates.time(date, clock)) }
    guard let description = block.description else { return }
    client.read(LogText(description.span), at: time, line: block.line, device: nil, into: &sink)
  }

  private enum Key { case date, time, type, source, description }

  private static func key(_ text: inout LogText) -> Key? {
    let start = text.position
    let key: Key
    if text.skip("Date") {
      key = .date
    } else if text.skip("Time") {
      key = .time
    } else if text.skip("Type") {
      key = .type
    } else if text.skip("Source") {
      key = .source
    } else if text.skip("Description") {
      key = .description
    } else {
      return nil
    }
    text.skipSpaces()
    guard text.skip(UInt8(ascii: ":")) else {
      text.move(to: start)
      return nil
    }
    text.skipSpaces()
    return key
  }

  private mutating func read(_ key: Key, _ text: inout LogText, into sink: inout LogSink) -> Bool {
    switch key {
    case .date:
      guard let day = dates.day(&text) else { return false }
      if block?.date != nil || block?.description != nil { finish(into: &sink) }
      if block == nil { block = Block(line: sink.line) }
      block?.date = day
      block?.line = sink.line
      text.skipSpaces()
      if let clock = text.clockOfTwelve() { block?.time = clock }
    case .time:
      guard let clock = text.clockOfTwelve() else { return false }
      block?.time = clock
    case .type, .source: break
    case .description: block?.description = text.part(text.position..<text.end).copy
    }
    return true
  }

  /// A line of nothing but asterisks.
  private static func isRule(_ line: borrowing LogText) -> Bool {
    guard line.end >= 5, line.starts(with: "*****") else { return false }
    for index in 5..<line.end where line[index] != UInt8(ascii: "*") { return false }
    return true
  }
}

extension LogText {
  /// Whether it is a field of an event that says nothing of the tunnel.
  fileprivate var isEventsField: Bool {
    ["Event ID:", "Task Category:", "Level:", "Keywords:", "User:", "Computer:"].contains { starts(with: $0) }
  }

  /// Whether an event's source, in the Event Viewer's words, is another program than the client: `Source:        RasClient`.
  fileprivate var isForeignSource: Bool {
    var text = LogText(bytes)
    guard text.skip("Source:") else { return false }
    text.skipSpaces()
    return !["acvpn", "acwebhelper", "csc_", "vpnagent", "vpnui"].contains { text.starts(with: $0) }
  }
}

/// Dates as a client's system writes them: the order of day and month follows its region.
struct ClientDates {
  struct Day {
    let year: Int
    let first: Int
    let second: Int
  }

  /// Whether a date of this log can only be read day first.
  private var isDayFirst = false

  /// "11/16/2013", "16.11.2013", "2013-11-16". Between slashes the month comes first, until a date says otherwise.
  mutating func day(_ text: inout LogText) -> Day? {
    guard let first = text.number(), text.isAtOneOf("/.-") else { return nil }
    let isDotted = text.next == UInt8(ascii: ".")
    text.move(to: text.position + 1)
    guard let second = text.number(), text.isAtOneOf("/.-") else { return nil }
    text.move(to: text.position + 1)
    guard let third = text.number() else { return nil }
    if first > 31 { return Day(year: first, first: second, second: third) }
    if isDotted || first > 12 { isDayFirst = true }
    return Day(
      year: third < 100 ? 2_000 + third : third, first: isDayFirst ? second : first, second: isDayFirst ? first : second
    )
  }

  func time(_ day: Day, _ clock: (hour: Int, minute: Int, second: Int, nanosecond: Int)) -> CivilTime? {
    let time = CivilTime(
      year: day.year, month: day.first, day: day.second, hour: clock.hour, minute: clock.minute, second: clock.second,
      nanosecond: clock.nanosecond)
    return time.isSane ? time : nil
  }
}
