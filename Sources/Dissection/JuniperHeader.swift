import Observations

/// Juniper's metadata before a packet (LINKTYPE_JUNIPER_ETHER).
///
///     0       3       4                      6
///     | "MGC" | flags | extensions' length   | extensions …        the latter two if flag 0x80 is set
public enum JuniperHeader {
  private enum Flag {
    static let extensions: UInt8 = 0x80
    static let noLinkLayer: UInt8 = 0x02
  }

  private static let magic: UInt32 = 0x4D4743

  static func payload(of frame: RawSpan) -> HeaderPayload {
    guard frame.byteCount >= 4 else { return .unread(.cutHeader) }
    // Without the mark there is nothing before the frame.
    guard unsafe frame.u24(0) == magic else { return .content(.frame(.ethernet), offset: 0) }
    let flags = unsafe frame.u8(3)
    var length = 4
    if flags & Flag.extensions != 0 {
      guard frame.byteCount >= 6 else { return .unread(.cutHeader) }
      length = unsafe 6 &+ Int(frame.u16(4))
    }
    // Without a link layer stands the protocol in its place, in four bytes; the packet's version says the same.
    let hasFrame = flags & Flag.noLinkLayer == 0
    if !hasFrame { length &+= 4 }
    guard frame.byteCount > length else { return .unread(.cutHeader) }
    return .content(hasFrame ? .frame(.ethernet) : .ipPacket, offset: length)
  }
}
