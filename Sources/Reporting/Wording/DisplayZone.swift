import Observations

/// The time zone in which texts and pages for people show moments. Programs always get UTC.
public struct DisplayZone: Sendable, Hashable {
  /// What times of day are shown in while a report is written for people.
  @TaskLocal static var current = DisplayZone.utc

  public static let utc = DisplayZone(secondsEast: 0)

  /// Seconds east of UTC.
  let secondsEast: Int

  /// - Parameter secondsEast: Of UTC, up to 14 hours either way.
  public init(secondsEast: Int) { self.secondsEast = secondsEast }

  /// "UTC", "UTC+02:00".
  var name: String {
    guard secondsEast != 0 else { return "UTC" }
    let minutes = secondsEast.magnitude / 60
    func padded(_ value: UInt) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "UTC\(secondsEast < 0 ? "-" : "+")\(padded(minutes / 60)):\(padded(minutes % 60))"
  }

  /// A moment as clocks of the zone show it.
  func shown(_ time: Timestamp) -> CalendarTime {
    secondsEast == 0
      ? CalendarTime(time)
      : CalendarTime(Timestamp(nanoseconds: time.nanoseconds &+ Int64(secondsEast) &* 1_000_000_000))
  }
}
