import Observations

/// What the IP header of a packet says, the same for both versions.
@frozen
public struct IPHeader: Sendable, BitwiseCopyable {
  public let source: IPAddress
  public let destination: IPAddress
  /// The whole packet in bytes, IP header included, on the wire.
  public let length: Int
  @usableFromInline let headerBytes: UInt32
  /// Time to live, or hop limit: how many hops it has left.
  public let timeToLive: UInt8
  /// Protocol of the payload, behind any IPv6 extension headers.
  public let protocolNumber: UInt8
  /// Whether routers must drop the packet rather than fragment it: DF in IPv4, always in IPv6.
  public let dontFragment: Bool
  public let isIPv6: Bool
  @usableFromInline let fragment: Fragment

  @usableFromInline
  enum Fragment: UInt8, Sendable, BitwiseCopyable {
    case none, first, later

    @inlinable @inline(__always)
    init(isFragment: Bool, isLater: Bool) { self = isLater ? .later : isFragment ? .first : .none }
  }

  /// Total length 0 is what segmentation offload leaves on the sending host; the captured length stands in.
  @inlinable @inline(__always)
  init(_ header: borrowing IPv4Header, capturedLength: Int, missingBytes: Int) {
    source = header.source
    destination = header.destination
    length = header.totalLength == 0 ? capturedLength &+ missingBytes : header.totalLength
    headerBytes = UInt32(truncatingIfNeeded: header.headerLength)
    protocolNumber = header.protocolNumber
    timeToLive = header.timeToLive
    dontFragment = header.dontFragment
    isIPv6 = false
    fragment = Fragment(isFragment: header.isFragment, isLater: header.isLaterFragment)
  }

  @inlinable @inline(__always)
  init(_ header: borrowing IPv6Header, capturedLength: Int, missingBytes: Int) {
    source = header.source
    destination = header.destination
    length = header.totalLength == 0 ? capturedLength &+ missingBytes : header.totalLength
    headerBytes = UInt32(truncatingIfNeeded: header.headerLength)
    protocolNumber = header.protocolNumber
    timeToLive = header.hopLimit
    dontFragment = true
    isIPv6 = true
    fragment = Fragment(isFragment: header.isFragment, isLater: header.isLaterFragment)
  }

  /// The IP header, extension headers included, in bytes.
  @inlinable public var headerLength: Int { @inline(__always) get { Int(headerBytes) } }

  /// Whether this is a part of a packet only.
  @inlinable public var isFragment: Bool { @inline(__always) get { fragment != .none } }

  /// Whether it is a fragment other than the first, so that no transport header begins the payload.
  @inlinable public var isLaterFragment: Bool { @inline(__always) get { fragment == .later } }

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
    case .unread(let what): return what
    case .packet(let inner):
      let isRead = read(
        frame.upTo(inner.end).from(inner.offset), etherType: inner.etherType,
        missingBytes: inner.isCarried ? inner.missingBytes : missingBytes
      ) { payload, packet in body(payload, packet, inner.carriers.number) }
      return isRead ? nil : .badHeader
    }
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
