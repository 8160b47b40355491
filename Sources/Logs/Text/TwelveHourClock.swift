extension LogText {
  /// "01:28:50", "1:28:50 PM", "下午 1:28:50", "오후 1:28:50".
  public mutating func clockOfTwelve() -> (hour: Int, minute: Int, second: Int, nanosecond: Int)? {
    let half = next >= 0x80 ? halfOfDay() : nil
    guard var clock = clock() else { return nil }
    let start = position
    skipSpaces()
    if half == .afternoon || skip("PM") || skip("pm") {
      if clock.hour < 12 { clock.hour += 12 }
    } else if half == .morning || skip("AM") || skip("am") {
      if clock.hour == 12 { clock.hour = 0 }
    } else {
      move(to: start)
    }
    if half != nil { move(to: start) }
    return clock
  }

  private enum HalfOfDay { case morning, afternoon }

  /// What Chinese, Japanese and Korean put in front of the clock.
  private mutating func halfOfDay() -> HalfOfDay? {
    let half: HalfOfDay
    if skip("下午") || skip("午後") || skip("午后") || skip("오후") {
      half = .afternoon
    } else if skip("上午") || skip("午前") || skip("오전") {
      half = .morning
    } else {
      return nil
    }
    skipSpaces()
    return half
  }
}
