import Observations

/// A time in a header, or the half of one.
enum HeaderTime {
  case moment(CivilTime)
  /// A date whose time of day stands elsewhere in the line, or nowhere; its hours are 0.
  case date(CivilTime)
  /// Nanoseconds since midnight.
  case timeOfDay(Int)
}

extension LogText {
  /// Reads a time of any kind that begins here.
  ///
  ///     Nov 16 2013 01:28:50.123    16 Nov 2013 01:28:50    2013-11-16T01:28:50,123+01:00    2013/11/16 01:28
  ///     16.11.2013 01:28:50    16/Nov/2013:01:28:50 +0100    11/16/2013 1:28:50 AM    20131116T012850Z
  ///     5月 31 00:14:07    11-16 01:28:50.123    nov. 16 01:28:50    Sat Nov 16 01:28:50 2013    01:28:50    1384565330.123
  ///     E1116 01:28:50.123456
  ///
  /// - Parameters:
  ///   - dates: Knows whether this log's dates begin with the day.
  ///   - letters: Where the letters end that come next, `endOfLetters`.
  ///   - isNamed: Whether a key says that it is a time, so that a plain number is one.
  @inline(__always)
  mutating func headerTime(_ dates: inout DateOrder, letters: Int, isNamed: Bool) -> HeaderTime? {
    let isNumber = next.isDigit
    guard isNumber || hasNumber(behind: letters) else { return nil }
    let start = position
    let time = isNumber ? timeInDigits(&dates, isNamed: isNamed) : timeInWords()
    if time == nil { move(to: start) }
    return time
  }

  /// The time with which the line begins, as far as it is what `headerTime` would read of this text: what stands behind it
  /// is read here.
  ///
  /// - Parameter leading: Was read of the whole line, of which this text may be the beginning.
  mutating func headerTime(continuing leading: LeadingTime) -> HeaderTime? {
    guard position == 0, has(leading) else { return nil }
    move(to: leading.end)
    switch leading.style {
    case .syslog: return .moment(withYearBehind(leading.time))
    case .iso:
      if let time = withZoneBehind(leading.time) { return .moment(time) }
      move(to: 0)
      return nil
    }
  }

  /// "2013-11-16 01:28:50 UTC": the time that has been read, with the zone where that stands behind a space.
  ///
  /// - Returns: nil where the clock may be one of twelve hours, of which half the day is not read yet.
  private mutating func withZoneBehind(_ time: CivilTime) -> CivilTime? {
    guard time.offset == nil else { return time }
    var behind = LogText(bytes, from: position)
    behind.skipSpaces()
    let isHalf = behind.next | 0x20 == UInt8(ascii: "a") || behind.next | 0x20 == UInt8(ascii: "p")
    guard !isHalf || behind[behind.position + 1] | 0x20 != UInt8(ascii: "m") else { return nil }
    var time = time
    time.offset = zone(afterSpace: true)
    return time
  }

  // MARK: Beginning with a digit

  private mutating func timeInDigits(_ dates: inout DateOrder, isNamed: Bool) -> HeaderTime? {
    let start = position
    var length = 1
    while self[position + length].isDigit { length += 1 }
    let separator = self[position + length]
    switch (length, separator) {
    case (4, UInt8(ascii: "-")), (4, UInt8(ascii: "/")):
      // As nearly all write it; what has no seconds or other blanks is read part by part.
      if let time = isoTime(), let whole = withZoneBehind(time) { return .moment(whole) }
      move(to: start)
      return yearFirst()
    case (4, UInt8(ascii: ".")): return yearFirst()
    case (4, 0x20):
      return syslogTime().map { .moment($0) }
    case (4, 0xE5):
      // 2026年11月28日.
      return yearFirst()
    case (1...2, UInt8(ascii: ":")):
      guard let clock = shortClock() else { return nil }
      return .timeOfDay(clock)
    case (1...2, UInt8(ascii: "/")), (1...2, UInt8(ascii: "-")), (1...2, UInt8(ascii: ".")), (1...2, 0x20):
      return dayFirst(&dates)
    case (1...2, 0xE6), (1...2, 0xEC):
      // 5月, 5월.
      guard let month = number(), skip("月") || skip("월") else { return nil }
      return dayAndClock(month: month)
    case (8, UInt8(ascii: "T")), (8, 0x20), (8, UInt8(ascii: "-")):
      return compact()
    case (10, _), (13, _), (16, _), (19, _):
      guard isNamed || isAlone(start, length) else { return nil }
      return epoch(digits: length)
    default: return nil
    }
  }

  /// Whether a number stands at the line's beginning or in brackets, where epochs stand.
  private func isAlone(_ start: Int, _ length: Int) -> Bool {
    guard start == 0 || self[start - 1] == UInt8(ascii: "[") || self[start - 1] == UInt8(ascii: "(") else {
      return false
    }
    let behind = self[start + length]
    return !behind.isWordByte
  }

