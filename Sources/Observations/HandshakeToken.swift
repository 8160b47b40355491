/// Up to 32 bytes of a handshake that address translation leaves alone, as four words in network order: the random of a
/// ClientHello (RFC 5246 section 7.4.1.2), the ephemeral key of a WireGuard initiation, an IKE SPI, an OpenVPN session ID.
///
/// The same handshake is recognised by it at every capture point.
@frozen
public struct HandshakeToken: Hashable, Sendable, Codable {
  public let words: (UInt64, UInt64, UInt64, UInt64)
  /// How many of the 32 bytes the capture holds; the rest are zero here.
  public let byteCount: Int

  @inlinable
  public init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, byteCount: Int = 32) {
    self.words = (a, b, c, d)
    self.byteCount = byteCount
  }

  /// Whether a snap length cut it short.
  public var isComplete: Bool { byteCount == 32 }

  public static func == (a: HandshakeToken, b: HandshakeToken) -> Bool {
    a.words == b.words && a.byteCount == b.byteCount
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }

  /// The bytes the capture holds, in hexadecimal.
  public var hexadecimal: String {
    let digits = [words.0, words.1, words.2, words.3].map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return String(digits.joined().prefix(byteCount * 2))
  }

  /// Reads what `hexadecimal` writes; nil when it is longer than 32 bytes, of odd length or not hexadecimal.
  public init?(hexadecimal text: String) {
    let count = text.utf8.count
    guard count <= 64, count.isMultiple(of: 2), text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    let padded = Array(text.utf8) + Array(repeating: UInt8(ascii: "0"), count: 64 - count)
    let words = (0..<4).compactMap {
      UInt64(String(decoding: padded[$0 * 16..<$0 * 16 + 16], as: UTF8.self), radix: 16)
    }
    guard words.count == 4 else { return nil }
    self.init(words[0], words[1], words[2], words[3], byteCount: count / 2)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = HandshakeToken(hexadecimal: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not at most 32 bytes in hexadecimal")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hexadecimal)
  }
}
