import Observations

/// What the IP header of a packet says, the same for both versions.
@frozen
public struct IPHeader: Sendable, BitwiseCopyable {
  public let source: IPAddress
  public let destination: IPAddress
  /// The whole packet in bytes, IP header included, on the wire.
  public let length: Int
  /// What is small, in one word: a header of few words is passed on in registers.
  @usableFromInline let rest: UInt64

  /// Places in `rest`; the length of the header has the lowest 16 bits, the identification those above.
  @usableFromInline enum Place {
    @inlinable static var identification: UInt64 { 16 }
    @inlinable static var timeToLive: UInt64 { 32 }
    @inlinable static var protocolNumber: UInt64 { 40 }
    @inlinable static var dontFragment: UInt64 { 48 }
    @inlinable static var isIPv6: UInt64 { 49 }
    @inlinable static var isFragment: UInt64 { 50 }
    @inlinable static var isLaterFragment: UInt64 { 51 }
  }

  @inlinable @inline(__always)
  init(
    source: IPAddress, destination: IPAddress, length: Int, headerLength: Int, identification: UInt16,
    timeToLive: UInt8, protocolNumber: UInt8, dontFragment: Bool, isIPv6: Bool, isFragment: Bool, isLaterFragment: Bool
  ) {
    self.source = source
    self.destination = destination
    self.length = length
    rest =
      UInt64(UInt16(truncatingIfNeeded: headerLength)) | UInt64(identification) << Place.identification
      | UInt64(timeToLive) << Place.timeToLive
      | UInt64(protocolNumber) << Place.protocolNumber | (dontFragment ? 1 : 0) << Place.dontFragment
      | (isIPv6 ? 1 : 0) << Place.isIPv6 | (isFragment ? 1 : 0) << Place.isFragment
      | (isLaterFragment ? 1 : 0) << Place.isLaterFragment
  }

  /// Total length 0 is what segmentation offload leaves on the sending host; the captured length stands in.
  @inlinable @inline(__always)
  init(_ header: borrowing IPv4Header, capturedLength: Int, missingBytes: Int) {
    self.init(
      source: header.source, destination: header.destination,
      length: header.totalLength == 0 ? capturedLength &+ missingBytes : header.totalLength,
      headerLength: header.headerLength, identification: header.identification, timeToLive: header.timeToLive,
      protocolNumber: header.protocolNumber,
      dontFragment: header.dontFragment, isIPv6: false, isFragment: header.isFragment,
      isLaterFragment: header.isLaterFragment)
  }

  @inlinable @inline(__always)
  init(_ header: borrowing IPv6Header, capturedLength: Int, missingBytes: Int) {
    self.init(
      source: header.source, destination: header.destination,
      length: header.totalLength == 0 ? capturedLength &+ missingBytes : header.totalLength,
      headerLength: header.headerLength, identification: 0, timeToLive: header.hopLimit,
      protocolNumber: header.protocolNumber,
      dontFragment: true, isIPv6: true, isFragment: header.isFragment, isLaterFragment: header.isLaterFragment)
  }

  /// The same packet, its header longer by an authentication header (RFC 4302), behind which `protocolNumber` follows.
  @usableFromInline
  func behindAuthentication(length: Int, protocolNumber: UInt8) -> IPHeader {
    IPHeader(
      source: source, destination: destination, length: self.length, headerLength: headerLength &+ length,
      identification: identification, timeToLive: timeToLive, protocolNumber: protocolNumber,
      dontFragment: dontFragment, isIPv6: isIPv6, isFragment: isFragment, isLaterFragment: isLaterFragment)
  }

  @inlinable @inline(__always)
  func byte(_ place: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: rest >> place) }

  @inlinable @inline(__always)
  func flag(_ place: UInt64) -> Bool { rest >> place & 1 != 0 }

  /// What the fragments of one packet share, and its copies; 0 in IPv6, which numbers only fragments.
  @inlinable public var identification: UInt16 {
    @inline(__always) get { UInt16(truncatingIfNeeded: rest >> Place.identification) }
  }

  /// Time to live, or hop limit: how many hops it has left.
  @inlinable public var timeToLive: UInt8 { @inline(__always) get { byte(Place.timeToLive) } }

  /// Protocol of the payload, behind any IPv6 extension headers.
  @inlinable public var protocolNumber: UInt8 { @inline(__always) get { byte(Place.protocolNumber) } }

  /// Whether routers must drop the packet rather than fragment it: DF in IPv4, always in IPv6.
  @inlinable public var dontFragment: Bool { @inline(__always) get { flag(Place.dontFragment) } }

  @inlinable public var isIPv6: Bool { @inline(__always) get { flag(Place.isIPv6) } }

  /// The IP header, extension headers included, in bytes.
  @inlinable public var headerLength: Int {
    @inline(__always) get { Int(UInt16(truncatingIfNeeded: rest)) }
  }

  /// Whether this is a part of a packet only.
  @inlinable public var isFragment: Bool { @inline(__always) get { flag(Place.isFragment) } }

  /// Whether it is a fragment other than the first, so that no transport header begins the payload.
  @inlinable public var isLaterFragment: Bool { @inline(__always) get { flag(Place.isLaterFragment) } }

  /// Bytes behind the IP header on the wire.
  @inlinable public var payloadLength: Int { @inline(__always) get { length &- headerLength } }

  /// What a next-hop MTU leaves for TCP payload without options (RFC 6691 section 2).
  @inlinable public var tcpOverhead: Int { isIPv6 ? 60 : 40 }
}

