import Observations
import Testing

@testable import Dissection

@Suite("what is not looked into is named")
struct UnreadPacketTests {
  typealias Shapes = CarrierShapes

  static let frames: [(String, LinkType, [UInt8], UnreadPacket)] = [
    ("ARP", .ethernet, Shapes.ethernet(0x0806, Shapes.bytes("0001")), .etherType(0x0806)),
    ("EtherType", .ethernet, Shapes.ethernet(0x1234, [0]), .etherType(0x1234)),
    ("spanning tree", .ethernet, Shapes.ethernet(38, Shapes.bytes("424203 0000")), .llc(0x42)),
    ("IS-IS", .ethernet, Shapes.ethernet(100, Shapes.bytes("FEFE03 83")), .llc(0xFE)),
    ("CDP", .ethernet, Shapes.ethernet(100, Shapes.bytes("AAAA03 00000C 2000")), .snap(0x00000C)),
    ("ARP in VXLAN", .ethernet, Shapes.vxlan(Shapes.ethernet(0x0806, Shapes.bytes("0001"))), .etherType(0x0806)),
    (
      "encrypted MACsec", .ethernet, Shapes.ethernet(0x88E5, Shapes.bytes("2C 00 00000001 0200000000010001 AABB")),
      .encryptedMACsec
    ),
    ("PPPoE control", .ethernet, Shapes.ethernet(0x8864, Shapes.bytes("1100 0007 000A C021 0101")), .ppp(0xC021)),
    ("GRE keepalive", .ethernet, Shapes.gre(0, []), .carrierControl),
    (
      "encrypted Wi-Fi of an Aruba access point", .ethernet,
      Shapes.gre(0x8300, Shapes.bytes("8841 0000") + [UInt8](repeating: 2, count: 60)), .encryptedWiFi
    ),
    ("EoIP keepalive", .ethernet, Shapes.gre(0x6400, [], flags: 0x2001, fields: "00000700"), .carrierControl),
    (
      "EoIP with a sequence number", .ethernet,
      Shapes.gre(0x6400, Shapes.inner, flags: 0x3001, fields: "00320700 00000001"), .badHeader
    ),
    (
      "PPTP encrypted", .ethernet,
      Shapes.gre(0x880B, Shapes.bytes("FF03 00FD 1234"), flags: 0x3001, fields: "00060007 00000001"), .ppp(0x00FD)
    ),
    ("GRE with source routing", .ethernet, Shapes.gre(0x0800, Shapes.packet, flags: 0x4000), .badHeader),
    (
      "ERSPAN III of another frame", .ethernet,
      Shapes.gre(0x22EB, Shapes.bytes("206400010000000100001C00 0000000000000000"), flags: 0x1000, fields: "00000001"),
      .mirroredFrame
    ),
    (
      "GENEVE control", .ethernet,
      Shapes.mirror(17, Shapes.udp(6081, Shapes.bytes("0080 6558 000007 00") + Shapes.inner)), .carrierControl
    ),
    (
      "VXLAN-GPE control", .ethernet,
      Shapes.mirror(17, Shapes.udp(4790, Shapes.bytes("0D000003 00303900") + Shapes.inner)), .carrierControl
    ),
    (
      "NSH of nobody knows what", .ethernet, Shapes.ethernet(0x894F, Shapes.bytes("0FC20209 000007FF 00")),
      .etherType(0x894F)
    ),
    ("NSH, cut", .ethernet, Shapes.ethernet(0x894F, Shapes.bytes("0FC2")), .cutHeader),
    (
      "CAPWAP keepalive", .ethernet,
      Shapes.mirror(17, Shapes.udp(5247, Shapes.bytes("00 100208 00000000 0016 0023 0010"))),
      .carrierControl
    ),
    (
      "later fragment of CAPWAP", .ethernet,
      Shapes.mirror(17, Shapes.udp(5247, Shapes.bytes("00 1002C0 12340048") + [7, 7, 7])), .carrierFragment
    ),
    (
      "encrypted Wi-Fi in CAPWAP", .ethernet,
      Shapes.mirror(
        17, Shapes.udp(5247, Shapes.bytes("00 100300 00000000 8841 0000") + [UInt8](repeating: 2, count: 60))),
      .encryptedWiFi
    ),
    ("L2TP version 3, control", .ethernet, Shapes.mirror(115, Shapes.bytes("00000000 C8020014 0000")), .carrierControl),
    (
      "L2TP version 3 with something", .ethernet, Shapes.mirror(115, Shapes.bytes("00000011 F0F0F0F0 F0F0")),
      .ipProtocol(115)
    ),
    ("MPLS channel", .ethernet, Shapes.ethernet(0x8847, Shapes.bytes("00064140 10000021 0000")), .carrierControl),
    ("MPLS with something", .ethernet, Shapes.ethernet(0x8847, Shapes.bytes("00064140 F0F0F0F0 0000")), .mplsPayload),
    (
      "later fragment of GRE", .ethernet, Shapes.ethernet(0x0800, Shapes.ipv4(47, Shapes.packet, fragment: 100)),
      .carrierFragment
    ),
    ("IP of version 9", .ethernet, Shapes.ethernet(0x0800, [0x95, 0]), .badHeader),
    ("encrypted Wi-Fi", .wiFi, Shapes.bytes("08410000") + [UInt8](repeating: 2, count: 80), .encryptedWiFi),
    (
      "encrypted Wi-Fi, radiotap", .wiFiRadiotap,
      Shapes.bytes("0000080000000000 88410000") + [UInt8](repeating: 2, count: 80), .encryptedWiFi
    ),
    ("beacon", .wiFi, Shapes.bytes("80000000") + [UInt8](repeating: 2, count: 80), .wiFiWithoutData),
    ("empty data", .wiFi, Shapes.bytes("48010000") + [UInt8](repeating: 2, count: 22), .wiFiWithoutData),
    (
      "A-MSDU", .wiFi,
      Shapes.bytes("88010000") + [UInt8](repeating: 2, count: 20) + Shapes.bytes("8000") + Shapes.inner, .aggregatedWiFi
    ),
    (
      "Wi-Fi with a bad checksum", .wiFiRadiotap,
      Shapes.bytes("0000 0900 02000000 40" + Shapes.wiFi) + Shapes.inner[12...], .damagedWiFi
    ),
    ("no PKTAP", .pktap, [UInt8](repeating: 0x45, count: 200), .badHeader),
    (
      "PKTAP in PKTAP", .pktap, Shapes.bytes("6C000000 01000000 02010000") + [UInt8](repeating: 0, count: 200),
      .badHeader
    ),
    ("unknown link type", .unknown(147), Shapes.inner, .linkType(147)),
    (
      "ERF of another kind", .erf, Shapes.bytes("0000000000000000 03 04 00C8 0000 00B4 0000") + Shapes.inner,
      .linkType(197)
    ),
    ("nothing", .ethernet, [], .cutHeader),
  ]

