/// Options of a TCP header (RFC 9293 section 3.2), from first to last.
///
///     0      1        2
///     | kind | length | value …       length counts kind and length; kinds 0 and 1 have neither
@frozen
public struct TCPOptions: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline var offset = 0

  /// Walks `bytes`, a header's option field or what a snap length left of it.
  @inlinable @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The next option, padding left out; nil at the end, or where an option is cut or has an impossible length.
  @inlinable @_lifetime(copy self)
  public mutating func next() -> TCPOption? {
    while offset < bytes.byteCount {
      let kind = unsafe TCPOptionKind(bytes.u8(offset))
      if kind == .endOfList { break }
      if kind == .noOperation {
        offset &+= 1
        continue
      }
      guard bytes.byteCount &- offset >= 2 else { break }
      let length = unsafe Int(bytes.u8(offset &+ 1))
      guard length >= 2, length <= bytes.byteCount &- offset else { break }
      let value = bytes.upTo(offset &+ length).from(offset &+ 2)
      offset &+= length
      return TCPOption(kind: kind, value: value)
    }
    offset = bytes.byteCount
    return nil
  }
}

/// One option of a TCP header.
@frozen
public struct TCPOption: ~Escapable {
  public let kind: TCPOptionKind
  /// What follows kind and length: 0 to 38 bytes.
  public let value: RawSpan

  @inlinable @_lifetime(copy value)
  init(kind: TCPOptionKind, value: RawSpan) {
    self.kind = kind
    self.value = value
  }
}

/// Kind of a TCP option (TCP Option Kind Numbers, IANA).
@frozen
public enum TCPOptionKind: Hashable, Sendable {
  /// End of the option list.
  case endOfList
  /// Padding between options.
  case noOperation
  /// The largest segment the sender is ready to receive, 16 bits.
  case maximumSegmentSize
  /// Shift count of the window (RFC 7323).
  case windowScale
  /// The sender understands selective acknowledgment (RFC 2018).
  case selectiveAcknowledgmentPermitted
  /// Blocks received out of order (RFC 2018).
  case selectiveAcknowledgment
  /// Timestamps (RFC 7323).
  case timestamps
  /// MD5 signature (RFC 2385).
  case md5Signature
  /// Multipath TCP (RFC 8684).
  case multipath
  /// Fast Open cookie (RFC 7413).
  case fastOpenCookie
  /// Any other kind.
  case unknown(UInt8)

  @inlinable
  public init(_ number: UInt8) {
    self =
      switch number {
      case 0: .endOfList
      case 1: .noOperation
      case 2: .maximumSegmentSize
      case 3: .windowScale
      case 4: .selectiveAcknowledgmentPermitted
      case 5: .selectiveAcknowledgment
      case 8: .timestamps
      case 19: .md5Signature
      case 30: .multipath
      case 34: .fastOpenCookie
      default: .unknown(number)
      }
  }
}
