import Observations

/// ServerHello (RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.3), of TLS or DTLS.
///
///     0         2        34
///     | version | random | session ID<0..32> | cipher suite | compression | extensions
///
/// Reads what is there of a hello that a snap length or fragmentation cut: fields behind the cut are empty.
@frozen
public struct ServerHello: ~Escapable {
  @usableFromInline enum Field {
    @inlinable static var version: Int { 0 }
    @inlinable static var random: Int { 2 }
  }

  /// Version chosen, up to TLS 1.2 and DTLS 1.2; later ones put theirs into an extension.
  public let legacyVersion: UInt16
  public let random: HandshakeToken
  /// 0 to 32 bytes; the client's own where the session is resumed.
  public let sessionID: RawSpan
  /// Cipher suite chosen; nil when it was not captured.
  public let cipherSuite: UInt16?
  @usableFromInline let extensionBytes: RawSpan
  /// Whether part of the hello is not there.
  public let isTruncated: Bool

  /// Reads the body of a handshake message of type ServerHello.
  ///
  /// Fails unless the version, one of TLS or DTLS, and a first byte of the random are there.
  @inlinable @_lifetime(copy body)
  public init?(_ body: RawSpan) {
    guard body.byteCount > Field.random else { return nil }
    let version = unsafe body.u16(Field.version)
    // 0x7Fnn stood for the drafts of TLS 1.3.
    guard version >> 8 == 0x03 || version >> 8 == 0xFE || version == 0x0100 || version >> 8 == 0x7F else { return nil }
    var reader = HelloReader(body, at: Field.random)
    self.legacyVersion = version
    self.random = reader.random()
    self.sessionID = reader.opaque8()
    self.cipherSuite = reader.u16()
    _ = reader.u8()  // compression method
    self.extensionBytes = reader.available == 0 ? body.upTo(0) : reader.list16()
    self.isTruncated = reader.isTruncated
  }

  @inlinable public var extensions: TLSExtensions {
    @_lifetime(copy self) get { TLSExtensions(extensionBytes) }
  }

  /// Version chosen: that of the supported-versions extension, or else `legacyVersion`.
  @inlinable public var selectedVersion: UInt16 {
    guard let data = extensions.first(TLSExtensionType.supportedVersions)?.data, data.byteCount >= 2 else {
      return legacyVersion
    }
    return unsafe data.u16(0)
  }

  /// Whether this asks for another ClientHello (RFC 8446 section 4.1.3): its random is a constant.
  @inlinable public var isHelloRetryRequest: Bool {
    // SHA-256 of "HelloRetryRequest".
    random.words.0 == 0xCF21_AD74_E59A_6111 && random.words.1 == 0xBE1D_8C02_1E65_B891
      && random.words.2 == 0xC2A2_1116_7ABB_8C5E && random.words.3 == 0x079E_09E2_C8A8_339C
  }

  /// Whether CBC suites encrypt before they authenticate, which changes a record's overhead.
  @inlinable public var choosesEncryptThenMAC: Bool { extensions.contains(TLSExtensionType.encryptThenMAC) }

  /// Whether records may carry connection IDs (DTLS).
  @inlinable public var choosesConnectionID: Bool { extensions.contains(TLSExtensionType.connectionID) }
}
