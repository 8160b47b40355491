extension EthernetHeader {
  /// Whether `bytes` look like an Ethernet frame with an IP packet that is there as far as its own header.
  static func carriesIP(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= Field.end &+ 1 else { return false }
    return switch unsafe bytes.u16(Field.etherType) {
    case EtherType.ipv4: IPv4Header(bytes.from(Field.end)) != nil
    case EtherType.ipv6: IPv6Header(bytes.from(Field.end)) != nil
    default: false
    }
  }

  /// Whether `bytes` look like an Ethernet frame: behind the addresses stands a number that frames do carry, and where
  /// that is IP, the version fits.
  ///
  /// Carriers that say little of themselves are checked by what they carry.
  public static func isPlausible(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= Field.end &+ 1 else { return false }
    let first = unsafe bytes.u8(Field.end)
    switch unsafe bytes.u16(Field.etherType) {
    case EtherType.ipv4: return first >> 4 == 4 && first & 15 >= 5
    case EtherType.ipv6: return first >> 4 == 6
    case EtherType.customerVLAN, EtherType.serviceVLAN, EtherType.preStandardVLAN, EtherType.otherVLAN,
      EtherType.pppoeSession, EtherType.mpls, EtherType.macsec, EtherType.backboneService, EtherType.ciscoMetadata,
      EtherType.aristaTag,
      0x0806,  // ARP
      0x8809,  // slow protocols
      0x8863,  // PPPoE discovery
      0x888E,  // 802.1X
      0x88CC,  // LLDP
      0x8902,  // connectivity faults
      0x9000:  // loopback
      return true
    case let length where length <= LLCHeader.largestLength:
      // An 802.3 length with 802.2 behind it: spanning tree, SNAP, IS-IS.
      guard length >= 3, bytes.byteCount >= Field.end &+ 2 else { return false }
      let accessPoints = unsafe bytes.u16(Field.end)
      return accessPoints == 0x4242 || accessPoints == 0xAAAA || accessPoints == 0xFEFE
    default: return false
    }
  }
}
