/// Extensions of a hello (RFC 8446 section 4.2), from first to last.
///
///     0      2        4
///     | type | length | data …
@frozen
public struct TLSExtensions: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var type: Int { 0 }
    @inlinable static var length: Int { 2 }
    @inlinable static var end: Int { 4 }
  }

  @usableFromInline let bytes: RawSpan
  @usableFromInline var offset = 0

  /// Walks `bytes`, a hello's list of extensions without the length before it.
  @inlinable @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The next extension, of which only the last may be incomplete; nil at the end or where a header is cut.
  @inlinable @_lifetime(copy self)
  public mutating func next() -> TLSExtension? {
    guard bytes.byteCount &- offset >= Field.end else { return nil }
    let type = unsafe bytes.u16(offset &+ Field.type)
    let length = unsafe Int(bytes.u16(offset &+ Field.length))
    let data = bytes.from(offset &+ Field.end).upTo(length)
    offset &+= Field.end &+ data.byteCount
    return TLSExtension(type: type, length: length, data: data)
  }

  /// The first extension of that type; nil when there is none. O(number of extensions).
  @inlinable @_lifetime(copy self)
  public func first(_ type: UInt16) -> TLSExtension? {
    var rest = TLSExtensions(bytes)
    while let each = rest.next() {
      if each.type == type { return each }
    }
    return nil
  }

  /// Whether an extension of that type is there. O(number of extensions).
  @inlinable
  public func contains(_ type: UInt16) -> Bool { first(type) != nil }
}

/// One extension of a hello.
@frozen
public struct TLSExtension: ~Escapable {
  /// One of `TLSExtensionType` or another.
  public let type: UInt16
  /// Bytes of the data, as the header says.
  public let length: Int
  /// What is there of the data.
  public let data: RawSpan

  @inlinable @_lifetime(copy data)
  init(type: UInt16, length: Int, data: RawSpan) {
    self.type = type
    self.length = length
    self.data = data
  }

  /// Whether all of the data is there.
  @inlinable public var isComplete: Bool { data.byteCount == length }
}

/// Numbers of the extensions that the program reads (TLS ExtensionType Values, IANA).
public enum TLSExtensionType {
  /// The name of the server that the client wants (RFC 6066 section 3).
  @inlinable public static var serverName: UInt16 { 0 }
  /// Keys for SRTP: a call, not a tunnel (RFC 5764 section 4.1.1).
  @inlinable public static var useSRTP: UInt16 { 14 }
  /// Application-layer protocol negotiation (RFC 7301).
  @inlinable public static var applicationLayerProtocolNegotiation: UInt16 { 16 }
  /// CBC suites authenticate the ciphertext, padding included (RFC 7366).
  @inlinable public static var encryptThenMAC: UInt16 { 22 }
  /// The master secret covers the handshake (RFC 7627).
  @inlinable public static var extendedMasterSecret: UInt16 { 23 }
  /// Largest record that the sender accepts (RFC 8449).
  @inlinable public static var recordSizeLimit: UInt16 { 28 }
  /// Resumption without state at the server (RFC 5077).
  @inlinable public static var sessionTicket: UInt16 { 35 }
  /// Keys that both sides share already (RFC 8446 section 4.2.11).
  @inlinable public static var preSharedKey: UInt16 { 41 }
  /// Versions offered or chosen (RFC 8446 section 4.2.1).
  @inlinable public static var supportedVersions: UInt16 { 43 }
  /// RFC 8446 section 4.2.2.
  @inlinable public static var cookie: UInt16 { 44 }
  /// Connection IDs in DTLS (RFC 9146 section 3).
  @inlinable public static var connectionID: UInt16 { 54 }
}
