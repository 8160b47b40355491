import Observations

/// Endace's extensible record format (LINKTYPE_ERF), as Wireshark's wtap documents it.
///
///     0           8      9       10              12           14            16
///     | timestamp | type | flags | record length | loss, colour | wire length | extensions of 8, if bit 7 of the type
///     is set, until one whose own bit 7 is not | Ethernet: offset, padding, 2 | frame …
public enum ERFHeader {
  private enum Field {
    static let type = 8
    static let end = 16
  }

  private static let isExtended: UInt8 = 0x80
  /// Extension headers that are walked; Endace defines seven.
  private static let extensionLimit = 16

  static func payload(of frame: RawSpan) -> HeaderPayload {
    guard frame.byteCount >= Field.end else { return .unread(.cutHeader) }
    var mark = unsafe frame.u8(Field.type)
    let type = mark & ~isExtended
    var at = Field.end
    var steps = 0
    while mark & isExtended != 0 {
      guard steps < extensionLimit else { return .unread(.badHeader) }
      guard frame.byteCount &- at >= 8 else { return .unread(.cutHeader) }
      mark = unsafe frame.u8(at)
      at &+= 8
      steps &+= 1
    }
    guard frame.byteCount &- at > 2 else { return .unread(.cutHeader) }
    switch type {
    // Ethernet, alone and with colour, DSM or hash.
    case 2, 11, 16, 20: return .content(.frame(.ethernet), offset: at &+ 2)
    // Packets over SONET: Cisco's HDLC, or PPP in HDLC-like framing.
    case 1, 10, 15, 17, 19:
      let isPPP = unsafe frame.u16(at) == 0xFF03
      return .content(.frame(isPPP ? .ppp : .ciscoHDLC), offset: at)
    case 22, 23: return .content(.ipPacket, offset: at)
    default: return .unread(.linkType(197))
    }
  }
}
