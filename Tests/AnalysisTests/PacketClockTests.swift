import Observations
import Testing

@testable import Analysis

@Suite("The clock of a live capture")
struct PacketClockTests {
  private static let second: Int64 = 1_000_000_000

  @Test("goes on without packets")
  func goesOn() {
    var clock = PacketClock()
    #expect(clock.now(steady: 5, isIdle: true) == nil)
    clock.read(Timestamp(nanoseconds: 100 * Self.second), steady: 7 * Self.second)
    #expect(clock.now(steady: 10 * Self.second, isIdle: true) == Timestamp(nanoseconds: 103 * Self.second))
  }

  @Test("waits for packets that have come and were not read")
  func waits() {
    var clock = PacketClock()
    clock.read(Timestamp(nanoseconds: 100 * Self.second), steady: 0)
    #expect(clock.now(steady: 30 * Self.second, isIdle: false) == Timestamp(nanoseconds: 100 * Self.second))
  }

  @Test("follows the time of day when it is set back")
  func setBack() {
    var clock = PacketClock()
    clock.read(Timestamp(nanoseconds: 9_000 * Self.second), steady: 0)
    clock.read(Timestamp(nanoseconds: 100 * Self.second), steady: Self.second)
    #expect(clock.now(steady: 2 * Self.second, isIdle: true) == Timestamp(nanoseconds: 101 * Self.second))
  }
}
