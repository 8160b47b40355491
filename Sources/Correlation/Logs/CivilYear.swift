import Observations

/// Moves moments between years of the Gregorian calendar, for logs that leave the year out.
enum CivilYear {
  private static let day: Int64 = 86_400_000_000_000

  /// The year of a moment, in UTC.
  static func year(of time: Timestamp) -> Int { civil(days: split(time).days).year }

  /// The same month, day and time of day, so many years later; 29 February of a common year becomes 1 March.
  static func moving(_ time: Timestamp, byYears years: Int) -> Timestamp {
    guard years != 0 else { return time }
    let (days, rest) = split(time)
    let date = civil(days: days)
    let moved = Self.days(year: date.year + years, month: date.month, day: date.day)
    let (start, overflow) = moved.multipliedReportingOverflow(by: day)
    return overflow ? time : Timestamp(nanoseconds: start).adding(nanoseconds: rest)
  }

  private static func split(_ time: Timestamp) -> (days: Int64, rest: Int64) {
    var days = time.nanoseconds / day
    var rest = time.nanoseconds % day
    if rest < 0 {
      rest += day
      days -= 1
    }
    return (days, rest)
  }

  /// Days since 1970-01-01 as a date: years begin in March, so that the leap day ends one.
  private static func civil(days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = Int(days) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    )
  }

  private static func days(year: Int, month: Int, day: Int) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int64(era * 146_097 + dayOfEra - 719_468)
  }
}
