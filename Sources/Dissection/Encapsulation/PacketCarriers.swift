import Observations

/// IP packets that carry other packets: by their protocol, or as UDP to a carrier's port.
enum PacketCarriers {
  /// What an IP packet leads to.
  static func step(in packet: RawSpan, _ carriers: inout CarrierStack) -> Decapsulation.Step {
    if let header = IPv4Header(packet) {
      return step(
        behind: Header(
          etherType: EtherType.ipv4, protocolNumber: header.protocolNumber, length: header.headerLength,
          totalLength: header.totalLength, isLaterFragment: header.isLaterFragment), header.payload, &carriers)
    }
    if let header = IPv6Header(packet) {
      return step(
        behind: Header(
          etherType: EtherType.ipv6, protocolNumber: header.protocolNumber, length: header.headerLength,
          totalLength: header.totalLength, isLaterFragment: header.isLaterFragment), header.payload, &carriers)
    }
    guard packet.byteCount > 0 else { return .unread(.cutHeader) }
    let version = unsafe packet.u8(0) >> 4
    return .unread(
      version == 4 && packet.byteCount < 20 || version == 6 && packet.byteCount < 40 ? .cutHeader : .badHeader)
  }

  private struct Header {
    let etherType: UInt16
    let protocolNumber: UInt8
    let length: Int
    let totalLength: Int
    let isLaterFragment: Bool
    /// Bytes between this header and the payload: those of an authentication header.
    var gap = 0

    /// The packet itself.
    var inner: Decapsulation.Step { .inner(etherType: etherType, length: totalLength) }
  }

  private static func step(
    behind header: Header, _ payload: RawSpan, _ carriers: inout CarrierStack
  ) -> Decapsulation.Step {
    guard Decapsulation.mayCarry(protocolNumber: header.protocolNumber, transport: payload) else {
      return header.inner
    }
    if header.isLaterFragment {
      // Of UDP, such a fragment has no ports: what looks like them is data.
      return header.protocolNumber == IPProtocol.udp ? header.inner : .unread(.carrierFragment)
    }
    if header.protocolNumber == IPProtocol.authenticationHeader {
      // Transport mode protects what is in clear behind it; one such header in another is nothing that anybody sends.
      guard header.gap == 0, let authentication = AuthenticationHeader(payload) else { return header.inner }
      let length = authentication.headerLength
      if IPProtocol.isIP(authentication.nextHeader) {
        carriers.push(.authenticationHeader)
        return .next(.ipPacket, offset: header.length + length, end: header.length + payload.byteCount)
      }
      return step(
        behind: Header(
          etherType: header.etherType, protocolNumber: authentication.nextHeader, length: header.length,
          totalLength: header.totalLength, isLaterFragment: false, gap: length), payload.from(length), &carriers)
    }
    let inside =
      header.protocolNumber == IPProtocol.udp
      ? datagram(payload, &carriers) : carried(by: header.protocolNumber, payload, &carriers)
    let length = header.length + header.gap
    return switch inside {
    case nil: header.inner
    case .content(let content, let offset): .next(content, offset: length + offset, end: length + payload.byteCount)
    case .unread(let what): .unread(what)
    }
  }

  /// What a protocol other than UDP carries; nil when the packet is to be taken as it is.
  private static func carried(
    by protocolNumber: UInt8, _ payload: RawSpan, _ carriers: inout CarrierStack
  ) -> HeaderPayload? {
    switch protocolNumber {
    case IPProtocol.ipv4, IPProtocol.ipv6:
      carriers.push(.ipInIP)
      return .content(.ipPacket, offset: 0)
    case IPProtocol.gre: return GenericRouting.payload(of: payload, &carriers)
    case IPProtocol.etherIP:
      guard EtherIPHeader.begins(payload) else { return nil }
      carriers.push(.etherIP)
      return .content(.frame(.ethernet), offset: EtherIPHeader.length)
    case IPProtocol.mpls: return .content(.etherType(EtherType.mpls), offset: 0)
    case IPProtocol.ethernet:
      carriers.push(.ipInIP)
      return .content(.frame(.ethernet), offset: 0)
    case IPProtocol.l2tp3: return L2TPv3Session.payload(of: payload, protocolNumber, &carriers)
    case IPProtocol.nsh: return serviceHeader(payload, &carriers)
    default: return nil
    }
  }

