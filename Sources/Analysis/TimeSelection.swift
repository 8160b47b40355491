import Observations

/// A moment as a user gives it: some forms have a meaning only beside a capture.
public enum TimeSelection: Sendable, Hashable {
  /// A date and a time (RFC 3339 section 5.6).
  case moment(Timestamp)
  /// Nanoseconds since midnight UTC, on the day of the first packet.
  case clock(Int64)
  /// Nanoseconds after the first packet.
  case afterStart(Int64)

  static let second: Int64 = 1_000_000_000
  static let day: Int64 = 86_400 * second

  /// Reads `2026-11-24T20:17:30.5Z`, `20:17:30.5` or `+90s`.
  public init(_ text: String) throws(TimeSelectionError) {
    var reader = TimeReader(text)
    let parsed =
      if text.hasPrefix("+") { reader.offset() } else if text.utf8.contains(45) { reader.dateTime() } else {
        reader.clock().map { Self.clock($0) }
      }
    guard let parsed, reader.isAtEnd else { throw TimeSelectionError(text: text) }
    self = parsed
  }

  /// The moment that is meant when the first packet of the earliest capture has this time; nil when there is none and
  /// the form needs it.
  func moment(firstPacket: Timestamp?) -> Timestamp? {
    switch self {
    case .moment(let moment): moment
    case .clock(let nanoseconds): firstPacket?.startOfDay.adding(nanoseconds: nanoseconds)
    case .afterStart(let nanoseconds): firstPacket?.adding(nanoseconds: nanoseconds)
    }
  }

  /// The end of a stretch that begins at `start`. A clock time that has passed by then is one of the next day.
  func end(ofStretchFrom start: Timestamp?, firstPacket: Timestamp?) -> Timestamp? {
    guard case .clock(let nanoseconds) = self, let firstPacket, let end = moment(firstPacket: firstPacket) else {
      return moment(firstPacket: firstPacket)
    }
    let start = max(start ?? firstPacket, firstPacket)
    guard end < start else { return end }
    let sameDay = start.startOfDay.adding(nanoseconds: nanoseconds)
    return sameDay < start ? sameDay.adding(nanoseconds: Self.day) : sameDay
  }

  /// Whether this is before `other` whatever the capture.
  public func isAlwaysBefore(_ other: TimeSelection) -> Bool {
    switch (self, other) {
    case (.moment(let a), .moment(let b)): a < b
    case (.afterStart(let a), .afterStart(let b)): a < b
    default: false
    }
  }
}

/// What was given is no time.
public struct TimeSelectionError: Error, Equatable, Sendable, CustomStringConvertible {
  public let text: String

  public var description: String {
    guard !text.hasPrefix("-") else {
      return "a time cannot be counted back from the end, which is known only when everything has been read; "
        + Self.accepted
    }
    return "not a time; " + Self.accepted
  }

  private static let accepted = """
    accepted are a date and a time (2026-11-24T20:17:30.5Z, 2026-11-24T21:17:30+01:00; UTC without zone), a time of \
    day in UTC on the day of the first packet (20:17:30), and a time after the first packet (+90s, +2m, +1h, +250ms)
    """
}

extension Timestamp {
  fileprivate var startOfDay: Timestamp {
    let sinceMidnight = nanoseconds % TimeSelection.day
    return adding(nanoseconds: -(sinceMidnight < 0 ? sinceMidnight + TimeSelection.day : sinceMidnight))
  }
}

/// Takes a time apart from left to right; what does not fit gives nil.
private struct TimeReader {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  private mutating func take(_ characters: String) -> Bool {
    guard let first = rest.first, characters.utf8.contains(first) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// A number of so many digits.
  private mutating func number(digits: ClosedRange<Int>, in range: ClosedRange<Int64> = 0...Int64.max) -> Int64? {
    let digitsFound = rest.prefix { (48...57).contains($0) }
    guard digits.contains(digitsFound.count), let value = Int64(String(decoding: digitsFound, as: UTF8.self)),
      range.contains(value)
    else { return nil }
    rest = rest.dropFirst(digitsFound.count)
    return value
  }

  /// What stands after a decimal point, in nanoseconds; 0 when there is none. Digits beyond the ninth are cut.
  private mutating func fraction() -> Int64? {
    guard take(".") else { return 0 }
    let digits = rest.prefix { (48...57).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    let nine = digits.prefix(9).map { Int64($0) - 48 } + Array(repeating: 0, count: max(0, 9 - digits.count))
    return nine.reduce(0) { $0 * 10 + $1 }
  }

  /// `20:17`, `20:17:30` or `20:17:30.5`, in nanoseconds since midnight.
  mutating func clock() -> Int64? {
    guard let hour = number(digits: 1...2, in: 0...23), take(":"), let minute = number(digits: 2...2, in: 0...59)
    else { return nil }
    let minutes = (hour * 60 + minute) * 60 * TimeSelection.second
    guard take(":") else { return minutes }
    // A leap second is the first of the next minute, as in Unix time.
    guard let second = number(digits: 2...2, in: 0...60), let fraction = fraction() else { return nil }
    return minutes + second * TimeSelection.second + fraction
  }

  /// `2026-11-24T20:17:30Z`, with `T`, `t` or a space between date and time; UTC when no zone follows.
  mutating func dateTime() -> TimeSelection? {
    // The range of a time in nanoseconds ends within 1677 and 2262.
    guard let year = number(digits: 4...4, in: 1678...2261), take("-"),
      let month = number(digits: 2...2, in: 1...12), take("-"),
      let day = number(digits: 2...2, in: 1...Self.days(inMonth: month, of: year)), take("Tt "),
      let clock = clock(), let zone = zone()
    else { return nil }
    let date = CivilDate(year: Int(year), month: Int(month), day: Int(day))
    return Timestamp(midnightOf: date).map { .moment($0.adding(nanoseconds: clock - zone)) }
  }

  /// How far the zone is ahead of UTC, in nanoseconds.
  private mutating func zone() -> Int64? {
    guard !isAtEnd else { return 0 }
    guard !take("Zz") else { return 0 }
    let isBehind = rest.first == 45
    guard take("+-"), let hour = number(digits: 2...2, in: 0...23), take(":"),
      let minute = number(digits: 2...2, in: 0...59)
    else { return nil }
    return (hour * 60 + minute) * 60 * TimeSelection.second * (isBehind ? -1 : 1)
  }

  /// `+90s`, `+1.5m`; seconds when no unit follows.
  mutating func offset() -> TimeSelection? {
    guard take("+"), let whole = number(digits: 1...9), let fraction = fraction() else { return nil }
    let unit: Int64
    switch String(decoding: rest, as: UTF8.self) {
    case "ms": unit = TimeSelection.second / 1000
    case "", "s": unit = TimeSelection.second
    case "m", "min": unit = 60 * TimeSelection.second
    case "h": unit = 3600 * TimeSelection.second
    default: return nil
    }
    rest = rest.dropFirst(rest.count)
    let (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: unit)
    // A billionth of a unit is no whole number of nanoseconds for milliseconds; 3.6e15 is the most before the division.
    let (sum, isTooLarge) = nanoseconds.addingReportingOverflow(fraction * (unit / 1_000_000) / 1000)
    return overflow || isTooLarge ? nil : .afterStart(sum)
  }

  private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func isLeap(_ year: Int64) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }
}
