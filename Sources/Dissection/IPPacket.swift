import Observations

/// The IP packet in a captured frame, of either version: where the walk from link layer to transport is written down, for
/// all that look at packets.
@frozen
public struct IPPacket: ~Escapable {
  public let source: IPAddress
  public let destination: IPAddress
  /// The whole packet in bytes, IP header included, on the wire.
  public let length: Int
  /// The IP header, extension headers included, in bytes.
  public let headerLength: Int
  /// Protocol of the payload, behind any IPv6 extension headers.
  public let protocolNumber: UInt8
  /// Whether routers must drop the packet rather than fragment it: DF in IPv4, always in IPv6.
  public let dontFragment: Bool
  public let isIPv6: Bool
  /// Whether this is a part of a packet only.
  public let isFragment: Bool
  /// Whether it is a fragment other than the first, so that no transport header begins the payload.
  public let isLaterFragment: Bool
  /// What was captured behind the IP header.
  public let payload: RawSpan

  /// Walks from the link layer to the packet; fails for frames that hold none, and where its header is cut.
  ///
  /// - Parameter missingBytes: Bytes that the snap length cut off.
  @inlinable @inline(__always) @_lifetime(copy frame)
  public init?(_ frame: RawSpan, linkType: LinkType, missingBytes: Int) {
    // What a carrier or mirror put around a packet is unwrapped where this fails.
    guard let network = LinkLayer.networkLayer(of: frame, linkType: linkType) else { return nil }
    self.init(frame.from(network.offset), etherType: network.etherType, missingBytes: missingBytes)
  }

  /// Reads the packet that `bytes` begin with; fails unless `etherType` is IPv4's or IPv6's and the header is whole.
  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan, etherType: UInt16, missingBytes: Int) {
    // Total length 0 is what segmentation offload leaves on the sending host; the captured length stands in.
    if etherType == EtherType.ipv4 {
      guard let header = IPv4Header(bytes) else { return nil }
      source = header.source
      destination = header.destination
      length = header.totalLength == 0 ? bytes.byteCount &+ missingBytes : header.totalLength
      headerLength = header.headerLength
      protocolNumber = header.protocolNumber
      dontFragment = header.dontFragment
      isIPv6 = false
      isFragment = header.isFragment
      isLaterFragment = header.isLaterFragment
      payload = header.payload
    } else {
      guard etherType == EtherType.ipv6, let header = IPv6Header(bytes) else { return nil }
      source = header.source
      destination = header.destination
      length = header.totalLength == 0 ? bytes.byteCount &+ missingBytes : header.totalLength
      headerLength = header.headerLength
      protocolNumber = header.protocolNumber
      dontFragment = true
      isIPv6 = true
      isFragment = header.isFragment
      isLaterFragment = header.isLaterFragment
      payload = header.payload
    }
  }

  /// Bytes behind the IP header on the wire.
  @inlinable public var payloadLength: Int { @inline(__always) get { length &- headerLength } }

  /// What a next-hop MTU leaves for TCP payload without options (RFC 6691 section 2).
  @inlinable public var tcpOverhead: Int { isIPv6 ? 60 : 40 }
}
