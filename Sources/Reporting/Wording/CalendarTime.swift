import Observations

/// A moment as calendar and clock in UTC, with no help from the machine's time zone or locale.
struct CalendarTime: Equatable {
  let year: Int
  let month: Int
  let day: Int
  /// Nanoseconds since midnight.
  let nanosecondOfDay: Int64
  /// Whether nothing says the year.
  private let lacksYear: Bool

  /// Programs are given the year 4 for the first one of a log without years (1680 within): a leap year that nobody takes for
  /// a date, and that every library can read (some know no year 0).
  private static let yearsLeftOut = 1_676

  init(_ timestamp: Timestamp) {
    let (date, nanoseconds) = timestamp.dateAndTimeOfDay
    lacksYear = timestamp.lacksYear
    (year, month, day) = (lacksYear ? date.year - Self.yearsLeftOut : date.year, date.month, date.day)
    nanosecondOfDay = nanoseconds
  }

  /// `2026-11-24`; `11-24` where nothing says the year.
  var date: String {
    lacksYear ? "\(padded(month, 2))-\(padded(day, 2))" : "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// `02:03:12.221`, cut to whole milliseconds.
  var clock: String { clock(decimals: 3) }

  /// `02:03:12` and `decimals` digits (1 to 9) of the second.
  private func clock(decimals: Int) -> String {
    let second = Int(nanosecondOfDay / 1_000_000_000)
    let fraction = padded(Int(nanosecondOfDay % 1_000_000_000), 9).prefix(decimals)
    return "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2)).\(fraction)"
  }

  private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// `2026-11-24T02:03:12.221000000Z` (RFC 3339 section 5.6), with all nanoseconds.
  var rfc3339: String {
    var text = TextBuffer(capacity: 30)
    writeRFC3339(to: &text)
    return text.text
  }

  /// Adds `rfc3339`; a report for programs holds tens of thousands of times.
  func writeRFC3339(to text: inout TextBuffer) {
    let second = nanosecondOfDay.magnitude / 1_000_000_000
    @inline(__always)
    func add(_ number: UInt, _ digits: Int, _ separator: Unicode.Scalar) {
      text.append(number, digits: digits)
      text.append(UInt8(ascii: separator))
    }
    add(max(year, 0).magnitude, 4, "-")
    add(month.magnitude, 2, "-")
    add(day.magnitude, 2, "T")
    add(UInt(second / 3600), 2, ":")
    add(UInt(second / 60 % 60), 2, ":")
    add(UInt(second % 60), 2, ".")
    add(UInt(nanosecondOfDay.magnitude % 1_000_000_000), 9, "Z")
  }
}

extension Timestamp {
  var calendar: CalendarTime { CalendarTime(self) }

  /// `2026-11-24 02:03:12.221 UTC`
  var dateAndClock: String { "\(calendar.date) \(calendar.clock) UTC" }

  /// `20261124T020312Z`, for names of files (ISO 8601, basic format).
  public var basicFormat: String {
    let text = "\(calendar.date)T\(calendar.clock)".prefix { $0 != "." }
    return text.filter { $0 != "-" && $0 != ":" } + "Z"
  }
}
