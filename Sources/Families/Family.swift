import Correlation
import Logs
import Observations

/// A kind of tunnel: all that the program knows of it stands in its folder, and it is registered in `RegisteredFamilies`.
///
/// What correlation needs (channels, timers, words, remedies, rules of its own) is a `FamilyProfile`; beside it stand what
/// follows its channels in packets and what reads its logs.
public protocol Family: FamilyProfile {
  /// Follows its channels in packets.
  associatedtype Tracker: ChannelTracker

  /// Read its logs, in the order in which a line is offered to them: those that know their lines by a tag or a header come
  /// before those that know them by their words alone.
  static var logReaders: [any LogFormatReader.Type] { get }

  /// What may leave the house of a payload, looked at by itself; nil when it is not a message of this family.
  static func clear(_ payload: RawSpan, in carrier: PayloadCarrier) -> ClearDatagram?

  /// A message of this family under aliases, at most as long; nil for anything else.
  static func rebuilt(_ payload: RawSpan, in carrier: PayloadCarrier, alias: ValueAlias) -> [UInt8]?
}

extension Family {
  public static var logReaders: [any LogFormatReader.Type] { [] }

  public static func clear(_ payload: RawSpan, in carrier: PayloadCarrier) -> ClearDatagram? { nil }

  public static func rebuilt(_ payload: RawSpan, in carrier: PayloadCarrier, alias: ValueAlias) -> [UInt8]? { nil }
}

extension FamilyList {
  /// What correlation knows of the registered families.
  public static var table: FamilyTable { FamilyTable(families) }

  /// Reads the logs of all registered families.
  public static var logReaders: [any LogFormatReader.Type] { families.flatMap { $0.logReaders } }
}
