import Observations

/// The payload of a UDP datagram, with at least one byte.
@frozen
public struct Datagram: ~Escapable, BitwiseCopyable {
  /// What was captured of it.
  public let payload: RawSpan
  /// Bytes of the payload on the wire.
  public let length: Int
  /// 0 from the lesser endpoint of the flow's key to the greater, 1 back.
  public let direction: Int
  /// Of its packet: how many hops it has left, which tells what end of the path the capture point is next to.
  public let timeToLive: UInt8

  @inlinable @inline(__always) @_lifetime(copy payload)
  public init(_ payload: RawSpan, length: Int, direction: Int, timeToLive: UInt8 = 0) {
    self.payload = payload
    self.length = length
    self.direction = direction
    self.timeToLive = timeToLive
  }
}

/// The payload of a TCP segment, with at least one byte on the wire.
@frozen
public struct Segment: ~Escapable, BitwiseCopyable {
  /// What was captured of it.
  public let payload: RawSpan
  /// The sequence number of its first byte.
  public let sequence: UInt32
  /// 0 from the lesser endpoint of the flow's key to the greater, 1 back.
  public let direction: Int

  @inlinable @inline(__always) @_lifetime(copy payload)
  public init(_ payload: RawSpan, sequence: UInt32, direction: Int) {
    self.payload = payload
    self.sequence = sequence
    self.direction = direction
  }
}

/// The payload of an IP packet of a protocol without ports, such as ESP.
@frozen
public struct IPPayload: ~Escapable, BitwiseCopyable {
  /// What was captured of it.
  public let payload: RawSpan
  /// Bytes of the payload on the wire.
  public let length: Int
  /// 0 from the lesser address of the flow's key to the greater, 1 back.
  public let direction: Int

  @inlinable @inline(__always) @_lifetime(copy payload)
  public init(_ payload: RawSpan, length: Int, direction: Int) {
    self.payload = payload
    self.length = length
    self.direction = direction
  }
}
