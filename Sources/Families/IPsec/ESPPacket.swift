import Dissection

/// ESP packet (RFC 4303 section 2).
///
///     0     4          8
///     | SPI | sequence | encrypted packet, padding and integrity check value |
///
/// SPIs 1 to 255 are reserved and 0 is never sent, which in UDP tells ESP from IKE with its marker.
@usableFromInline
struct ESPPacket: BitwiseCopyable {
  @usableFromInline let spi: UInt32
  /// From 1, though some begin with 0; with extended sequence numbers the low half.
  @usableFromInline let sequence: UInt32
  /// Bytes on the wire, header included.
  @usableFromInline let length: Int

  /// The header, an initialisation vector of 8 bytes or more, a block of 4 or more, a check value of 8 or more.
  @inlinable static var leastLength: Int { 28 }
  @inlinable static var headerLength: Int { 8 }
  /// Encapsulating Security Payload (RFC 4303).
  static var protocolNumber: UInt8 { 50 }

  /// - Parameters:
  ///   - bytes: What was captured of the payload of a UDP datagram or of an IP packet of protocol 50.
  ///   - length: Bytes of it on the wire.
  ///   - isNative: Whether it is the payload of an IP packet of protocol 50, which can be nothing else: a reserved SPI is then
  ///     one that somebody has set by hand.
  @inlinable @inline(__always)
  init?(_ bytes: RawSpan, length: Int, isNative: Bool = false) {
    guard length >= Self.leastLength, bytes.byteCount >= Self.headerLength else { return nil }
    spi = unsafe bytes.u32(0)
    sequence = unsafe bytes.u32(4)
    self.length = length
    guard spi > (isNative ? 0 : 255) else { return nil }
  }

  /// Which packet of its stream it is, from 0.
  @inlinable
  var number: UInt64 { UInt64(sequence &- (sequence == 0 ? 0 : 1)) }
}
