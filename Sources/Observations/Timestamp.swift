/// A moment in nanoseconds since 1970-01-01T00:00:00Z, as a capture's clock told it.
///
/// The range is about the years 1678 to 2261. Arithmetic saturates at the ends, so that a time read from a
/// damaged or hostile file can be odd but never traps.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the Unix epoch; negative before 1970.
  public let nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inlinable
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

  @inlinable
  public static func == (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds == b.nanoseconds }

  /// The time from `earlier` to this one, in nanoseconds; negative when this one is the earlier.
  @inlinable
  public func nanoseconds(since earlier: Timestamp) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    guard overflow else { return difference }
    return nanoseconds < earlier.nanoseconds ? .min : .max
  }

  /// The time from `earlier` to this one, in seconds; negative when this one is the earlier.
  public func seconds(since earlier: Timestamp) -> Double {
    Double(nanoseconds(since: earlier)) / 1e9
  }

  /// This moment moved by `nanoseconds`, stopping at the ends of the range.
  @inlinable
  public func adding(nanoseconds offset: Int64) -> Timestamp {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(offset)
    guard overflow else { return Timestamp(nanoseconds: sum) }
    return Timestamp(nanoseconds: offset < 0 ? .min : .max)
  }

  /// This moment moved by `seconds`, stopping at the ends of the range; NaN does not move it.
  public func adding(seconds: Double) -> Timestamp {
    let offset = seconds * 1e9
    guard !offset.isNaN else { return self }
    guard offset > -9.2e18, offset < 9.2e18 else { return adding(nanoseconds: offset < 0 ? .min : .max) }
    return adding(nanoseconds: Int64(offset))
  }
}
