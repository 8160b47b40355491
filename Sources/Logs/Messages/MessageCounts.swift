/// How many lines of a text are messages of the table: what fuzzers and benchmarks read, without anything behind it.
public struct MessageCounts: Sendable, Equatable {
  public private(set) var lines = 0
  /// Lines with a message of the table, or of an ASA that is not in it.
  public private(set) var messages = 0
  /// Of those, the ones whose header has a time.
  public private(set) var timed = 0
  /// Lines that look like errors and are no known message.
  public private(set) var suspicious = 0
  /// Bytes of the values read.
  public private(set) var valueBytes = 0

  /// Reads a text line by line; a line is looked at up to `LogLimits.lineLength` bytes.
  public init(_ text: Span<UInt8>) {
    guard let table = MessageTable.all else { return }
    var reader = MessageReader(table: table)
    let whole = LogText(text)
    var start = 0
    while start < text.count {
      let end = whole.find(UInt8(ascii: "\n"), from: start) ?? text.count
      lines += 1
      reader.read(text.extracting(start..<min(end, start + LogLimits.lineLength))) { note($0) }
      start = end + 1
    }
  }

  private mutating func note(_ reading: borrowing LineReading) {
    if reading.header.time != nil { timed += 1 }
    switch reading.content {
    case .message(let found):
      messages += 1
      for role in ValueRole.allCases { valueBytes += found.values.range(of: role)?.count ?? 0 }
    case .unlisted: messages += 1
    case .suspicious: suspicious += 1
    case .unknown: break
    }
  }
}
