/// What a captured frame begins with: the link types of the pcap registry that the program can look behind.
///
/// Numbers are those of the LINKTYPE_ registry (draft-ietf-opsawg-pcaplinktype); capture files written by BSD
/// systems may carry the DLT_ value instead, which `init(number:)` maps to the same case.
public enum LinkType: Hashable, Sendable {
  /// BSD loopback: a 4-byte address family in the capturing host's byte order (LINKTYPE_NULL, 0).
  case bsdNull
  /// Ethernet II or 802.3, with any VLAN tags (LINKTYPE_ETHERNET, 1).
  case ethernet
  /// PPP, with or without the HDLC-like address and control bytes (LINKTYPE_PPP, 9; PPP_HDLC, 50).
  case ppp
  /// A bare IPv4 or IPv6 packet (LINKTYPE_RAW, 101; DLT_RAW is 12, on OpenBSD 14).
  case rawIP
  /// OpenBSD loopback: a 4-byte address family in network byte order (LINKTYPE_LOOP, 108).
  case bsdLoop
  /// Linux "cooked" capture, version 1 (LINKTYPE_LINUX_SLL, 113).
  case linuxCooked
  /// A bare IPv4 packet (LINKTYPE_IPV4, 228).
  case ipv4
  /// A bare IPv6 packet (LINKTYPE_IPV6, 229).
  case ipv6
  /// Linux "cooked" capture, version 2 (LINKTYPE_LINUX_SLL2, 276).
  case linuxCooked2
  /// Any other link type; its packets are counted and not looked into.
  case unknown(UInt16)

  public init(number: UInt16) {
    self =
      switch number {
      case 0: .bsdNull
      case 1: .ethernet
      case 9, 50: .ppp
      case 12, 14, 101: .rawIP
      case 108: .bsdLoop
      case 113: .linuxCooked
      case 228: .ipv4
      case 229: .ipv6
      case 276: .linuxCooked2
      default: .unknown(number)
      }
  }

  /// The name a person knows it by.
  public var name: String {
    switch self {
    case .bsdNull: "BSD loopback"
    case .ethernet: "Ethernet"
    case .ppp: "PPP"
    case .rawIP: "raw IP"
    case .bsdLoop: "OpenBSD loopback"
    case .linuxCooked: "Linux cooked v1"
    case .ipv4: "raw IPv4"
    case .ipv6: "raw IPv6"
    case .linuxCooked2: "Linux cooked v2"
    case .unknown(let number): "link type \(number)"
    }
  }
}
