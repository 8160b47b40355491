/// Control bits of a TCP segment (RFC 9293 section 3.1).
@frozen
public struct TCPFlags: OptionSet, Sendable {
  public let rawValue: UInt8

  @inlinable @inline(__always)
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The sender has no more data.
  @inlinable public static var fin: TCPFlags { TCPFlags(rawValue: 0x01) }
  /// Synchronise sequence numbers: a connection opens.
  @inlinable public static var syn: TCPFlags { TCPFlags(rawValue: 0x02) }
  /// Reset the connection.
  @inlinable public static var rst: TCPFlags { TCPFlags(rawValue: 0x04) }
  /// Push: hand the data on at once.
  @inlinable public static var psh: TCPFlags { TCPFlags(rawValue: 0x08) }
  /// The acknowledgment number counts.
  @inlinable public static var ack: TCPFlags { TCPFlags(rawValue: 0x10) }
  /// The urgent pointer counts.
  @inlinable public static var urg: TCPFlags { TCPFlags(rawValue: 0x20) }
  /// Congestion was experienced (RFC 3168).
  @inlinable public static var ece: TCPFlags { TCPFlags(rawValue: 0x40) }
  /// The congestion window was reduced (RFC 3168).
  @inlinable public static var cwr: TCPFlags { TCPFlags(rawValue: 0x80) }

  /// Whether all of `other` are set. Written out, as are the next three, so that it inlines across modules.
  @inlinable @inline(__always)
  public func contains(_ other: TCPFlags) -> Bool { rawValue & other.rawValue == other.rawValue }

  @inlinable @inline(__always)
  public func intersection(_ other: TCPFlags) -> TCPFlags { TCPFlags(rawValue: rawValue & other.rawValue) }

  @inlinable @inline(__always)
  public func union(_ other: TCPFlags) -> TCPFlags { TCPFlags(rawValue: rawValue | other.rawValue) }

  @inlinable @inline(__always)
  public static func == (a: TCPFlags, b: TCPFlags) -> Bool { a.rawValue == b.rawValue }
}
