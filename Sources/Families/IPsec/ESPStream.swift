import Observations

/// One direction of a pair of keys: the packets of one SPI.
@usableFromInline
struct ESPStream {
  @usableFromInline let spi: UInt32
  @usableFromInline let direction: Int
  /// Place of the hosts between which it goes.
  @usableFromInline let hosts: Int32
  /// Place of its association.
  @usableFromInline var association: Int32
  @usableFromInline var window: CounterWindow

  /// - Parameter isFromStart: Whether the capture shows how its keys were made, so that numbers begin with 1.
  init(
    _ packet: ESPPacket, direction: Int, hosts: Int32, association: Int32, isFromStart: Bool, at time: Timestamp
  ) {
    spi = packet.spi
    self.direction = direction
    self.hosts = hosts
    self.association = association
    window = CounterWindow(
      index: packet.spi, counter: packet.number, isFromStart: isFromStart, length: packet.length, at: time
    )
  }

  /// Notes a packet of this stream.
  ///
  /// - Returns: The place of its association; nil when it is no packet of this stream, and nothing was noted.
  @inlinable @inline(__always)
  mutating func note(_ packet: ESPPacket, direction: Int, hosts: Int32, at time: Timestamp) -> Int32? {
    guard spi == packet.spi, self.direction == direction, self.hosts == hosts else { return nil }
    window.note(packet.number, length: packet.length, at: time)
    return association
  }
}
