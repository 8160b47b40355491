/// What a TLS or DTLS record carries (RFC 8446 section 5.1, RFC 9146 section 3, RFC 9147 section 4).
@frozen
public enum TLSContentType: Hashable, Sendable {
  /// 20: what follows in this direction is encrypted with the new keys.
  case changeCipherSpec
  /// 21: a warning, or why the connection ends.
  case alert
  /// 22: negotiation.
  case handshake
  /// 23: data; in TLS 1.3 anything encrypted.
  case applicationData
  /// 24: a keep-alive, or a probe of the path MTU (RFC 6520).
  case heartbeat
  /// 25: an encrypted DTLS 1.2 record with a connection ID (tls12_cid).
  case connectionID
  /// 26: acknowledged handshake records of DTLS 1.3.
  case acknowledgment
  /// Any other number; for a DTLS 1.3 record with the unified header, its first byte.
  case unknown(UInt8)

  @inlinable @inline(__always)
  public init(_ number: UInt8) {
    self =
      switch number {
      case 20: .changeCipherSpec
      case 21: .alert
      case 22: .handshake
      case 23: .applicationData
      case 24: .heartbeat
      case 25: .connectionID
      case 26: .acknowledgment
      default: .unknown(number)
      }
  }

  /// The number on the wire.
  @inlinable public var number: UInt8 {
    @inline(__always) get {
      switch self {
      case .changeCipherSpec: 20
      case .alert: 21
      case .handshake: 22
      case .applicationData: 23
      case .heartbeat: 24
      case .connectionID: 25
      case .acknowledgment: 26
      case .unknown(let number): number
      }
    }
  }

  @inlinable @inline(__always)
  public static func == (a: TLSContentType, b: TLSContentType) -> Bool { a.number == b.number }

  @inlinable
  public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
