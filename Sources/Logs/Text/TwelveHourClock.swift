extension LogText {
  /// "01:28:50", "1:28:50 PM".
  public mutating func clockOfTwelve() -> (hour: Int, minute: Int, second: Int, nanosecond: Int)? {
    guard var clock = clock() else { return nil }
    let start = position
    skipSpaces()
    if skip("PM") || skip("pm") {
      if clock.hour < 12 { clock.hour += 12 }
    } else if skip("AM") || skip("am") {
      if clock.hour == 12 { clock.hour = 0 }
    } else {
      move(to: start)
    }
    return clock
  }
}
