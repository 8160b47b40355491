import Dissection

/// Tells ciphertext and keys, which look like noise, from the numbers, zeros and text of other protocols.
enum EncryptedBytes {
  /// Bytes looked at: enough that chance says nothing, few enough that snap lengths leave them.
  private static let looked = 16
  /// Fewer bytes than this say nothing.
  private static let least = 8
  /// Zeros among 16 bytes of noise: more than 3 once in 2 million times. Padding and small numbers have more.
  private static let mostZeros = 3

  /// Whether `bytes` look like noise: few zeros, and some byte that is not ASCII (16 bytes of noise have none once in
  /// 65,536 times).
  static func looksLikeNoise(_ bytes: RawSpan) -> Bool {
    let count = min(bytes.byteCount, looked)
    guard count >= least else { return false }
    var zeros = 0
    var high: UInt8 = 0
    for index in 0..<count {
      let byte = unsafe bytes.u8(index)
      if byte == 0 { zeros += 1 }
      high |= byte
    }
    return zeros <= mostZeros && high & 0x80 != 0
  }

  static func isZero(_ bytes: RawSpan) -> Bool {
    var all: UInt8 = 0
    for index in 0..<bytes.byteCount { all |= unsafe bytes.u8(index) }
    return all == 0
  }
}
