import Observations

/// How the times of a log come to stand on the report's clock.
public struct LogClock: Sendable, Hashable {
  /// Where the time zone of its lines is known from.
  public enum Zone: Sendable, Hashable {
    /// Every line names it.
    case named
    /// The user named it, in seconds east of UTC.
    case given(Int)
    /// From events that others show too, in whole quarter hours, in seconds east of UTC.
    case estimated(Int)
    /// Not known: times are shown as they are written, as if they were UTC.
    case unknown
    /// The lines have no times.
    case noTimes
  }

  /// What the clock was compared with.
  public enum Reference: Sendable, Hashable {
    case captures
    /// Another log, by its index.
    case log(Int)
  }

  public var zone: Zone
  /// The year that was put in where the lines leave it out; nil where they name it.
  public var year: Int?
  /// How far the clock is ahead of the reference's, in seconds, without the zone; 0 when it was not compared.
  public var errorSeconds: Double
  /// Events that both show, from which that was estimated; 0 when it was not compared.
  public var matches: Int
  /// Whether another offset would explain as many events.
  public var isAmbiguous: Bool
  public var reference: Reference?
  /// Whether its lines have whole seconds only, so that nothing finer can be estimated.
  public var isWholeSeconds: Bool

  public init(
    zone: Zone, year: Int? = nil, errorSeconds: Double = 0, matches: Int = 0, isAmbiguous: Bool = false,
    reference: Reference? = nil, isWholeSeconds: Bool = false
  ) {
    self.zone = zone
    self.year = year
    self.errorSeconds = errorSeconds
    self.matches = matches
    self.isAmbiguous = isAmbiguous
    self.reference = reference
    self.isWholeSeconds = isWholeSeconds
  }

  /// Seconds east of UTC; nil while nobody knows.
  public var zoneSeconds: Int? {
    switch zone {
    case .named: 0
    case .given(let seconds), .estimated(let seconds): seconds
    case .unknown, .noTimes: nil
    }
  }

  /// Whether its times are on the report's clock.
  public var isSettled: Bool { zoneSeconds != nil }

  /// Lines without a year begin in 1972, see `LogTime`.
  static let yearlessStart = 1_972
  /// Where nothing says the year, times are put where no clock has ever been, so that outputs can leave the year out
  /// (`Timestamp.lacksYear`). A leap year as well.
  private static let unknownYear = 1_680

  /// A time of the log on the report's clock; with an unknown zone, as it is written.
  public func moment(_ time: LogTime) -> Timestamp {
    let dated =
      time.hasYear
      ? time.written : CivilYear.moving(time.written, byYears: (year ?? Self.unknownYear) - Self.yearlessStart)
    let zone = time.hasZone ? 0 : Int64(zoneSeconds ?? 0)
    return dated.adding(nanoseconds: -zone * 1_000_000_000).adding(seconds: -errorSeconds)
  }
}

/// A log that was read, and what came of it.
public struct LogReport: Sendable, Hashable {
  public let description: LogDescription
  public let clock: LogClock
  /// The first and the last time on the report's clock; nil without times.
  public let start: Timestamp?
  public let end: Timestamp?
  /// Facts in it that belong to no tunnel.
  public let untied: Int

  /// The same, with how many of its lines a verdict rests on.
  func using(lines: Int) -> LogReport {
    var description = description
    description.usedLines = lines
    return LogReport(description: description, clock: clock, start: start, end: end, untied: untied)
  }

  public init(description: LogDescription, clock: LogClock, start: Timestamp?, end: Timestamp?, untied: Int = 0) {
    self.description = description
    self.clock = clock
    self.start = start
    self.end = end
    self.untied = untied
  }
}
