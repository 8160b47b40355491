import Observations
import Testing

@Suite("addresses and endpoints")
struct IPAddressTests {
  @Test("text in its canonical form reads back as it was", arguments: [
    "0.0.0.0", "10.0.0.1", "198.51.100.10", "255.255.255.255", "::", "::1", "1::", "2001:db8::1",
    "2001:db8:0:1:1:1:1:1", "2001:db8::1:0:0:1", "fe80::1234:5678", "ff02::1:ff00:42", "1:2:3:4:5:6:7:8",
    "1:0:0:4::", "0:2:3:4:5:6:7:8", "64:ff9b::c000:201",
  ])
  func canonical(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(address.description == text)
  }

  /// RFC 5952 sections 4.1 to 4.3, and its example 2001:db8:0:0:1:0:0:1.
  @Test("other forms of an IPv6 address become the canonical one", arguments: [
    ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"), ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
    ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8::ABCD", "2001:db8::abcd"), ("0:0:0:0:0:0:0:0", "::"),
    ("1:0:0:0:0:0:0:0", "1::"), ("0:0:0:0:0:0:0:1", "::1"), ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"),
  ])
  func otherForms(text: String, canonical: String) throws {
    #expect(try #require(IPAddress(text)).description == canonical)
  }

  @Test("what is no address is rejected", arguments: [
    "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", "1.2.3.", ".1.2.3", "1..2.3", "a.b.c.d",
    "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/24", "0001.2.3.4", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
    "12345::", "g::1", "fe80::1%eth0", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "[::1]", "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8", "1:", ":1", "1:2:3:4:5:6:7:", ":2:3:4:5:6:7:8", "+1::", "١.2.3.4", "::１",
  ])
  func rejected(text: String) { #expect(IPAddress(text) == nil) }

  @Test("any address reads back from its text")
  func roundTrip() {
    // Zero and other groups in every arrangement, so that the elision is tried in every place.
    let values: [UInt64] = [0x1, 0xFF, 0xABC, 0xFFFF, 0x10, 0x2001, 0xB, 0x8000]
    for mask in 0...255 {
      let groups = values.indices.map { mask >> $0 & 1 == 0 ? 0 : values[$0] }
      let address = IPAddress(
        high: groups[0] << 48 | groups[1] << 32 | groups[2] << 16 | groups[3],
        low: groups[4] << 48 | groups[5] << 32 | groups[6] << 16 | groups[7])
      #expect(IPAddress(address.description) == address, "\(groups)")
    }
  }

  @Test("an IPv4 address is the IPv4-mapped one")
  func mapped() {
    #expect(IPAddress("10.0.0.1") == IPAddress(v4: 0x0A00_0001))
    #expect(IPAddress("::ffff:10.0.0.1") == IPAddress(v4: 0x0A00_0001))
    #expect(IPAddress(v4: 0x0A00_0001).isIPv4)
    #expect(IPAddress("::10.0.0.1")?.isIPv4 == false)
    #expect(IPAddress("::1")?.isIPv4 == false)
  }

  @Test("addresses stand in numeric order, IPv4 ones among themselves")
  func order() throws {
    let ordered = try ["::1", "9.0.0.1", "10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8:1::"].map {
      try #require(IPAddress($0))
    }
    #expect(ordered.shuffled().sorted() == ordered)
  }

  @Test("an endpoint reads back as it was", arguments: ["203.0.113.20:443", "[2001:db8::20]:443", "[::]:0", "1.2.3.4:65535"])
  func endpoints(text: String) throws { #expect(try #require(Endpoint(text)).description == text) }

  @Test("what is no endpoint is rejected", arguments: [
    "", ":", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:+80", "[::1]", "[::1]:", "[::1:443", "::1]:443",
    "[1.2.3.4:80", "host:80", "2001:db8::1:443", "[1.2.3.4]:80", "[[::1]]:80", " 1.2.3.4:80",
  ])
  func rejectedEndpoints(text: String) { #expect(Endpoint(text) == nil) }

  @Test("endpoints stand by address, then port")
  func endpointOrder() throws {
    let ordered = try ["9.0.0.1:500", "10.0.0.1:80", "10.0.0.1:443", "[2001:db8::1]:1"].map { try #require(Endpoint($0)) }
    #expect(ordered.shuffled().sorted() == ordered)
  }
}
