import Observations

/// The way from a frame or an IP packet to the innermost packet that mirrors, networks and switches wrapped up.
///
/// The walk over packets takes plain frames by itself: Ethernet with IP, and in it TCP, or UDP to a port of no
/// carrier. All else comes here, out of its loop:
///
///     switch Decapsulation.innermost(of: frame, linkType: linkType) {
///     case .packet(let inner): read(frame.extracting(inner.offset..<inner.end), through: inner.carriers)
///     case .unread(let what): count(what)
///     }
///
/// What is carried must show itself: headers are checked for what they must hold, so that other protocols on a
/// carrier's port stay themselves. Each step moves forward in the frame, and their number is bounded.
public enum Decapsulation {
  /// Carriers inside each other that are followed. A mirror (ERSPAN) of an overlay (VXLAN) over a backbone (MPLS) of
  /// tunnels (GRE) has four; twice that is damage or an attack.
  public static let depthLimit = 8

  /// Headers between one carrier and the next that are followed: Ethernet, tags, PPP, LLC. Eight would do for every
  /// switch that is sold.
  public static let headerLimit = 16

  /// The innermost IP packet of a frame.
  @inline(never)
  public static func innermost(of frame: RawSpan, linkType: LinkType) -> Decapsulated {
    if case .ethernet = linkType, let inner = PlainVXLAN.innerPacket(of: frame) { return .packet(inner) }
    return innermost(of: frame, .frame(linkType))
  }

  /// The innermost IP packet of an IP packet: itself, with offset 0, when it carries none.
  @inline(never)
  public static func innermost(ofPacket packet: RawSpan) -> Decapsulated { innermost(of: packet, .ipPacket) }

  /// The innermost IP packet behind an LLC header: of one of the frames in an aggregated Wi-Fi frame.
  @inline(never) @usableFromInline
  static func innermost(ofLLC bytes: RawSpan) -> Decapsulated { innermost(of: bytes, .llc) }

  /// The packet of a frame that no carrier wraps; nil when there is none.
  @usableFromInline
  static func uncarriedPacket(of frame: RawSpan, linkType: LinkType) -> NetworkLayer? {
    var content = FrameContent.frame(linkType)
    var offset = 0
    var carriers = CarrierStack()
    for _ in 0..<headerLimit {
      let rest = frame.from(offset)
      if case .ipPacket = content { return RawIP.networkLayer(of: rest).map { $0.behind(offset) } }
      guard case .next(let inner, let length, _) = step(in: rest, content, &carriers), carriers.depth == 0
      else { return nil }
      content = inner
      offset += length
    }
    return nil
  }

  /// Whether an IP packet may carry another: cheap enough to be asked for each.
  ///
  /// - Parameter transport: What follows the IP header.
  @inlinable @inline(__always)
  public static func mayCarry(protocolNumber: UInt8, transport: RawSpan) -> Bool {
    if protocolNumber == IPProtocol.tcp { return false }
    guard protocolNumber == IPProtocol.udp else { return IPProtocol.isCarrier(protocolNumber) }
    guard transport.byteCount >= 4 else { return false }
    return unsafe CarrierPort.mayCarry(source: transport.u16(0), destination: transport.u16(2))
  }

  /// The walk from header to header.
  static func innermost(of bytes: RawSpan, _ first: FrameContent) -> Decapsulated {
    var place = Place(content: first, offset: 0, end: bytes.byteCount)
    var carriers = CarrierStack()
    var headers = 0
    while true {
      let depth = carriers.depth
      switch step(in: bytes.upTo(place.end).from(place.offset), place.content, &carriers) {
      case .inner(let etherType, let length):
        return .packet(
          InnerPacket(
            offset: place.offset, end: place.end, etherType: etherType,
            missingBytes: max(0, length - (place.end - place.offset)), carriers: carriers))
      case .next(let content, let offset, let end):
        place = Place(content: content, offset: place.offset + offset, end: place.offset + end)
      case .unread(let what): return .unread(what)
      }
      headers = carriers.depth > depth ? 0 : headers + 1
      if carriers.depth > depthLimit || headers > headerLimit { return .unread(.nestedTooDeeply) }
    }
  }

