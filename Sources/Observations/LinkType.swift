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
  /// PPP with a direction byte in the place of the HDLC address (LINKTYPE_PPP_PPPD, 166).
  case pppPPPD
  /// PPP behind a direction byte (LINKTYPE_PPP_WITH_DIR, 204).
  case pppWithDirection
  /// A PPPoE session packet without Ethernet (LINKTYPE_PPP_ETHER, 51).
  case pppoe
  /// Cisco's HDLC framing (LINKTYPE_C_HDLC, 104).
  case ciscoHDLC
  /// IEEE 802.11 (LINKTYPE_IEEE802_11, 105).
  case wiFi
  /// IEEE 802.11 behind a Prism header, or the AVS header that some drivers write in its place
  /// (LINKTYPE_IEEE802_11_PRISM, 119).
  case wiFiPrism
  /// IEEE 802.11 behind a radiotap header (LINKTYPE_IEEE802_11_RADIOTAP, 127).
  case wiFiRadiotap
  /// IEEE 802.11 behind an AVS header (LINKTYPE_IEEE802_11_AVS, 163).
  case wiFiAVS
  /// OpenBSD's and FreeBSD's encapsulating interface of IPsec (LINKTYPE_ENC, 109; DLT_ENC is 13 on OpenBSD).
  case enc
  /// The log of OpenBSD's packet filter (LINKTYPE_PFLOG, 117).
  case pflog
  /// macOS's packet tap, which names the process and the link type of each packet (LINKTYPE_PKTAP, 258; DLT_USER2,
  /// 149, in older files).
  case pktap
  /// Juniper's metadata before Ethernet (LINKTYPE_JUNIPER_ETHER, 178).
  case juniperEthernet
  /// Endace's extensible record format (LINKTYPE_ERF, 197).
  case erf
  /// Solaris's IP observability (LINKTYPE_IPNET, 226).
  case ipnet
  /// Linux netfilter's log (LINKTYPE_NFLOG, 239).
  case nflog
  /// Any other link type; its packets are counted and not looked into.
  case unknown(UInt16)

  public init(number: UInt16) {
    self =
      switch number {
      case 0: .bsdNull
      case 1: .ethernet
      case 9, 50: .ppp
      case 12, 14, 101: .rawIP
      case 13, 109: .enc
      case 51: .pppoe
      case 104: .ciscoHDLC
      case 105: .wiFi
      case 108: .bsdLoop
      case 113: .linuxCooked
      case 117: .pflog
      case 119: .wiFiPrism
      case 127: .wiFiRadiotap
      case 149, 258: .pktap
      case 163: .wiFiAVS
      case 166: .pppPPPD
      case 178: .juniperEthernet
      case 197: .erf
      case 204: .pppWithDirection
      case 226: .ipnet
      case 228: .ipv4
      case 229: .ipv6
      case 239: .nflog
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
    case .pppPPPD, .pppWithDirection: "PPP with direction"
    case .pppoe: "PPPoE"
    case .ciscoHDLC: "Cisco HDLC"
    case .wiFi: "Wi-Fi (802.11)"
    case .wiFiPrism: "Wi-Fi (802.11, Prism)"
    case .wiFiRadiotap: "Wi-Fi (802.11, radiotap)"
    case .wiFiAVS: "Wi-Fi (802.11, AVS)"
    case .enc: "IPsec interface (ENC)"
    case .pflog: "packet filter log (PFLOG)"
    case .pktap: "macOS packet tap (PKTAP)"
    case .juniperEthernet: "Juniper Ethernet"
    case .erf: "Endace ERF"
    case .ipnet: "Solaris IPNET"
    case .nflog: "netfilter log (NFLOG)"
    case .unknown(let number): "link type \(number)"
    }
  }
}
