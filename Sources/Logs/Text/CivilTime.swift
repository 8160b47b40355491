import Observations

/// A date and a time of day as a log writes them, before anything is known of its zone.
public struct CivilTime {
  // Small, because a line's time is passed on from hand to hand. What a line writes that does not fit is made the largest
  // number that does, which is out of range as well.
  private var smallYear: Int16?
  private var smallMonth: Int8
  private var smallDay: Int8
  private var smallHour: Int8
  private var smallMinute: Int8
  private var smallSecond: Int8
  private var smallNanosecond: Int32
  private var smallOffset: Int32?

  /// nil when the line leaves it out.
  public var year: Int? {
    get { smallYear.map { Int($0) } }
    set { smallYear = newValue.map { Int16(clamping: $0) } }
  }
  public var month: Int { Int(smallMonth) }
  public var day: Int { Int(smallDay) }
  public var hour: Int { Int(smallHour) }
  public var minute: Int { Int(smallMinute) }
  public var second: Int { Int(smallSecond) }
  public var nanosecond: Int {
    get { Int(smallNanosecond) }
    set { smallNanosecond = Int32(clamping: newValue) }
  }
  /// Seconds east of UTC; nil when the line does not name its zone, or by a name that several zones bear.
  public var offset: Int? {
    get { smallOffset.map { Int($0) } }
    set { smallOffset = newValue.map { Int32(clamping: $0) } }
  }

  /// - Parameters:
  ///   - month: From 1 to 12.
  ///   - offset: Seconds east of UTC.
  public init(
    year: Int?, month: Int, day: Int, hour: Int, minute: Int, second: Int, nanosecond: Int = 0, offset: Int? = nil
  ) {
    smallYear = year.map { Int16(clamping: $0) }
    smallMonth = Int8(clamping: month)
    smallDay = Int8(clamping: day)
    smallHour = Int8(clamping: hour)
    smallMinute = Int8(clamping: minute)
    smallSecond = Int8(clamping: second)
    smallNanosecond = Int32(clamping: nanosecond)
    smallOffset = offset.map { Int32(clamping: $0) }
  }

  /// Takes nanoseconds since midnight, the date as it is.
  mutating func setTimeOfDay(_ nanoseconds: Int) {
    let seconds = nanoseconds / 1_000_000_000
    smallHour = Int8(clamping: seconds / 3_600)
    smallMinute = Int8(clamping: seconds / 60 % 60)
    smallSecond = Int8(clamping: seconds % 60)
    smallNanosecond = Int32(clamping: nanoseconds % 1_000_000_000)
  }

  /// Whether it can be: days are not checked against their month, a 60th second is allowed.
  public var isSane: Bool {
    (1...12).contains(month) && (1...31).contains(day) && (0...23).contains(hour) && (0...59).contains(minute)
      && (0...60).contains(second) && year.map { (1971...2260).contains($0) } ?? true
  }

  /// The moment in UTC when the zone is known, else the digits read as UTC.
  /// - Parameter year: Taken where the line has none.
  func timestamp(assuming year: Int) -> Timestamp {
    let days = CivilDate(year: self.year ?? year, month: month, day: day).daysSinceEpoch
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - (offset ?? 0)
    return Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000 + Int64(nanosecond))
  }
}

extension LogText {
  /// "Nov 16 2013 01:28:50", "Nov 16 01:28:50.123", "Nov  6 01:28:50", "2013 Nov 16 01:28:50".
  public mutating func syslogTime() -> CivilTime? {
    let start = position
    var year: Int?
    if next.isDigit, self[position + 4] == 0x20, let leading = digits(4) {
      year = leading
      skipSpaces()
    }
    if let month = monthName() {
      skipSpaces()
      if let day = number(), next == 0x20 {
        skipSpaces()
        if year == nil, self[position + 4] == 0x20, let written = digits(4) {
          year = written
          skipSpaces()
        }
        if let clock = clock() {
          var time = CivilTime(
            year: year, month: month, day: day, hour: clock.hour, minute: clock.minute, second: clock.second,
            nanosecond: clock.nanosecond)
          if time.isSane {
            time.offset = zone(afterSpace: true)
            return time
          }
        }
      }
    }
    move(to: start)
    return nil
  }

  /// "2013-11-16T01:28:50.123Z", "2013-11-16T01:28:50+01:00", "2013-11-16 01:28:50".
  public mutating func isoTime() -> CivilTime? {
    let start = position
    if let year = digits(4), skip(UInt8(ascii: "-")) || skip(UInt8(ascii: "/")), let month = digits(2),
      skip(UInt8(ascii: "-")) || skip(UInt8(ascii: "/")), let day = digits(2),
      skip(UInt8(ascii: "T")) || skip(0x20) || skip(0x09), let clock = clock()
    {
      var time = CivilTime(
        year: year, month: month, day: day, hour: clock.hour, minute: clock.minute, second: clock.second,
        nanosecond: clock.nanosecond)
      if time.isSane {
        time.offset = zone(afterSpace: false)
        return time
      }
    }
    move(to: start)
    return nil
  }

