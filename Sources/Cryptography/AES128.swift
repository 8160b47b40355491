import CNettle

/// AES with a key of 128 bits (FIPS 197), block by block without a mode of operation, computed by Nettle.
public struct AES128: Sendable {
  /// In bytes, of the key and of a block.
  public static let blockSize = 16

  private let schedule: aes128_ctx

  /// - Parameter key: 16 bytes; nil for any other number.
  public init?(key: [UInt8]) {
    guard key.count == Self.blockSize else { return nil }
    var schedule = aes128_ctx()
    unsafe nettle_aes128_set_encrypt_key(&schedule, key)
    self.schedule = schedule
  }

  /// - Returns: nil unless the block has 16 bytes.
  public func encrypted(_ block: [UInt8]) -> [UInt8]? {
    guard block.count == Self.blockSize else { return nil }
    var schedule = schedule
    var result = [UInt8](repeating: 0, count: Self.blockSize)
    unsafe nettle_aes128_encrypt(&schedule, Self.blockSize, &result, block)
    return result
  }
}
