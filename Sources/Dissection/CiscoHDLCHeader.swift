import Observations

/// Cisco's HDLC framing of serial lines (LINKTYPE_C_HDLC).
///
///     0         1         2           4
///     | address | control | EtherType | payload …       address: 0F to one, 8F to all
public enum CiscoHDLCHeader {
  private static let length = 4

  static func payload(of frame: RawSpan) -> HeaderPayload {
    guard frame.byteCount >= length else { return .unread(.cutHeader) }
    let address = unsafe frame.u8(0)
    guard address == 0x0F || address == 0x8F else { return .unread(.badHeader) }
    return unsafe .content(.etherType(frame.u16(2)), offset: length)
  }
}
