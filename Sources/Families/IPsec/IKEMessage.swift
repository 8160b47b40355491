import Dissection

/// IKE message: header of IKEv2 (RFC 7296 section 3.1) and of IKEv1 (RFC 2408 section 3.1), which have the same fields.
///
///     0            8            16             17        18         19      20           24       28
///     | initiator  | responder  | next payload | version | exchange | flags | message ID | length | payloads …
///     | SPI        | SPI        |              |         | type     |       |            |        |
///
/// On port 4500, or where a client was told another port, four zero bytes stand before it (RFC 3948 section 2.2).
struct IKEMessage: ~Escapable {
  enum Version { case one, two }

  /// What a message belongs to (RFC 7296 section 3.1, RFC 5723, RFC 9242; RFC 2408 section 3.1, RFC 2409 appendix A).
  enum Exchange: UInt8 {
    case mainMode = 2
    case aggressiveMode = 4
    case informationalV1 = 5
    case transaction = 6
    case quickMode = 32
    case newGroupMode = 33
    case saInit = 34
    case auth = 35
    case createChildSA = 36
    case informational = 37
    case sessionResume = 38
    case intermediate = 43

    var version: Version { rawValue < Exchange.saInit.rawValue ? .one : .two }
  }

  private enum Field {
    static var responderSPI: Int { 8 }
    static var nextPayload: Int { 16 }
    static var version: Int { 17 }
    static var exchange: Int { 18 }
    static var flags: Int { 19 }
    static var messageID: Int { 20 }
    static var length: Int { 24 }
    static var payloads: Int { 28 }
    /// Of an encrypted fragment (RFC 7383 section 2.5), behind its generic header.
    static var fragmentNumber: Int { 32 }
    static var totalFragments: Int { 34 }
  }

  private enum Flag {
    static var encryptedV1: UInt8 { 0x01 }
    static var allV1: UInt8 { 0x07 }
    static var initiator: UInt8 { 0x08 }
    static var response: UInt8 { 0x20 }
    static var allV2: UInt8 { 0x38 }
  }

  static var markerLength: Int { 4 }
  static var headerLength: Int { Field.payloads }

  /// From the header on.
  let bytes: RawSpan
  /// Bytes of the message on the wire, without marker.
  let length: Int
  let exchange: Exchange

  /// Fails unless the header is whole, its version, exchange and flags agree, and its length is that of the datagram: no
  /// other protocol has such a header by chance, on any port.
  ///
  /// - Parameters:
  ///   - payload: What was captured of the payload of a UDP datagram.
  ///   - length: Bytes of the payload on the wire.
  @_lifetime(copy payload)
  init?(_ payload: RawSpan, length: Int) {
    guard payload.byteCount >= Self.headerLength else { return nil }
    let marker = unsafe payload.u32(0) == 0 ? Self.markerLength : 0
    let bytes = payload.from(marker)
    guard bytes.byteCount >= Self.headerLength, unsafe bytes.u64(0) != 0,
      unsafe Int(bytes.u32(Field.length)) == length - marker,
      let exchange = unsafe Exchange(rawValue: bytes.u8(Field.exchange))
    else { return nil }
    let flags = unsafe bytes.u8(Field.flags)
    switch (exchange.version, unsafe bytes.u8(Field.version)) {
    case (.one, 0x10): guard flags & ~Flag.allV1 == 0 else { return nil }
    case (.two, 0x20): guard flags & ~Flag.allV2 == 0 else { return nil }
    default: return nil
    }
    self.bytes = bytes
    self.length = length - marker
    self.exchange = exchange
    guard hasKnownPayload else { return nil }
  }

  private var hasKnownPayload: Bool {
    switch (version, nextPayload) {
    // Hash to configuration, NAT discovery of drafts, and Cisco's fragments; SA to encrypted fragments.
    case (.one, 1...21), (.one, 130...132), (.two, 33...54): true
    case (.two, 0): exchange == .informational
    default: false
    }
  }

  var version: Version { exchange.version }
  var initiatorSPI: UInt64 { unsafe bytes.u64(0) }
  var responderSPI: UInt64 { unsafe bytes.u64(Field.responderSPI) }
  var nextPayload: UInt8 { unsafe bytes.u8(Field.nextPayload) }
  var messageID: UInt32 { unsafe bytes.u32(Field.messageID) }
  private var flags: UInt8 { unsafe bytes.u8(Field.flags) }
  /// Of IKEv2: whether the original initiator of the SA sent it.
  var isFromInitiator: Bool { flags & Flag.initiator != 0 }
  /// Of IKEv2: whether it answers a request with the same message ID.
  var isResponse: Bool { flags & Flag.response != 0 }
  /// Of IKEv1: whether what follows the header is encrypted.
  var isEncrypted: Bool { flags & Flag.encryptedV1 != 0 }

  /// Whether it is the first message of an IKE SA.
  var isOpening: Bool {
    switch exchange {
    case .saInit, .sessionResume: !isResponse && messageID == 0 && isFromInitiator
    case .mainMode, .aggressiveMode: responderSPI == 0 && messageID == 0 && !isEncrypted
    default: false
    }
  }

  /// The number of an encrypted fragment, from 1, and how many there are (RFC 7383 section 2.5); 1 of 1 for a whole message.
  var fragment: (number: Int, count: Int) {
    guard version == .two, nextPayload == IKEPayload.encryptedFragment, bytes.byteCount >= Field.totalFragments + 2
    else {
      return (1, 1)
    }
    return unsafe (Int(bytes.u16(Field.fragmentNumber)), Int(bytes.u16(Field.totalFragments)))
  }

  /// What tells a repeated message of IKEv1 from the next one under the same ID: its length and its first bytes.
  var fingerprint: UInt64 {
    let start = Self.headerLength + 4
    let content = bytes.byteCount >= start + 8 ? unsafe bytes.u64(start) : 0
    return content ^ UInt64(truncatingIfNeeded: length) << 48
  }
}
