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

  /// A class, an address in it, and how many leading bits its addresses share; then public addresses.
  private static let ranges: [(base: String, length: Int)] = [
    ("10.20.30.40", 8), ("172.20.1.2", 12), ("192.168.7.9", 16), ("169.254.3.4", 16), ("100.100.5.6", 10),
    ("198.18.0.9", 15), ("127.0.0.1", 8),
    ("224.0.0.251", 4), ("fd12:3456:789a::1", 7), ("fe80::1:2", 10), ("ff02::fb", 8),
  ]

  private static let keys = (0..<8).map { round in key.map { $0 &+ UInt8(truncatingIfNeeded: 29 &* round) } }
  private static let key = Samples.key

  private static func flipping(_ bit: Int, of address: IPAddress) -> IPAddress {
    address.isIPv4
      ? IPAddress(v4: UInt32(truncatingIfNeeded: address.low) ^ 1 << UInt32(31 - bit))
      : IPAddress(
        high: bit < 64 ? address.high ^ 1 << UInt64(63 - bit) : address.high,
        low: bit < 64 ? address.low : address.low ^ 1 << UInt64(127 - bit))
  }

  /// Leading bits that two addresses of one version share.
  private static func common(_ a: IPAddress, _ b: IPAddress) -> Int {
    let bits =
      a.high == b.high ? 64 + (a.low ^ b.low).leadingZeroBitCount : (a.high ^ b.high).leadingZeroBitCount
    return a.isIPv4 ? bits - 96 : bits
  }

  @Test(
    "an alias stays in its class, where aliases share exactly as many leading bits as addresses", arguments: ranges)
  func classes(base: String, length: Int) throws {
    let base = try #require(IPAddress(base))
    for key in Self.keys {
      let cipher = try #require(PrefixPreservingCipher(key: key))
      let alias = try #require(cipher.rename(base))
      #expect(Self.common(base, alias) >= length, "\(alias)")
      for bit in length..<(base.isIPv4 ? 32 : 128) {
        let other = try #require(cipher.rename(Self.flipping(bit, of: base)))
        #expect(Self.common(alias, other) == bit)
      }
    }
  }

  @Test(
    "a public address stays public, and shares what makes a network with its neighbours",
    arguments: [
      "81.2.69.160", "8.8.8.8", "203.0.112.1", "11.0.0.1", "172.32.0.1", "192.0.3.9", "2a00:1450:4001::8",
      "2001:db9::1",
    ])
  func publicAddresses(address: String) throws {
    let base = try #require(IPAddress(address))
    for key in Self.keys {
      let cipher = try #require(PrefixPreservingCipher(key: key))
      let alias = try #require(cipher.rename(base))
      #expect(AddressClass.of(alias).length == 0)
      // The longest prefix of a special range.
      for bit in (base.isIPv4 ? 24 : 32)..<(base.isIPv4 ? 32 : 128) {
        #expect(Self.common(alias, try #require(cipher.rename(Self.flipping(bit, of: base)))) == bit)
      }
    }
  }

  @Test("no two addresses get one alias, at the borders of classes and anywhere", arguments: keys.indices)
  func collisions(key: Int) throws {
    let cipher = try #require(PrefixPreservingCipher(key: Self.keys[key]))
    var state = UInt64(key &+ 1)
    var addresses: Set<IPAddress> = []
    for _ in 0..<4_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      addresses.insert(IPAddress(v4: UInt32(truncatingIfNeeded: state >> 32)))
    }
    for (base, _) in Self.ranges {
      let base = try #require(IPAddress(base))
      for bit in 0..<(base.isIPv4 ? 32 : 128) { addresses.insert(Self.flipping(bit, of: base)) }
    }
    let aliases = Set(addresses.compactMap { cipher.rename($0) })
    #expect(aliases.count == addresses.count)
    for address in addresses {
      #expect(AddressClass.of(try #require(cipher.rename(address))) == AddressClass.of(address))
    }
  }

  @Test(
    "what stands for all, nobody or oneself keeps its name", arguments: ["0.0.0.0", "255.255.255.255", "::", "::1"])
  func fixed(address: String) throws {
    let cipher = try #require(PrefixPreservingCipher(key: Samples.key))
    #expect(cipher.rename(try #require(IPAddress(address)))?.description == address)
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
