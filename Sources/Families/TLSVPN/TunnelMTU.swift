import Observations

/// How large an inner packet may be so that it travels in one outer packet: pure arithmetic over the cipher suite.
///
/// The numbers are those of Cisco's support note 116881 and of the AnyConnect MTU note; the per-record overhead is
/// that of RFC 5246 section 6.2.3, RFC 5288 section 3, RFC 7905 section 2, RFC 8446 section 5.2 and RFC 6347
/// section 4.1.2.
public enum TunnelMTU {
  /// TLS record header, bytes.
  static let tlsHeader = 5
  /// CSTP frame header inside TLS, bytes.
  static let cstpHeader = 8
  /// DTLS record header with epoch and sequence number, bytes.
  static let dtlsHeader = 13
  /// The type byte that each DTLS datagram's plaintext begins with.
  static let dtlsTypeByte = 1
  static let udpHeader = 8

  /// The largest inner packet that fits one TLS record in one outer TCP segment.
  ///
  /// - Parameters:
  ///   - maximumSegmentSize: What the outer connection agreed on, in bytes: the smaller of both offers.
  ///   - suite: From the ServerHello.
  ///   - version: From the ServerHello; TLS 1.0 has no explicit initialisation vector.
  /// - Returns: Bytes, or nil when the suite's overhead is not known or nothing fits.
  public static func tls(maximumSegmentSize: Int, suite: CipherSuite, version: TLSVersion) -> Int? {
    guard let plaintext = plaintext(inBody: maximumSegmentSize - tlsHeader, suite: suite, version: version) else {
      return nil
    }
    let mtu = plaintext - cstpHeader
    return mtu > 0 ? mtu : nil
  }

  /// The largest inner packet that fits one DTLS datagram on a link.
  ///
  /// - Parameters:
  ///   - linkMTU: Of the outer path, in bytes.
  ///   - isIPv6: Whether the outer packets are IPv6, whose header takes 20 bytes more.
  public static func dtls(linkMTU: Int, suite: CipherSuite, version: TLSVersion, isIPv6: Bool = false) -> Int? {
    let body = linkMTU - (isIPv6 ? 40 : 20) - udpHeader - dtlsHeader
    guard let plaintext = plaintext(inBody: body, suite: suite, version: version) else { return nil }
    let mtu = plaintext - dtlsTypeByte
    return mtu > 0 ? mtu : nil
  }

  /// What a TCP connection through an adapter of this MTU offers as MSS (RFC 6691 section 2).
  public static func innerMSS(adapterMTU: Int, isIPv6: Bool = false) -> Int { adapterMTU - (isIPv6 ? 60 : 40) }

  /// The MTU of an adapter whose TCP connections offer this MSS.
  public static func adapterMTU(innerMSS: Int, isIPv6: Bool = false) -> Int { innerMSS + (isIPv6 ? 60 : 40) }

  /// The plaintext that fits a record body of this many bytes.
  private static func plaintext(inBody body: Int, suite: CipherSuite, version: TLSVersion) -> Int? {
    guard let bulk = suite.bulkCipher, let mac = suite.mac else { return nil }
    if version.isTLS13 { return body - 1 - (bulk == .aesCCM8 ? 8 : 16) }
    switch bulk {
    case .null, .rc4: return body - mac.byteCount
    case .aesGCM: return body - 8 - 16
    case .aesCCM: return body - 8 - 16
    case .aesCCM8: return body - 8 - 8
    case .chaCha20Poly1305: return body - 16
    case .aesCBC: return cbcPlaintext(inBody: body, block: 16, mac: mac.byteCount, version: version)
    case .tripleDESCBC: return cbcPlaintext(inBody: body, block: 8, mac: mac.byteCount, version: version)
    }
  }

  /// Whole blocks after the explicit initialisation vector, less the MAC and at least one byte of padding.
  private static func cbcPlaintext(inBody body: Int, block: Int, mac: Int, version: TLSVersion) -> Int {
    let vector = version.hasExplicitVector ? block : 0
    return (body - vector) / block * block - mac - 1
  }
}

extension TLSVersion {
  /// Whether records hide their content type and are sealed as in RFC 8446 section 5.2.
  var isTLS13: Bool { self == .tls13 || self == .dtls13 }

  /// Whether CBC records carry their own initialisation vector (RFC 4346 section 6.2.3.2).
  var hasExplicitVector: Bool { self != .tls10 }
}

extension CipherSuite.MAC {
  /// Bytes in each record.
  var byteCount: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha384: 48
    case .aead: 0
    }
  }
}
