/// What OpenVPN costs a packet, in bytes, with P_DATA_V2 and an AEAD cipher, the default since 2.4.
enum OpenVPNOverhead {
  static let udp = 8
  /// Opcode, key ID and peer ID; packet ID; tag.
  static let aead = 4 + 4 + 16

  /// From the outer packet to the inner over UDP: 52 over IPv4, 72 over IPv6. A CBC cipher with SHA-1 costs 69 to 84 over IPv4.
  static func total(overIPv6: Bool) -> Int { (overIPv6 ? 40 : 20) + udp + aead }

  /// What fits any cipher, with some room: the least MTU that carries IPv6.
  static let safeMTU = 1_280
}
