import Observations

/// What `Decapsulation` found in a frame or packet.
@frozen
public enum Decapsulated: Equatable, Sendable {
  /// The innermost IP packet that can be read.
  case packet(InnerPacket)
  /// No IP packet; what there is instead.
  case unread(UnreadPacket)
}

/// An IP packet inside the bytes that were looked at.
@frozen
public struct InnerPacket: Equatable, Sendable {
  /// Bytes before the packet.
  public let offset: Int
  /// Offset at which its bytes end at the latest: where its carrier's payload does.
  public let end: Int
  /// 0x0800 or 0x86DD.
  public let etherType: UInt16
  /// Bytes of the packet that are not there, by its own length: what a mirror cut off, or later fragments of the
  /// carrier hold. 0 where the header does not say.
  public let missingBytes: Int
  /// The carriers around it; empty for a packet that is carried by nothing.
  public let carriers: CarrierStack

  /// Whether there is a carrier around it.
  public var isCarried: Bool { carriers.depth > 0 }
}
