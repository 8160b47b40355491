/// A bare IP packet without a link layer (LINKTYPE_RAW, LINKTYPE_IPV4, LINKTYPE_IPV6): its first four bits tell
/// the version.
public enum RawIP {
  /// Whether `bytes` begin with the header of an IPv4 or IPv6 packet, options and all.
  public static func isPlausible(_ bytes: RawSpan) -> Bool { IPv4Header(bytes) != nil || IPv6Header(bytes) != nil }

  @inlinable
  public static func networkLayer(of frame: RawSpan) -> NetworkLayer? {
    guard frame.byteCount >= 1 else { return nil }
    switch unsafe frame.u8(0) >> 4 {
    case 4: return NetworkLayer(etherType: EtherType.ipv4, offset: 0)
    case 6: return NetworkLayer(etherType: EtherType.ipv6, offset: 0)
    default: return nil
    }
  }
}
