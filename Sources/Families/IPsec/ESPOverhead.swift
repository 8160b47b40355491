/// What ESP in tunnel mode costs a packet, in bytes (RFC 4303 section 2, RFC 3948). The ciphers of ESP are agreed on under
/// encryption, so that packets give a range.
public enum ESPOverhead {
  /// SPI and sequence number.
  static let header = 8
  static let udp = 8
  /// Pad length and next header.
  static let trailer = 2
  /// AES-GCM with a 16-byte check value: 8 bytes of vector, padding to 4.
  static let least = (vector: 8, block: 4, check: 16)
  /// AES-CBC with HMAC-SHA-512: 16 bytes of vector, blocks of 16, a check value of 32.
  static let most = (vector: 16, block: 16, check: 32)

  /// The largest inner packet that one outer packet carries.
  static func inner(
    ofOuter mtu: Int, overIPv6: Bool, inUDP: Bool, _ cipher: (vector: Int, block: Int, check: Int)
  ) -> Int {
    let room = mtu - (overIPv6 ? 40 : 20) - (inUDP ? udp : 0) - header - cipher.vector - cipher.check
    return max(0, room / cipher.block * cipher.block - trailer)
  }

  /// What fits whatever the ciphers are, in UDP or not: of a path of 1500 bytes 1406.
  public static func surelyFits(outer mtu: Int, overIPv6: Bool) -> Int {
    inner(ofOuter: mtu, overIPv6: overIPv6, inUDP: true, most)
  }

  /// What fits with the ciphers that cost least and no UDP: larger packets never fit.
  public static func mayFit(outer mtu: Int, overIPv6: Bool) -> Int {
    inner(ofOuter: mtu, overIPv6: overIPv6, inUDP: false, least)
  }
}
