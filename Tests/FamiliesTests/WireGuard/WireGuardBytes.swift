/// WireGuard messages, built field by field; what is encrypted is noise.
enum WireGuardBytes {
  /// Noise that is the same each time: no zero byte, and below 2^255 as a key.
  static func noise(_ count: Int, _ seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { index in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let byte = UInt8(truncatingIfNeeded: state >> 32) | 1
      return index == 31 ? byte & 0x7F : byte
    }
  }

  static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    stride(from: 0, to: T.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> T($0)) }
  }

  /// - Parameter sender: The index; the keys differ with it.
  static func initiation(_ sender: UInt32, hasCookie: Bool = false) -> [UInt8] {
    let codes = noise(16, 3) + (hasCookie ? noise(16, 4) : [UInt8](repeating: 0, count: 16))
    return [1, 0, 0, 0] + bytes(sender) + noise(32, UInt64(sender)) + noise(76, 2) + codes
  }

  static func response(_ sender: UInt32, to receiver: UInt32) -> [UInt8] {
    [2, 0, 0, 0] + bytes(sender) + bytes(receiver) + noise(32, UInt64(sender)) + noise(32, 5)
      + [UInt8](repeating: 0, count: 16)
  }

  static func cookieReply(to receiver: UInt32) -> [UInt8] { [3, 0, 0, 0] + bytes(receiver) + noise(56, 6) }

  /// - Parameter packet: Bytes of the packet inside, padded; 0 is a keepalive.
  static func data(to receiver: UInt32, _ counter: UInt64, packet: Int = 96) -> [UInt8] {
    [4, 0, 0, 0] + bytes(receiver) + bytes(counter) + noise(packet + 16, counter &+ 7)
  }

  static func keepalive(to receiver: UInt32, _ counter: UInt64) -> [UInt8] { data(to: receiver, counter, packet: 0) }

  /// The same message with a mark of the client in its reserved bytes.
  static func marked(_ message: [UInt8]) -> [UInt8] { message.prefix(1) + [0xA1, 0x07, 0xC3] + message.dropFirst(4) }

  /// The bytes of hexadecimal text.
  static func hexadecimal(_ text: String) -> [UInt8] {
    let digits = Array(text.utf8).map { $0 > 57 ? $0 - 87 : $0 - 48 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
