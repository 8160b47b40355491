import Observations
import Testing

@Suite("Dates of the calendar")
struct CivilDateTests {
  @Test(
    "days since 1970 are dates, and back",
    arguments: [
      (0, 1970, 1, 1), (-1, 1969, 12, 31), (58, 1970, 2, 28), (59, 1970, 3, 1), (789, 1972, 2, 29),
      (11_016, 2000, 2, 29), (20_782, 2026, 11, 25), (47_540, 2100, 2, 28), (47_541, 2100, 3, 1),
      (-719_468, 0, 3, 1), (-719_469, 0, 2, 29),
    ])
  func days(days: Int, year: Int, month: Int, day: Int) {
    #expect(CivilDate(daysSinceEpoch: days) == CivilDate(year: year, month: month, day: day))
    #expect(CivilDate(year: year, month: month, day: day).daysSinceEpoch == days)
  }

  @Test("every day of a thousand years comes back")
  func everyDay() {
    for days in stride(from: -182_000, to: 182_000, by: 1) {
      #expect(CivilDate(daysSinceEpoch: days).daysSinceEpoch == days)
    }
  }

  @Test("the ends of the range of times have a date and a time of day", arguments: [Int64.min, -1, 0, 1, .max])
  func ends(nanoseconds: Int64) throws {
    let time = Timestamp(nanoseconds: nanoseconds)
    let (date, rest) = time.dateAndTimeOfDay
    #expect((0..<86_400_000_000_000).contains(rest))
    // Midnight before the first moment of the range lies outside it.
    if nanoseconds != .min { #expect(try #require(Timestamp(midnightOf: date)).adding(nanoseconds: rest) == time) }
  }
}
