import Dissection
import Observations

/// OpenVPN packet, behind the length in TCP.
///
///     0          1            9
///     | op | key | session ID | acknowledged count, their IDs, peer's session ID | packet ID | TLS …    control, plain
///     | op | key | session ID | HMAC 16 to 64 | replay ID | time | as above                             control, tls-auth
///     | op | key | session ID | replay ID | time | tag 32 | as above, encrypted                         control, tls-crypt
///     | op | key | encrypted packet                                                                     P_DATA_V1
///     | op | key | peer ID 24 | packet ID 32 | tag 16 and encrypted packet                              P_DATA_V2 with AEAD
///
/// The opcode takes the five high bits of the first byte, the key ID the three low ones.
@frozen
public struct OpenVPNMessage: ~Escapable {
  @frozen
  public enum Opcode: UInt8, Sendable {
    case softReset = 3
    case control = 4
    case acknowledgement = 5
    case dataV1 = 6
    case hardResetClientV2 = 7
    case hardResetServerV2 = 8
    case dataV2 = 9
    /// With the client's wrapped key behind it (tls-crypt-v2).
    case hardResetClientV3 = 10
    /// A control packet with the client's wrapped key behind it.
    case controlWithKey = 11

    @inlinable public var isData: Bool { self == .dataV1 || self == .dataV2 }
    @inlinable public var opensSession: Bool { self == .hardResetClientV2 || self == .hardResetClientV3 }
  }

  enum Field {
    static var sessionID: Int { 1 }
    /// Behind the session ID.
    static var body: Int { 9 }
    static var tagLength: Int { 32 }
    /// Replay ID and time.
    static var replayLength: Int { 8 }
  }

  /// In one packet (RELIABLE_ACK_SIZE in OpenVPN's reliable.h).
  static var mostAcknowledgements: Int { 8 }

  let bytes: RawSpan
  public let opcode: Opcode
  /// 0 for a session's first keys, then 1 to 7 in turn.
  public let keyID: UInt8
  /// Bytes of the packet on the wire, without TCP's length.
  public let length: Int

  /// Fails for an unknown opcode, and where the session ID of a control packet was not captured.
  ///
  /// - Parameters:
  ///   - bytes: What was captured of the packet.
  ///   - length: Its bytes on the wire.
  @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan, length: Int) {
    guard bytes.byteCount >= 1, let opcode = unsafe Opcode(rawValue: bytes.u8(0) >> 3) else { return nil }
    guard opcode.isData || bytes.byteCount >= Field.body, length >= 5 else { return nil }
    self.bytes = bytes
    self.opcode = opcode
    keyID = unsafe bytes.u8(0) & 7
    self.length = length
  }

  /// Of a control packet, chosen by its sender; 0 of data.
  public var sessionID: UInt64 { opcode.isData ? 0 : unsafe bytes.u64(Field.sessionID) }

  /// What was captured behind the session ID; empty of data.
  var body: RawSpan { @_lifetime(copy self) get { opcode.isData ? bytes.upTo(0) : bytes.from(Field.body) } }
}

/// What a data packet says in clear: nearly all packets are data, so this is read by itself.
@usableFromInline
struct OpenVPNData: BitwiseCopyable {
  /// Opcode, key ID and, of P_DATA_V2, the peer ID: what all data of one direction under one key begins with.
  @usableFromInline let header: UInt32
  /// Of P_DATA_V2 with an AEAD cipher; of others, bytes of the encrypted packet.
  @usableFromInline let packetID: UInt32
  /// Bytes of the packet on the wire.
  @usableFromInline let length: Int

  @inlinable static var dataV1: UInt8 { 6 }
  @inlinable static var dataV2: UInt8 { 9 }
  /// Opcode, peer ID and packet ID.
  @inlinable static var headerLength: Int { 8 }

  /// Fails for any other packet, and where the header was not captured.
  @inlinable @inline(__always)
  init?(_ bytes: RawSpan, length: Int) {
    guard bytes.byteCount >= Self.headerLength else { return nil }
    let word = unsafe bytes.u32(0)
    switch UInt8(truncatingIfNeeded: word >> 27) {
    case Self.dataV2:
      header = word
      packetID = unsafe bytes.u32(4)
    case Self.dataV1:
      header = word & 0xFF00_0000
      packetID = unsafe bytes.u32(1)
    default: return nil
    }
    self.length = length
  }

  @inlinable var isV2: Bool { header >> 27 == UInt32(Self.dataV2) }
  @inlinable var keyID: UInt8 { UInt8(truncatingIfNeeded: header >> 24) & 7 }
  /// Whether data that begins with `header` names its client: P_DATA_V2 with another peer ID than all ones.
  static func hasPeerID(_ header: UInt32) -> Bool {
    header >> 27 == UInt32(dataV2) && header & 0x00FF_FFFF != 0x00FF_FFFF
  }
  /// 24 bits; 0 of P_DATA_V1. All ones for none.
  @inlinable var peerID: UInt32 { header & 0x00FF_FFFF }
}
