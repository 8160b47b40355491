import Observations

/// How a pcapng interface counts time (draft-ietf-opsawg-pcapng section 4.2: if_tsresol, if_tsoffset).
struct InterfaceClock: Hashable, Sendable {
  private enum Unit: Hashable, Sendable {
    /// Each tick is this many nanoseconds.
    case nanoseconds(UInt64)
    /// This many ticks are a nanosecond.
    case ticksPerNanosecond(UInt64)
    /// 2 to the power of this many ticks are a second.
    case binary(Int)
    /// Ticks so short that no 64-bit count of them reaches a nanosecond.
    case vanishing
  }

  private let unit: Unit
  private let offset: Int64

  /// `resolution` is if_tsresol's byte: an exponent of 10, or of 2 with the high bit set. `offset` is in seconds.
  init(resolution: UInt8 = 6, offset seconds: Int64 = 0) {
    let exponent = Int(resolution & 0x7F)
    if resolution & 0x80 != 0 {
      unit = .binary(exponent)
    } else if exponent <= 9 {
      unit = .nanoseconds(Self.powerOfTen(9 - exponent))
    } else if exponent <= 28 {
      unit = .ticksPerNanosecond(Self.powerOfTen(exponent - 9))
    } else {
      unit = .vanishing
    }
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    offset = overflow ? (seconds < 0 ? .min : .max) : product
  }

  /// The moment that `ticks` stands for; times outside the range of `Timestamp` stop at its ends.
  @inline(__always)
  func time(ticks: UInt64) -> Timestamp {
    let nanoseconds: UInt64
    switch unit {
    case .nanoseconds(let scale):
      let (product, overflow) = ticks.multipliedReportingOverflow(by: scale)
      nanoseconds = overflow ? .max : product
    case .ticksPerNanosecond(let divisor): nanoseconds = ticks / divisor
    case .binary(let exponent):
      let product = (UInt128(ticks) &* 1_000_000_000) &>> UInt128(exponent)
      nanoseconds = UInt64(clamping: product)
    case .vanishing: nanoseconds = 0
    }
    return Timestamp(nanoseconds: Int64(clamping: nanoseconds)).adding(nanoseconds: offset)
  }

  private static func powerOfTen(_ exponent: Int) -> UInt64 {
    var power: UInt64 = 1
    for _ in 0..<exponent { power &*= 10 }
    return power
  }
}
