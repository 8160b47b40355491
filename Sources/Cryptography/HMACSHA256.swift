import CNettle

/// HMAC with SHA-256 (RFC 2104, RFC 4231) under one key, computed by Nettle.
public struct HMACSHA256: Sendable {
  private let keyed: hmac_sha256_ctx

  /// - Parameter key: Of any length.
  public init(key: [UInt8]) {
    var context = hmac_sha256_ctx()
    unsafe nettle_hmac_sha256_set_key(&context, key.count, key)
    keyed = context
  }

  /// The authentication code of a message: 32 bytes.
  public func code(of message: [UInt8]) -> [UInt8] {
    var context = keyed
    var code = [UInt8](repeating: 0, count: 32)
    unsafe nettle_hmac_sha256_update(&context, message.count, message)
    unsafe nettle_hmac_sha256_finish(&context, &code)
    return code
  }
}
