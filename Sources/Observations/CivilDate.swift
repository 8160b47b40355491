/// A date of the Gregorian calendar, also before it was introduced, with no help from the machine's time zone or locale.
public struct CivilDate: Sendable, Hashable {
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to 31.
  public let day: Int

  /// A date as it is written; a day that its month does not have is one of the next month.
  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date so many days after 1970-01-01.
  ///
  /// Years begin in March here, so that the leap day ends one; 719,468 days lie between 0000-03-01 and 1970-01-01.
  public init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days from 1970-01-01 to this date; negative before.
  public var daysSinceEpoch: Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension Timestamp {
  private static let nanosecondsPerDay: Int64 = 86_400_000_000_000

  /// Whether its year stands for none: that of a log whose lines leave the year out, where nothing else says it. Lines of
  /// one log keep their order.
  public var lacksYear: Bool { Self.yearsOfNoClock.contains(nanoseconds) }

  /// 1679-12-30 to 1900-01-01: no clock of a computer shows these. Logs without years begin in 1680, less a time zone.
  private static let yearsOfNoClock: Range<Int64> = -9_151_660_800_000_000_000 ..< -2_208_988_800_000_000_000

  /// The date in UTC, and the nanoseconds since its midnight.
  public var dateAndTimeOfDay: (date: CivilDate, nanoseconds: Int64) {
    var days = nanoseconds / Self.nanosecondsPerDay
    var rest = nanoseconds % Self.nanosecondsPerDay
    if rest < 0 {
      rest += Self.nanosecondsPerDay
      days -= 1
    }
    return (CivilDate(daysSinceEpoch: Int(days)), rest)
  }

  /// Midnight in UTC at the beginning of a date; nil when it is out of range.
  public init?(midnightOf date: CivilDate) {
    let (start, overflow) = Int64(date.daysSinceEpoch).multipliedReportingOverflow(by: Self.nanosecondsPerDay)
    guard !overflow else { return nil }
    self.init(nanoseconds: start)
  }
}
