/// ICMP message (RFC 792; next-hop MTU RFC 1191 section 4; length of the quote RFC 4884 section 4.1).
///
///     0      1      2          4        5              6              8
///     | type | code | checksum | unused | quote length | next-hop MTU | quoted datagram …     (type 3)
@frozen
public struct ICMPv4Message: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var type: Int { 0 }
    @inlinable static var code: Int { 1 }
    @inlinable static var quoteLength: Int { 5 }
    @inlinable static var nextHopMTU: Int { 6 }
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

  /// Whether the message reports an error and quotes the packet that met it: destination unreachable (3), source
  /// quench (4), redirect (5), time exceeded (11), parameter problem (12).
  @inlinable public var isError: Bool {
    switch type {
    case 3, 4, 5, 11, 12: true
    default: false
    }
  }

  /// What a destination-unreachable message says; nil for any other type.
  @inlinable public var destinationUnreachableCode: ICMPv4DestinationUnreachableCode? {
    type == 3 ? ICMPv4DestinationUnreachableCode(code) : nil
  }

  /// The largest packet, in bytes, that the reporter could have sent on (type 3, code 4). 0 for other messages, and
  /// from a router that does not say (RFC 1191 section 5).
  @inlinable public var nextHopMTU: UInt16 {
    type == 3 && code == 4 ? unsafe bytes.u16(Field.nextHopMTU) : 0
  }

  /// What is quoted of the packet that met the error, without extensions; empty when this reports none.
  @inlinable public var quoted: RawSpan {
    @_lifetime(copy self)
    get {
      guard isError else { return bytes.upTo(0) }
      let quote = bytes.from(Field.end)
      // With extensions behind it the quote has at least 128 bytes; a smaller number is an old router's litter.
      let length = unsafe Int(bytes.u8(Field.quoteLength)) &* 4
      return type != 4 && type != 5 && length >= 128 ? quote.upTo(length) : quote
    }
  }
}

/// Code of a destination-unreachable message (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1).
@frozen
public enum ICMPv4DestinationUnreachableCode: Hashable, Sendable {
  /// 0: no route to the network.
  case network
  /// 1: the host does not answer on its link.
  case host
  /// 2: the host does not speak the protocol.
  case protocolUnreachable
  /// 3: nothing listens on the port.
  case port
  /// 4: the packet is larger than the next hop's MTU and must not be fragmented.
  case fragmentationNeeded
  /// 5: a source route cannot be followed.
  case sourceRouteFailed
  /// 6: the network is not known.
  case networkUnknown
  /// 7: the host is not known.
  case hostUnknown
  /// 8: the source is isolated.
  case sourceHostIsolated
  /// 9: the network is administratively prohibited.
  case networkProhibited
  /// 10: the host is administratively prohibited.
  case hostProhibited
  /// 11: no route to the network for this type of service.
  case networkForTypeOfService
  /// 12: no route to the host for this type of service.
  case hostForTypeOfService
  /// 13: a filter prohibits the communication.
  case communicationProhibited
  /// 14: the precedence is not permitted.
  case hostPrecedenceViolation
  /// 15: the precedence is below the network's minimum.
  case precedenceCutoff
  /// Any other code.
  case unknown(UInt8)

  @inlinable
  public init(_ code: UInt8) {
    self =
      switch code {
      case 0: .network
      case 1: .host
      case 2: .protocolUnreachable
      case 3: .port
      case 4: .fragmentationNeeded
      case 5: .sourceRouteFailed
      case 6: .networkUnknown
      case 7: .hostUnknown
      case 8: .sourceHostIsolated
      case 9: .networkProhibited
      case 10: .hostProhibited
      case 11: .networkForTypeOfService
      case 12: .hostForTypeOfService
      case 13: .communicationProhibited
      case 14: .hostPrecedenceViolation
      case 15: .precedenceCutoff
      default: .unknown(code)
      }
  }
}