/// The way from a captured frame to its IP packet, written down once for all that look at packets.
public enum PacketWalk {
  /// Walks from the link layer to the innermost packet that the frame holds.
  ///
  /// - Parameters:
  ///   - missingBytes: Bytes that the snap length cut off.
  ///   - body: Gets what was captured behind the IP header, what that says, and `CarrierStack.number` of what was around
  ///     the packet, 0 for nothing.
  /// - Returns: What the frame is instead, when it holds no IP packet, or one whose header is cut.
  @inlinable @inline(__always)
  public static func walk(
    _ frame: RawSpan, linkType: LinkType, missingBytes: Int, _ body: (RawSpan, IPHeader, UInt32) -> Void
  ) -> UnreadPacket? {
    guard let network = LinkLayer.networkLayer(of: frame, linkType: linkType) else {
      return walkCarried(frame, linkType: linkType, missingBytes: missingBytes, body)
    }
    // One version in the loop: its code then knows that it is this one.
    let bytes = frame.from(network.offset)
    guard network.etherType == EtherType.ipv4, let header = IPv4Header(bytes) else {
      return walkUncommon(frame, network, linkType: linkType, missingBytes: missingBytes, body)
    }
    let payload = header.payload
    if Decapsulation.mayCarry(protocolNumber: header.protocolNumber, transport: payload) {
      return walkCarried(frame, linkType: linkType, missingBytes: missingBytes, body)
    }
    body(payload, IPHeader(header, capturedLength: bytes.byteCount, missingBytes: missingBytes), 0)
    return nil
  }

  /// The way to IPv6, out of the loop over plain packets.
  @inlinable @inline(never)
  static func walkUncommon(
    _ frame: RawSpan, _ network: NetworkLayer, linkType: LinkType, missingBytes: Int,
    _ body: (RawSpan, IPHeader, UInt32) -> Void
  ) -> UnreadPacket? {
    var mayCarry = false
    let isRead = read(frame.from(network.offset), etherType: network.etherType, missingBytes: missingBytes) {
      payload, packet in
      if Decapsulation.mayCarry(protocolNumber: packet.protocolNumber, transport: payload) {
        mayCarry = true
      } else {
        body(payload, packet, 0)
      }
    }
    // Not read is also what a tag or label stands before that plain frames do not have.
    if isRead, !mayCarry { return nil }
    return walkCarried(frame, linkType: linkType, missingBytes: missingBytes, body)
  }

  /// The way to a packet that a carrier or mirror wrapped up, out of the loop over plain packets.
  @inlinable @inline(never)
  static func walkCarried(
    _ frame: RawSpan, linkType: LinkType, missingBytes: Int, _ body: (RawSpan, IPHeader, UInt32) -> Void
  ) -> UnreadPacket? {
    switch Decapsulation.innermost(of: frame, linkType: linkType) {
    case .unread(.aggregatedWiFi): return walkAggregated(frame, linkType: linkType, body)
    case .unread(let what): return what
    case .packet(let inner):
      let isRead = read(
        frame.upTo(inner.end).from(inner.offset), etherType: inner.etherType,
        missingBytes: inner.isCarried ? inner.missingBytes : missingBytes
      ) { payload, packet in
        // What is authenticated is in clear behind its header.
        var skipped = 0
        var behind = packet
        if packet.protocolNumber == IPProtocol.authenticationHeader, !packet.isLaterFragment,
          let header = AuthenticationHeader(payload)
        {
          skipped = header.headerLength
          behind = packet.behindAuthentication(length: skipped, protocolNumber: header.nextHeader)
        }
        body(payload.from(skipped), behind, inner.carriers.number)
      }
      return isRead ? nil : .badHeader
    }
  }

  /// The way to each packet of an aggregated Wi-Fi frame.
  ///
  /// - Returns: What the last one is that holds no IP packet; what cannot be read at all is damaged.
  @inlinable @inline(never)
  static func walkAggregated(
    _ frame: RawSpan, linkType: LinkType, _ body: (RawSpan, IPHeader, UInt32) -> Void
  ) -> UnreadPacket? {
    var unread: UnreadPacket?
    var parts = AggregatedWiFiFrames(frame, linkType: linkType)
    while let part = parts.next() {
      switch Decapsulation.innermost(ofLLC: part) {
      case .unread(let what): unread = what
      case .packet(let inner):
        let isRead = read(
          part.upTo(inner.end).from(inner.offset), etherType: inner.etherType, missingBytes: inner.missingBytes
        ) { payload, packet in body(payload, packet, inner.carriers.number) }
        if !isRead { unread = .badHeader }
      }
    }
    return parts.isWhole ? unread : unread ?? .cutHeader
  }

  /// Reads the packet that `bytes` begin with, when `etherType` is IPv4's or IPv6's and its header is whole.
  @inlinable @inline(__always)
  public static func read(
    _ bytes: RawSpan, etherType: UInt16, missingBytes: Int, _ body: (RawSpan, IPHeader) -> Void
  ) -> Bool {
    if etherType == EtherType.ipv4 {
      guard let header = IPv4Header(bytes) else { return false }
      body(header.payload, IPHeader(header, capturedLength: bytes.byteCount, missingBytes: missingBytes))
      return true
    }
    guard etherType == EtherType.ipv6, let header = IPv6Header(bytes) else { return false }
    body(header.payload, IPHeader(header, capturedLength: bytes.byteCount, missingBytes: missingBytes))
    return true
  }
}