  /// "2013-11-16", then a time of day or none.
  private mutating func yearFirst() -> HeaderTime? {
    guard let year = digits(4) else { return nil }
    let month: Int?
    if skip("年") {
      month = number()
      guard skip("月") else { return nil }
    } else {
      move(to: position + 1)
      month = digits(2) ?? digits(1)
      guard isAtOneOf("-/.") else { return nil }
      move(to: position + 1)
    }
    guard let month, let day = digits(2) ?? digits(1) else { return nil }
    _ = skip("日")
    return clock(year: year, month: month, day: day)
  }

  /// "16/11/2013", "11/16/2013", "16.11.2013", "16/Nov/2013", "16 Nov 2013", "16-Nov-13".
  private mutating func dayFirst(_ dates: inout DateOrder) -> HeaderTime? {
    guard let first = number() else { return nil }
    let separator = next
    move(to: position + 1)
    if separator == UInt8(ascii: ".") { skipSpaces() }
    if next.isDigit, separator != 0x20 {
      guard let second = digits(2) ?? digits(1) else { return nil }
      if separator == UInt8(ascii: "-"), next == 0x20 {
        // Android's logcat: month and day.
        guard case .moment(let time)? = clock(year: nil, month: first, day: second) else { return nil }
        return .moment(time)
      }
      guard next == separator else { return nil }
      move(to: position + 1)
      guard let year = digits(4) ?? digits(2), !next.isDigit, next != UInt8(ascii: ".") else { return nil }
      let isDayFirst = dates.isDayFirst(first, second, separator: separator)
      return clock(
        year: year < 100 ? 2_000 + year : year, month: isDayFirst ? second : first, day: isDayFirst ? first : second)
    }
    guard let month = anyMonth() else { return nil }
    var year: Int?
    if next == separator || next == 0x20 {
      let before = position
      move(to: position + 1)
      if self[position + 4] == UInt8(ascii: ":") || !self[position + 4].isDigit { year = digits(4) }
      if year == nil, separator == UInt8(ascii: "-") { year = digits(2).map { 2_000 + $0 } }
      if year == nil { move(to: before) }
    }
    _ = skip(UInt8(ascii: ":"))
    return clock(year: year, month: month, day: first)
  }

  /// "20131116T012850Z", "20131116 01:28:50".
  private mutating func compact() -> HeaderTime? {
    guard let year = digits(4), let month = digits(2), let day = digits(2) else { return nil }
    let start = position
    move(to: position + 1)
    if let hour = digits(2), let minute = digits(2), let second = digits(2), !next.isDigit {
      var time = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
      guard time.isSane else { return nil }
      time.nanosecond = fraction()
      time.offset = zone(afterSpace: false)
      return .moment(time)
    }
    move(to: start)
    return clock(year: year, month: month, day: day)
  }

  /// Seconds, milliseconds, microseconds or nanoseconds since 1970, by the number of digits.
  private mutating func epoch(digits count: Int) -> HeaderTime? {
    guard let seconds = digits(10), (100_000_000...9_000_000_000).contains(seconds) else { return nil }
    var nanosecond = 0
    if count > 10 {
      var scale = 100_000_000
      for _ in 10..<count {
        nanosecond += Int(next &- UInt8(ascii: "0")) * scale
        scale /= 10
        move(to: position + 1)
      }
    } else {
      nanosecond = fraction()
    }
    return .moment(CivilTime(secondsSinceEpoch: seconds, nanosecond: nanosecond))
  }

  // MARK: Beginning with a word

  /// "Nov 16 2013 01:28:50", "nov. 16 01:28:50", "Nov 16 2013"; a weekday in front has been passed.
  private mutating func timeInWords() -> HeaderTime? {
    let start = position
    if let time = syslogTime() { return .moment(withYearBehind(time)) }
    move(to: start)
    if let time = levelAndTime() { return time }
    move(to: start)
    guard let month = anyMonth() else { return nil }
    return dayAndClock(month: month)
  }

  /// "Sat Nov 16 01:28:50 2013": the time that has been read, with the year where that stands behind it.
  private mutating func withYearBehind(_ time: CivilTime) -> CivilTime {
    guard time.year == nil, next == 0x20,
      self[position + 5] == 0x20 || self[position + 5] == UInt8(ascii: ":")
        || self[position + 5] == UInt8(ascii: "]") || position + 5 == end
    else { return time }
    var time = time
    let before = position
    move(to: position + 1)
    if let year = digits(4), (1_971...2_260).contains(year) { time.year = year } else { move(to: before) }
    return time
  }

  /// Where the letters end that come next, which may be none.
  var endOfLetters: Int {
    var index = position
    while index < bytes.count, bytes[index].isLetter || bytes[index] >= 0x80 { index &+= 1 }
    return index
  }