  @Test("each is what it is", arguments: frames.indices)
  func named(index: Int) {
    let (name, linkType, frame, expected) = Self.frames[index]
    #expect(DecapsulationTests.unread(frame, linkType) == expected, "\(name)")
  }

  @Test("only what cannot hold a tunnel leaves no gap")
  func relevance() {
    for kind in [
      UnreadPacket.etherType(0x0806), .llc(0x42), .wiFiWithoutData, .ppp(0xC021), .ipProtocol(89), .carrierControl,
      .ipProtocol(59),
    ] {
      #expect(!kind.mayHoldTunnels, "\(kind)")
    }
    for kind in [
      UnreadPacket.encryptedWiFi, .linkType(147), .etherType(0x1234), .ppp(0x00FD), .ipProtocol(50), .encryptedMACsec,
      .cutHeader,
      .nestedTooDeeply,
    ] {
      #expect(kind.mayHoldTunnels, "\(kind)")
    }
  }

  @Test("names complete a sentence, and unknown numbers show as numbers")
  func names() {
    #expect(UnreadPacket.encryptedWiFi.name == "encrypted Wi-Fi")
    #expect(UnreadPacket.etherType(0x0806).name == "ARP")
    #expect(UnreadPacket.etherType(0x12).name == "EtherType 0x0012")
    #expect(UnreadPacket.ipProtocol(200).name == "IP protocol 200")
    #expect(UnreadPacket.ppp(0x00FD).name == "compressed or encrypted PPP")
  }

  @Test("kinds are counted up to a limit, the rest together, and ranked by number")
  func counts() {
    var counts = UnreadCounts()
    for number in 0..<200 { counts.add(.linkType(UInt16(1000 + number))) }
    counts.add(.linkType(1003), count: 5)
    #expect(counts.packets.count == UnreadCounts.mostKinds)
    #expect(counts.others == 200 - UnreadCounts.mostKinds)
    #expect(counts.ranked.first?.kind == .linkType(1003) && counts.ranked.first?.packets == 6)
    #expect(counts.relevant == 205)
    var both = UnreadCounts()
    both.add(.etherType(0x0806), count: 3)
    both.add(counts)
    #expect(both.relevant == 205)
  }

  // MARK: Hostile nesting

  static func nested(_ count: Int, _ wrap: ([UInt8]) -> [UInt8]) -> [UInt8] {
    (0..<count).reduce(Shapes.inner) { frame, _ in wrap(frame) }
  }

