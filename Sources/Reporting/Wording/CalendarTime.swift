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
    let second = UInt32(truncatingIfNeeded: nanosecondOfDay / 1_000_000_000)
    let fraction = UInt32(truncatingIfNeeded: nanosecondOfDay % 1_000_000_000)
    let year = UInt32(truncatingIfNeeded: max(year, 0))
    unsafe text.append(atMost: 30) { start in
      var end = unsafe start
      func add(_ byte: UInt8) {
        unsafe end.pointee = byte
        unsafe end += 1
      }
      func add(twoDigits number: UInt32) {
        add(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 10))
        add(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10))
      }
      func add(_ number: UInt32, _ separator: Unicode.Scalar) {
        add(twoDigits: number)
        add(UInt8(ascii: separator))
      }
      add(twoDigits: year / 100 % 100)
      add(year % 100, "-")
      add(UInt32(truncatingIfNeeded: month), "-")
      add(UInt32(truncatingIfNeeded: day), "T")
      add(second / 3600, ":")
      add(second / 60 % 60, ":")
      add(second % 60, ".")
      add(twoDigits: fraction / 10_000_000)
      add(twoDigits: fraction / 100_000 % 100)
      add(twoDigits: fraction / 1_000 % 100)
      add(twoDigits: fraction / 10 % 100)
      add(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: fraction % 10))
      add(UInt8(ascii: "Z"))
      return unsafe end - start
    }
  }
}

extension Timestamp {
  /// In the zone in which people are shown times.
  var calendar: CalendarTime { DisplayZone.current.shown(self) }

  /// `2026-11-24 02:03:12.221 UTC`
  var dateAndClock: String { "\(calendar.date) \(calendar.clock) \(DisplayZone.current.name)" }

  /// `20261124T020312Z`, for names of files (ISO 8601, basic format).
  public var basicFormat: String {
    let time = CalendarTime(self)
    let text = "\(time.date)T\(time.clock)".prefix { $0 != "." }
    return text.filter { $0 != "-" && $0 != ":" } + "Z"
  }
}