  /// Whether a digit follows the letters that end at `letters`, with a full stop and blanks between them at most: no other
  /// word begins a time, and most words of a header are others.
  private func hasNumber(behind letters: Int) -> Bool {
    var index = letters
    if self[index] == UInt8(ascii: ".") { index &+= 1 }
    while self[index].isSpace { index &+= 1 }
    return self[index].isDigit
  }

  /// "E1128 00:23:33.123456": klog's letter of the level, the month and the day.
  private mutating func levelAndTime() -> HeaderTime? {
    switch next {
    case UInt8(ascii: "I"), UInt8(ascii: "W"), UInt8(ascii: "E"), UInt8(ascii: "F"):
      move(to: position + 1)
      guard let month = digits(2), let day = digits(2), next == 0x20, self[position + 3] == UInt8(ascii: ":") else {
        return nil
      }
      return clock(year: nil, month: month, day: day)
    default: return nil
    }
  }

  /// A month's name in any language, and the full stop behind it.
  private mutating func anyMonth() -> Int? {
    let end = endOfLetters
    guard let month = MonthNames.month(self, position..<end) else { return nil }
    move(to: end)
    _ = skip(UInt8(ascii: "."))
    return month
  }

  /// " 31 00:14:07", " 16 2013 01:28:50", " 16, 2013 1:28 PM", " 16 2013".
  private mutating func dayAndClock(month: Int) -> HeaderTime? {
    skipSpaces()
    guard let day = digits(2) ?? digits(1), !next.isDigit else { return nil }
    _ = skip("日") || skip("일") || skip(UInt8(ascii: ",")) || skip(UInt8(ascii: "."))
    var year: Int?
    let before = position
    skipSpaces()
    if !self[position + 4].isDigit, self[position + 4] != UInt8(ascii: ":") { year = digits(4) }
    if year == nil { move(to: before) }
    return clock(year: year, month: month, day: day)
  }

  // MARK: Times of day

  /// The time of day behind a date, with what may stand between; a date alone if there is none.
  private mutating func clock(year: Int?, month: Int, day: Int) -> HeaderTime? {
    var time = CivilTime(year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
    guard time.isSane else { return nil }
    let start = position
    _ = skip(UInt8(ascii: "T")) || skip(UInt8(ascii: ",")) || skip(UInt8(ascii: "|"))
    skipSpaces()
    guard let clock = shortClock() else {
      move(to: start)
      return year == nil ? nil : .date(time)
    }
    time.setTimeOfDay(clock)
    time.offset = zone(afterSpace: false) ?? zone(afterSpace: true)
    return .moment(time)
  }

  /// "01:28:50,123", "1:28:50 PM", "09:33": nanoseconds since midnight.
  mutating func shortClock() -> Int? {
    let start = position
    var nanoseconds: Int
    if let clock = clockOfTwelve() {
      guard clock.hour < 24, clock.minute < 60, clock.second <= 60 else {
        move(to: start)
        return nil
      }
      nanoseconds = ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000_000 + clock.nanosecond
    } else {
      guard let hour = digits(2) ?? digits(1), hour < 24, skip(UInt8(ascii: ":")), let minute = digits(2), minute < 60,
        !next.isWordByte, next != UInt8(ascii: ":"), next != UInt8(ascii: ".")
      else {
        move(to: start)
        return nil
      }
      nanoseconds = (hour * 60 + minute) * 60_000_000_000
      let before = position
      skipSpaces()
      if skip("PM") || skip("pm") {
        if hour < 12 { nanoseconds += 12 * 3_600_000_000_000 }
      } else if !skip("AM"), !skip("am") {
        move(to: before)
      }
    }
    return nanoseconds
  }

  private mutating func fraction() -> Int {
    guard next == UInt8(ascii: ".") || next == UInt8(ascii: ","), self[position + 1].isDigit else { return 0 }
    move(to: position + 1)
    var value = 0
    var scale = 100_000_000
    while next.isDigit {
      value += Int(next &- UInt8(ascii: "0")) * scale
      scale /= 10
      move(to: position + 1)
    }
    return value
  }
}

extension CivilTime {
  /// A moment in UTC.
  package init(secondsSinceEpoch seconds: Int, nanosecond: Int = 0) {
    let date = CivilDate(daysSinceEpoch: seconds / 86_400)
    let rest = seconds % 86_400
    self.init(
      year: date.year, month: date.month, day: date.day, hour: rest / 3_600, minute: rest / 60 % 60, second: rest % 60,
      nanosecond: nanosecond, offset: 0)
  }

  /// How much it says: with a zone before without one, then with a year.
  var rank: Int { (offset == nil ? 0 : 2) + (year == nil ? 0 : 1) }
}

/// Whether a log's dates begin with the day: between slashes the month comes first, until a date says otherwise.
struct DateOrder: Equatable {
  private var hasDayFirst = false

  mutating func isDayFirst(_ first: Int, _ second: Int, separator: UInt8) -> Bool {
    if separator == UInt8(ascii: ".") || first > 12 { hasDayFirst = true }
    return hasDayFirst && second <= 12
  }
}
