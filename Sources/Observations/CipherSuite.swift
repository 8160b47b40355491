/// A cipher suite as a ServerHello chooses it (TLS Cipher Suites, IANA), with what a record's overhead depends on.
public struct CipherSuite: Hashable, Sendable {
  /// 0xC02F is TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.
  public let number: UInt16

  public init(_ number: UInt16) { self.number = number }

  /// What encrypts the records.
  public enum BulkCipher: Hashable, Sendable {
    /// Nothing does.
    case null
    /// A stream cipher: no padding, no initialisation vector.
    case rc4
    /// 8-byte blocks.
    case tripleDESCBC
    /// 16-byte blocks.
    case aesCBC
    /// 16-byte tag.
    case aesGCM
    /// 16-byte tag.
    case aesCCM
    /// 8-byte tag.
    case aesCCM8
    /// 16-byte tag, no explicit nonce.
    case chaCha20Poly1305
  }

  /// What authenticates the records.
  public enum MAC: Hashable, Sendable {
    /// HMAC-MD5, 16 bytes.
    case md5
    /// HMAC-SHA-1, 20 bytes.
    case sha1
    /// HMAC-SHA-256, 32 bytes.
    case sha256
    /// HMAC-SHA-384, 48 bytes.
    case sha384
    /// The bulk cipher itself.
    case aead
  }

  /// The suite's name in IANA's registry, or its number in hexadecimal when it is not in the table here.
  public var name: String {
    if let name = Self.names[number] { return name }
    let digits = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// Whether the table here has it.
  public var isKnown: Bool { Self.names[number] != nil }

  /// nil for a suite that is not in the table here.
  public var bulkCipher: BulkCipher? { Self.constructions[number]?.bulkCipher }

  /// nil for a suite that is not in the table here.
  public var mac: MAC? { Self.constructions[number]?.mac }

  /// What the names say of each suite, worked out once.
  private static let constructions: [UInt16: (bulkCipher: BulkCipher, mac: MAC)] = names.compactMapValues { name in
    let parts = name.split(separator: "_")
    guard let bulkCipher = bulkCipher(inName: parts), let mac = mac(inName: parts, bulkCipher) else { return nil }
    return (bulkCipher, mac)
  }

  private static func bulkCipher(inName parts: [Substring]) -> BulkCipher? {
    if parts.contains("CCM") { return parts.contains("8") ? .aesCCM8 : .aesCCM }
    return bulkCiphers.first { parts.contains($0.part) }?.cipher
  }

  private static func mac(inName parts: [Substring], _ bulkCipher: BulkCipher) -> MAC? {
    switch bulkCipher {
    // The hash in these suites' names is the key derivation's.
    case .aesGCM, .aesCCM, .aesCCM8, .chaCha20Poly1305: .aead
    case .null, .rc4, .tripleDESCBC, .aesCBC: macs.first { $0.part == parts.last ?? "" }?.mac
    }
  }

  /// Whether it is one of TLS 1.3, whose records hide their content type in the ciphertext.
  public var isTLS13: Bool { number >> 8 == 0x13 }

  private static let bulkCiphers: [(part: Substring, cipher: BulkCipher)] = [
    ("NULL", .null), ("RC4", .rc4), ("3DES", .tripleDESCBC), ("CBC", .aesCBC), ("GCM", .aesGCM),
    ("CHACHA20", .chaCha20Poly1305),
  ]

  private static let macs: [(part: Substring, mac: MAC)] = [
    ("MD5", .md5), ("SHA", .sha1), ("SHA256", .sha256), ("SHA384", .sha384),
  ]
}

extension CipherSuite: Codable {
  public init(from decoder: any Decoder) throws { number = try decoder.singleValueContainer().decode(UInt16.self) }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}
