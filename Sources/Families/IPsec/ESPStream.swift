import Observations

/// One direction of a pair of keys: the packets of one SPI.
///
/// Its side of the association keeps the one that it sent last; the others are in the tracker's pool.
@usableFromInline
struct ESPStream {
  @usableFromInline let spi: UInt32
  let direction: Int
  /// Place of its association.
  let association: Int32
  @usableFromInline var window: CounterWindow

  /// - Parameter isFromStart: Whether the capture shows how its keys were made, so that numbers begin with 1.
  init(_ packet: ESPPacket, direction: Int, association: Int32, isFromStart: Bool, at time: Timestamp) {
    spi = packet.spi
    self.direction = direction
    self.association = association
    window = CounterWindow(
      index: packet.spi, counter: packet.number, isFromStart: isFromStart, length: packet.length, at: time
    )
  }

  /// Notes a packet of this stream.
  ///
  /// - Returns: Whether it is one; nothing was noted where it is not.
  @inlinable @inline(__always)
  mutating func note(_ packet: ESPPacket, at time: Timestamp) -> Bool {
    guard spi == packet.spi else { return false }
    window.note(packet.number, length: packet.length, at: time)
    return true
  }
}
