import Observations

/// When a packet of a dump was captured, as the line above its bytes says.
enum HexDumpTime: Equatable {
  /// "2026-11-23 10:11:12.123456", taken as UTC.
  case moment(Timestamp)
  /// "10:11:12.123456": nanoseconds since midnight of a day that is not said.
  case timeOfDay(Int64)
  /// "12.345678": nanoseconds since the dump began, or since 1970.
  case elapsed(Int64)

  /// The time at the beginning of a line, behind a packet's number if there is one ("  12: 10:11:12.123456").
  init?(_ line: ArraySlice<UInt8>) {
    var scanner = Scanner(rest: line)
    scanner.skipBlanks()
    var numbered = scanner
    if let (_, digits) = numbered.number(upTo: 9), digits > 0, numbered.skip(0x3A), numbered.skipBlanks() > 0,
      let time = Self.time(numbered)
    {
      self = time
    } else if let time = Self.time(scanner) {
      self = time
    } else {
      return nil
    }
  }

  private static func time(_ start: Scanner) -> HexDumpTime? {
    var scanner = start
    guard let (first, digits) = scanner.number(upTo: 10) else { return nil }
    if digits == 4, scanner.skip(0x2D) { return date(year: first, scanner) }
    if digits <= 2, scanner.skip(0x3A) { return clock(hour: first, scanner).map { .timeOfDay($0) } }
    guard scanner.rest.first == 0x2E, let fraction = scanner.fraction() else { return nil }
    // Ten digits of seconds may be more than a time holds, which ends in 2262.
    let (whole, isTooLarge) = Int64(first).multipliedReportingOverflow(by: 1_000_000_000)
    let (elapsed, isBeyond) = whole.addingReportingOverflow(fraction)
    return isTooLarge || isBeyond ? nil : .elapsed(elapsed)
  }

  private static func date(year: Int, _ start: Scanner) -> HexDumpTime? {
    var scanner = start
    guard let (month, _) = scanner.number(upTo: 2), 1...12 ~= month, scanner.skip(0x2D),
      let (day, _) = scanner.number(upTo: 2), 1...31 ~= day, scanner.skip(0x20) || scanner.skip(0x54),
      let (hour, _) = scanner.number(upTo: 2), scanner.skip(0x3A), let time = clock(hour: hour, scanner)
    else { return nil }
    let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
    return .moment(Timestamp(nanoseconds: 0).adding(seconds: Double(days) * 86_400).adding(nanoseconds: time))
  }

  /// Nanoseconds since midnight, the hour having been read.
  private static func clock(hour: Int, _ start: Scanner) -> Int64? {
    var scanner = start
    guard 0...23 ~= hour, let (minute, _) = scanner.number(upTo: 2), minute < 60, scanner.skip(0x3A),
      let (second, _) = scanner.number(upTo: 2), second <= 60
    else { return nil }
    let fraction = scanner.rest.first == 0x2E ? scanner.fraction() ?? 0 : 0
    return Int64(hour * 3_600 + minute * 60 + second) * 1_000_000_000 + fraction
  }

  private struct Scanner {
    var rest: ArraySlice<UInt8>

    /// A decimal number and how many digits it has; nil when there are none or too many.
    mutating func number(upTo most: Int) -> (Int, Int)? {
      let digits = rest.prefix { 0x30...0x39 ~= $0 }
      guard !digits.isEmpty, digits.count <= most else { return nil }
      rest = rest.dropFirst(digits.count)
      return (digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }, digits.count)
    }

    /// A point and up to nine digits behind it, in nanoseconds.
    mutating func fraction() -> Int64? {
      guard skip(0x2E) else { return nil }
      let digits = rest.prefix { 0x30...0x39 ~= $0 }
      guard 1...9 ~= digits.count else { return nil }
      rest = rest.dropFirst(digits.count)
      // What follows must not be a number either: "1.2.3.4" is an address.
      guard rest.first != 0x2E else { return nil }
      let number = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
      return (digits.count..<9).reduce(number) { power, _ in power * 10 }
    }

    mutating func skip(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest = rest.dropFirst()
      return true
    }

    @discardableResult
    mutating func skipBlanks() -> Int {
      let blanks = rest.prefix(while: HexDumpLine.isBlank)
      rest = rest.dropFirst(blanks.count)
      return blanks.count
    }
  }
}
