import Observations
import Testing

@testable import Families

@Suite("WireGuard counters")
struct CounterWindowTests {
  /// The messages missing among these counters, a millisecond apart.
  private static func missing(_ counters: [UInt64], isFromStart: Bool = false, pause: Double = 0.001) -> Int {
    var window = CounterWindow(
      index: 1, counter: counters[0], isFromStart: isFromStart, length: 100, at: Talk.time(0))
    for (number, counter) in counters.enumerated().dropFirst() {
      window.note(counter, length: 100, at: Talk.time(pause * Double(number)))
    }
    return window.missing
  }

  @Test(
    "what is missing is counted, what comes late is not",
    arguments: [
      ([5, 6, 7], 0), ([5, 7], 1), ([5, 7, 6], 0), ([5, 9, 6, 7, 8], 0), ([5, 9, 6, 6, 6], 2), ([5, 105], 99),
      ([5, 5, 5], 0), ([5, 4], 0), ([5, 9, 7, 7, 9], 2),
    ] as [([UInt64], Int)])
  func gaps(counters: [UInt64], missing: Int) { #expect(Self.missing(counters) == missing) }

  @Test("keys whose handshake was captured begin with 0")
  func start() {
    #expect(Self.missing([3, 4], isFromStart: true) == 3)
    #expect(Self.missing([3, 4, 0, 2], isFromStart: true) == 1)
    #expect(Self.missing([3, 4]) == 0)
  }

  @Test("a gap after a pause of ten seconds is an outage, and a jump that no network loses is none")
  func noLoss() {
    #expect(Self.missing([5, 50], pause: 10) == 0)
    #expect(Self.missing([5, 50], pause: 9.9) == 44)
    #expect(Self.missing([5, .max, 6, .max]) == 0)
  }

  @Test("one captured datagram of segmentation offload holds several messages")
  func offload() {
    var window = CounterWindow(index: 1, counter: 0, isFromStart: true, length: 14_520, at: Talk.time(0))
    window.note(10, length: 14_520, at: Talk.time(0.001))
    window.note(20, length: 1_452, at: Talk.time(0.002))
    window.note(22, length: 1_452, at: Talk.time(0.003))
    #expect(window.missing == 1)
  }
}
