import Observations

/// IEEE 802.11 data frame (IEEE 802.11-2020 clause 9.3.2), behind which stands LLC with SNAP.
///
///     0               2          4         10        16        22
///     | frame control | duration | address | address | address | sequence | address 4 if both DS bits are set, 6
///     | QoS control if bit 3 of the subtype is set, 2 | HT control if +HTC is set too, 4 | LLC …
public enum WiFiHeader {
  private enum Field {
    static let frameControl = 0
    static let end = 24
  }

  /// Bits of the frame control's first and second byte.
  private enum Flag {
    static let qualityOfService: UInt8 = 0x80
    static let noData: UInt8 = 0x40
    static let bothDistributionSystems: UInt8 = 0x03
    static let isProtected: UInt8 = 0x40
    static let highThroughputControl: UInt8 = 0x80
    /// In the QoS control field: the body holds several packets.
    static let aggregated: UInt8 = 0x80
  }

  /// - Parameters:
  ///   - isPadded: Whether the driver put bytes before the body, so that it begins at a multiple of four.
  ///   - isAggregate: Whether the place of a body that holds several packets is asked for.
  ///   - isSwapped: Whether the two bytes of the frame control changed places.
  static func payload(
    of frame: RawSpan, isPadded: Bool = false, isAggregate: Bool = false, isSwapped: Bool = false
  ) -> HeaderPayload {
    var isAggregated = false
    guard frame.byteCount >= 2 else { return .unread(.cutHeader) }
    let order = isSwapped ? 1 : 0
    let first = unsafe frame.u8(Field.frameControl &+ order)
    let second = unsafe frame.u8(Field.frameControl &+ 1 &- order)
    guard first & 3 == 0 else { return .unread(.badHeader) }
    // Type 2 is data.
    guard first >> 2 & 3 == 2, first & Flag.noData == 0 else { return .unread(.wiFiWithoutData) }
    if second & Flag.isProtected != 0 { return .unread(.encryptedWiFi) }
    var length = Field.end
    if second & Flag.bothDistributionSystems == Flag.bothDistributionSystems { length &+= 6 }
    if first & Flag.qualityOfService != 0 {
      guard frame.byteCount > length else { return .unread(.cutHeader) }
      isAggregated = unsafe frame.u8(length) & Flag.aggregated != 0
      length &+= second & Flag.highThroughputControl != 0 ? 6 : 2
    }
    if isPadded { length = (length &+ 3) & ~3 }
    guard frame.byteCount > length else { return .unread(.cutHeader) }
    // Several packets have no one place; `AggregatedWiFiFrames` finds theirs.
    return isAggregated && !isAggregate ? .unread(.aggregatedWiFi) : .content(.llc, offset: length)
  }
}

extension WiFiHeader {
  /// In which order the frame control of a frame stands that an access point exchanges with its controller: Cisco's
  /// swap its bytes (Wireshark's packet-capwap.c). nil when it is neither.
  ///
  /// A data frame's flags say whether it goes to or from the access point; that its version is 0 tells both orders.
  static func content(betweenPointAndController frame: RawSpan) -> FrameContent? {
    guard frame.byteCount >= Field.end else { return nil }
    if unsafe frame.u8(Field.frameControl) & 3 == 0 { return .frame(.wiFi) }
    return unsafe frame.u8(Field.frameControl &+ 1) & 3 == 0 ? .swappedWiFi : nil
  }
}

/// Radiotap header (radiotap.org): what the receiver says of an 802.11 frame. Numbers are little-endian.
///
///     0         1     2        4                                     8
///     | version | pad | length | present, 32 bits, more if bit 31 is set | fields …
public enum RadiotapHeader {
  private enum Present {
    static let timer: UInt8 = 0x01
    static let flags: UInt8 = 0x02
    static let more: UInt8 = 0x80
  }

  private enum Flag {
    static let padded: UInt8 = 0x20
    static let badChecksum: UInt8 = 0x40
  }

  /// Words of presence bits that are walked; receivers with many antennas write some ten.
  private static let presentLimit = 32

  static func payload(of frame: RawSpan, isAggregate: Bool = false) -> HeaderPayload {
    guard frame.byteCount >= 8 else { return .unread(.cutHeader) }
    let length = unsafe Int(frame.u16(2).byteSwapped)
    guard unsafe frame.u8(0) == 0, length >= 8 else { return .unread(.badHeader) }
    guard frame.byteCount > length else { return .unread(.cutHeader) }
    let flags = flags(of: frame, length: length)
    if flags & Flag.badChecksum != 0 { return .unread(.damagedWiFi) }
    return WiFiHeader.payload(
      of: frame.from(length), isPadded: flags & Flag.padded != 0, isAggregate: isAggregate
    ).behind(length)
  }

  /// The field of flags; 0 where there is none.
  private static func flags(of frame: RawSpan, length: Int) -> UInt8 {
    let present = unsafe frame.u8(4)
    guard present & Present.flags != 0 else { return 0 }
    var at = 8
    var word = 1
    while word < presentLimit, at <= length, unsafe frame.u8(at &- 1) & Present.more != 0 {
      at &+= 4
      word &+= 1
    }
    if present & Present.timer != 0 { at = (at &+ 7) & ~7 &+ 8 }
    return at < length ? unsafe frame.u8(at) : 0
  }
}

/// The header of Prism chips' drivers before an 802.11 frame, or the AVS header that others write under the same link
/// type. The latter is big-endian and begins with a number of its own.
///
///     0              4                    Prism; in the capturing host's byte order
///     | message code | message length | device name, fields …
///     0                         4         AVS
///     | 0x80211001 or 0x80211002 | length | fields …
public enum PrismHeader {
  /// Bytes of a Prism header where its length field says nothing of use.
  private static let usualLength = 144
  private static let largestLength = 512

  static func payload(of frame: RawSpan, isAggregate: Bool = false) -> HeaderPayload {
    guard frame.byteCount >= 8 else { return .unread(.cutHeader) }
    let field = unsafe frame.u32(4)
    let isAVS = unsafe frame.u32(0) & 0xFFFF_FFF0 == 0x8021_1000
    let told = isAVS || field <= largestLength ? Int(field) : Int(field.byteSwapped)
    let length = (8...largestLength).contains(told) ? told : usualLength
    guard frame.byteCount > length else { return .unread(.cutHeader) }
    return WiFiHeader.payload(of: frame.from(length), isAggregate: isAggregate).behind(length)
  }
}
