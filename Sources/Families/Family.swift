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

  /// What may leave the house of a datagram's payload, looked at by itself; nil when it is not a message of this family.
  ///
  /// - Parameter length: Bytes of the payload on the wire.
  static func clear(_ payload: RawSpan, length: Int) -> ClearDatagram?

  /// A message of this family under aliases, at most as long; nil for anything else.
  static func rebuilt(_ payload: RawSpan, length: Int, alias: ValueAlias) -> [UInt8]?

  /// The same two of the payload of an IP packet that is neither UDP nor TCP.
  static func clear(protocolNumber: UInt8, _ payload: RawSpan, length: Int) -> ClearDatagram?
  static func rebuilt(protocolNumber: UInt8, _ payload: RawSpan, length: Int, alias: ValueAlias) -> [UInt8]?
}

extension Family {
  public static var logReaders: [any LogFormatReader.Type] { [] }

  public static func clear(_ payload: RawSpan, length: Int) -> ClearDatagram? { nil }

  public static func rebuilt(_ payload: RawSpan, length: Int, alias: ValueAlias) -> [UInt8]? { nil }

  public static func clear(protocolNumber: UInt8, _ payload: RawSpan, length: Int) -> ClearDatagram? { nil }

  public static func rebuilt(protocolNumber: UInt8, _ payload: RawSpan, length: Int, alias: ValueAlias) -> [UInt8]? {
    nil
  }
}

extension FamilyList {
  /// What correlation knows of the registered families.
  public static var table: FamilyTable { FamilyTable(families) }

  /// Reads the logs of all registered families.
  public static var logReaders: [any LogFormatReader.Type] { families.flatMap { $0.logReaders } }
}
