import Observations
import Testing

@testable import Dissection

@Suite("link layers")
struct LinkLayerTests {
  func networkLayer(_ hexadecimal: String, _ linkType: LinkType) -> NetworkLayer? {
    LinkLayer.networkLayer(of: SampleFrames.bytes(hexadecimal).raw, linkType: linkType)
  }

  static let ethernet = "020000000001 020000000002 "

  @Test(
    "each link layer leads to its packet",
    arguments: [
      (LinkType.ethernet, ethernet + "0800", UInt16(0x0800), 14),
      (.ethernet, ethernet + "86DD", 0x86DD, 14),
      (.ethernet, ethernet + "0806", 0x0806, 14),
      (.ethernet, ethernet + "8100 0064 0800", 0x0800, 18),
      (.ethernet, ethernet + "88A8 000A 8100 0064 86DD", 0x86DD, 22),
      (.ethernet, ethernet + "9100 000A 8100 0064 0800", 0x0800, 22),
      (.ethernet, ethernet + "8864 1100 0007 0020 0021", 0x0800, 22),
      (.ethernet, ethernet + "8100 0007 8864 1100 0007 0020 0057", 0x86DD, 26),
      (.bsdNull, "02000000", 0x0800, 4), (.bsdNull, "00000002", 0x0800, 4),
      (.bsdNull, "0A000000", 0x86DD, 4), (.bsdNull, "17000000", 0x86DD, 4), (.bsdNull, "18000000", 0x86DD, 4),
      (.bsdNull, "1C000000", 0x86DD, 4), (.bsdNull, "0000001E", 0x86DD, 4),
      (.bsdLoop, "00000002", 0x0800, 4), (.bsdLoop, "00000018", 0x86DD, 4),
      (.linuxCooked, "0000 0001 0006 0200000000010000 0800", 0x0800, 16),
      (.linuxCooked, "0000 0001 0006 0200000000010000 8100 0064 86DD", 0x86DD, 20),
      (.linuxCooked2, "86DD 0000 00000002 0001 00 06 0200000000010000", 0x86DD, 20),
      (.linuxCooked2, "8100 0000 00000002 0001 00 06 0200000000010000 0064 0800", 0x0800, 24),
      (.ppp, "FF03 0021", 0x0800, 4), (.ppp, "0057", 0x86DD, 2),
      (.ppp, "FF03 21 45", 0x0800, 3), (.ppp, "57 60", 0x86DD, 1),
      (.rawIP, "45", 0x0800, 0), (.rawIP, "60", 0x86DD, 0), (.ipv4, "45", 0x0800, 0), (.ipv6, "60", 0x86DD, 0),
    ])
  func leadsToPacket(linkType: LinkType, header: String, etherType: UInt16, offset: Int) {
    #expect(networkLayer(header, linkType) == NetworkLayer(etherType: etherType, offset: offset))
  }

  @Test(
    "a header cut anywhere leads nowhere",
    arguments: [
      (LinkType.ethernet, ethernet + "0800"), (.ethernet, ethernet + "88A8 000A 8100 0064 86DD"),
      (.ethernet, ethernet + "8864 1100 0007 0020 0021"), (.bsdNull, "02000000"), (.bsdLoop, "00000002"),
      (.linuxCooked, "0000 0001 0006 0200000000010000 0800"),
      (.linuxCooked2, "86DD 0000 00000002 0001 00 06 0200000000010000"), (.ppp, "FF03 0021"), (.rawIP, "45"),
    ])
  func cutHeader(linkType: LinkType, header: String) {
    let bytes = SampleFrames.bytes(header)
    for count in 0..<bytes.count {
      #expect(LinkLayer.networkLayer(of: bytes.raw.upTo(count), linkType: linkType) == nil)
    }
  }

  @Test(
    "what carries no EtherType protocol leads nowhere",
    arguments: [
      (LinkType.ethernet, ethernet + "0026 4242 03"),  // an 802.3 length: spanning tree
      (.ethernet, ethernet + "8100 0064 0026 4242 03"),
      (.ethernet, ethernet + "8864 1165 0007 0020 0021"),  // PPPoE session with a code that is none
      (.ethernet, ethernet + "8864 1100 0007 0020 C021"),  // PPP link control
      (.bsdNull, "07000000"), (.bsdLoop, "02000000"),
      (.linuxCooked, "0000 0001 0006 0200000000010000 0004"),
      (.linuxCooked, "0000 0338 0000 0000000000000000 0800"),  // netlink
      (.ppp, "FF03 C021"), (.rawIP, "50"), (.unknown(195), ethernet + "0800"),
    ])
  func leadsNowhere(linkType: LinkType, header: String) {
    #expect(networkLayer(header, linkType) == nil)
  }

  @Test("nested tags are followed to a bound")
  func nestingBound() {
    let tag = "8100 0001 "
    let nested = { (count: Int) in Self.ethernet + String(repeating: tag, count: count) + "0800" }
    #expect(networkLayer(nested(4), .ethernet) == NetworkLayer(etherType: 0x0800, offset: 30))
    #expect(networkLayer(nested(5), .ethernet) == nil)
    #expect(networkLayer(nested(400), .ethernet) == nil)
  }
}
