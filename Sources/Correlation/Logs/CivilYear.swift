import Observations

/// Moves moments between years of the Gregorian calendar, for logs that leave the year out.
enum CivilYear {
  /// The year of a moment, in UTC.
  static func year(of time: Timestamp) -> Int { time.dateAndTimeOfDay.date.year }

  /// The same month, day and time of day, so many years later; 29 February of a common year becomes 1 March.
  static func moving(_ time: Timestamp, byYears years: Int) -> Timestamp {
    guard years != 0 else { return time }
    let (date, rest) = time.dateAndTimeOfDay
    let moved = CivilDate(year: date.year + years, month: date.month, day: date.day)
    return Timestamp(midnightOf: moved)?.adding(nanoseconds: rest) ?? time
  }
}
