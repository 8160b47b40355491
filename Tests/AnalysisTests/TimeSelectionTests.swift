import Observations
import Testing

@testable import Analysis

@Suite("Times that users give")
struct TimeSelectionTests {
  /// 2026-11-23 23:50:00 UTC.
  private static let firstPacket = Timestamp(nanoseconds: 1_795_477_800_000_000_000)

  private static func after(_ seconds: Double) -> Timestamp { firstPacket.adding(seconds: seconds) }

  @Test(
    "a date and a time are a moment, in UTC where no zone is given",
    arguments: [
      ("2026-11-24T20:17:30Z", 1_795_551_450_000_000_000), ("2026-11-24t20:17:30z", 1_795_551_450_000_000_000),
      ("2026-11-24 20:17:30", 1_795_551_450_000_000_000), ("2026-11-24T20:17", 1_795_551_420_000_000_000),
      ("2026-11-24T21:17:30+01:00", 1_795_551_450_000_000_000),
      ("2026-11-24T14:47:30-05:30", 1_795_551_450_000_000_000),
      ("2026-11-24T20:17:30.5Z", 1_795_551_450_500_000_000),
      ("2026-11-24T20:17:30.0000000019", 1_795_551_450_000_000_001), ("1970-01-01T00:00:00Z", 0),
      ("1969-12-31T23:59:59.999999999Z", -1), ("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
      ("1900-03-01T00:00:00Z", -2_203_891_200_000_000_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
      ("2261-12-31T00:00:00Z", 9_214_560_000_000_000_000), ("1678-01-01T00:00:00Z", -9_214_560_000_000_000_000),
    ] as [(String, Int64)])
  func moments(text: String, nanoseconds: Int64) throws {
    #expect(try TimeSelection(text) == .moment(Timestamp(nanoseconds: nanoseconds)))
  }

  @Test("a time of day is one of the day of the first packet")
  func clock() throws {
    #expect(try TimeSelection("23:51").moment(firstPacket: Self.firstPacket) == Self.after(60))
    #expect(try TimeSelection("23:50:00.25").moment(firstPacket: Self.firstPacket) == Self.after(0.25))
    #expect(try TimeSelection("0:10:00").moment(firstPacket: Self.firstPacket) == Self.after(-85_200))
    // One second before the Unix epoch is still a time of the last day of 1969.
    #expect(
      try TimeSelection("00:00").moment(firstPacket: Timestamp(nanoseconds: -1_000_000_000))
        == Timestamp(nanoseconds: -86_400_000_000_000))
  }

  @Test(
    "a time after the first packet is counted from it",
    arguments: [
      ("+90s", 90), ("+90", 90), ("+2m", 120), ("+2min", 120), ("+1.5h", 5400), ("+250ms", 0.25), ("+0", 0),
      ("+0.5ms", 0.0005),
    ])
  func offsets(text: String, seconds: Double) throws {
    #expect(try TimeSelection(text).moment(firstPacket: Self.firstPacket) == Self.after(seconds))
  }

  @Test("a stretch ends on the next day when the time of day has passed as it begins")
  func pastMidnight() throws {
    let end = try TimeSelection("00:10")
    #expect(end.end(ofStretchFrom: nil, firstPacket: Self.firstPacket) == Self.after(1200))
    let start = try TimeSelection("23:55").moment(firstPacket: Self.firstPacket)
    #expect(end.end(ofStretchFrom: start, firstPacket: Self.firstPacket) == Self.after(1200))
    // Two days later, the day is that of the start.
    #expect(end.end(ofStretchFrom: Self.after(172_800), firstPacket: Self.firstPacket) == Self.after(174_000))
    #expect(
      try TimeSelection("23:52").end(ofStretchFrom: nil, firstPacket: Self.firstPacket) == Self.after(120),
      "a time that is still to come is one of the same day")
    // A date says which day is meant.
    let past = try TimeSelection("2026-11-23T00:10:00Z")
    #expect(past.end(ofStretchFrom: nil, firstPacket: Self.firstPacket) == Self.after(-85_200))
  }

  @Test("without a packet only a moment has a meaning")
  func noPacket() throws {
    #expect(try TimeSelection("20:17").moment(firstPacket: nil) == nil)
    #expect(try TimeSelection("+5s").end(ofStretchFrom: nil, firstPacket: nil) == nil)
    #expect(try TimeSelection("1970-01-01T00:00:00Z").moment(firstPacket: nil) == Timestamp(nanoseconds: 0))
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "+", "-", "now", "20", "24:00", "20:60", "20:17:61", "20:17:30.", "20:17:30Z", "20:17:3", "+5d", "+s", "+-5",
      "+5 s", "+1e3", "+9999999999", "+999999999h", "2026-11-24", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
      "1900-02-29T00:00:00Z", "2026-11-24T20:17:30+1", "2026-11-24T20:17:30+24:00", "2026-11-24T20:17:30Zx",
      "2026-11-24X20:17:30", "1600-01-01T00:00:00Z", "2262-01-01T00:00:00Z", "٢٠:١٧", " 20:17",
    ])
  func refused(text: String) {
    let error = #expect(throws: TimeSelectionError.self) { try TimeSelection(text) }
    #expect(error?.description.contains("20:17:30") == true, "it says what is accepted")
  }

  @Test("a time counted back from the end is refused with the reason")
  func fromTheEnd() {
    let error = #expect(throws: TimeSelectionError.self) { try TimeSelection("-5m") }
    #expect(error?.description.contains("end") == true)
  }

  @Test("an order that no capture can turn round is known at once")
  func order() throws {
    #expect(try TimeSelection("+1m").isAlwaysBefore(TimeSelection("+90s")))
    #expect(try TimeSelection("2026-11-24T21:00:00+01:00").isAlwaysBefore(TimeSelection("2026-11-24T20:30:00Z")))
    #expect(try !TimeSelection("+90s").isAlwaysBefore(TimeSelection("+90s")))
    #expect(try !TimeSelection("00:10").isAlwaysBefore(TimeSelection("23:50")))
    #expect(try !TimeSelection("+5s").isAlwaysBefore(TimeSelection("2026-11-24T20:30:00Z")))
  }
}
