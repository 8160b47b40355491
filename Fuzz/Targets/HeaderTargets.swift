import Dissection
import Observations

/// The dissectors of headers, each group apart: damage in one layer never hides the next from the fuzzer.
enum HeaderTargets {
  static let all = [
    FuzzTarget("link-layer", "Ethernet, VLAN, PPPoE, PPP, loopback and cooked headers", walking: linkLayer),
    FuzzTarget(
      "decapsulation", "carriers in carriers, and every link type: its number, then a frame", walking: decapsulation),
    FuzzTarget("ip", "IPv4 and IPv6 headers with options and extension headers", walking: ip),
    FuzzTarget("transport", "TCP headers with options, UDP headers", walking: transport),
    FuzzTarget("icmp", "ICMP and ICMPv6 messages and the packets that they quote", walking: icmp),
  ]

  static let linkTypes: [LinkType] = [
    .ethernet, .bsdNull, .ppp, .rawIP, .bsdLoop, .linuxCooked, .ipv4, .ipv6, .linuxCooked2,
    .wiFi, .wiFiRadiotap, .wiFiPrism, .wiFiAVS, .pktap, .nflog, .pflog, .pppPPPD, .pppWithDirection, .pppoe,
    .ciscoHDLC, .enc, .juniperEthernet, .erf, .ipnet,
  ]

  /// The first byte names the link type, so that damage in one never hides the others.
  private static func decapsulation(_ bytes: RawSpan) -> Int {
    guard bytes.byteCount > 0 else { return 0 }
    let type = linkTypes[unsafe Int(bytes.unsafeLoad(as: UInt8.self)) % linkTypes.count]
    let frame = bytes.from(1)
    switch Decapsulation.innermost(of: frame, linkType: type) {
    case .unread(.aggregatedWiFi):
      var packets = 0
      _ = PacketWalk.walk(frame, linkType: type, missingBytes: 0) { payload, _, _ in
        promise(payload.byteCount <= frame.byteCount, "it lies in the frame")
        packets &+= 1
      }
      promise(packets <= frame.byteCount / 14, "each packet has a header of its own")
      return packets
    case .unread(let what): return what.name.count
    case .packet(let inner):
      promise(inner.offset >= 0 && inner.offset <= inner.end && inner.end <= frame.byteCount, "it lies in the frame")
      promise(inner.carriers.depth <= Decapsulation.depthLimit, "carriers are followed to a bound")
      let packet = frame.extracting(inner.offset..<inner.end)
      promise(IPv4Header(packet) != nil || IPv6Header(packet) != nil, "it is an IP packet")
      guard case .packet(let own) = Decapsulation.innermost(ofPacket: packet) else { return 1 }
      promise(own.offset == 0, "the innermost carries nothing")
      return 1 &+ inner.offset
    }
  }

  /// The same bytes behind every link type.
  private static func linkLayer(_ bytes: RawSpan) -> Int {
    var found = 0
    for type in linkTypes {
      guard let layer = LinkLayer.networkLayer(of: bytes, linkType: type) else { continue }
      promise(layer.offset >= 0 && layer.offset <= bytes.byteCount, "the network layer lies in the frame")
      found &+= Int(layer.etherType) &+ layer.offset
    }
    return found
  }

  private static func ip(_ bytes: RawSpan) -> Int {
    var sum = 0
    if let header = IPv4Header(bytes) {
      promise(header.payload.byteCount + header.headerLength <= bytes.byteCount, "the payload lies in the packet")
      promise(header.options.byteCount <= 40, "options have at most 40 bytes")
      sum &+= header.totalLength &+ header.fragmentOffset &+ Int(header.identification) &+ Int(header.timeToLive)
      sum &+= header.source.hashValue &+ header.destination.hashValue
    }
    if let header = IPv6Header(bytes) {
      promise(header.payload.byteCount + header.headerLength <= bytes.byteCount, "the payload lies in the packet")
      promise(header.headerLength >= 40, "an IPv6 header has at least 40 bytes")
      sum &+= header.totalLength &+ header.fragmentOffset &+ Int(header.identification) &+ Int(header.protocolNumber)
    }
    return sum
  }

  private static func transport(_ bytes: RawSpan) -> Int {
    var sum = 0
    if let header = TCPHeader(bytes) {
      promise((20...60).contains(header.headerLength), "a TCP header has 20 to 60 bytes")
      promise(header.payload.byteCount <= bytes.byteCount, "the payload lies in the segment")
      var options = header.options
      var steps = 0
      while let option = options.next() {
        steps += 1
        sum &+= option.kind.hashValue &+ option.value.byteCount
      }
      promise(steps <= 40, "every option moves forward")
      sum &+= Int(header.maximumSegmentSize ?? 0) &+ Int(header.flags.rawValue) &+ Int(header.sequenceNumber)
    }
    if let header = UDPHeader(bytes) {
      promise(header.payload.byteCount <= bytes.byteCount, "the payload lies in the datagram")
      promise(header.originalPayloadLength >= header.payload.byteCount, "the original is not shorter than what is left")
      sum &+= header.length &+ Int(header.sourcePort) &+ Int(header.destinationPort)
    }
    return sum
  }

  private static func icmp(_ bytes: RawSpan) -> Int {
    var sum = 0
    if let message = ICMPv4Message(bytes) {
      sum &+= quoted(message.quoted) &+ Int(message.nextHopMTU)
      sum &+= message.destinationUnreachableCode.hashValue &+ (message.isError ? 1 : 0)
    }
    if let message = ICMPv6Message(bytes) {
      sum &+= quoted(message.quoted) &+ Int(message.mtu)
      sum &+= message.destinationUnreachableCode.hashValue &+ (message.isError ? 1 : 0)
    }
    return sum &+ quoted(bytes)
  }

  private static func quoted(_ bytes: RawSpan) -> Int {
    guard let packet = QuotedPacket(bytes) else { return 0 }
    promise(packet.transport.byteCount <= bytes.byteCount, "the quote lies in the message")
    return packet.totalLength &+ Int(packet.sourcePort) &+ Int(packet.destinationPort) &+ Int(packet.protocolNumber)
  }
}
