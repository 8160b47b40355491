import Observations

/// The packet that an ICMP error quotes: its IP header and the first bytes behind it (RFC 792: at least 8; RFC 1812
/// section 4.3.2.3: as many as fit 576; RFC 4443: as many as fit 1280).
///
///     | IPv4 or IPv6 header | ports, if quoted | rest of the transport header and payload, as far as quoted
@frozen
public struct QuotedPacket: ~Escapable {
  public let source: IPAddress
  /// Where `isWhole` is false, its first 8 bytes only, and zeros.
  public let destination: IPAddress
  /// Whether the IP header is whole: a snap length may have cut off the end of an IPv6 destination, behind which all else
  /// is missing too.
  public let isWhole: Bool
  /// Protocol of the payload, behind any IPv6 extension headers.
  public let protocolNumber: UInt8
  /// Bytes of the whole packet, its header included, as that says; 0 when it does not.
  public let totalLength: Int
  /// Whether routers must drop the packet rather than fragment it: DF in IPv4, always in IPv6.
  public let dontFragment: Bool
  /// Whether it is a fragment other than the first, so that no transport header begins `transport`.
  public let isLaterFragment: Bool
  /// What is quoted behind the IP header.
  public let transport: RawSpan

  /// Fails unless `bytes` begin with an IPv4 header, options included, or with the first 32 bytes of an IPv6 header: up to the
  /// network and subnet of the destination (RFC 4291 section 2.5.4).
  @inlinable @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    if let header = IPv4Header(bytes) {
      self.source = header.source
      self.destination = header.destination
      self.protocolNumber = header.protocolNumber
      self.totalLength = header.totalLength
      self.dontFragment = header.dontFragment
      self.isLaterFragment = header.isLaterFragment
      self.transport = header.payload
      self.isWhole = true
    } else if let header = IPv6Header(bytes) {
      self.source = header.source
      self.destination = header.destination
      self.protocolNumber = header.protocolNumber
      self.totalLength = header.totalLength
      self.dontFragment = true
      self.isLaterFragment = header.isLaterFragment
      self.transport = header.payload
      self.isWhole = true
    } else if bytes.byteCount >= IPv6Header.Field.destination &+ 8, bytes.byteCount < IPv6Header.Field.end,
      unsafe bytes.u8(IPv6Header.Field.version) >> 4 == 6
    {
      self.source = unsafe IPAddress(
        high: bytes.u64(IPv6Header.Field.source), low: bytes.u64(IPv6Header.Field.source &+ 8))
      self.destination = unsafe IPAddress(high: bytes.u64(IPv6Header.Field.destination), low: 0)
      self.protocolNumber = unsafe bytes.u8(IPv6Header.Field.nextHeader)
      self.totalLength = unsafe Int(bytes.u16(IPv6Header.Field.payloadLength)) &+ IPv6Header.Field.end
      self.dontFragment = true
      self.isLaterFragment = false
      self.transport = bytes.upTo(0)
      self.isWhole = false
    } else {
      return nil
    }
  }

  /// A packet of which the capture cut off so much that its addresses are not there, between hosts that are known otherwise.
  /// Where its protocol is cut off too, it is taken for UDP.
  ///
  /// Fails for another IP version than theirs.
  @inlinable @_lifetime(copy bytes)
  init?(cut bytes: RawSpan, from source: IPAddress, to destination: IPAddress) {
    let isIPv4 = source.isIPv4
    let version: UInt8 = isIPv4 ? 4 : 6
    if bytes.byteCount > 0 { guard unsafe bytes.u8(0) >> 4 == version else { return nil } }
    let place = isIPv4 ? IPv4Header.Field.protocolNumber : IPv6Header.Field.nextHeader
    self.source = source
    self.destination = destination
    self.protocolNumber = bytes.byteCount > place ? unsafe bytes.u8(place) : IPProtocol.udp
    self.totalLength = 0
    self.dontFragment = !isIPv4
    self.isLaterFragment = false
    self.transport = bytes.upTo(0)
    self.isWhole = true
  }

  /// Whether a host may be the destination, as far as that is quoted.
  @inlinable
  public func mayBeFor(_ host: IPAddress) -> Bool {
    isWhole ? host == destination : host.high == destination.high
  }

  /// Whether the quote reaches to the ports of a TCP segment or UDP datagram.
  @inlinable public var hasPorts: Bool { mayHavePorts && transport.byteCount >= 4 }

  /// Whether it is a TCP segment or UDP datagram, whose ports are quoted unless the capture cut them off.
  @inlinable public var mayHavePorts: Bool {
    (protocolNumber == IPProtocol.tcp || protocolNumber == IPProtocol.udp) && !isLaterFragment
  }

  /// 0 without `hasPorts`.
  @inlinable public var sourcePort: UInt16 { hasPorts ? unsafe transport.u16(0) : 0 }

  /// 0 without `hasPorts`.
  @inlinable public var destinationPort: UInt16 { hasPorts ? unsafe transport.u16(2) : 0 }
}
