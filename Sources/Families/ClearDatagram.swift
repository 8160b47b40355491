/// What may leave the house of one datagram of a family, or of a segment of its stream, for evidence without what the tunnel carried.
public struct ClearDatagram: Equatable, Sendable {
  /// Whether it belongs to a handshake, so that a finding about the handshake can be seen with it.
  public let isHandshake: Bool
  /// Bytes at the beginning of its payload that say how the tunnel does and nothing of what it carries.
  public let kept: Int

  public init(isHandshake: Bool, kept: Int) {
    self.isHandshake = isHandshake
    self.kept = kept
  }
}

/// Bytes that stand for a value in what leaves the house: as many as asked for, dependent on the kind, on the value, and on a
/// key that nobody else has, so that equal values stay equal.
public typealias ValueAlias = (_ kind: String, _ value: [UInt8], _ count: Int) -> [UInt8]
