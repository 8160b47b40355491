/// ICMPv6 message (RFC 4443 section 2.1; length of the quote RFC 4884 section 4.2).
///
///     0      1      2          4                               8
///     | type | code | checksum | MTU (type 2)                  | quoted packet …
///                              | quote length (types 1 and 3)  |
@frozen
public struct ICMPv6Message: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var type: Int { 0 }
    @inlinable static var code: Int { 1 }
    @inlinable static var mtu: Int { 4 }
    @inlinable static var quoteLength: Int { 4 }
    @inlinable static var end: Int { 8 }
  }

  @usableFromInline let bytes: RawSpan

  /// Fails unless the 8 bytes of the header are there.
  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Field.end else { return nil }
    self.bytes = bytes
  }

  @inlinable public var type: UInt8 { unsafe bytes.u8(Field.type) }

  @inlinable public var code: UInt8 { unsafe bytes.u8(Field.code) }

  /// Whether the message reports an error and quotes the packet that met it: types below 128.
  @inlinable public var isError: Bool { type < 128 }

  /// What a destination-unreachable message says; nil for any other type.
  @inlinable public var destinationUnreachableCode: ICMPv6DestinationUnreachableCode? {
    type == 1 ? ICMPv6DestinationUnreachableCode(code) : nil
  }

  /// The largest packet, in bytes, that the reporter could have sent on (type 2, packet too big); 0 for other types.
  @inlinable public var mtu: UInt32 { type == 2 ? unsafe bytes.u32(Field.mtu) : 0 }

  /// What is quoted of the packet that met the error, without extensions; empty when this reports none.
  @inlinable public var quoted: RawSpan {
    @_lifetime(copy self)
    get {
      guard isError else { return bytes.upTo(0) }
      let quote = bytes.from(Field.end)
      // With extensions behind it the quote has at least 128 bytes; a smaller number is an old router's litter.
      let length = unsafe Int(bytes.u8(Field.quoteLength)) &* 8
      return (type == 1 || type == 3) && length >= 128 ? quote.upTo(length) : quote
    }
  }
}

/// Code of a destination-unreachable message (RFC 4443 section 3.1).
@frozen
public enum ICMPv6DestinationUnreachableCode: Hashable, Sendable {
  /// 0: no route to the destination.
  case noRoute
  /// 1: a filter prohibits the communication.
  case communicationProhibited
  /// 2: the destination is beyond the scope of the source address.
  case beyondScope
  /// 3: the host does not answer on its link.
  case address
  /// 4: nothing listens on the port.
  case port
  /// 5: the source address failed an ingress or egress policy.
  case sourceAddressPolicy
  /// 6: the route to the destination rejects packets.
  case rejectRoute
  /// Any other code.
  case unknown(UInt8)

  @inlinable
  public init(_ code: UInt8) {
    self =
      switch code {
      case 0: .noRoute
      case 1: .communicationProhibited
      case 2: .beyondScope
      case 3: .address
      case 4: .port
      case 5: .sourceAddressPolicy
      case 6: .rejectRoute
      default: .unknown(code)
      }
  }
}