  /// Where the walk stands.
  private struct Place {
    let content: FrameContent
    let offset: Int
    let end: Int
  }

  /// What one header leads to; offsets count from the header.
  enum Step {
    /// It is an IP packet that carries no other; `length` is what its header says, 0 when it does not.
    case inner(etherType: UInt16, length: Int)
    case next(FrameContent, offset: Int, end: Int)
    case unread(UnreadPacket)
  }

  private static func step(in bytes: RawSpan, _ content: FrameContent, _ carriers: inout CarrierStack) -> Step {
    switch content {
    case .frame(let linkType): next(LinkLayer.payload(of: bytes, linkType: linkType, &carriers), in: bytes)
    case .etherType(let etherType): next(payload(ofEtherType: etherType, bytes, &carriers), in: bytes)
    case .swappedWiFi: next(WiFiHeader.payload(of: bytes, isSwapped: true), in: bytes)
    case .llc: next(LLCHeader.payload(of: bytes), in: bytes)
    case .ppp: next(PPPHeader.payload(of: bytes), in: bytes)
    case .ipPacket: PacketCarriers.step(in: bytes, &carriers)
    }
  }

  private static func next(_ payload: HeaderPayload, in bytes: RawSpan) -> Step {
    switch payload {
    case .content(let content, let offset): .next(content, offset: offset, end: bytes.byteCount)
    case .unread(let what): .unread(what)
    }
  }

  /// What the payload of an EtherType leads to.
  private static func payload(
    ofEtherType etherType: UInt16, _ bytes: RawSpan, _ carriers: inout CarrierStack
  ) -> HeaderPayload {
    switch etherType {
    case EtherType.ipv4, EtherType.ipv6: return .content(.ipPacket, offset: 0)
    case EtherType.customerVLAN, EtherType.serviceVLAN, EtherType.preStandardVLAN, EtherType.otherVLAN:
      guard bytes.byteCount >= VLANTag.length else { return .unread(.cutHeader) }
      let next = unsafe bytes.u16(VLANTag.length &- 2)
      return .content(next < EtherType.smallest ? .llc : .etherType(next), offset: VLANTag.length)
    case EtherType.pppoeSession: return PPPoEHeader.payload(of: bytes)
    case EtherType.ppp: return .content(.ppp, offset: 0)
    case EtherType.ethernetFrame: return .content(.frame(.ethernet), offset: 0)
    case EtherType.mpls, EtherType.mplsUpstream:
      guard let labels = MPLSLabelStack(bytes) else { return .unread(.cutHeader) }
      carriers.push(.mpls)
      return labels.payload
    case EtherType.macsec: return MACsecTag.payload(of: bytes)
    case EtherType.ciscoMetadata: return CiscoMetadata.payload(of: bytes)
    case EtherType.serviceHeader:
      guard let header = NetworkServiceHeader(bytes) else {
        return .unread(bytes.byteCount < 8 ? .cutHeader : .badHeader)
      }
      return header.payload(&carriers)
    case EtherType.vnTag: return VNTag.payload(of: bytes)
    case EtherType.bridgePortExtension: return BridgePortExtensionTag.payload(of: bytes)
    case EtherType.hsr: return HSRTag.payload(of: bytes)
    case EtherType.aristaTag: return AristaTag.payload(of: bytes)
    case EtherType.backboneService:
      guard let tag = BackboneServiceTag(bytes) else { return .unread(.cutHeader) }
      carriers.push(.providerBackbone, identifier: tag.serviceIdentifier)
      return .content(.frame(.ethernet), offset: BackboneServiceTag.length)
    case EtherType.fabricPath:
      carriers.push(.fabricPath)
      return .content(.frame(.ethernet), offset: FabricPathHeader.length)
    case ..<EtherType.smallest: return .content(.llc, offset: 0)
    default: return .unread(.etherType(etherType))
    }
  }
}
