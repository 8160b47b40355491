/// BSD loopback header (LINKTYPE_NULL and LINKTYPE_LOOP of the pcap registry).
///
///     0                4
///     | address family | payload …
///
/// LINKTYPE_NULL holds the family in the byte order of the capturing host, which the file may not share;
/// LINKTYPE_LOOP (OpenBSD) holds it in network order.
public enum BSDLoopback {
  /// In which order the address family's bytes stand.
  public enum ByteOrder: Sendable {
    /// That of the capturing host: either.
    case host
    case network
  }

  @usableFromInline enum Field {
    @inlinable static var family: Int { 0 }
    @inlinable static var end: Int { 4 }
  }

  @inlinable
  public static func networkLayer(of frame: RawSpan, byteOrder: ByteOrder) -> NetworkLayer? {
    guard frame.byteCount >= Field.end else { return nil }
    let family = unsafe frame.u32(Field.family)
    if let etherType = etherType(family: family) { return NetworkLayer(etherType: etherType, offset: Field.end) }
    guard byteOrder == .host, let etherType = etherType(family: family.byteSwapped) else { return nil }
    return NetworkLayer(etherType: etherType, offset: Field.end)
  }

  /// AF_INET is 2 everywhere; AF_INET6 differs between systems.
  @inlinable
  static func etherType(family: UInt32) -> UInt16? {
    switch family {
    case 2: EtherType.ipv4
    case 10,  // Linux
      23,  // Windows
      24,  // NetBSD, OpenBSD
      28,  // FreeBSD
      30:  // macOS
      EtherType.ipv6
    default: nil
    }
  }
}
