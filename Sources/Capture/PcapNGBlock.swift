/// The blocks of pcapng (draft-ietf-opsawg-pcapng section 3.1): type, length, body, the length again.
enum PcapNGBlock {
  static let sectionHeader: UInt32 = 0x0A0D_0D0A
  static let interfaceDescription: UInt32 = 1
  static let packet: UInt32 = 2
  static let simplePacket: UInt32 = 3
  static let nameResolution: UInt32 = 4
  static let interfaceStatistics: UInt32 = 5
  static let enhancedPacket: UInt32 = 6
  static let decryptionSecrets: UInt32 = 10

  static let byteOrderMagic: UInt32 = 0x1A2B_3C4D

  /// Type and length before the body, length after it.
  static let frameLength = 12
  /// The largest block that is looked into, in bytes.
  static let largestLength = 16 << 20
  static let mostOptions = 1024
  /// As many interfaces as are kept, over all sections: a description has 20 bytes in the file and more in memory.
  static let mostInterfaces = 65_536

  /// The least length of a block that is looked into; that of an empty one for any other.
  @inline(__always)
  static func leastLength(_ type: UInt32) -> Int {
    switch type {
    case enhancedPacket, packet: 32
    case simplePacket: 16
    case interfaceDescription: 20
    case interfaceStatistics: 24
    case sectionHeader: 28
    default: frameLength
    }
  }

  static func holdsPacket(_ type: UInt32) -> Bool {
    type == enhancedPacket || type == simplePacket || type == packet
  }

  /// Whether the reader has a use for the block's body.
  static func isLookedInto(_ type: UInt32) -> Bool {
    holdsPacket(type) || type == sectionHeader || type == interfaceDescription || type == interfaceStatistics
  }

  /// What the draft calls a block of this type, with an article.
  static func name(_ type: UInt32) -> String {
    switch type {
    case sectionHeader: "a section header block"
    case interfaceDescription: "an interface description block"
    case packet: "a packet block"
    case simplePacket: "a simple packet block"
    case nameResolution: "a name resolution block"
    case interfaceStatistics: "an interface statistics block"
    case enhancedPacket: "an enhanced packet block"
    case decryptionSecrets: "a decryption secrets block"
    default: "a block of type 0x\(String(type, radix: 16))"
    }
  }
}
