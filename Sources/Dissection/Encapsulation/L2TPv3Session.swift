import Observations

/// L2TP data messages of version 3 (RFC 3931 section 4.1), over IP (protocol 115) and over UDP.
///
///     0                 2          4                                   over UDP only
///     | flags, version  | reserved |
///     0            4                          then
///     | session ID | cookie: 0, 4 or 8 bytes | sublayer: 0 or 4 bytes | frame …
///
/// How long cookie and sublayer are, the ends agreed on before; a capture seldom shows it. So the frame is looked for at
/// each place where it can be, and only a frame with a whole IP header is believed.
public enum L2TPv3Session {
  /// Over UDP, before the session ID.
  static let datagramHeaderLength = 4
  private static let sessionLength = 4
  /// Bytes of cookie and sublayer together.
  private static let gaps = [0, 4, 8, 12]

  /// Whether a datagram is a data message of version 3: no flag is set, and what is reserved is 0.
  static func begins(datagram: RawSpan) -> Bool {
    guard datagram.byteCount > datagramHeaderLength + sessionLength else { return false }
    return unsafe datagram.u32(0) == 0x0003_0000
  }

  /// What a message leads to, from its session ID on; nil when it is none over UDP.
  static func payload(
    of bytes: RawSpan, _ protocolNumber: UInt8, _ carriers: inout CarrierStack
  ) -> HeaderPayload? {
    guard bytes.byteCount > sessionLength else { return protocolNumber == IPProtocol.udp ? nil : .unread(.cutHeader) }
    // Session 0 is the control connection's.
    if unsafe bytes.u32(0) == 0 { return .unread(.carrierControl) }
    for gap in gaps {
      let frame = bytes.from(min(sessionLength + gap, bytes.byteCount))
      guard EthernetHeader.isPlausible(frame), carriesWholePacket(frame) else { continue }
      carriers.push(.l2tp)
      return .content(.frame(.ethernet), offset: sessionLength + gap)
    }
    return protocolNumber == IPProtocol.udp ? nil : .unread(.ipProtocol(IPProtocol.l2tp3))
  }

  /// Whether an IP header is whole behind the frame's EtherType or its first tag.
  private static func carriesWholePacket(_ frame: RawSpan) -> Bool {
    let behind = frame.from(EthernetHeader.length)
    guard unsafe frame.u16(EthernetHeader.length &- 2) == EtherType.customerVLAN else {
      return RawIP.isPlausible(behind)
    }
    return behind.byteCount > VLANTag.length && RawIP.isPlausible(behind.from(VLANTag.length))
  }
}
