import Observations
import Testing

@testable import Dissection

/// A frame that carries another packet, and what must be found in it.
struct CarrierShape: Sendable, CustomTestStringConvertible {
  let name: String
  let linkType: LinkType
  let frame: [UInt8]
  /// Carriers around the packet; none for a tag or another link layer.
  var carriers: [Carrier] = []

  var testDescription: String { name }
}

/// The shapes in which mirrors, networks and switches wrap a frame up, built byte by byte.
enum CarrierShapes {
  /// The frame that is carried: DTLS, Ethernet with IPv4.
  static let inner = SampleFrames.dtlsClientHelloWithCookie
  /// Its IP packet.
  static let packet = Array(inner[14...])

  static func bytes(_ hexadecimal: String) -> [UInt8] { SampleFrames.bytes(hexadecimal) }

  static func u16(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 255), UInt8(number & 255)] }

  static func ethernet(_ etherType: Int, _ payload: [UInt8]) -> [UInt8] {
    bytes("0200000000FE 0200000000FD") + u16(etherType) + payload
  }

  static func ipv4(_ protocolNumber: UInt8, _ payload: [UInt8], fragment: Int = 0) -> [UInt8] {
    var header = bytes("4500 0000 0007 0000 40") + [protocolNumber] + bytes("0000 0AFF0001 0AFF0002")
    header.replaceSubrange(2..<4, with: u16(20 + payload.count))
    header.replaceSubrange(6..<8, with: u16(fragment))
    var sum = stride(from: 0, to: 20, by: 2).reduce(0) { $0 + Int(header[$1]) << 8 + Int(header[$1 + 1]) }
    while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
    header.replaceSubrange(10..<12, with: u16(~sum & 0xFFFF))
    return header + payload
  }

  static func ipv6(_ nextHeader: UInt8, _ payload: [UInt8]) -> [UInt8] {
    bytes("60000000") + u16(payload.count) + [nextHeader, 64]
      + bytes("FD000000000000000000000000000001 FD000000000000000000000000000002") + payload
  }

  static func udp(_ port: Int, _ payload: [UInt8], source: Int = 49152) -> [UInt8] {
    u16(source) + u16(port) + u16(8 + payload.count) + [0, 0] + payload
  }

  /// A mirror's datagram or packet of another protocol around `payload`.
  static func mirror(_ protocolNumber: UInt8, _ payload: [UInt8]) -> [UInt8] {
    ethernet(0x0800, ipv4(protocolNumber, payload))
  }

  static func vxlan(_ frame: [UInt8], identifier: Int = 12345, port: Int = 4789, flags: String = "08000000") -> [UInt8]
  {
    mirror(17, udp(port, bytes(flags) + [UInt8(identifier >> 16)] + u16(identifier) + [0] + frame))
  }

  /// An IPv6 packet between Teredo's addresses that carries an IPv4 packet.
  static func teredo(_ packet: [UInt8]) -> [UInt8] {
    bytes("60000000") + u16(packet.count) + [4, 64]
      + bytes("20010000C0000201000063BF3FFFFDFE 20010DB8000000000000000000000002") + packet
  }

  static func gre(
    _ protocolType: Int, _ payload: [UInt8], flags: Int = 0, fields: String = ""
  ) -> [UInt8] {
    mirror(47, u16(flags) + u16(protocolType) + bytes(fields) + payload)
  }

  private static func carried(_ name: String, _ frame: [UInt8], _ carriers: Carrier...) -> CarrierShape {
    CarrierShape(name: name, linkType: .ethernet, frame: frame, carriers: carriers)
  }

  /// A frame with `tag`, from its EtherType to the EtherType behind it, between the addresses and the EtherType.
  private static func tagged(_ name: String, _ tag: String, trailer: Int = 0) -> CarrierShape {
    CarrierShape(
      name: name, linkType: .ethernet,
      frame: inner[..<12] + bytes(tag) + inner[12...] + [UInt8](repeating: 0, count: trailer))
  }

  private static func linked(_ name: String, _ linkType: LinkType, _ header: String, _ payload: [UInt8]) -> CarrierShape
  {
    CarrierShape(name: name, linkType: linkType, frame: bytes(header) + payload)
  }

  static let carriers: [CarrierShape] = [
    carried("VXLAN", vxlan(inner), .vxlan),
    carried("VXLAN on Linux's port", vxlan(inner, port: 8472), .vxlan),
    carried("VXLAN with group policy", vxlan(inner, flags: "88080011"), .vxlan),
    carried(
      "VXLAN over IPv6", ethernet(0x86DD, ipv6(17, udp(4789, bytes("08000000 00303900") + inner))), .vxlan),
    carried(
      "VXLAN in a VLAN",
      ethernet(0x8100, bytes("0064 0800") + ipv4(17, udp(4789, bytes("08000000 00303900") + inner))), .vxlan),
    carried("VXLAN with a VLAN inside", vxlan(inner[..<12] + bytes("8100 0064") + inner[12...]), .vxlan),
    carried("GRE with IP", gre(0x0800, packet), .gre),
    carried("GRE with IPv6", gre(0x86DD, ipv6(4, packet)), .gre, .ipInIP),
    carried("GRE with Ethernet", gre(0x6558, inner), .gre),
    carried("GRE with a key", gre(0x6558, inner, flags: 0x2000, fields: "00000007"), .gre),
    carried(
      "GRE with everything", gre(0x0800, packet, flags: 0xB000, fields: "AAAA0000 00000007 00000001"), .gre),
    carried("GRE with MPLS", gre(0x8847, bytes("00064140") + packet), .gre, .mpls),
    carried(
      "PPTP", gre(0x880B, bytes("FF03 0021") + packet, flags: 0x3081, fields: "01000007 00000001 00000002"), .gre),
    carried("EoIP", gre(0x6400, inner, flags: 0x2001, fields: "00320700"), .gre),
    carried(
      "GRE of an Aruba access point",
      gre(
        0x8200,
        bytes("8801 0000 020000000001 020000000002 020000000003 8000 0000 AAAA03000000") + inner[12...]), .gre),
    carried("GRE with an SGT", gre(0x8909, bytes("0800 01010001 0011") + packet), .gre),
    carried("GRE of WCCP", gre(0x883E, bytes("05590048") + packet), .gre),
    carried("GRE of WCCP version 1", gre(0x883E, packet), .gre),
    carried("ERSPAN I", gre(0x88BE, inner), .erspan),
    carried("ERSPAN II", gre(0x88BE, bytes("1064000100000000") + inner, flags: 0x1000, fields: "00000001"), .erspan),
    carried(
      "ERSPAN III", gre(0x22EB, bytes("206400010000000100000000") + inner, flags: 0x1000, fields: "00000001"), .erspan),
    carried(
      "ERSPAN III with a subheader",
      gre(0x22EB, bytes("206400010000000100000001 0C00000000000000") + inner, flags: 0x1000, fields: "00000001"),
      .erspan),
    carried(
      "ERSPAN III with IP", gre(0x22EB, bytes("206400010000000100000800") + packet, flags: 0x1000, fields: "00000001"),
      .erspan),
    carried("GENEVE", mirror(17, udp(6081, bytes("0000 6558 000007 00") + inner)), .geneve),
    carried(
      "GENEVE with IP and an option", mirror(17, udp(6081, bytes("0200 0800 000007 00 0108010100000001") + packet)),
      .geneve),
    carried("TZSP", mirror(17, udp(37008, bytes("01000001 01") + inner)), .tzsp),
    carried("TZSP with tags", mirror(17, udp(37008, bytes("01000001 0A01C8 00 0D0201F4 01") + inner)), .tzsp),
    carried(
      "TZSP with Wi-Fi",
      mirror(
        17,
        udp(
          37008, bytes("01000012 01 08010000 020000000001 020000000002 020000000003 0000 AAAA03000000") + inner[12...])),
      .tzsp),
    carried("IPv4 in IPv4", mirror(4, packet), .ipInIP),
    carried("IPv6 in IPv4, IPv4 in that", mirror(41, ipv6(4, packet)), .ipInIP),
    carried("IPv4 in IPv6", ethernet(0x86DD, ipv6(4, packet)), .ipInIP),
    carried("Ethernet behind segment routing", ethernet(0x86DD, ipv6(143, inner)), .ipInIP),
    carried("Ethernet in IP", mirror(97, bytes("3000") + inner), .etherIP),
    carried(
      "AH with IP", mirror(51, bytes("0404 0000 00000001 00000001 000000000000000000000000") + packet),
      .authenticationHeader),
    carried("MPLS", ethernet(0x8847, bytes("00064140") + packet), .mpls),
    carried("MPLS, three labels", ethernet(0x8847, bytes("00064040 00065040 00066140") + packet), .mpls),
    carried("MPLS pseudowire", ethernet(0x8847, bytes("00064140") + inner), .mpls),
    carried("MPLS pseudowire with control word", ethernet(0x8847, bytes("00064140 00000000") + inner), .mpls),
    carried("MPLS pseudowire of a frame to 40:…", ethernet(0x8847, bytes("00064140") + [0x45] + inner[1...]), .mpls),
    carried("MPLS in IP", mirror(137, bytes("00064140") + packet), .mpls),
    carried("GTP-U", mirror(17, udp(2152, bytes("30FF") + u16(packet.count) + bytes("00000007") + packet)), .gtp),
    carried(
      "GTP-U of 5G",
      mirror(
        17, udp(2152, bytes("34FF") + u16(packet.count + 8) + bytes("00000007 00000085 01100100") + packet)), .gtp),
    carried("L2TP", mirror(17, udp(1701, bytes("0002 0001 0002 FF03 0021") + packet)), .l2tp),
    carried(
      "L2TP with everything",
      mirror(
        17,
        udp(
          49152, bytes("4A02") + u16(packet.count + 20) + bytes("0001 0002 0003 0004 0002 0000 FF03 0021") + packet,
          source: 1701)), .l2tp),
    carried(
      "L2TP version 3 over UDP", mirror(17, udp(1701, bytes("0003 0000 00000011") + inner)), .l2tp),
    carried("L2TP version 3 over IP", mirror(115, bytes("00000011") + inner), .l2tp),
    carried(
      "L2TP version 3 over IP with cookie and sublayer",
      mirror(115, bytes("00000011 A1B2C3D4E5F60718 40000001") + inner), .l2tp),
    carried("GRE in UDP", mirror(17, udp(4754, bytes("0000 0800") + packet)), .gre),
    carried("GRE in UDP, Ethernet with a key", mirror(17, udp(4754, bytes("2000 6558 00000007") + inner)), .gre),
    carried("MPLS in UDP", mirror(17, udp(6635, bytes("00064140") + packet)), .mpls),
    carried("MPLS in UDP, two labels, pseudowire", mirror(17, udp(6635, bytes("00064040 00065140") + inner)), .mpls),
    carried("Teredo", mirror(17, udp(3544, teredo(packet))), .teredo, .ipInIP),
    carried(
      "Teredo from a server, with everything",
      mirror(
        17,
        udp(
          49152, bytes("0001 0402 C1C2C3C4 A1A2 0102030405060708 00") + bytes("0000 3BCF F5FFFFFE") + teredo(packet),
          source: 3544)), .teredo, .ipInIP),
    carried("CAPWAP with Ethernet", mirror(17, udp(5247, bytes("00 100200 00000000") + inner)), .capwap),
    carried(
      "CAPWAP with Wi-Fi and its information",
      mirror(
        17,
        udp(
          49152,
          bytes("00 304330 00000000 06 020000000004 00 04 C8190000 000000") + bytes(wiFi) + inner[12...],
          source: 5247)), .capwap),
    carried(
      "CAPWAP with Wi-Fi, the frame control swapped",
      mirror(17, udp(5247, bytes("00 104300 00000000 0108") + bytes(wiFi)[2...] + inner[12...])), .capwap),
    carried(
      "CAPWAP of Cisco",
      mirror(17, udp(5247, bytes("00 204320 00000000 01 04ED4D00 000000 0108") + bytes(wiFi)[2...] + inner[12...])),
      .capwap),
    carried(
      "CAPWAP, the first fragment", mirror(17, udp(5247, bytes("00 100280 12340000") + inner)), .capwap),
    carried("VXLAN-GPE", mirror(17, udp(4790, bytes("0C000003 00303900") + inner)), .vxlan),
    carried("VXLAN-GPE with IP", mirror(17, udp(4790, bytes("0C000001 00303900") + packet)), .vxlan),
    carried(
      "NSH in VXLAN-GPE", mirror(17, udp(4790, bytes("0C000004 00303900 0FC20203 000007FF") + inner)), .vxlan,
      .serviceHeader),
    carried(
      "NSH with four words of context",
      ethernet(0x894F, bytes("0FC60101 000007FF") + [UInt8](repeating: 7, count: 16) + packet), .serviceHeader),
    carried("NSH in GRE", gre(0x894F, bytes("0FC20203 000007FF") + inner), .gre, .serviceHeader),
    carried("VXLAN in GRE", gre(0x0800, Array(vxlan(inner)[14...])), .vxlan, .gre),
    carried(
      "MPLS in GENEVE",
      mirror(17, udp(6081, bytes("0000 6558 000007 00") + ethernet(0x8847, bytes("00064140") + packet))),
      .geneve, .mpls),
    carried(
      "AH with VXLAN",
      mirror(
        51,
        bytes("1104 0000 00000001 00000001 000000000000000000000000") + udp(4789, bytes("08000000 00303900") + inner)
      ), .vxlan),
    carried("802.1ah", ethernet(0x88E7, bytes("00000007") + inner), .providerBackbone),
    carried("FabricPath", bytes("0200000000FE 0200000000FD 8903 0060") + inner + [0, 0, 0, 0], .fabricPath),
    carried(
      "ISL", bytes("01000C0000 00 0200000000FD 0100 AAAA03 00000C 0014 0000 0000") + inner + [0, 0, 0, 0], .isl),
    carried(
      "VXLAN in MPLS, mirrored by ERSPAN",
      gre(
        0x88BE, bytes("1064000100000000") + ethernet(0x8847, bytes("00064140") + vxlan(inner)[14...]), flags: 0x1000,
        fields: "00000001"), .vxlan, .erspan, .mpls),
  ]

  static let tags: [CarrierShape] = [
    tagged("no tag", ""), tagged("VLAN", "8100 0064"), tagged("VLAN of number 0x9200", "9200 000A 8100 0064"),
    tagged("SGT", "8909 01010001 0011"), tagged("SGT with two options", "8909 0102 0001 0011 0001 0012"),
    tagged("VN-Tag", "8926 00000001"), tagged("E-Tag", "893F 000000010000"), tagged("HSR", "892F 0060 0001"),
    tagged("Arista's time in 64 bits", "D28B 0001 0010 5CEEED57 384F59C8"),
    tagged("Arista's time in 48 bits, UTC", "D28B 0001 0121 ED57 384F59C8"),
    tagged("MACsec in clear", "88E5 20 00 00000001 0200000000010001", trailer: 16),
    tagged("MACsec in clear, channel implied", "88E5 00 00 00000001", trailer: 16),
    tagged("SNAP", "01F4 AAAA03 000000"), tagged("SNAP of a bridge", "01F4 AAAA03 0000F8"),
    tagged("VLAN with SNAP", "8100 0064 01F4 AAAA03 000000"),
    CarrierShape(
      name: "PPPoE", linkType: .ethernet, frame: ethernet(0x8864, bytes("1100 0007 0100 0021") + packet)),
  ]

  static let wiFi = "08010000 020000000001 020000000002 020000000003 0000 AAAA03000000"

  static let linkTypes: [CarrierShape] = [
    linked("Wi-Fi", .wiFi, wiFi, Array(inner[12...])),
    linked("Wi-Fi, radiotap", .wiFiRadiotap, "0000 0800 00000000" + wiFi, Array(inner[12...])),
    linked(
      "Wi-Fi, radiotap with time, flags and two words of fields", .wiFiRadiotap,
      "0000 1A00 03000080 00000000 00000000 0000000000000000 0000" + wiFi, Array(inner[12...])),
    linked(
      "Wi-Fi, QoS, padded to four bytes", .wiFiRadiotap,
      "0000 0900 02000000 20 88010000 020000000001 020000000002 020000000003 0000 0000 0000 AAAA03000000",
      Array(inner[12...])),
    linked(
      "Wi-Fi between access points", .wiFi,
      "08030000 020000000001 020000000002 020000000003 0000 020000000004 AAAA03000000", Array(inner[12...])),
    linked(
      "Wi-Fi, Prism", .wiFiPrism, "44000000 90000000" + String(repeating: "00", count: 136) + wiFi, Array(inner[12...])),
    linked(
      "Wi-Fi, AVS", .wiFiAVS, "80211001 00000040" + String(repeating: "00", count: 56) + wiFi, Array(inner[12...])),
    linked(
      "PKTAP", .pktap,
      "6C000000 01000000 01000000 656E30" + String(repeating: "00", count: 21) + "02000000 02000000 0E000000 00000000"
        + String(repeating: "00", count: 56), inner),
    linked(
      "PKTAP of a tunnel", .pktap,
      "6C000000 01000000 0C000000 7574756E34" + String(repeating: "00", count: 19)
        + "02000000 02000000 00000000 00000000" + String(repeating: "00", count: 56), packet),
    linked("NFLOG", .nflog, "02000000 0800 0100 08000100 0700 0A00 65746800" + "0401 0900", packet),
    linked("NFLOG, big-endian", .nflog, "02000000 0008 0001 08000100 0104 0009", packet),
    linked("PFLOG", .pflog, "3D020000" + String(repeating: "00", count: 60), packet),
    linked("PPP_PPPD", .pppPPPD, "0003 0021", packet),
    linked("PPP with direction", .pppWithDirection, "01FF03 0021", packet),
    linked("PPP with direction, compressed", .pppWithDirection, "00 21", packet),
    linked("PPPoE", .pppoe, "1100 0007 0100 0021", packet),
    linked("Juniper", .juniperEthernet, "4D4743 81 0006 010107020101", inner),
    linked("Juniper without extensions", .juniperEthernet, "4D4743 01", inner),
    linked("Juniper without link layer", .juniperEthernet, "4D4743 83 0006 010107020101 02000000", packet),
    linked("Juniper without mark", .juniperEthernet, "", inner),
    linked("ERF", .erf, "0000000000000000 02 04 00C8 0000 00B4 0000", inner),
    linked(
      "ERF with extensions", .erf, "0000000000000000 82 04 00D8 0000 00B4 8300000000000000 0300000000000000 0000", inner
    ),
    linked("ERF, SONET", .erf, "0000000000000000 01 04 00C8 0000 00B4 0F00 0800", packet),
    linked("ERF, IP", .erf, "0000000000000000 16 04 00C8 0000 00B4", packet),
    linked("Cisco HDLC", .ciscoHDLC, "0F00 0800", packet),
    linked("IPNET", .ipnet, "0102 0004 00000028 00000001 00000000 00000000 00000000", packet),
    linked("ENC", .enc, "02000000 00000000 00000000", packet),
    linked("BSD loopback", .bsdNull, "02000000", packet), linked("OpenBSD loopback", .bsdLoop, "00000002", packet),
    linked("raw IP", .rawIP, "", packet), linked("raw IPv4", .ipv4, "", packet),
    linked("PPP", .ppp, "FF03 0021", packet),
    linked("Linux cooked", .linuxCooked, "0000 0001 0006 0200000000010000 0800", packet),
    linked("Linux cooked, 802.2", .linuxCooked, "0000 0001 0006 0200000000010000 0004 AAAA03 000000 0800", packet),
    linked("Linux cooked 2", .linuxCooked2, "0800 0000 00000002 0001 00 06 0200000000010000", packet),
  ]

  static let all = carriers + tags + linkTypes
}
