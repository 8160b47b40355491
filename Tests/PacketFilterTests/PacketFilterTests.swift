import Testing

@testable import PacketFilter

@Suite("Capture filters")
struct PacketFilterTests {
  private static let ethernet = Framing(linkTypeNumber: 1)

  /// Whether the filter passes a frame of which only `captured` bytes are there.
  private func passes(
    _ expression: String, _ frame: [UInt8], _ framing: Framing = ethernet, captured: Int? = nil
  ) throws -> Bool {
    var filter = PacketFilter(expression)
    let program = try filter.program(for: framing)
    return unsafe filter.matches(
      frame.span.bytes.extracting(first: captured ?? frame.count), originalLength: frame.count, program)
  }

  @Test("a frame passes when the expression is true of it")
  func expressions() throws {
    let frame = Frames.ethernet + Frames.udp
    #expect(try passes("host 198.51.100.10 and udp port 443", frame))
    #expect(try passes("src net 198.51.100.0/24", frame))
    #expect(try passes("len = 42", frame))
    #expect(try passes("", frame))
    #expect(try !passes("host 198.51.100.11", frame))
    #expect(try !passes("tcp", frame))
    #expect(try !passes("dst host 198.51.100.10", frame))
  }

  @Test("the filter sees the frame as captured: behind a VLAN tag only an expression that names it looks")
  func vlan() throws {
    let frame = Frames.taggedEthernet + Frames.udp
    #expect(try !passes("udp port 443", frame))
    #expect(try passes("vlan and udp port 443", frame))
  }

  @Test("each link type has its own program, by the number that stands in files")
  func linkTypes() throws {
    #expect(try passes("udp port 443", Frames.udp, Framing(linkTypeNumber: 101)))
    #expect(try passes("udp port 443", Frames.udp, Framing(linkTypeNumber: 228)))
    #expect(try passes("udp port 443", Frames.cooked + Frames.udp, Framing(linkTypeNumber: 113)))
    #expect(try !passes("udp port 443", Frames.udp))
    var filter = PacketFilter("udp port 443")
    let first = try filter.program(for: Self.ethernet)
    let second = try filter.program(for: Framing(linkTypeNumber: 101))
    let frame = Frames.ethernet + Frames.udp
    let results = [
      unsafe filter.matches(frame.span.bytes, originalLength: frame.count, first),
      unsafe filter.matches(frame.span.bytes, originalLength: frame.count, second),
      unsafe filter.matches(Frames.udp.span.bytes, originalLength: Frames.udp.count, second),
    ]
    #expect(results == [true, false, true])
  }

  @Test("a BSD loopback header is read in the byte order of the host that captured, and with its number for IPv6")
  func loopback() throws {
    let little = Framing(linkTypeNumber: 0)
    let big = Framing(linkTypeNumber: 0, isBigEndian: true)
    #expect(try passes("ip", [2, 0, 0, 0] + Frames.udp, little))
    #expect(try !passes("ip", [0, 0, 0, 2] + Frames.udp, little))
    #expect(try passes("ip", [0, 0, 0, 2] + Frames.udp, big))
    #expect(try !passes("ip", [2, 0, 0, 0] + Frames.udp, big))
    for family: UInt8 in [24, 28, 30] {
      #expect(try passes("ip6", [family, 0, 0, 0] + [UInt8](repeating: 0x60, count: 40), little))
    }
  }

  @Test("what a snap length cut off matches nothing, and an empty frame is no trap", arguments: 0..<42)
  func cut(length: Int) throws {
    let frame = Frames.ethernet + Frames.udp
    // The destination port stands in bytes 36 and 37.
    #expect(try passes("udp dst port 443", frame, captured: length) == (length >= 38))
    #expect(try passes("greater 42", frame, captured: length))
  }

  @Test(
    "an expression that libpcap does not take is refused in its words",
    arguments: [
      ("host 10.0.0.1 and", "syntax error"), ("port 70000", "70000"), ("host 10.0.0.300", "IPv4 address"),
      ("vlan 5000", "4095"), ("udp\0port 443", "NUL"),
    ])
  func refused(expression: String, words: String) {
    let refusal = #expect(throws: PacketFilterError.self) { try PacketFilter.check(expression) }
    #expect(refusal?.description.contains(words) == true, "\(refusal?.description ?? "")")
  }

  @Test("an expression that works on some kinds of frames is refused on the others only")
  func someFrames() throws {
    try PacketFilter.check("ifindex 2")
    var filter = PacketFilter("ifindex 2")
    #expect(throws: PacketFilterError.self) { try filter.program(for: Self.ethernet) }
    _ = try filter.program(for: Framing(linkTypeNumber: 276))
    // The refusal is remembered, and does not get in the way of the others.
    #expect(throws: PacketFilterError.self) { try filter.program(for: Self.ethernet) }
  }

  @Test("frames of a kind that libpcap does not know are refused")
  func unknownLinkType() {
    var filter = PacketFilter("host 10.0.0.1")
    #expect(throws: PacketFilterError.self) { try filter.program(for: Framing(linkTypeNumber: 65_000)) }
  }
}

/// A UDP datagram from 198.51.100.10:40000 to 203.0.113.20:443, and what may stand before it.
private enum Frames {
  static let udp: [UInt8] = [
    0x45, 0, 0, 28, 0, 0, 0x40, 0, 64, 17, 0, 0, 198, 51, 100, 10, 203, 0, 113, 20, 0x9C, 0x40, 0x01, 0xBB, 0, 8, 0, 0,
  ]
  static let ethernet: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00]
  static let taggedEthernet: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0x00, 0, 7, 0x08, 0x00]
  static let cooked: [UInt8] = [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0x00]
}
