import Dissection
import Families
import Observations

/// What choosing evidence needs to know of a packet.
struct PacketGlance {
  let source: IPAddress
  let destination: IPAddress
  /// The whole packet in bytes, IP header included.
  let length: Int
  let dontFragment: Bool
  let isFragment: Bool
  /// Of a fragment: whether another one comes before it in the datagram, and what all of them have in common.
  let isLaterFragment: Bool
  let identification: UInt16
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
  /// What a family knows of the datagram or segment by itself.
  var clear: ClearDatagram?
  /// Whether it belongs to a handshake, or ends a channel.
  var isHandshake: Bool {
    switch content {
    case .handshake?, .alert?, .changeCipherSpec?, .acknowledgment?: true
    default: clear?.isHandshake ?? false
    }
  }
  /// What an ICMP error quotes.
  var quoted: (conversation: Conversation, direction: Int)?

  /// nil for frames that hold no IP packet.
  init?(_ frame: RawSpan, linkType: LinkType, missingBytes: Int) {
    var glance: PacketGlance?
    _ = PacketWalk.walk(frame, linkType: linkType, missingBytes: missingBytes) { payload, packet, _ in
      glance = PacketGlance(payload, packet)
    }
    guard let glance else { return nil }
    self = glance
  }

  private init(_ payload: RawSpan, _ packet: IPHeader) {
    source = packet.source
    destination = packet.destination
    length = packet.length
    dontFragment = packet.dontFragment
    isFragment = packet.isFragment
    isLaterFragment = packet.isLaterFragment
    identification = packet.identification
    if !isLaterFragment { read(payload, packet) }
  }

  private mutating func read(_ payload: RawSpan, _ packet: IPHeader) {
    switch packet.protocolNumber {
    case IPProtocol.tcp:
      guard let header = TCPHeader(payload) else { return }
      isTCP = true
      flags = header.flags
      sequence = header.sequenceNumber
      payloadLength = max(0, packet.payloadLength - header.headerLength)
      if flags.contains(.syn) { maximumSegmentSize = header.maximumSegmentSize.map(Int.init) }
      var records = TLSRecords(header.payload)
      if let record = records.next() { content = record.contentType }
      if content == nil { clear = RegisteredFamilies.clear(header.payload, in: .tcp) }
      converse(packet.protocolNumber, header.sourcePort, header.destinationPort)
    case IPProtocol.udp:
      guard let header = UDPHeader(payload) else { return }
      payloadLength = header.originalPayloadLength
      // The unified header of DTLS 1.3 is three bits, which the messages of others have, too.
      clear = RegisteredFamilies.clear(header.payload, in: .udp(length: header.originalPayloadLength))
      if clear == nil {
        var records = DTLSRecords(
          header.payload, originalPayloadLength: header.originalPayloadLength, allowsUnifiedHeader: true)
        if let record = records.next() { content = record.contentType }
      }
      converse(packet.protocolNumber, header.sourcePort, header.destinationPort)
    default:
      // A protocol without ports has one conversation between two hosts.
      if let clear = RegisteredFamilies.clear(
        payload, in: .ip(protocolNumber: packet.protocolNumber, length: packet.payloadLength))
      {
        self.clear = clear
        payloadLength = packet.payloadLength
        return converse(packet.protocolNumber, 0, 0)
      }
      guard ICMPError.isCarried(by: packet), let error = ICMPError(payload, isIPv6: packet.isIPv6) else { return }
      quote(error.quoted)
    }
  }

  private mutating func converse(_ protocolNumber: UInt8, _ sourcePort: UInt16, _ destinationPort: UInt16) {
    let (conversation, direction) = Conversation.of(
      Endpoint(source, sourcePort), Endpoint(destination, destinationPort), protocolNumber: protocolNumber)
    self.conversation = conversation
    self.direction = direction
  }

  private mutating func quote(_ packet: borrowing QuotedPacket) {
    guard packet.hasPorts else { return }
    quoted = Conversation.of(
      Endpoint(packet.source, packet.sourcePort), Endpoint(packet.destination, packet.destinationPort),
      protocolNumber: packet.protocolNumber)
  }
}
