import Observations

// Tags that switches put between a frame's addresses and its EtherType, as a VLAN tag is put. They name how the frame
// travels through the switches, not a network of its own; the two directions of a flow have different ones.

/// Cisco metadata (CMD) with a security group tag, SGT (Cisco TrustSec; draft-smith-kandula-sxp speaks of the tag).
///
///     0         1        2                      4
///     | version | length | option length, type  | SGT | EtherType | payload …      length: 4-byte units of options
///
/// In GRE the EtherType stands first, and GRE's protocol type says that all this follows.
public enum CiscoMetadata {
  /// In GRE: behind the protocol type.
  static func payload(inGRE bytes: RawSpan) -> HeaderPayload {
    guard bytes.byteCount >= 4 else { return .unread(.cutHeader) }
    guard unsafe bytes.u8(2) == 1, unsafe bytes.u8(3) > 0 else { return .unread(.badHeader) }
    return unsafe .content(.etherType(bytes.u16(0)), offset: 4 &+ Int(bytes.u8(3)) &* 4)
  }

  static func payload(of bytes: RawSpan) -> HeaderPayload {
    guard bytes.byteCount >= 2 else { return .unread(.cutHeader) }
    guard unsafe bytes.u8(0) == 1, unsafe bytes.u8(1) > 0 else { return .unread(.badHeader) }
    return unsafe TagLayout.payload(of: bytes, tagLength: 2 &+ Int(bytes.u8(1)) &* 4)
  }
}

/// Cisco VN-Tag: where a frame comes from and goes to behind a fabric extender.
///
///     0                                  2                      4
///     | direction, pointer, destination  | looped, source       | EtherType | payload …
public enum VNTag {
  static func payload(of bytes: RawSpan) -> HeaderPayload { TagLayout.payload(of: bytes, tagLength: 4) }
}

/// E-Tag of bridge port extension (IEEE 802.1BR clause 7).
///
///     0                                2                        4                    6
///     | priority, ingress port's base  | group, port's base     | ports' extensions  | EtherType | payload …
public enum BridgePortExtensionTag {
  static func payload(of bytes: RawSpan) -> HeaderPayload { TagLayout.payload(of: bytes, tagLength: 6) }
}

/// HSR tag (IEC 62439-3 clause 5.7).
///
///     0              2                 4
///     | path, size   | sequence number | EtherType | payload …
public enum HSRTag {
  static func payload(of bytes: RawSpan) -> HeaderPayload { TagLayout.payload(of: bytes, tagLength: 4) }
}

/// Arista's time stamp: what a switch that mirrors puts into the frames (tcpdump's print-arista.c has the format).
///
///     0         2                           4
///     | type, 1 | scale of time, 8; length 4; hardware, 4 | seconds, nanoseconds: 8 or 6 bytes | EtherType | payload …
public enum AristaTag {
  private enum Length {
    static let bits64: UInt8 = 1
    static let bits48: UInt8 = 2
  }

  static func payload(of bytes: RawSpan) -> HeaderPayload {
    guard bytes.byteCount >= 4 else { return .unread(.cutHeader) }
    guard unsafe bytes.u16(0) == 1 else { return .unread(.badHeader) }
    switch unsafe bytes.u8(3) >> 4 {
    case Length.bits64: return TagLayout.payload(of: bytes, tagLength: 12)
    case Length.bits48: return TagLayout.payload(of: bytes, tagLength: 10)
    default: return .unread(.badHeader)
    }
  }
}

/// MACsec's SecTAG (IEEE 802.1AE clause 9.3).
///
///     0          1              2               6
///     | TCI, AN  | short length | packet number | secure channel ID if SC is set, 8 | EtherType | payload … | ICV
public enum MACsecTag {
  private enum Flag {
    static let version: UInt8 = 0x80
    static let secureChannel: UInt8 = 0x20
    /// The user data is encrypted; or changed, which is as good.
    static let encryptedOrChanged: UInt8 = 0x0C
  }

  /// What is behind the tag if the frame is protected and not encrypted (E and C are 0). The check value at the end is
  /// behind the IP packet, and left alone.
  static func payload(of bytes: RawSpan) -> HeaderPayload {
    guard bytes.byteCount >= 1 else { return .unread(.cutHeader) }
    let flags = unsafe bytes.u8(0)
    guard flags & Flag.version == 0 else { return .unread(.badHeader) }
    guard flags & Flag.encryptedOrChanged == 0 else { return .unread(.encryptedMACsec) }
    return TagLayout.payload(of: bytes, tagLength: flags & Flag.secureChannel != 0 ? 14 : 6)
  }
}

/// What all of them share: an EtherType behind the tag, which says what follows.
private enum TagLayout {
  static func payload(of bytes: RawSpan, tagLength: Int) -> HeaderPayload {
    guard bytes.byteCount >= tagLength &+ 2 else { return .unread(.cutHeader) }
    return unsafe .content(.etherType(bytes.u16(tagLength)), offset: tagLength &+ 2)
  }
}
