import Observations

/// Network service header, NSH, of service function chains (RFC 8300 section 2).
///
///     0                                  2                      3               4       7       8
///     | version, O, TTL, length (6 bits) | metadata type        | next protocol | path  | index | metadata … | payload …
///
/// The length counts words of four bytes, the first eight bytes included.
@frozen
public struct NetworkServiceHeader: ~Escapable {
  private enum Field {
    static let flagsAndLength = 0
    static let metadataType = 2
    static let nextProtocol = 3
    static let end = 8
  }

  private enum Flag {
    static let version: UInt16 = 0xC000
    static let control: UInt16 = 0x2000
    static let length: UInt16 = 0x003F
  }

  private let bytes: RawSpan
  /// Bytes of the header with its metadata: 8 to 252.
  public let headerLength: Int

  /// Fails unless the header is whole and of version 0, and its length fits the type of its metadata.
  @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end else { return nil }
    let first = unsafe bytes.u16(Field.flagsAndLength)
    let length = Int(first & Flag.length) &* 4
    guard first & Flag.version == 0, length >= Field.end, length <= bytes.byteCount else { return nil }
    // Type 1 has four words of context, type 2 as many as it likes; 0 and 15 are not sent (RFC 8300 section 2.2).
    switch unsafe bytes.u8(Field.metadataType) & 0x0F {
    case 1: guard length == 24 else { return nil }
    case 2: break
    default: return nil
    }
    self.bytes = bytes
    headerLength = length
  }

  /// Whether it is a message of operation and maintenance, not of a user (O).
  public var isControl: Bool { unsafe bytes.u16(Field.flagsAndLength) & Flag.control != 0 }

  /// What it carries (RFC 8300 section 2.2); nil where nobody knows.
  public var content: FrameContent? { unsafe CarriedProtocol.content(bytes.u8(Field.nextProtocol)) }

  /// What it leads to.
  func payload(_ carriers: inout CarrierStack) -> HeaderPayload {
    if isControl { return .unread(.carrierControl) }
    guard let content else { return .unread(.etherType(EtherType.serviceHeader)) }
    carriers.push(.serviceHeader)
    return .content(content, offset: headerLength)
  }
}

/// Numbers of what is carried that NSH and VXLAN-GPE share (RFC 8300 section 2.2, draft-ietf-nvo3-vxlan-gpe section 3.1).
enum CarriedProtocol {
  static func content(_ number: UInt8) -> FrameContent? {
    switch number {
    case 1, 2: .ipPacket
    case 3: .frame(.ethernet)
    case 4: .etherType(EtherType.serviceHeader)
    case 5: .etherType(EtherType.mpls)
    default: nil
    }
  }
}
