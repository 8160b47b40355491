import Observations
import Testing

@testable import CaseBundle

@Suite("Aliases")
struct PseudonymTests {
  /// The key and addresses of the sample that the authors of Crypto-PAn published with it.
  private static let published: [UInt8] = [
    21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121, 101, 39, 98,
    87, 76, 45, 42, 132, 34, 2,
  ]

  @Test(
    "IPv4 addresses become what Crypto-PAn makes of them",
    arguments: [
      ("128.11.68.132", "135.242.180.132"), ("129.118.74.4", "134.136.186.123"),
      ("130.132.252.244", "133.68.164.234"),
    ])
  func vectors(address: String, alias: String) throws {
    let cipher = try #require(PrefixPreservingCipher(key: Self.published))
    #expect(cipher.rename(try #require(IPAddress(address)))?.description == alias)
  }

  @Test("two aliases share exactly as many leading bits as the addresses")
  func prefixes() throws {
    let cipher = try #require(PrefixPreservingCipher(key: Samples.key))
    let base = try #require(IPAddress("2001:db8:0:1::20"))
    let alias = try #require(cipher.rename(base))
    for bit in 0..<128 {
      let flipped = IPAddress(
        high: bit < 64 ? base.high ^ 1 << UInt64(63 - bit) : base.high,
        low: bit < 64 ? base.low : base.low ^ 1 << UInt64(127 - bit))
      let other = try #require(cipher.rename(flipped))
      let common =
        alias.high == other.high
        ? 64 + (alias.low ^ other.low).leadingZeroBitCount : (alias.high ^ other.high).leadingZeroBitCount
      #expect(common == bit)
    }
    for bit in 0..<32 {
      let v4 = try #require(cipher.rename(IPAddress(v4: 0xC633_640A)))
      let other = try #require(cipher.rename(IPAddress(v4: 0xC633_640A ^ 1 << UInt32(31 - bit))))
      #expect((v4.low ^ other.low).leadingZeroBitCount == 32 + bit)
      #expect(v4.isIPv4 && other.isIPv4)
    }
  }

  @Test("a server's name gets a name of the same length, whatever its case")
  func names() throws {
    let pseudonyms = try #require(Pseudonyms(key: Samples.key))
    for name in ["vpn.example.com", "a", "x.y", String(repeating: "long.", count: 40)] {
      let alias = pseudonyms.alias(ofName: name)
      #expect(alias.utf8.count == name.utf8.count)
      #expect(alias != name)
      #expect(pseudonyms.alias(ofName: name.uppercased()) == alias)
    }
    #expect(pseudonyms.alias(ofName: "vpn.example.com") != pseudonyms.alias(ofName: "vpn.example.net"))
  }

  @Test("a MAC becomes a locally administered one; groups stay groups, broadcast stays broadcast")
  func hardware() throws {
    let pseudonyms = try #require(Pseudonyms(key: Samples.key))
    #expect(pseudonyms.alias(ofHardware: 0x8E7B_9895_03EA) >> 40 == 2)
    #expect(pseudonyms.alias(ofHardware: 0x8E7B_9895_03EA) == pseudonyms.alias(ofHardware: 0x8E7B_9895_03EA))
    #expect(pseudonyms.alias(ofHardware: 0x3333_0000_00FB) >> 40 & 1 == 1)
    #expect(pseudonyms.alias(ofHardware: 0xFFFF_FFFF_FFFF) == 0xFFFF_FFFF_FFFF)
  }
}
