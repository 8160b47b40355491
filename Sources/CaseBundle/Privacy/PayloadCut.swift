import Dissection
import Families
import Observations

/// Where a packet is cut so that only headers and handshakes travel.
enum PayloadCut {
  /// Bytes of the frame that stay; nil when it holds no IP packet, so that nothing is known of what it holds.
  ///
  /// - Parameters:
  ///   - continued: Bytes at the beginning of a TCP payload that continue a handshake record.
  ///   - missing: Set to the bytes of a handshake record that the next segment continues.
  static func keptLength(of frame: RawSpan, linkType: LinkType, continued: Int, missing: inout Int) -> Int? {
    guard case .packet(let inner) = Decapsulation.innermost(of: frame, linkType: linkType) else { return nil }
    let packet = frame.upTo(inner.end).from(inner.offset)
    guard let kept = keptLength(ofPacket: packet, continued: continued, missing: &missing) else { return nil }
    return inner.offset + kept
  }

  private static func keptLength(ofPacket packet: RawSpan, continued: Int, missing: inout Int) -> Int? {
    if let header = IPv4Header(packet) {
      guard !header.isLaterFragment else { return header.headerLength }
      let length = header.totalLength == 0 ? header.payload.byteCount : header.totalLength - header.headerLength
      return header.headerLength
        + keptLength(
          ofTransport: header.payload, header.protocolNumber, length: length, continued: continued, missing: &missing)
    }
    guard let header = IPv6Header(packet) else { return nil }
    guard !header.isLaterFragment else { return header.headerLength }
    let length = header.totalLength == 0 ? header.payload.byteCount : header.totalLength - header.headerLength
    return header.headerLength
      + keptLength(
        ofTransport: header.payload, header.protocolNumber, length: length, continued: continued, missing: &missing)
  }

  /// - Parameter length: Bytes behind the IP header on the wire.
  private static func keptLength(
    ofTransport bytes: RawSpan, _ protocolNumber: UInt8, length: Int, continued: Int, missing: inout Int
  ) -> Int {
    switch protocolNumber {
    case IPProtocol.tcp:
      guard let header = TCPHeader(bytes) else { return min(bytes.byteCount, 8) }
      if continued == 0, let clear = RegisteredFamilies.clear(header.payload, in: .tcp) {
        return min(bytes.byteCount, header.headerLength + clear.kept)
      }
      let clear = ClearRecords(tcp: header.payload, continuing: continued)
      missing = clear.missing
      return min(bytes.byteCount, header.headerLength + clear.kept)
    case IPProtocol.udp:
      guard let header = UDPHeader(bytes) else { return 0 }
      let kept =
        RegisteredFamilies.clear(header.payload, in: .udp(length: header.originalPayloadLength))?.kept
        ?? ClearRecords(udp: header.payload, originalLength: header.originalPayloadLength).kept
      return min(bytes.byteCount, 8 + kept)
    case IPProtocol.icmp:
      guard let message = ICMPv4Message(bytes) else { return 0 }
      return keptLength(ofError: bytes, quoted: message.quoted)
    case IPProtocol.icmpv6:
      guard let message = ICMPv6Message(bytes) else { return 0 }
      return keptLength(ofError: bytes, quoted: message.quoted)
    default: return RegisteredFamilies.clear(bytes, in: .ip(protocolNumber: protocolNumber, length: length))?.kept ?? 0
    }
  }

  /// Of an ICMP message the header stays, and of what it quotes the same as of any packet.
  private static func keptLength(ofError bytes: RawSpan, quoted: RawSpan) -> Int {
    var ignored = 0
    guard !quoted.isEmpty, let quote = keptLength(ofPacket: quoted, continued: 0, missing: &ignored) else { return 8 }
    return min(bytes.byteCount, 8 + quote)
  }
}
