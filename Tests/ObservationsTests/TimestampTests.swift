import Observations
import Testing

@Suite("times")
struct TimestampTests {
  private static let earliest = Timestamp(nanoseconds: .min)
  private static let latest = Timestamp(nanoseconds: .max)
  private static let epoch = Timestamp(nanoseconds: 0)

  @Test("the time between two moments is exact, with its sign")
  func between() {
    let a = Timestamp(nanoseconds: 1_500_000_000)
    let b = Timestamp(nanoseconds: -500_000_000)
    #expect(a.nanoseconds(since: b) == 2_000_000_000)
    #expect(b.nanoseconds(since: a) == -2_000_000_000)
    #expect(a.seconds(since: b) == 2)
  }

  @Test("the time between moments too far apart stops at the ends of the range")
  func betweenSaturates() {
    #expect(Self.latest.nanoseconds(since: Self.earliest) == .max)
    #expect(Self.earliest.nanoseconds(since: Self.latest) == .min)
    #expect(Self.epoch.nanoseconds(since: Self.earliest) == .max)
    #expect(Self.latest.nanoseconds(since: Timestamp(nanoseconds: -1)) == .max)
    #expect(Self.earliest.nanoseconds(since: Timestamp(nanoseconds: 1)) == .min)
  }

  @Test("moving a moment stops at the ends of the range", arguments: [
    (Int64.max, Int64(1), Int64.max), (.min, -1, .min), (.max, .max, .max), (.min, .min, .min), (0, .min, .min),
    (5, -7, -2), (-1, .max, .max - 1),
  ])
  func moving(start: Int64, offset: Int64, expected: Int64) {
    #expect(Timestamp(nanoseconds: start).adding(nanoseconds: offset).nanoseconds == expected)
  }

  @Test("moving by seconds stops at the ends of the range too", arguments: [
    (1.5, Int64(1_500_000_000)), (-1.5, -1_500_000_000), (0, 0), (1e30, .max), (-1e30, .min), (.infinity, .max),
    (-.infinity, .min), (9.3e9, .max), (-9.3e9, .min),
  ])
  func movingBySeconds(seconds: Double, expected: Int64) {
    #expect(Self.epoch.adding(seconds: seconds).nanoseconds == expected)
  }

  @Test("moving by what is no number leaves the moment where it is")
  func notANumber() { #expect(Timestamp(nanoseconds: 7).adding(seconds: .nan).nanoseconds == 7) }

  @Test("moments are in order")
  func order() {
    #expect(Self.earliest < Self.epoch && Self.epoch < Self.latest)
    #expect(!(Self.epoch < Self.epoch))
  }
}
