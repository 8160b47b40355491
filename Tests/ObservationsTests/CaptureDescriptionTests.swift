import Observations
import Testing

@Suite("captures, frames and link types")
struct CaptureDescriptionTests {
  @Test("captures are called c1, c2 …")
  func names() {
    let captures = (0..<3).map {
      CaptureDescription(
        index: $0, point: 0, name: "a", format: "pcap", linkTypes: [], snapLength: 0, packets: 0, bytes: 0, start: nil,
        end: nil)
    }
    #expect(captures.map(\.id) == ["c1", "c2", "c3"])
  }

  @Test("frames stand by capture, then number")
  func frames() {
    let ordered = [(0, 2), (0, 10), (1, 1)].map { FrameReference(capture: $0.0, frame: $0.1) }
    #expect(ordered.reversed().sorted() == ordered)
  }

  @Test(
    "link types are known by the file's number, BSD's own numbers too",
    arguments: [
      (UInt16(0), LinkType.bsdNull), (1, .ethernet), (9, .ppp), (50, .ppp), (12, .rawIP), (14, .rawIP), (101, .rawIP),
      (108, .bsdLoop), (113, .linuxCooked), (228, .ipv4), (229, .ipv6), (276, .linuxCooked2), (105, .wiFi),
      (127, .wiFiRadiotap),
      (119, .wiFiPrism), (163, .wiFiAVS), (258, .pktap), (149, .pktap), (239, .nflog), (117, .pflog), (166, .pppPPPD),
      (204, .pppWithDirection), (51, .pppoe), (178, .juniperEthernet), (197, .erf), (104, .ciscoHDLC), (226, .ipnet),
      (109, .enc), (13, .enc), (147, .unknown(147)),
    ])
  func linkTypes(number: UInt16, expected: LinkType) { #expect(LinkType(number: number) == expected) }

  @Test("the other side of the client is the server")
  func sides() { #expect(Side.client.opposite == .server && Side.server.opposite == .client) }
}