  /// "01:28:50", with a fraction behind a dot, a comma or a colon or without; one or two digits in the hour.
  public mutating func clock() -> (hour: Int, minute: Int, second: Int, nanosecond: Int)? {
    let start = position
    guard let hour = digits(2) ?? digits(1), skip(UInt8(ascii: ":")), let minute = digits(2), skip(UInt8(ascii: ":")),
      let second = digits(2)
    else {
      move(to: start)
      return nil
    }
    var nanosecond = 0
    // Behind a comma or another colon there are milliseconds; what is longer is the next column.
    if next == UInt8(ascii: ".") && self[position + 1].isDigit
      || (next == UInt8(ascii: ",") || next == UInt8(ascii: ":")) && hasThreeDigits(position + 1)
    {
      move(to: position + 1)
      var scale = 100_000_000
      while next.isDigit {
        nanosecond += Int(next - UInt8(ascii: "0")) * scale
        scale /= 10
        move(to: position + 1)
      }
    }
    return (hour, minute, second, nanosecond)
  }

  private func hasThreeDigits(_ index: Int) -> Bool {
    self[index].isDigit && self[index + 1].isDigit && self[index + 2].isDigit && !self[index + 3].isDigit
  }

  /// "Nov", in any case.
  mutating func monthName() -> Int? {
    let letters = UInt32(self[position]) << 16 | UInt32(self[position + 1]) << 8 | UInt32(self[position + 2])
    let month: Int
    switch letters | 0x202020 {
    case 0x6A_616E: month = 1
    case 0x66_6562: month = 2
    case 0x6D_6172: month = 3
    case 0x61_7072: month = 4
    case 0x6D_6179: month = 5
    case 0x6A_756E: month = 6
    case 0x6A_756C: month = 7
    case 0x61_7567: month = 8
    case 0x73_6570: month = 9
    case 0x6F_6374: month = 10
    case 0x6E_6F76: month = 11
    case 0x64_6563: month = 12
    default: return nil
    }
    move(to: position + 3)
    return month
  }

  /// The zone right behind a time, in seconds east of UTC: "Z", "+01:00", "-0500", " CET".
  ///
  /// - Parameter afterSpace: Whether a name may follow behind a space, as on an ASA. A name that several zones bear is
  ///   passed all the same, for it is no host.
  mutating func zone(afterSpace: Bool) -> Int? {
    let start = position
    if skip(UInt8(ascii: "Z")) { return 0 }
    if afterSpace { skipSpaces() }
    let sign = next
    if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      move(to: position + 1)
      if let hours = digits(2), hours <= 14 {
        _ = skip(UInt8(ascii: ":"))
        let minutes = digits(2) ?? 0
        let offset = hours * 3_600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -offset : offset
      }
    } else if afterSpace, position > start {
      let word = self.word()
      var end = word.upperBound
      if self[end - 1] == UInt8(ascii: ":") { end -= 1 }
      if let zone = TimeZoneName(self, word.lowerBound..<end) {
        move(to: end)
        return zone.offset
      }
    }
    move(to: start)
    return nil
  }
}

/// Names of time zones that logs write.
enum TimeZoneName {
  case offset(hours: Int)
  /// A name that several zones bear: CST is in America, China and Cuba.
  case ambiguous

  init?(_ text: borrowing LogText, _ word: Range<Int>) {
    guard (3...4).contains(word.count), text[word.lowerBound].isUppercase else { return nil }
    switch text.string(word) {
    case "UTC", "GMT", "WET": self = .offset(hours: 0)
    case "CET", "WEST": self = .offset(hours: 1)
    case "CEST", "EET": self = .offset(hours: 2)
    case "EEST": self = .offset(hours: 3)
    case "EDT": self = .offset(hours: -4)
    case "MDT": self = .offset(hours: -6)
    case "PDT": self = .offset(hours: -7)
    case "AKST": self = .offset(hours: -9)
    case "AKDT": self = .offset(hours: -8)
    case "JST", "KST": self = .offset(hours: 9)
    case "AEST": self = .offset(hours: 10)
    case "AEDT": self = .offset(hours: 11)
    case "NZST": self = .offset(hours: 12)
    case "NZDT": self = .offset(hours: 13)
    case "EST", "CST", "MST", "PST", "CDT", "IST", "BST", "AST", "ADT", "MSK", "HKT", "SGT", "SAST": self = .ambiguous
    default: return nil
    }
  }

  var offset: Int? {
    switch self {
    case .offset(let hours): hours * 3_600
    case .ambiguous: nil
    }
  }
}
