/// A moment as a log wrote it.
///
/// Logs leave out their time zone, and RFC 3164 headers the year; what is missing is filled in by correlation, from the
/// capture beside the log.
public struct LogTime: Sendable, Hashable, Codable {
  /// The moment in UTC when `hasZone`; otherwise the digits as they stand, read as if they were UTC. Without a year, the
  /// first line of a log without one is in 1972 (a leap year), and a month that runs backwards begins the next year; a step
  /// back by one month, or to December right after a year began, is taken for lines out of order.
  public let written: Timestamp
  /// Whether the line names its time zone.
  public let hasZone: Bool
  /// Whether the line names the year.
  public let hasYear: Bool

  public init(written: Timestamp, hasZone: Bool, hasYear: Bool = true) {
    self.written = written
    self.hasZone = hasZone
    self.hasYear = hasYear
  }
}
