import Observations

extension LinkLayer {
  /// What a frame of any link type leads to, one header at a time: where `networkLayer` finds nothing, this says what
  /// there is instead.
  static func payload(of frame: RawSpan, linkType: LinkType, _ carriers: inout CarrierStack) -> HeaderPayload {
    switch linkType {
    case .ethernet: return ethernet(frame, &carriers)
    case .bsdNull, .bsdLoop: return loopback(frame, linkType)
    case .linuxCooked, .linuxCooked2: return cooked(frame, linkType)
    case .ppp: return PPPHeader.payload(of: frame)
    case .pppPPPD, .pppWithDirection: return PPPHeader.payload(withDirection: frame)
    case .pppoe: return PPPoEHeader.payload(of: frame)
    case .rawIP, .ipv4, .ipv6: return .content(.ipPacket, offset: 0)
    case .ciscoHDLC: return CiscoHDLCHeader.payload(of: frame)
    case .wiFi: return WiFiHeader.payload(of: frame)
    case .wiFiRadiotap: return RadiotapHeader.payload(of: frame)
    case .wiFiPrism, .wiFiAVS: return PrismHeader.payload(of: frame)
    case .enc: return ENCHeader.payload(of: frame)
    case .pflog: return PFLOGHeader.payload(of: frame)
    case .pktap: return PKTAPHeader.payload(of: frame)
    case .juniperEthernet: return JuniperHeader.payload(of: frame)
    case .erf: return ERFHeader.payload(of: frame)
    case .ipnet: return IPNETHeader.payload(of: frame)
    case .nflog: return NFLOGHeader.payload(of: frame)
    case .unknown(let number): return .unread(.linkType(number))
    }
  }

  private static func ethernet(_ frame: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload {
    guard frame.byteCount >= EthernetHeader.length else { return .unread(.cutHeader) }
    if ISLHeader.begins(frame) {
      guard frame.byteCount >= ISLHeader.length else { return .unread(.cutHeader) }
      carriers.push(.isl)
      return .content(.frame(.ethernet), offset: ISLHeader.length)
    }
    let etherType = unsafe frame.u16(EthernetHeader.length &- 2)
    return .content(etherType < EtherType.smallest ? .llc : .etherType(etherType), offset: EthernetHeader.length)
  }

  private static func loopback(_ frame: RawSpan, _ linkType: LinkType) -> HeaderPayload {
    guard frame.byteCount >= 4 else { return .unread(.cutHeader) }
    let layer = BSDLoopback.networkLayer(of: frame, byteOrder: linkType == .bsdNull ? .host : .network)
    guard let layer else { return .unread(.badHeader) }
    return .content(.ipPacket, offset: layer.offset)
  }

  private static func cooked(_ frame: RawSpan, _ linkType: LinkType) -> HeaderPayload {
    guard let header = LinuxCooked.header(of: frame, linkType) else { return .unread(.cutHeader) }
    guard LinuxCooked.carriesEtherType(hardwareType: header.hardwareType) else {
      // Netlink, radiotap and frame relay, by their ARPHRD_ number.
      return .unread(header.hardwareType == 824 ? .carrierControl : .badHeader)
    }
    // 4 stands for 802.2 frames, 1 for 802.3 with another header; of the rest below EtherTypes nothing is known.
    if header.protocolType < EtherType.smallest {
      return header.protocolType == 4 ? .content(.llc, offset: header.length) : .unread(.etherType(header.protocolType))
    }
    return .content(.etherType(header.protocolType), offset: header.length)
  }
}
