import Observations

@testable import Logs

/// What a line says, with its values as text.
struct ReadLine {
  var product: LogProduct?
  var meaning: MessageMeaning?
  var entry: Int?
  var number: Int?
  var attribution: FoundMessage.Attribution?
  var isWhole = false
  var unlisted: Int?
  var suspicious: ErrorWord?
  var values: [ValueRole: String] = [:]
  var time: CivilTime?
  var timeOfDay: Int?
  var uptime: Int?
  var host: String?
  var program: String?
  var processID: Int?
  var thread: String?
  var level: LogLevel?

  /// "2026-11-28 00:23:33.123456 +0100", as far as it is known.
  var writtenTime: String {
    guard let time else { return "" }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var text = time.year.map { "\($0)-" } ?? ""
    text += "\(two(time.month))-\(two(time.day)) \(two(time.hour)):\(two(time.minute)):\(two(time.second))"
    if time.nanosecond > 0 { text += ".\(time.nanosecond / 1_000)" }
    if let offset = time.offset { text += " \(offset / 60)" }
    return text
  }

  init(_ reading: borrowing LineReading) {
    let text = LogText(reading.text.bytes)
    time = reading.header.time
    timeOfDay = reading.header.timeOfDay
    uptime = reading.header.uptime
    host = reading.host
    program = reading.program
    processID = reading.header.processID
    thread = reading.header.thread.map { text.string($0) }
    level = reading.header.level
    switch reading.content {
    case .message(let found):
      product = found.product
      meaning = found.meaning
      entry = found.entry
      number = found.number
      attribution = found.attribution
      isWhole = found.isWhole
      for role in ValueRole.allCases { values[role] = found.values.text(role, in: text) }
    case .unlisted(let number, _): unlisted = number
    case .suspicious(let word, let named):
      suspicious = word
      product = named
    case .unknown(let named): product = named
    }
  }

  init() {}

  init(_ line: String) throws { self = try Self.lines([line])[0] }

  static func lines(_ lines: [String]) throws -> [ReadLine] {
    var reader = MessageReader(table: try table())
    return lines.map { line in
      var read: ReadLine?
      let bytes = Array(line.utf8)
      reader.read(bytes.span) { read = ReadLine($0) }
      return read ?? ReadLine()
    }
  }

  struct NoTable: Error {}

  static func table() throws -> MessageTable {
    guard let table = MessageTable.all else { throw NoTable() }
    return table
  }
}
