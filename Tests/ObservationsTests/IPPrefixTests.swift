import Testing

@testable import Observations

@Suite("IP prefixes")
struct IPPrefixTests {
  private func contains(_ prefix: String, _ address: String) throws -> Bool {
    try #require(IPPrefix(prefix)).contains(try #require(IPAddress(address)))
  }

  @Test(
    "a prefix holds the addresses that begin with its bits",
    arguments: [
      ("198.51.100.10", "198.51.100.10"), ("198.51.100.0/24", "198.51.100.255"), ("198.51.100.7/24", "198.51.100.0"),
      ("198.51.100.128/25", "198.51.100.200"), ("0.0.0.0/0", "203.0.113.20"), ("128.0.0.0/1", "255.255.255.255"),
      ("2001:db8::/32", "2001:db8:ffff::1"), ("2001:db8::1", "2001:db8::1"), ("2001:db8::/64", "2001:db8::ffff"),
      ("2001:db8:0:0:8000::/65", "2001:db8::8000:0:0:1"), ("::/0", "2001:db8::1"),
      ("::ffff:198.51.100.0/120", "198.51.100.9"),
    ])
  func holds(prefix: String, address: String) throws {
    #expect(try contains(prefix, address))
  }

  @Test(
    "a prefix does not hold its neighbours, nor addresses of the other kind",
    arguments: [
      ("198.51.100.10", "198.51.100.11"), ("198.51.100.0/24", "198.51.101.0"), ("198.51.100.128/25", "198.51.100.127"),
      ("128.0.0.0/1", "127.255.255.255"), ("2001:db8::/32", "2001:db9::"), ("2001:db8::/64", "2001:db8:0:1::"),
      ("2001:db8:0:0:8000::/65", "2001:db8::7fff:0:0:1"), ("::/0", "203.0.113.20"), ("0.0.0.0/0", "2001:db8::1"),
    ])
  func doesNotHold(prefix: String, address: String) throws {
    #expect(try !contains(prefix, address))
  }

  @Test(
    "what is no prefix is refused",
    arguments: [
      "", "/", "/24", "198.51.100.0/", "198.51.100.0/33", "198.51.100.0/-1", "198.51.100.0/+8", "198.51.100.0/ 8",
      "198.51.100.0/8/8", "198.51.100/24", "2001:db8::/129", "2001:db8::/1280", "vpn.example.com", "10.0.0.1%eth0",
      "::ffff:10.0.0.0/90", "198.51.100.0/٨",
    ])
  func refused(text: String) {
    #expect(IPPrefix(text) == nil)
  }

  @Test("a prefix is written in its canonical form, and read back as the same")
  func text() throws {
    let forms = [
      "198.51.100.7/24": "198.51.100.0/24", "198.51.100.7/32": "198.51.100.7", "2001:DB8::1/32": "2001:db8::/32",
      "2001:db8::1/128": "2001:db8::1", "0.0.0.0/0": "0.0.0.0/0", "::/0": "::/0",
      "::ffff:198.51.100.0/120": "198.51.100.0/24",
    ]
    for (given, canonical) in forms {
      let prefix = try #require(IPPrefix(given))
      #expect(prefix.description == canonical)
      #expect(IPPrefix(canonical) == prefix)
    }
  }

  @Test("a length beyond the bits of the address makes no prefix")
  func lengths() {
    #expect(IPPrefix(IPAddress(v4: 0x0A00_0001), length: 33) == nil)
    #expect(IPPrefix(IPAddress(v4: 0x0A00_0001), length: -1) == nil)
    #expect(IPPrefix(IPAddress(high: 1, low: 1), length: 129) == nil)
    #expect(IPPrefix(IPAddress(v4: 0x0A00_0001), length: 32) == IPPrefix(IPAddress(v4: 0x0A00_0001)))
  }
}
