import Observations

/// Which of the two a handshake runs over; a datagram's hello has a cookie field.
@frozen
public enum HelloTransport: Sendable {
  /// TLS.
  case stream
  /// DTLS.
  case datagram
}

/// ClientHello (RFC 5246 section 7.4.1.2, RFC 8446 section 4.1.2; with the cookie of RFC 6347 section 4.2.1).
///
///     0         2        34
///     | version | random | session ID<0..32> | cookie<0..255> (DTLS) | cipher suites | compression | extensions
///
/// Reads what is there of a hello that a snap length or fragmentation cut: fields behind the cut are empty.
@frozen
public struct ClientHello: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var version: Int { 0 }
    @inlinable static var random: Int { 2 }
  }

  /// Version offered; TLS 1.3 offers its own in `supportedVersions` and 0x0303 here.
  public let version: UInt16
  public let random: HandshakeToken
  /// 0 to 32 bytes; AnyConnect hands the tunnel's session over in it.
  public let sessionID: RawSpan
  /// What the server's HelloVerifyRequest asked to be repeated; empty in a first hello and in TLS.
  public let cookie: RawSpan
  /// Cipher suites offered, by preference.
  public let cipherSuites: UInt16List
  @usableFromInline let extensionBytes: RawSpan
  /// Whether part of the hello is not there.
  public let isTruncated: Bool

  /// Reads the body of a handshake message of type ClientHello.
  ///
  /// Fails unless the version, one that the transport can have, and a first byte of the random are there.
  @inlinable @_lifetime(copy body)
  public init?(_ body: RawSpan, transport: HelloTransport) {
    guard body.byteCount > Field.random else { return nil }
    let version = unsafe body.u16(Field.version)
    switch transport {
    case .stream: guard version >> 8 == 0x03 else { return nil }
    case .datagram: guard version >> 8 == 0xFE || version == 0x0100 else { return nil }
    }
    var reader = HelloReader(body, at: Field.random)
    self.version = version
    self.random = reader.random()
    self.sessionID = reader.opaque8()
    switch transport {
    case .stream: self.cookie = body.upTo(0)
    case .datagram: self.cookie = reader.opaque8()
    }
    self.cipherSuites = UInt16List(reader.list16())
    _ = reader.opaque8()  // compression methods
    // Before TLS 1.2 a hello may end here.
    self.extensionBytes = reader.available == 0 ? body.upTo(0) : reader.list16()
    self.isTruncated = reader.isTruncated
  }

  /// Whether this repeats a cookie of the server (DTLS).
  @inlinable public var hasCookie: Bool { !cookie.isEmpty }

  /// Whether this repeats what a HelloRetryRequest gave (DTLS 1.3, RFC 8446 section 4.2.2).
  @inlinable public var repeatsCookie: Bool { extensions.contains(TLSExtensionType.cookie) }

  @inlinable public var extensions: TLSExtensions {
    @_lifetime(copy self) get { TLSExtensions(extensionBytes) }
  }

  /// Name of the server that the client wants; nil when it names none or the name is cut. Invalid UTF-8 is repaired;
  /// of a name longer than 255 bytes the first 255 are given. Allocates.
  public var serverName: String? {
    guard let data = extensions.first(TLSExtensionType.serverName)?.data, data.byteCount >= 5,
      unsafe data.u8(2) == 0
    else { return nil }
    let length = unsafe Int(data.u16(3))
    let name = data.from(5).upTo(length)
    return name.byteCount == length ? name.upTo(255).repairedText : nil
  }

  /// Protocols that the client offers over the connection, such as "h2", by preference. Allocates.
  public var applicationProtocols: [String] {
    guard let data = extensions.first(TLSExtensionType.applicationLayerProtocolNegotiation)?.data else { return [] }
    var list = HelloReader(data)
    var reader = HelloReader(list.list16())
    var names: [String] = []
    while reader.available > 0 {
      let name = reader.opaque8()
      if !name.isEmpty { names.append(name.repairedText) }
    }
    return names
  }

  /// Versions that the client offers in the extension of that name, by preference; empty before TLS 1.3. Allocates.
  @inlinable public var supportedVersions: [UInt16] {
    guard let data = extensions.first(TLSExtensionType.supportedVersions)?.data, data.byteCount >= 1 else { return [] }
    return unsafe UInt16List(data.from(1).upTo(Int(data.u8(0)))).array
  }

  /// Whether the handshake is for the keys of a call (WebRTC, SIP), not of a tunnel.
  @inlinable public var offersSRTP: Bool { extensions.contains(TLSExtensionType.useSRTP) }

  /// Whether the client offers connection IDs, so that records may have type 25.
  @inlinable public var offersConnectionID: Bool { extensions.contains(TLSExtensionType.connectionID) }

  @inlinable public var offersSessionTicket: Bool { extensions.contains(TLSExtensionType.sessionTicket) }

  /// Whether the client would have CBC suites encrypt before they authenticate, which changes a record's overhead.
  @inlinable public var offersEncryptThenMAC: Bool { extensions.contains(TLSExtensionType.encryptThenMAC) }

  /// Whether the client has keys from an earlier session (TLS 1.3).
  @inlinable public var hasPreSharedKey: Bool { extensions.contains(TLSExtensionType.preSharedKey) }
}

extension RawSpan {
  /// The bytes as text, invalid UTF-8 repaired.
  var repairedText: String { unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) } }
}
