import CNettle

/// SHA-256 (FIPS 180-4), computed by Nettle.
public struct SHA256: Sendable {
  private var context = sha256_ctx()

  public init() { unsafe nettle_sha256_init(&context) }

  public mutating func update(_ bytes: some Collection<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { bytes in
      unsafe nettle_sha256_update(&context, bytes.count, bytes.baseAddress)
    }
    if done == nil { update(Array(bytes)) }
  }

  /// The digest of all bytes so far: 32 bytes.
  public func finish() -> [UInt8] {
    var ended = context
    var digest = [UInt8](repeating: 0, count: 32)
    unsafe nettle_sha256_finish(&ended, &digest)
    return digest
  }

  public static func digest(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }
}

extension Sequence<UInt8> {
  /// In lower-case hexadecimal digits.
  public var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
