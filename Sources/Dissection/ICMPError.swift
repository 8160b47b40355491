/// An ICMP or ICMPv6 error that says that a packet did not reach its destination, with what it quotes of the packet.
@frozen
public struct ICMPError: ~Escapable {
  /// "Fragmentation needed and DF set" (RFC 1191 section 4) or "packet too big" (RFC 4443 section 3.2); the others are
  /// "destination unreachable".
  public let isTooBig: Bool
  /// "Fragment reassembly time exceeded" (RFC 792, RFC 4443 section 3.3): the rest of a packet never came.
  public let isReassemblyTimeout: Bool
  /// As in the header.
  public let type: UInt8
  public let code: UInt8
  /// What the message says of the next hop's MTU, in bytes, believable or not; 0 where it says nothing.
  public let nextHopMTU: Int
  public let quoted: QuotedPacket

  /// Reads the payload of a packet of ICMP, or of ICMPv6 over IPv6; fails for other messages and unless the quoted IP
  /// header is whole.
  @inlinable @_lifetime(copy payload)
  public init?(_ payload: RawSpan, isIPv6: Bool) {
    if isIPv6 {
      guard let message = ICMPv6Message(payload),
        message.type == 1 || message.type == 2 || message.type == 3 && message.code == 1,
        let quoted = QuotedPacket(message.quoted)
      else { return nil }
      self.type = message.type
      self.code = message.code
      self.isTooBig = message.type == 2
      self.isReassemblyTimeout = message.type == 3
      self.nextHopMTU = Int(clamping: message.mtu)
      self.quoted = quoted
    } else {
      guard let message = ICMPv4Message(payload), message.type == 3 || message.type == 11 && message.code == 1,
        let quoted = QuotedPacket(message.quoted)
      else { return nil }
      self.type = message.type
      self.code = message.code
      self.isTooBig = message.type == 3 && message.code == 4
      self.isReassemblyTimeout = message.type == 11
      self.nextHopMTU = message.type == 3 ? Int(message.nextHopMTU) : 0
      self.quoted = quoted
    }
  }

  /// Reads what a capture left of a "port unreachable" whose quote it cut inside the IP header. The host that the quoted
  /// packet was for says it itself, to the sender: both stand in the header of the error (RFC 1122 section 3.2.2.1, RFC 4443
  /// section 3.1). Fails for other messages.
  @inlinable @_lifetime(copy payload)
  public init?(cut payload: RawSpan, in packet: IPHeader) {
    if packet.isIPv6 {
      guard let message = ICMPv6Message(payload), message.destinationUnreachableCode == .port,
        let quoted = QuotedPacket(cut: message.quoted, from: packet.destination, to: packet.source)
      else { return nil }
      self.type = message.type
      self.code = message.code
      self.quoted = quoted
    } else {
      guard let message = ICMPv4Message(payload), message.destinationUnreachableCode == .port,
        let quoted = QuotedPacket(cut: message.quoted, from: packet.destination, to: packet.source)
      else { return nil }
      self.type = message.type
      self.code = message.code
      self.quoted = quoted
    }
    self.isTooBig = false
    self.isReassemblyTimeout = false
    self.nextHopMTU = 0
  }

  /// Whether a packet's protocol is the ICMP of its IP version.
  @inlinable @inline(__always)
  public static func isCarried(by packet: IPHeader) -> Bool {
    packet.protocolNumber == (packet.isIPv6 ? IPProtocol.icmpv6 : IPProtocol.icmp)
  }
}
