import Observations

/// macOS's packet tap header (Darwin's bsd/net/pktap.h). Numbers are little-endian.
///
///     0        4             8                     12               36      40                48
///     | length | record type | link type of packet | interface name | flags | protocol family | header, trailer | …
public enum PKTAPHeader {
  private enum Field {
    static let length = 0
    static let recordType = 4
    static let linkType = 8
    static let end = 48
  }

  private static let packetRecord: UInt32 = 1
  private static let largestLength: UInt32 = 1024

  static func payload(of frame: RawSpan) -> HeaderPayload {
    guard frame.byteCount >= Field.end else { return .unread(.cutHeader) }
    let length = unsafe frame.u32(Field.length).byteSwapped
    let type = unsafe frame.u32(Field.recordType).byteSwapped
    // The older number of this link type is anybody's to use.
    guard length >= UInt32(Field.end), length <= largestLength, type == packetRecord else { return .unread(.badHeader) }
    guard let number = UInt16(exactly: unsafe frame.u32(Field.linkType).byteSwapped) else { return .unread(.badHeader) }
    let linkType = LinkType(number: number)
    // A tap does not tap itself.
    if case .pktap = linkType { return .unread(.badHeader) }
    return .content(.frame(linkType), offset: Int(length))
  }
}
