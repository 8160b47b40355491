import Dissection

/// What goes through a TCP connection before a proxy joins it to a gateway: HTTP's CONNECT (RFC 9110 section 9.3.6) or SOCKS 5
/// (RFC 1928, RFC 1929).
enum ProxyWords {
  /// Whether a client's first words ask a proxy for a connection.
  static func mayBegin(with payload: RawSpan) -> Bool { isConnect(payload) || isGreeting(payload) }

  /// Whether these may be further words of either side: text of HTTP, or a short message of SOCKS.
  static func mayGoOn(with payload: RawSpan) -> Bool {
    guard payload.byteCount > 0 else { return true }
    switch unsafe payload.u8(0) {
    case socks: return payload.byteCount <= longestSOCKSMessage
    case login: return payload.byteCount <= longestSOCKSMessage && payload.byteCount >= 2
    default: return isText(payload)
    }
  }

  private static var socks: UInt8 { 5 }
  /// The version of SOCKS' user name and password, and of what is answered.
  private static var login: UInt8 { 1 }
  /// Version, user name and password with their lengths, each of at most 255 bytes.
  private static var longestSOCKSMessage: Int { 513 }
  private static var connect: StaticString { "CONNECT " }

  private static func isConnect(_ payload: RawSpan) -> Bool {
    guard payload.byteCount > connect.utf8CodeUnitCount else { return false }
    for index in 0..<connect.utf8CodeUnitCount {
      guard unsafe payload.u8(index) == connect.utf8Start[index] else { return false }
    }
    return true
  }

  /// Version, how many methods, and the methods: nothing else.
  private static func isGreeting(_ payload: RawSpan) -> Bool {
    unsafe payload.byteCount >= 3 && payload.u8(0) == socks && payload.byteCount == 2 + Int(payload.u8(1))
  }

  /// Whether its first bytes are those of a header field, a status line or an error page.
  private static func isText(_ payload: RawSpan) -> Bool {
    for index in 0..<min(payload.byteCount, 16) {
      let byte = unsafe payload.u8(index)
      guard (0x20...0x7E).contains(byte) || byte == 0x0D || byte == 0x0A || byte == 0x09 else { return false }
    }
    return true
  }
}
