import Observations
import Testing

@testable import Capture

@Suite("The clock of a pcapng interface")
struct InterfaceClockTests {
  @Test(
    "a tick is a negative power of ten of a second",
    arguments: [
      (UInt8(0), UInt64(7), Int64(7_000_000_000)), (3, 1_234, 1_234_000_000), (6, 1_234, 1_234_000), (9, 1_234, 1_234),
      (12, 1_234_567, 1_234), (19, 12_345_678_901, 1), (28, .max, 1), (29, .max, 0), (127, .max, 0),
    ])
  func decimal(resolution: UInt8, ticks: UInt64, nanoseconds: Int64) {
    #expect(InterfaceClock(resolution: resolution).time(ticks: ticks).nanoseconds == nanoseconds)
  }

  @Test(
    "or of two, where the high bit says so",
    arguments: [
      (UInt8(0), UInt64(7), Int64(7_000_000_000)), (1, 3, 1_500_000_000), (10, 1024, 1_000_000_000),
      (32, 0x1_8000_0000, 1_500_000_000), (63, .max, 1_999_999_999), (94, .max, 0), (127, .max, 0),
    ])
  func binary(exponent: UInt8, ticks: UInt64, nanoseconds: Int64) {
    #expect(InterfaceClock(resolution: 0x80 | exponent).time(ticks: ticks).nanoseconds == nanoseconds)
  }

  @Test("no resolution and no offset makes a time overflow: it stops at the end", arguments: 0...UInt8.max)
  func saturation(resolution: UInt8) {
    for ticks in [0, 1, UInt64(Int64.max), .max] {
      for offset in [Int64.min, -1, 0, 1, .max] {
        let clock = InterfaceClock(resolution: resolution, offset: offset)
        let time = clock.time(ticks: ticks).nanoseconds
        if ticks == 0, offset == .max { #expect(time == .max) }
        if ticks == 0, offset == .min { #expect(time == .min) }
        if ticks == 0, offset == -1 { #expect(time == -1_000_000_000) }
      }
    }
    #expect(InterfaceClock(resolution: 0).time(ticks: .max).nanoseconds == .max)
  }

  @Test("an offset is added in seconds, and may be negative", arguments: [false, true])
  func offset(bigEndian: Bool) {
    var file = CaptureBytes.pcapng(bigEndian: bigEndian)
    file.interface(options: [(14, file.value(UInt64(bitPattern: -2))), (9, [3])])
    file.enhanced([1], ticks: 5_500)
    #expect(ReadCapture(file).packets.map(\.nanoseconds) == [3_500_000_000])
  }
}
