import Dissection
import Observations

/// WireGuard message (WireGuard whitepaper, section 5.4). Numbers are little-endian.
///
///     0      1          4                8                    16
///     | 1    | reserved | sender         | ephemeral 32 | static 48 | timestamp 28 | mac1 16 | mac2 16 |   148, initiation
///     | 2    | reserved | sender         | receiver | ephemeral 32 | empty 16 | mac1 16 | mac2 16 |         92, response
///     | 3    | reserved | receiver       | nonce 24 | cookie 32 |                                          64, cookie reply
///     | 4    | reserved | receiver       | counter            | encrypted packet and its 16-byte tag |   32 or more, data
///
/// The three reserved bytes are zero; some services, such as Cloudflare's WARP, mark there which client it is. Data of exactly
/// 32 bytes carries no packet: a keepalive.
@frozen
public struct WireGuardMessage: ~Escapable {
  /// What a message is, by its first byte.
  @frozen
  public enum MessageType: UInt8, Sendable {
    case initiation = 1
    case response = 2
    case cookieReply = 3
    case data = 4

    /// Bytes of the message on the wire; of data, the least.
    @inlinable public var length: Int {
      @inline(__always) get {
        switch self {
        case .initiation: 148
        case .response: 92
        case .cookieReply: 64
        case .data: 32
        }
      }
    }

    /// Bytes up to the end of the fields that every accessor of this type reads.
    @inlinable var headerLength: Int {
      @inline(__always) get {
        switch self {
        case .initiation, .cookieReply: 8
        case .response: 12
        case .data: 16
        }
      }
    }
  }

  @usableFromInline enum Field {
    @inlinable static var type: Int { 0 }
    /// In the first four bytes as a big-endian number.
    @inlinable static var reserved: UInt32 { 0x00FF_FFFF }
    @inlinable static var firstIndex: Int { 4 }
    @inlinable static var responseReceiver: Int { 8 }
    @inlinable static var counter: Int { 8 }
    @inlinable static var encryptedPacket: Int { 16 }
    @inlinable static var initiationEphemeral: Int { 8 }
    @inlinable static var responseEphemeral: Int { 12 }
    /// Both codes are the last 32 bytes of an initiation and of a response.
    @inlinable static var codesFromEnd: Int { 32 }
    @inlinable static var codeLength: Int { 16 }
    @inlinable static var keyLength: Int { 32 }
  }

  @usableFromInline let bytes: RawSpan
  public let type: MessageType
  /// Bytes of the message on the wire.
  public let length: Int

  /// Fails unless the first four bytes are a type and zeros, the length is that of the type, and the indices and the
  /// counter were captured.
  ///
  /// - Parameters:
  ///   - bytes: What was captured of the payload of a UDP datagram.
  ///   - length: Bytes of the payload on the wire.
  ///   - allowsMarks: Whether the reserved bytes may be others than zeros.
  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan, length: Int, allowsMarks: Bool = false) {
    guard bytes.byteCount >= 8, let type = unsafe MessageType(rawValue: bytes.u8(Field.type)),
      unsafe allowsMarks || bytes.u32(Field.type) & Field.reserved == 0
    else { return nil }
    guard bytes.byteCount >= type.headerLength else { return nil }
    guard type == .data ? length >= type.length : length == type.length else { return nil }
    self.bytes = bytes
    self.type = type
    self.length = length
  }

  /// Whether the reserved bytes are others than zeros.
  @inlinable public var isMarked: Bool {
    @inline(__always) get { unsafe bytes.u32(Field.type) & Field.reserved != 0 }
  }

  /// The index by which the sender of an initiation or response wants to be addressed; 0 of other messages.
  @inlinable public var senderIndex: UInt32 {
    @inline(__always) get {
      type == .initiation || type == .response ? unsafe bytes.u32(Field.firstIndex).byteSwapped : 0
    }
  }

  /// The index that the receiver chose in its own initiation or response; 0 of an initiation.
  @inlinable public var receiverIndex: UInt32 {
    @inline(__always) get {
      switch type {
      case .initiation: 0
      case .response: unsafe bytes.u32(Field.responseReceiver).byteSwapped
      case .cookieReply, .data: unsafe bytes.u32(Field.firstIndex).byteSwapped
      }
    }
  }

  /// The number of a data message under its keys, from 0; 0 of other messages.
  @inlinable public var counter: UInt64 {
    @inline(__always) get { type == .data ? unsafe bytes.u64(Field.counter).byteSwapped : 0 }
  }

  /// What was captured of the 32 bytes of the ephemeral public key of an initiation or response; empty of other messages.
  @inlinable public var ephemeral: RawSpan {
    @_lifetime(copy self) get {
      switch type {
      case .initiation: bytes.from(Field.initiationEphemeral).upTo(Field.keyLength)
      case .response: bytes.from(Field.responseEphemeral).upTo(Field.keyLength)
      case .cookieReply, .data: bytes.upTo(0)
      }
    }
  }

  /// The ephemeral key as the token of a handshake.
  public var token: HandshakeToken {
    let key = ephemeral
    func word(at start: Int) -> UInt64 {
      (start..<start &+ 8).reduce(0) { $0 << 8 | ($1 < key.byteCount ? unsafe UInt64(key.u8($1)) : 0) }
    }
    return HandshakeToken(word(at: 0), word(at: 8), word(at: 16), word(at: 24), byteCount: key.byteCount)
  }

  /// What was captured of the code that proves knowledge of the receiver's public key; empty where there is none.
  @inlinable public var firstCode: RawSpan {
    @_lifetime(copy self) get { code(at: length &- Field.codesFromEnd) }
  }

  /// What was captured of the code that proves the sender's address: zero unless a cookie was received.
  @inlinable public var secondCode: RawSpan {
    @_lifetime(copy self) get { code(at: length &- Field.codeLength) }
  }

  /// What was captured of what is encrypted behind the header of data; empty of other messages.
  @inlinable public var encryptedPacket: RawSpan {
    @_lifetime(copy self) get { type == .data ? bytes.from(Field.encryptedPacket) : bytes.upTo(0) }
  }

  @usableFromInline @_lifetime(copy self)
  func code(at offset: Int) -> RawSpan {
    guard type == .initiation || type == .response else { return bytes.upTo(0) }
    return bytes.from(offset).upTo(Field.codeLength)
  }
}
