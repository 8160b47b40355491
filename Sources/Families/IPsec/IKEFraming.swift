import Dissection

/// IKE and ESP over TCP (RFC 9329 section 3): a length that counts itself, then what a datagram on port 4500 has. The side
/// that opens the connection says first what follows.
enum IKEFraming: StreamFraming {
  static var lengthCountsItself: Bool { true }
  /// Length, marker and header of IKE; ESP needs less.
  static var headerLength: Int { 2 + IKEMessage.markerLength + IKEMessage.headerLength }
  /// `IKETCP` (section 4).
  private static var prefix: [UInt8] { [0x49, 0x4B, 0x45, 0x54, 0x43, 0x50] }

  static func preface(of stream: RawSpan) -> Int {
    guard stream.byteCount >= prefix.count else { return 0 }
    for (index, byte) in prefix.enumerated() where unsafe stream.u8(index) != byte { return 0 }
    return prefix.count
  }

  static func mayBegin(with packet: RawSpan) -> Bool {
    packet.byteCount >= IKEMessage.markerLength && isMarked(packet)
  }

  /// A keepalive is one byte (section 6.2); ESP begins with an SPI.
  static func mayBePacket(_ packet: RawSpan, length: Int) -> Bool {
    if length == 1 { return true }
    guard packet.byteCount >= IKEMessage.markerLength else { return length >= ESPPacket.leastLength }
    if isMarked(packet) { return length >= IKEMessage.markerLength + IKEMessage.headerLength }
    return unsafe length >= ESPPacket.leastLength && packet.u32(0) > 255
  }

  private static func isMarked(_ packet: RawSpan) -> Bool { unsafe packet.u32(0) == 0 }
}
