/// What a packet is that is not looked into.
///
/// A report names and counts these, so that nobody takes for healthy what was not read.
public enum UnreadPacket: Hashable, Sendable {
  /// The snap length, or damage, cut a header off that would say what follows.
  case cutHeader
  /// A header says what cannot be: an IP header of another version, a length that does not fit.
  case badHeader
  /// A link type (LINKTYPE_ registry) that the program does not know.
  case linkType(UInt16)
  /// A data frame of IEEE 802.11 that is encrypted (WEP, WPA).
  case encryptedWiFi
  /// A management, control or empty frame of IEEE 802.11: no data.
  case wiFiWithoutData
  /// Several packets in one frame of IEEE 802.11 (A-MSDU).
  case aggregatedWiFi
  /// A frame of IEEE 802.11 whose checksum the receiver found wrong.
  case damagedWiFi
  /// A frame that MACsec encrypts (IEEE 802.1AE).
  case encryptedMACsec
  /// A protocol of the link layer that is not IP, by its EtherType.
  case etherType(UInt16)
  /// A protocol of IEEE 802.2, by its destination service access point.
  case llc(UInt8)
  /// A protocol of IEEE 802.2 SNAP, by its 24-bit organisation.
  case snap(UInt32)
  /// A protocol of PPP other than IP, by its number.
  case ppp(UInt16)
  /// A protocol behind IP that the program does not follow.
  case ipProtocol(UInt8)
  /// A pseudowire or another payload of MPLS that is neither IP nor Ethernet.
  case mplsPayload
  /// A frame of ERSPAN that is neither Ethernet nor IP.
  case mirroredFrame
  /// What a carrier's ends tell each other: keepalives and operation messages.
  case carrierControl
  /// A later fragment of a packet that carries another.
  case carrierFragment
  /// Carriers in carriers beyond the depth that is followed.
  case nestedTooDeeply
}

extension UnreadPacket {
  /// ARP (RFC 826).
  public static let addressResolution = UnreadPacket.etherType(0x0806)

  /// What a person calls it; completes "847 packets are …".
  public var name: String {
    switch self {
    case .cutHeader: "cut inside a header"
    case .badHeader: "damaged"
    case .linkType(let number): Self.linkTypeName(number) ?? "of link type \(number)"
    case .encryptedWiFi: "encrypted Wi-Fi"
    case .wiFiWithoutData: "Wi-Fi management or control"
    case .aggregatedWiFi: "aggregated Wi-Fi (A-MSDU)"
    case .damagedWiFi: "damaged Wi-Fi"
    case .encryptedMACsec: "encrypted MACsec"
    case .etherType(let number): Self.etherTypeName(number) ?? "EtherType 0x" + Self.hexadecimal(number)
    case .llc(0x42): "spanning tree"
    case .llc(0xFE): "IS-IS"
    case .llc(0xE0), .llc(0xFF): "IPX"
    case .llc(0xF0): "NetBIOS"
    case .llc(let number): "IEEE 802.2, SAP \(number)"
    case .snap(0x00000C): "Cisco discovery (SNAP)"
    case .snap: "IEEE 802.2 SNAP"
    case .ppp(let number): Self.pppName(number) ?? "PPP protocol 0x" + Self.hexadecimal(number)
    case .ipProtocol(let number): Self.ipProtocolName(number) ?? "IP protocol \(number)"
    case .mplsPayload: "MPLS that carries neither IP nor Ethernet"
    case .mirroredFrame: "mirrored frames that are neither Ethernet nor IP"
    case .carrierControl: "keepalives of a carrier tunnel"
    case .carrierFragment: "later fragments of a carrier tunnel"
    case .nestedTooDeeply: "nested in too many carriers"
    }
  }

  /// Whether packets of tunnels may be among them. What cannot hold one (ARP, spanning tree, Wi-Fi management) leaves
  /// no gap in a verdict.
  public var mayHoldTunnels: Bool {
    switch self {
    case .wiFiWithoutData, .llc, .snap, .carrierControl: false
    case .etherType(let number): !Self.etherTypesWithoutTunnels.contains(number)
    // 0x00FD is compressed or encrypted data (RFC 1962); from 0x8000 on are control protocols (RFC 1661 section 2).
    case .ppp(let number): number < 0x8000
    case .ipProtocol(let number): ![2, 59, 88, 89, 103, 112, 132].contains(number)
    case .cutHeader, .badHeader, .linkType, .encryptedWiFi, .aggregatedWiFi, .damagedWiFi, .encryptedMACsec,
      .mplsPayload,
      .mirroredFrame, .carrierFragment, .nestedTooDeeply:
      true
    }
  }

  private static let etherTypesWithoutTunnels: Set<UInt16> = [
    0x0806, 0x2001, 0x8035, 0x8809, 0x8863, 0x888E, 0x88CC, 0x88F5, 0x88F6, 0x88F7, 0x88FB, 0x8902, 0x9000,
  ]

