extension Sequence<UInt8> {
  /// In base64 with padding (RFC 4648, section 4).
  public var base64: String {
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in self {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(base64Alphabet[Int(bits >> UInt32(count) & 63)])
      }
      bits &= 63
    }
    if count > 0 { text.append(base64Alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
    return String(decoding: text, as: UTF8.self)
  }
}

private let base64Alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
