import Dissection
import Observations

/// What choosing evidence needs to know of a packet.
struct PacketGlance {
  let source: IPAddress
  let destination: IPAddress
  /// The whole packet in bytes, IP header included.
  let length: Int
  let dontFragment: Bool
  let isFragment: Bool
  /// nil without ports: other protocols, later fragments, what a snap length cut.
  var conversation: Conversation?
  /// Of the conversation: 0 from a to b, 1 from b to a.
  var direction = 0
  var isTCP = false
  var flags = TCPFlags(rawValue: 0)
  var sequence: UInt32 = 0
  /// What a SYN offers, in bytes.
  var maximumSegmentSize: Int?
  /// Bytes behind the transport header on the wire.
  var payloadLength = 0
  /// What the payload begins with, when it looks like a record of TLS or DTLS.
  var content: TLSContentType?
  /// What an ICMP error quotes.
  var quoted: (conversation: Conversation, direction: Int)?

  /// nil for frames that hold no IP packet.
  init?(_ frame: RawSpan, linkType: LinkType, missingBytes: Int) {
    guard let network = LinkLayer.networkLayer(of: frame, linkType: linkType) else { return nil }
    let packet = frame.from(network.offset)
    if network.etherType == EtherType.ipv4, let header = IPv4Header(packet) {
      let length = header.totalLength == 0 ? packet.byteCount + missingBytes : header.totalLength
      self.init(
        source: header.source, destination: header.destination, length: length, dontFragment: header.dontFragment,
        isFragment: header.isFragment)
      guard !header.isLaterFragment else { return }
      read(header.payload, protocolNumber: header.protocolNumber, length: length - header.headerLength)
    } else if network.etherType == EtherType.ipv6, let header = IPv6Header(packet) {
      let length = header.totalLength == 0 ? packet.byteCount + missingBytes : header.totalLength
      self.init(
        source: header.source, destination: header.destination, length: length, dontFragment: true,
        isFragment: header.isFragment)
      guard !header.isLaterFragment else { return }
      read(header.payload, protocolNumber: header.protocolNumber, length: length - header.headerLength)
    } else {
      return nil
    }
  }

  private init(source: IPAddress, destination: IPAddress, length: Int, dontFragment: Bool, isFragment: Bool) {
    self.source = source
    self.destination = destination
    self.length = length
    self.dontFragment = dontFragment
    self.isFragment = isFragment
  }

  /// - Parameter length: bytes behind the IP header on the wire.
  private mutating func read(_ payload: RawSpan, protocolNumber: UInt8, length: Int) {
    switch protocolNumber {
    case IPProtocol.tcp:
      guard let header = TCPHeader(payload) else { return }
      isTCP = true
      flags = header.flags
      sequence = header.sequenceNumber
      payloadLength = max(0, length - header.headerLength)
      if flags.contains(.syn) { maximumSegmentSize = header.maximumSegmentSize.map(Int.init) }
      var records = TLSRecords(header.payload)
      if let record = records.next() { content = record.contentType }
      converse(protocolNumber, header.sourcePort, header.destinationPort)
    case IPProtocol.udp:
      guard let header = UDPHeader(payload) else { return }
      payloadLength = header.originalPayloadLength
      var records = DTLSRecords(
        header.payload, originalPayloadLength: header.originalPayloadLength, allowsUnifiedHeader: true)
      if let record = records.next() { content = record.contentType }
      converse(protocolNumber, header.sourcePort, header.destinationPort)
    case IPProtocol.icmp:
      guard let message = ICMPv4Message(payload), message.type == 3 else { return }
      quote(message.quoted)
    case IPProtocol.icmpv6:
      guard let message = ICMPv6Message(payload), message.type == 1 || message.type == 2 else { return }
      quote(message.quoted)
    default: break
    }
  }

  private mutating func converse(_ protocolNumber: UInt8, _ sourcePort: UInt16, _ destinationPort: UInt16) {
    let (conversation, direction) = Conversation.of(
      Endpoint(source, sourcePort), Endpoint(destination, destinationPort), protocolNumber: protocolNumber)
    self.conversation = conversation
    self.direction = direction
  }

  private mutating func quote(_ bytes: RawSpan) {
    guard let packet = QuotedPacket(bytes), packet.hasPorts else { return }
    quoted = Conversation.of(
      Endpoint(packet.source, packet.sourcePort), Endpoint(packet.destination, packet.destinationPort),
      protocolNumber: packet.protocolNumber)
  }
}