  /// Link types that are met and hold no network of a tunnel, or none that is known here.
  private static func linkTypeName(_ number: UInt16) -> String? {
    switch number {
    case 147...162: "of the private link type \(number)"
    case 186, 189, 220, 249, 266: "USB"
    case 187, 201, 251, 254: "Bluetooth"
    case 195, 215, 230, 283: "IEEE 802.15.4"
    case 190, 227: "CAN"
    case 231: "D-Bus"
    case 247: "InfiniBand"
    case 252: "packets that Wireshark exported without their headers"
    case 253: "netlink"
    default: nil
    }
  }

  private static func etherTypeName(_ number: UInt16) -> String? {
    switch number {
    case 0x0806: "ARP"
    case 0x2001: "NHRP"
    case 0x8035: "RARP"
    case 0x8809: "LACP or another slow protocol"
    case 0x883E: "WCCP"
    case 0x8863: "PPPoE discovery"
    case 0x8864: "PPPoE"
    case 0x888E: "EAPOL (802.1X)"
    case 0x88CC: "LLDP"
    case 0x88F5, 0x88F6: "MRP (802.1ak)"
    case 0x88F7: "PTP"
    case 0x88FB: "PRP or HSR supervision"
    case 0x8902: "Ethernet OAM (CFM)"
    case 0x894F: "NSH"
    case 0x9000: "Ethernet loopback"
    default: nil
    }
  }

  private static func pppName(_ number: UInt16) -> String? {
    switch number {
    case 0x00FD, 0x00FB: "compressed or encrypted PPP"
    case 0x8021: "PPP address negotiation (IPCP)"
    case 0x8057: "PPP address negotiation (IPv6CP)"
    case 0x80FD: "PPP compression negotiation"
    case 0xC021: "PPP link control"
    case 0xC023, 0xC223, 0xC227: "PPP authentication"
    default: nil
    }
  }

  private static func ipProtocolName(_ number: UInt8) -> String? {
    switch number {
    case 2: "IGMP"
    case 47: "GRE"
    case 50: "ESP (IPsec)"
    case 51: "AH (IPsec)"
    case 59: "IPv6 without a payload"
    case 88: "EIGRP"
    case 89: "OSPF"
    case 103: "PIM"
    case 112: "VRRP"
    case 115: "L2TPv3"
    case 132: "SCTP"
    default: nil
    }
  }

  private static func hexadecimal(_ number: UInt16) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}

extension UnreadPacket: CustomStringConvertible {
  public var description: String { name }
}

/// Coded by name, with the number of those that have one.
extension UnreadPacket: Codable {
  private enum Kind: String, Codable {
    case cutHeader, badHeader, linkType, encryptedWiFi, wiFiWithoutData, aggregatedWiFi, damagedWiFi, encryptedMACsec
    case etherType, llc, snap, ppp, ipProtocol, mplsPayload, mirroredFrame, carrierControl, carrierFragment
    case nestedTooDeeply
  }

  private enum Key: String, CodingKey {
    case name, number
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func number<Number: FixedWidthInteger & Decodable>(_: Number.Type) throws -> Number {
      try values.decode(Number.self, forKey: .number)
    }
    self =
      switch try values.decode(Kind.self, forKey: .name) {
      case .cutHeader: .cutHeader
      case .badHeader: .badHeader
      case .linkType: .linkType(try number(UInt16.self))
      case .encryptedWiFi: .encryptedWiFi
      case .wiFiWithoutData: .wiFiWithoutData
      case .aggregatedWiFi: .aggregatedWiFi
      case .damagedWiFi: .damagedWiFi
      case .encryptedMACsec: .encryptedMACsec
      case .etherType: .etherType(try number(UInt16.self))
      case .llc: .llc(try number(UInt8.self))
      case .snap: .snap(try number(UInt32.self))
      case .ppp: .ppp(try number(UInt16.self))
      case .ipProtocol: .ipProtocol(try number(UInt8.self))
      case .mplsPayload: .mplsPayload
      case .mirroredFrame: .mirroredFrame
      case .carrierControl: .carrierControl
      case .carrierFragment: .carrierFragment
      case .nestedTooDeeply: .nestedTooDeeply
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    let (kind, number) = coded
    try values.encode(kind, forKey: .name)
    try values.encodeIfPresent(number, forKey: .number)
  }

  private var coded: (Kind, UInt32?) {
    switch self {
    case .cutHeader: (.cutHeader, nil)
    case .badHeader: (.badHeader, nil)
    case .linkType(let number): (.linkType, UInt32(number))
    case .encryptedWiFi: (.encryptedWiFi, nil)
    case .wiFiWithoutData: (.wiFiWithoutData, nil)
    case .aggregatedWiFi: (.aggregatedWiFi, nil)
    case .damagedWiFi: (.damagedWiFi, nil)
    case .encryptedMACsec: (.encryptedMACsec, nil)
    case .etherType(let number): (.etherType, UInt32(number))
    case .llc(let number): (.llc, UInt32(number))
    case .snap(let number): (.snap, number)
    case .ppp(let number): (.ppp, UInt32(number))
    case .ipProtocol(let number): (.ipProtocol, UInt32(number))
    case .mplsPayload: (.mplsPayload, nil)
    case .mirroredFrame: (.mirroredFrame, nil)
    case .carrierControl: (.carrierControl, nil)
    case .carrierFragment: (.carrierFragment, nil)
    case .nestedTooDeeply: (.nestedTooDeeply, nil)
    }
  }
}
