/// What a payload came in, whose messages a family may know.
public enum PayloadCarrier: Sendable {
  /// A UDP datagram with so many bytes of payload on the wire.
  case udp(length: Int)
  /// A TCP segment.
  case tcp
  /// An IP packet of another protocol, with so many bytes of payload on the wire.
  case ip(protocolNumber: UInt8, length: Int)
}
