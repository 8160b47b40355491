import Dissection
import Observations

extension Product {
  public static let strongSwan = Product("strongSwan")
  public static let libreswan = Product("libreswan")
  /// ASA, Secure Firewall and IOS send the same.
  public static let cisco = Product("Cisco ASA or IOS")
  public static let windows = Product("Windows")
  public static let juniper = Product("Juniper ScreenOS or SRX")
  public static let zyxel = Product("Zyxel ZyWALL")
}

/// What a side says of itself in its vendor IDs (RFC 7296 section 3.12), each known by its first bytes.
///
/// IDs that name a feature (fragmentation, dead peer detection, XAUTH, Cisco Unity) are sent by many products and name none.
enum IKEVendorID {
  static func product(in message: borrowing IKEMessage) -> Product? {
    guard message.version == .two || !message.isEncrypted else { return nil }
    let type: UInt8 = message.version == .one ? 13 : 43
    var payloads = IKEPayloadChain(message)
    while let payload = payloads.next() {
      guard payload.type == type else { continue }
      let identifier = message.bytes.upTo(payload.body.upperBound).from(payload.body.lowerBound)
      if let known = products.first(where: { begins(identifier, with: $0.beginning) }) { return known.product }
    }
    return nil
  }

  private static func begins(_ bytes: RawSpan, with beginning: [UInt8]) -> Bool {
    guard bytes.byteCount >= beginning.count else { return false }
    return beginning.indices.allSatisfy { unsafe bytes.u8($0) == beginning[$0] }
  }

  private static let products: [(beginning: [UInt8], product: Product)] = [
    // MD5 of "strongSwan".
    ([0x88, 0x2F, 0xE5, 0x6D, 0x6F, 0xD2, 0x0D, 0xBC, 0x22, 0x51, 0x61, 0x3B, 0x2E, 0xBE, 0x5B, 0xEB], .strongSwan),
    (Array("OE-Libreswan".utf8), .libreswan),
    (Array("CISCO-DELETE-REASON".utf8), .cisco),
    (Array("CISCO(COPYRIGHT)".utf8), .cisco),
    ([0x82, 0x99, 0x03, 0x17, 0x57, 0xA3, 0x60, 0x82, 0xC6, 0xA6, 0x21, 0xDE], .fortiGate),
    // MD5 of "MS NT5 ISAKMPOAKLEY", then the version.
    ([0x1E, 0x2B, 0x51, 0x69, 0x05, 0x99, 0x1C, 0x7D, 0x7C, 0x96, 0xFC, 0xBF, 0xB5, 0x87, 0xE4, 0x61], .windows),
    ([0xF4, 0xED, 0x19, 0xE0, 0xC1, 0x14, 0xEB, 0x51, 0x6F, 0xAA, 0xAC, 0x0E, 0xE3, 0x7D, 0xAF, 0x28], .checkPoint),
    ([0x69, 0x93, 0x69, 0x22, 0x87, 0x41, 0xC6, 0xD4, 0xCA, 0x09, 0x4C, 0x93, 0xE2, 0x42, 0xC9, 0xDE], .juniper),
    ([0x16, 0x6F, 0x93, 0x2D, 0x55, 0xEB, 0x64, 0xD8, 0xE4, 0xDF, 0x4F, 0xD3, 0x7E, 0x23, 0x13, 0xF0], .juniper),
    ([0x40, 0x4B, 0xF4, 0x39, 0x52, 0x2C, 0xA3, 0xF6], .sonicWall),
    ([0x62, 0x50, 0x27, 0x74, 0x9D, 0x5A, 0xB9, 0x7F, 0x56, 0x16, 0xC1, 0x60, 0x27, 0x65, 0xCF, 0x48], .zyxel),
  ]
}
