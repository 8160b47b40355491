import Observations

/// Where one packet stands in the reader's window, and what the capture says about it.
@frozen
public struct PacketRecord: Sendable {
  /// Byte offset of the packet's first byte in `CaptureFile.window`.
  public let offset: Int
  /// When the packet was captured.
  public let time: Timestamp
  @usableFromInline let captured: UInt32
  @usableFromInline let original: UInt32
  @usableFromInline let interfaceIndex: UInt32

  /// Bytes of the packet that the capture holds.
  @inlinable public var capturedLength: Int { @inline(__always) get { Int(captured) } }
  /// Bytes the packet had on the wire; usually at least `capturedLength`, but files lie.
  @inlinable public var originalLength: Int { @inline(__always) get { Int(original) } }
  /// Index of the packet's interface in `CaptureFile.interfaces`.
  @inlinable public var interface: Int { @inline(__always) get { Int(interfaceIndex) } }

  /// Lengths and index are wire values of 32 bits; larger ones are cut to 32 bits.
  @inlinable
  public init(offset: Int, capturedLength: Int, originalLength: Int, time: Timestamp, interface: Int) {
    self.init(
      offset: offset, captured: UInt32(truncatingIfNeeded: capturedLength),
      original: UInt32(truncatingIfNeeded: originalLength), time: time,
      interface: UInt32(truncatingIfNeeded: interface))
  }

  @inlinable @inline(__always)
  init(offset: Int, captured: UInt32, original: UInt32, time: Timestamp, interface: UInt32) {
    self.offset = offset
    self.time = time
    self.captured = captured
    self.original = original
    self.interfaceIndex = interface
  }

  /// The packet's bytes, as a view into the window that this record's batch was read from.
  @inlinable @inline(__always)
  @_lifetime(copy window)
  public func bytes(in window: RawSpan) -> RawSpan {
    window.extracting(offset..<(offset &+ capturedLength))
  }
}