  /// What a datagram to a carrier's port carries; nil when it is no carrier's.
  private static func datagram(_ bytes: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let udp = UDPHeader(bytes) else { return nil }
    let inside =
      switch udp.destinationPort {
      case CarrierPort.vxlan, CarrierPort.vxlanLinux: vxlan(udp.payload, &carriers)
      case CarrierPort.vxlanGPE: genericVXLAN(udp.payload, &carriers)
      case CarrierPort.geneve: geneve(udp.payload, &carriers)
      case CarrierPort.gtp: gtp(udp.payload, &carriers)
      case CarrierPort.tzsp: tzsp(udp.payload, &carriers)
      case CarrierPort.gre: genericRouting(udp.payload, &carriers)
      case CarrierPort.mpls: labels(udp.payload, length: udp.originalPayloadLength, &carriers)
      default:
        served(CarrierPort.isServer(udp.destinationPort) ? udp.destinationPort : udp.sourcePort, udp.payload, &carriers)
      }
    guard case .content(let content, let offset) = inside else { return inside }
    return .content(content, offset: UDPHeader.size + offset)
  }

  /// What a datagram to or from a carrier's server carries.
  private static func served(
    _ port: UInt16, _ payload: RawSpan, _ carriers: inout CarrierStack
  ) -> HeaderPayload? {
    switch port {
    case CarrierPort.teredo: teredo(payload, &carriers)
    case CarrierPort.capwap: capwap(payload, &carriers)
    default: l2tp(payload, &carriers)
    }
  }

  private static func vxlan(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let header = VXLANHeader(payload),
      header.isPlain
        ? EthernetHeader.isPlausible(payload.from(VXLANHeader.length))
        : EthernetHeader.carriesIP(payload.from(VXLANHeader.length))
    else { return nil }
    carriers.push(.vxlan, identifier: header.networkIdentifier)
    return .content(.frame(.ethernet), offset: VXLANHeader.length)
  }

  private static func genericVXLAN(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let header = GenericVXLANHeader(payload), let content = header.content,
      isPlausible(content, payload.from(GenericVXLANHeader.length))
    else { return nil }
    if header.isControl { return .unread(.carrierControl) }
    carriers.push(.vxlan, identifier: header.networkIdentifier)
    return .content(content, offset: GenericVXLANHeader.length)
  }

  private static func serviceHeader(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let header = NetworkServiceHeader(payload) else { return nil }
    return header.payload(&carriers)
  }

  /// Whether bytes look like what a header says they are.
  private static func isPlausible(_ content: FrameContent, _ bytes: RawSpan) -> Bool {
    switch content {
    case .frame: EthernetHeader.isPlausible(bytes)
    case .ipPacket: RawIP.isPlausible(bytes)
    case .etherType(EtherType.serviceHeader): NetworkServiceHeader(bytes) != nil
    default: bytes.byteCount >= 4
    }
  }

  private static func geneve(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let header = GeneveHeader(payload) else { return nil }
    let inner = payload.from(header.headerLength)
    guard
      header.protocolType == EtherType.ethernetFrame ? EthernetHeader.isPlausible(inner) : RawIP.isPlausible(inner)
    else { return nil }
    if header.isControl { return .unread(.carrierControl) }
    carriers.push(.geneve, identifier: header.networkIdentifier)
    return .content(.etherType(header.protocolType), offset: header.headerLength)
  }

  private static func gtp(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let header = GTPUHeader(payload), RawIP.isPlausible(payload.from(header.headerLength)) else { return nil }
    carriers.push(.gtp)
    return .content(.ipPacket, offset: header.headerLength)
  }

  private static func tzsp(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let header = TZSPHeader(payload) else { return nil }
    if header.linkType == .ethernet, !EthernetHeader.isPlausible(payload.from(header.headerLength)) { return nil }
    carriers.push(.tzsp)
    return .content(.frame(header.linkType), offset: header.headerLength)
  }

  private static func genericRouting(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let header = GREHeader(payload), header.version == 0 else { return nil }
    let inner = payload.from(header.headerLength)
    let fits =
      switch header.protocolType {
      case EtherType.ipv4: IPv4Header(inner) != nil
      case EtherType.ipv6: IPv6Header(inner) != nil
      case EtherType.ethernetFrame: EthernetHeader.isPlausible(inner)
      default: false
      }
    return fits ? GenericRouting.payload(of: payload, &carriers) : nil
  }

  /// - Parameter length: Bytes of the payload on the wire. Labels say so little of themselves that an IP packet has to
  ///   end where its datagram does.
  private static func labels(
    _ payload: RawSpan, length: Int, _ carriers: inout CarrierStack
  ) -> HeaderPayload? {
    guard let labels = MPLSLabelStack(payload), case .content(let content, let offset) = labels.payload
    else { return nil }
    let inner = payload.from(offset)
    if content == .ipPacket {
      let total = IPv4Header(inner)?.totalLength ?? IPv6Header(inner)?.totalLength
      guard total == length - offset else { return nil }
    }
    carriers.push(.mpls)
    return .content(content, offset: offset)
  }

