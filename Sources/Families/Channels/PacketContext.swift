import Observations

/// When and where a packet was captured.
@frozen
public struct PacketContext: Sendable, BitwiseCopyable {
  public let time: Timestamp
  public let frame: PackedFrame
  @usableFromInline let missing: UInt32
  /// Number of the tunnel of a carrier or mirror that the packet came through, part of its flow's key; 0 for none.
  public let carrier: UInt32

  /// Bytes that the snap length cut off.
  @inlinable public var missingBytes: Int { Int(missing) }

  /// - Parameter missingBytes: 0 to 2³² − 1.
  @inlinable @inline(__always)
  public init(time: Timestamp, frame: PackedFrame, missingBytes: Int, carrier: UInt32 = 0) {
    self.carrier = carrier
    self.time = time
    self.frame = frame
    self.missing = UInt32(truncatingIfNeeded: missingBytes)
  }
}

/// A frame reference in one word.
@frozen
public struct PackedFrame: Sendable, BitwiseCopyable, Hashable, Comparable {
  @usableFromInline let word: UInt64

  @inlinable @inline(__always)
  public init(capture: Int, frame: Int) {
    word = UInt64(truncatingIfNeeded: capture) << 40 | UInt64(truncatingIfNeeded: frame) & 0xFF_FFFF_FFFF
  }

  /// No frame: frames count from 1.
  @inlinable public static var none: PackedFrame { PackedFrame(capture: 0, frame: 0) }

  @inlinable public var isNone: Bool { word & 0xFF_FFFF_FFFF == 0 }

  @inlinable public var reference: FrameReference {
    FrameReference(capture: Int(word >> 40), frame: Int(word & 0xFF_FFFF_FFFF))
  }

  @inlinable public var orNil: FrameReference? { isNone ? nil : reference }

  @inlinable
  public static func < (a: PackedFrame, b: PackedFrame) -> Bool { a.word < b.word }
}