  @Test("carriers in carriers are followed to a bound")
  func depth() throws {
    let limit = Decapsulation.depthLimit
    for wrap: ([UInt8]) -> [UInt8] in [
      { Shapes.vxlan($0) }, { Shapes.gre(0x6558, $0) }, { Shapes.mirror(4, Array($0[14...])) },
      { Shapes.ethernet(0x88E7, [0, 0, 0, 7] + $0) }, { Shapes.bytes("0200000000FE 0200000000FD 8903 0060") + $0 },
      { Shapes.gre(0x88BE, Shapes.bytes("1064000100000000") + $0, flags: 0x1000, fields: "00000001") },
      { Shapes.mirror(17, Shapes.udp(6081, Shapes.bytes("0000 6558 000007 00") + $0)) },
      { Shapes.mirror(17, Shapes.udp(37008, Shapes.bytes("01000001 01") + $0)) },
      { Shapes.mirror(97, Shapes.bytes("3000") + $0) }, { Shapes.mirror(115, Shapes.bytes("00000011") + $0) },
      { Shapes.ethernet(0x8847, Shapes.bytes("00064140") + $0) },
      { Shapes.ethernet(0x894F, Shapes.bytes("0FC20203 000007FF") + $0) },
      { Shapes.mirror(17, Shapes.udp(5247, Shapes.bytes("00 100200 00000000") + $0)) },
      {
        Shapes.mirror(
          17, Shapes.udp(2152, Shapes.bytes("30FF") + Shapes.u16($0.count - 14) + Shapes.bytes("00000007") + $0[14...]))
      },
      { Shapes.mirror(17, Shapes.udp(1701, Shapes.bytes("0002 0001 0002 FF03 0021") + $0[14...])) },
      { Shapes.mirror(51, Shapes.bytes("0404 0000 00000001 00000001 000000000000000000000000") + $0[14...]) },
    ] {
      #expect(try #require(DecapsulationTests.packet(Self.nested(limit, wrap))).carriers.depth == limit)
      #expect(DecapsulationTests.unread(Self.nested(limit + 1, wrap)) == .nestedTooDeeply)
      #expect(DecapsulationTests.unread(Self.nested(1000, wrap)) == .nestedTooDeeply)
    }
    // Each of these is two carriers, or ends a frame with a checksum.
    for wrap: ([UInt8]) -> [UInt8] in [
      { Shapes.mirror(17, Shapes.udp(3544, Shapes.teredo(Array($0[14...])))) },
      { Shapes.bytes("01000C0000 00 0200000000FD 0100 AAAA03 00000C 0014 0000 0000") + $0 + [0, 0, 0, 0] },
    ] {
      #expect(DecapsulationTests.unread(Self.nested(limit + 1, wrap)) == .nestedTooDeeply)
      #expect(DecapsulationTests.unread(Self.nested(600, wrap)) == .nestedTooDeeply)
    }
  }

  @Test("tags and labels without end are given up")
  func tags() {
    for tag in [
      "8100 0001", "8926 00000001", "892F 0000 0001", "893F 000000000000", "8909 01010001 0011", "88E5 00 00 00000001",
      "D28B 0001 0010 5CEEED57 384F59C8",
    ] {
      let frame = Shapes.inner[..<12] + Shapes.bytes(String(repeating: tag, count: 5000)) + Shapes.inner[12...]
      #expect(DecapsulationTests.unread(Array(frame)) == .nestedTooDeeply)
    }
    let labels = Shapes.ethernet(0x8847, Shapes.bytes(String(repeating: "00064040", count: 5000)))
    #expect(DecapsulationTests.unread(labels) == .cutHeader)
    let bytes = [UInt8](repeating: 0, count: 5000)
    #expect(
      DecapsulationTests.packet(Shapes.mirror(17, Shapes.udp(37008, Shapes.bytes("01000001") + bytes)))?.isCarried
        == false)
  }

  @Test("lists in headers that never end are given up")
  func endless() {
    let gtp = Shapes.bytes("34FF 5000 00000007 00000085") + Shapes.bytes(String(repeating: "01000085", count: 5000))
    #expect(DecapsulationTests.packet(Shapes.mirror(17, Shapes.udp(2152, gtp)))?.isCarried == false)
    let erf = Shapes.bytes("0000000000000000 82 04 00D8 0000 00B4") + [UInt8](repeating: 0x83, count: 5000)
    #expect(DecapsulationTests.unread(erf, .erf) == .badHeader)
    let nflog = Shapes.bytes("02000000" + String(repeating: "04000100", count: 5000))
    #expect(DecapsulationTests.unread(nflog, .nflog) == .badHeader)
    let radiotap = Shapes.bytes("0000 FFFF" + String(repeating: "FFFFFFFF", count: 20_000))
    #expect(DecapsulationTests.unread(radiotap, .wiFiRadiotap) != nil)
  }

  @Test("damaged bytes never lead outside the frame", arguments: CarrierShapes.all)
  func damage(shape: CarrierShape) {
    var generator = TruncationTests.Generator(state: 11)
    for _ in 0..<300 {
      var frame = shape.frame
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<frame.count - Shapes.packet.count + 24, using: &generator)
        frame[place] = Bool.random(using: &generator) ? 0xFF : UInt8.random(in: 0...255, using: &generator)
      }
      for linkType in [shape.linkType, .ethernet] {
        guard case .packet(let inner) = DecapsulationTests.innermost(frame, linkType) else { continue }
        #expect(inner.offset >= 0 && inner.offset <= inner.end && inner.end <= frame.count)
        #expect(inner.carriers.depth <= Decapsulation.depthLimit)
      }
    }
  }
}
