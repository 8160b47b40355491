import Observations

/// Linux netfilter's log (LINKTYPE_NFLOG): attributes, of which one is the packet.
///
///     0        1         2             4
///     | family | version | resource ID | length, 2 | type, 2 | value, padded to four bytes …
///
/// Length and type are in the capturing host's byte order, which only their being sensible tells.
public enum NFLOGHeader {
  private enum Field {
    static let version = 1
    static let attributes = 4
  }

  private static let payloadType: UInt16 = 9
  /// Attributes that are walked; netfilter knows some twenty.
  private static let attributeLimit = 64

  static func payload(of frame: RawSpan) -> HeaderPayload {
    guard frame.byteCount >= Field.attributes else { return .unread(.cutHeader) }
    guard unsafe frame.u8(Field.version) == 0 else { return .unread(.badHeader) }
    return payload(of: frame, isBigEndian: false) ?? payload(of: frame, isBigEndian: true) ?? .unread(.badHeader)
  }

  private static func payload(of frame: RawSpan, isBigEndian: Bool) -> HeaderPayload? {
    var at = Field.attributes
    for _ in 0..<attributeLimit {
      guard frame.byteCount &- at >= 4 else { return nil }
      let length = unsafe Int(isBigEndian ? frame.u16(at) : frame.u16(at).byteSwapped)
      let type = unsafe isBigEndian ? frame.u16(at &+ 2) : frame.u16(at &+ 2).byteSwapped
      guard length >= 4 else { return nil }
      if type == payloadType { return .content(.ipPacket, offset: at &+ 4) }
      at &+= (length &+ 3) & ~3
    }
    return nil
  }
}

/// The log of OpenBSD's packet filter (LINKTYPE_PFLOG); FreeBSD's and macOS's is alike.
///
///     0        1        2        3        4
///     | length | family | action | reason | interface, rule, … | padding to four bytes | IP packet …
public enum PFLOGHeader {
  /// The first systems' header; a length below it is damage.
  private static let smallestLength = 28

  static func payload(of frame: RawSpan) -> HeaderPayload {
    guard frame.byteCount >= 2 else { return .unread(.cutHeader) }
    let length = unsafe (Int(frame.u8(0)) &+ 3) & ~3
    guard length >= smallestLength, unsafe BSDLoopback.etherType(family: UInt32(frame.u8(1))) != nil
    else { return .unread(.badHeader) }
    guard frame.byteCount > length else { return .unread(.cutHeader) }
    return .content(.ipPacket, offset: length)
  }
}

/// The encapsulating interface of IPsec on BSD systems (LINKTYPE_ENC): packets before encryption and after decryption.
///
///     0                4     8       12
///     | address family | SPI | flags | IP packet …      the family in the capturing host's byte order
public enum ENCHeader {
  private static let length = 12

  static func payload(of frame: RawSpan) -> HeaderPayload {
    guard frame.byteCount > length else { return .unread(.cutHeader) }
    let family = unsafe frame.u32(0)
    guard BSDLoopback.etherType(family: family) ?? BSDLoopback.etherType(family: family.byteSwapped) != nil
    else { return .unread(.badHeader) }
    return .content(.ipPacket, offset: length)
  }
}

/// Solaris's IP observability (LINKTYPE_IPNET).
///
///     0         1        2           4        8                  12    16            20                 24
///     | version | family | hook type | length | interface index | group | source zone | destination zone | IP packet …
public enum IPNETHeader {
  private static let length = 24

  static func payload(of frame: RawSpan) -> HeaderPayload {
    guard frame.byteCount > length else { return .unread(.cutHeader) }
    // AF_INET is 2 and AF_INET6 26 on Solaris.
    guard unsafe frame.u8(0) == 1, unsafe frame.u8(1) == 2 || frame.u8(1) == 26 else { return .unread(.badHeader) }
    return .content(.ipPacket, offset: length)
  }
}
