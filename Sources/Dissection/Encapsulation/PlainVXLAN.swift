/// The commonest carrier in its commonest form, found in one step: Ethernet, IPv4, UDP, VXLAN, Ethernet, and IPv4 that
/// carries nothing more.
///
/// It answers as the walk from header to header does, or not at all: a tag, an option that does not fit, another carrier
/// inside, all that is unusual is the walk's.
enum PlainVXLAN {
  /// The packet that a VXLAN frame carries; nil where the walk has to look.
  @inline(__always)
  static func innerPacket(of frame: RawSpan) -> InnerPacket? {
    guard let outer = IPv4Header(packet(of: frame)), outer.protocolNumber == IPProtocol.udp, !outer.isLaterFragment,
      let udp = UDPHeader(outer.payload),
      udp.destinationPort == CarrierPort.vxlan || udp.destinationPort == CarrierPort.vxlanLinux,
      let header = VXLANHeader(udp.payload)
    else { return nil }
    // The carried packet may be longer than its datagram says, but some of it lies in the datagram.
    let carried = UDPHeader.size &+ VXLANHeader.length
    guard udp.payload.byteCount > VXLANHeader.length &+ EthernetHeader.length,
      let inner = IPv4Header(packet(of: outer.payload.from(carried))),
      !Decapsulation.mayCarry(protocolNumber: inner.protocolNumber, transport: inner.payload)
    else { return nil }
    var carriers = CarrierStack()
    carriers.push(.vxlan, identifier: header.networkIdentifier)
    let begin = EthernetHeader.length &+ outer.headerLength
    let offset = begin &+ carried &+ EthernetHeader.length
    let end = begin &+ outer.payload.byteCount
    return InnerPacket(
      offset: offset, end: end, etherType: EtherType.ipv4,
      missingBytes: max(0, inner.totalLength &- (end &- offset)), carriers: carriers)
  }

  /// What follows a plain Ethernet header that announces IPv4; nothing, which is no packet, behind any other.
  @inline(__always) @_lifetime(copy frame)
  private static func packet(of frame: RawSpan) -> RawSpan {
    guard frame.byteCount > EthernetHeader.length,
      unsafe frame.u16(EthernetHeader.length &- 2) == EtherType.ipv4, !ISLHeader.begins(frame)
    else { return frame.upTo(0) }
    return frame.from(EthernetHeader.length)
  }
}
