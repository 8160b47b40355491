import Observations

/// Where a frame's network-layer packet begins, and which protocol it is.
@frozen
public struct NetworkLayer: Equatable, Sendable {
  /// EtherType number of the packet's protocol, whatever the link layer calls it.
  public let etherType: UInt16
  /// Bytes of the frame before the packet.
  public let offset: Int

  @inlinable @inline(__always)
  public init(etherType: UInt16, offset: Int) {
    self.etherType = etherType
    self.offset = offset
  }

  /// The same packet, its offset counted from `length` bytes earlier.
  func behind(_ length: Int) -> NetworkLayer { NetworkLayer(etherType: etherType, offset: offset &+ length) }

  @inlinable
  public static func == (a: NetworkLayer, b: NetworkLayer) -> Bool {
    a.etherType == b.etherType && a.offset == b.offset
  }
}

/// The way from a captured frame to the packet it carries: one link layer a file, this the list of them.
public enum LinkLayer {
  /// Finds the network-layer packet of `frame`.
  ///
  /// The result's offset never exceeds `frame.byteCount`.
  ///
  /// - Returns: nil when the header is cut, the link type unknown, or the frame carries no EtherType protocol.
  @inlinable @inline(__always)
  public static func networkLayer(of frame: RawSpan, linkType: LinkType) -> NetworkLayer? {
    // Ethernet first: most captures are, and the check stays in the caller's loop.
    if case .ethernet = linkType { return EthernetHeader.networkLayer(of: frame) }
    return lessCommonNetworkLayer(of: frame, linkType: linkType)
  }

  @inlinable
  static func lessCommonNetworkLayer(of frame: RawSpan, linkType: LinkType) -> NetworkLayer? {
    switch linkType {
    case .ethernet: EthernetHeader.networkLayer(of: frame)
    case .bsdNull: BSDLoopback.networkLayer(of: frame, byteOrder: .host)
    case .bsdLoop: BSDLoopback.networkLayer(of: frame, byteOrder: .network)
    case .linuxCooked: LinuxCooked.networkLayer(of: frame)
    case .linuxCooked2: LinuxCooked2.networkLayer(of: frame)
    case .ppp: PPPHeader.networkLayer(of: frame)
    case .rawIP, .ipv4, .ipv6: RawIP.networkLayer(of: frame)
    case .unknown: nil
    default: Decapsulation.uncarriedPacket(of: frame, linkType: linkType)
    }
  }
}
