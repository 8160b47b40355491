import Observations

/// A moment as calendar and clock in UTC, with no help from the machine's time zone or locale.
struct CalendarTime: Equatable {
  let year: Int
  let month: Int
  let day: Int
  /// Nanoseconds since midnight.
  let nanosecondOfDay: Int64

  init(_ timestamp: Timestamp) {
    let day = Int64(86_400_000_000_000)
    var days = timestamp.nanoseconds / day
    var rest = timestamp.nanoseconds % day
    if rest < 0 {
      rest += day
      days -= 1
    }
    self.nanosecondOfDay = rest
    // Days since 0000-03-01 in the proleptic Gregorian calendar, so that the leap day ends a year.
    let shifted = Int(days) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    self.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    self.year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// `2026-11-24`
  var date: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

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
    func add(_ number: UInt, _ digits: Int, _ separator: String) {
      text.append(number, digits: digits)
      text.append(separator)
    }
    add(year.magnitude, 4, "-")
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