  private static func teredo(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let header = TeredoHeader(payload) else { return nil }
    carriers.push(.teredo)
    return .content(.ipPacket, offset: header.headerLength)
  }

  private static func capwap(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    guard let header = CAPWAPHeader(payload) else { return nil }
    if header.isKeepAlive { return .unread(.carrierControl) }
    if header.isLaterFragment { return .unread(.carrierFragment) }
    let frame = payload.from(header.headerLength)
    guard header.isNative else {
      guard EthernetHeader.isPlausible(frame) else { return nil }
      carriers.push(.capwap)
      return .content(.frame(.ethernet), offset: header.headerLength)
    }
    guard let content = WiFiHeader.content(betweenPointAndController: frame) else { return nil }
    carriers.push(.capwap)
    return .content(content, offset: header.headerLength)
  }

  private static func l2tp(_ payload: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload? {
    if L2TPv3Session.begins(datagram: payload) {
      let session = payload.from(L2TPv3Session.datagramHeaderLength)
      return L2TPv3Session.payload(of: session, IPProtocol.udp, &carriers)?.behind(L2TPv3Session.datagramHeaderLength)
    }
    guard let header = L2TPHeader(payload) else { return nil }
    let ppp = payload.from(header.headerLength)
    switch PPPHeader.payload(of: ppp) {
    case .content(.ipPacket, let offset) where !RawIP.isPlausible(ppp.from(offset)): return nil
    case .content, .unread(.ppp(0x00FD)): break
    // Control protocols of PPP; any other number is no proof of L2TP.
    case .unread(.ppp(let number)) where number >= 0x8000 && number & 1 == 1 && number & 0x0F00 <= 0x0200: break
    case .unread: return nil
    }
    carriers.push(.l2tp)
    return .content(.ppp, offset: header.headerLength)
  }
}

/// What GRE carries.
enum GenericRouting {
  /// Wi-Fi frames that Aruba's access points send to their controller; which of them, the last byte says (Wireshark's
  /// packet-gre.c).
  private static let arubaFrames: ClosedRange<UInt16> = 0x8200...0x837F

  static func payload(of bytes: RawSpan, _ carriers: inout CarrierStack) -> HeaderPayload {
    guard let header = GREHeader(bytes) else { return .unread(bytes.byteCount < 16 ? .cutHeader : .badHeader) }
    let inner = bytes.from(header.headerLength)
    let protocolType = header.protocolType
    switch protocolType {
    case EtherType.erspan where !header.hasSequenceNumber:
      carriers.push(.erspan)
      return .content(.frame(.ethernet), offset: header.headerLength)
    case EtherType.erspan, EtherType.erspan3:
      guard let mirrored = ERSPANHeader(inner, protocolType: protocolType) else {
        return .unread(inner.byteCount < 20 ? .cutHeader : .badHeader)
      }
      carriers.push(.erspan, identifier: mirrored.session)
      let offset = header.headerLength + mirrored.headerLength
      return switch mirrored.frameType {
      case .ethernet: .content(.frame(.ethernet), offset: offset)
      case .ip: .content(.ipPacket, offset: offset)
      case .other: .unread(.mirroredFrame)
      }
    // Keepalives of routers: no protocol, and often no payload.
    case 0: return .unread(.carrierControl)
    case EtherType.ciscoMetadata:
      carriers.push(.gre, identifier: header.networkIdentifier)
      return CiscoMetadata.payload(inGRE: inner).behind(header.headerLength)
    case EtherType.ethernetOverIP where header.version == 1:
      // A keepalive says itself that nothing follows, which a packet that was cut does not.
      if unsafe bytes.u16(4) == 0 { return .unread(.carrierControl) }
      carriers.push(.gre, identifier: header.networkIdentifier)
      return .content(.frame(.ethernet), offset: header.headerLength)
    case arubaFrames:
      carriers.push(.gre, identifier: header.networkIdentifier)
      return .content(.frame(.wiFi), offset: header.headerLength)
    case EtherType.wccp:
      // Version 2 puts a header of 4 bytes before the packet, version 1 none (draft-mclaggan-wccp-v2rev1 section 4.12).
      carriers.push(.gre, identifier: header.networkIdentifier)
      return .content(.ipPacket, offset: header.headerLength + (RawIP.isPlausible(inner) ? 0 : 4))
    default:
      carriers.push(.gre, identifier: header.networkIdentifier)
      return .content(.etherType(protocolType), offset: header.headerLength)
    }
  }
}
