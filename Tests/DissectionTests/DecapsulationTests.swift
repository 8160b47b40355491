import Observations
import Testing

@testable import Dissection

@Suite("decapsulation")
struct DecapsulationTests {
  typealias Shapes = CarrierShapes

  static func innermost(_ frame: [UInt8], _ linkType: LinkType = .ethernet) -> Decapsulated {
    Decapsulation.innermost(of: frame.raw, linkType: linkType)
  }

  static func packet(_ frame: [UInt8], _ linkType: LinkType = .ethernet) -> InnerPacket? {
    guard case .packet(let packet) = innermost(frame, linkType) else { return nil }
    return packet
  }

  static func unread(_ frame: [UInt8], _ linkType: LinkType = .ethernet) -> UnreadPacket? {
    guard case .unread(let what) = innermost(frame, linkType) else { return nil }
    return what
  }

  @Test("the packet inside is found, whatever is around it", arguments: CarrierShapes.all)
  func findsPacket(shape: CarrierShape) throws {
    let inner = try #require(Self.packet(shape.frame, shape.linkType), "\(Self.innermost(shape.frame, shape.linkType))")
    #expect(shape.frame[inner.offset..<inner.end].starts(with: Shapes.packet))
    #expect(inner.etherType == EtherType.ipv4)
    #expect(inner.isCarried == !shape.carriers.isEmpty)
    for carrier in shape.carriers { #expect(inner.carriers.contains(carrier)) }
    #expect(Set(inner.carriers.carriers).isSubset(of: Set(shape.carriers)))
  }

  @Test(
    "cut at any length, it leads to the beginning of the packet, or says that it is cut", arguments: CarrierShapes.all)
  func everyLength(shape: CarrierShape) throws {
    let whole = try #require(Self.packet(shape.frame, shape.linkType))
    for count in 0...shape.frame.count {
      let part = Array(shape.frame.prefix(count))
      switch Self.innermost(part, shape.linkType) {
      case .packet(let inner):
        #expect(inner.offset <= inner.end && inner.end <= count)
        if inner.carriers == whole.carriers {
          #expect(inner.offset == whole.offset, "cut at \(count)")
        } else {
          // What does not show itself to be a carrier is an ordinary packet.
          #expect(inner.carriers.depth < whole.carriers.depth, "cut at \(count)")
        }
      case .unread(let what): #expect(what.mayHoldTunnels, "\(what) at \(count)")
      }
      _ = LinkLayer.networkLayer(of: part.raw, linkType: shape.linkType)
    }
  }

  @Test("a link type leads the walk to the same place", arguments: CarrierShapes.linkTypes)
  func networkLayer(shape: CarrierShape) throws {
    let inner = try #require(Self.packet(shape.frame, shape.linkType))
    // 802.2 in a cooked frame is left to the decapsulation.
    guard let layer = LinkLayer.networkLayer(of: shape.frame.raw, linkType: shape.linkType), layer.etherType >= 0x0600
    else {
      #expect(shape.name == "Linux cooked, 802.2")
      return
    }
    #expect(layer == NetworkLayer(etherType: inner.etherType, offset: inner.offset))
  }

  @Test("a packet that carries none is itself")
  func plain() throws {
    for frame in SampleFrames.all {
      let layer =
        LinkLayer.networkLayer(of: frame.frame.raw, linkType: .ethernet) ?? NetworkLayer(etherType: 0, offset: 0)
      let inner = try #require(Self.packet(frame.frame))
      #expect(inner.offset == layer.offset && inner.etherType == layer.etherType && !inner.isCarried)
      #expect(inner.carriers.identity == 0)
      let own = Decapsulation.innermost(ofPacket: frame.frame.raw.from(layer.offset))
      guard case .packet(let packet) = own else {
        Issue.record("no packet")
        continue
      }
      #expect(packet.offset == 0)
    }
  }

  @Test("trailing bytes of the outer frame are not the inner packet's")
  func outerEnd() {
    let frame = Shapes.vxlan(Shapes.inner) + [UInt8](repeating: 0xEE, count: 20)
    #expect(Self.packet(frame)?.end == frame.count - 20)
  }

  @Test("what a mirror cut off, and what later fragments of a carrier hold, is missing")
  func missingBytes() {
    let cut = Array(Shapes.inner.dropLast(30))
    #expect(Self.packet(Shapes.vxlan(cut))?.missingBytes == 30)
    #expect(Self.packet(Shapes.vxlan(Shapes.inner))?.missingBytes == 0)
    #expect(Self.packet(Shapes.inner + [0, 0, 0])?.missingBytes == 0)
    let first = Shapes.ethernet(0x0800, Shapes.ipv4(4, Array(Shapes.packet.dropLast(8)), fragment: 0x2000))
    #expect(Self.packet(first)?.missingBytes == 8)
    #expect(Self.packet(first)?.isCarried == true)
  }

  // MARK: Ports

  /// First bytes of what else runs on any port.
  static let others: [(name: String, payload: String)] = [
    (
      "DTLS hello", "16FEFD 0000 000000000000 0064 01000058 0000 000000000058 FEFD" + String(repeating: "AB", count: 70)
    ),
    ("DTLS data", "17FEFD 0001 000000000001 0040" + String(repeating: "5A", count: 64)),
    ("WireGuard initiation", "01000000 12345678" + String(repeating: "C3", count: 140)),
    ("WireGuard data", "04000000 12345678 0100000000000000" + String(repeating: "77", count: 96)),
    ("OpenVPN reset", "38 0102030405060708 00 00000000"),
    ("OpenVPN reset of version 1", "08 0102030405060708 00 00000000"),
    ("OpenVPN data", "48000001" + String(repeating: "3C", count: 120)),
    ("OpenVPN data of version 1", "30" + String(repeating: "FF", count: 120)),
    ("ESP in UDP", "08000000 00000100" + String(repeating: "45", count: 120)),
    (
      "IKE in UDP 4500",
      "00000000 0102030405060708 0000000000000000 21202208 00000000 00000100" + String(repeating: "00", count: 200)
    ),
    ("NAT keepalive", "FF"), ("DNS", "12340100 00010000 00000000 03777777 076578616D706C65 03636F6D 00 00010001"),
    ("QUIC", "C000000001 08" + String(repeating: "42", count: 200)), ("nothing", ""),
    ("zeros", String(repeating: "00", count: 100)), ("ones", String(repeating: "FF", count: 100)),
  ]

  static let ports = [4789, 4790, 8472, 6081, 2152, 37008, 4754, 6635, 1701, 3544, 5247]
  /// Those of servers, whose answers come from them.
  static let serverPorts = [1701, 3544, 5247]

  @Test("other protocols on a carrier's port stay themselves", arguments: ports)
  func otherProtocols(port: Int) throws {
    for (name, payload) in Self.others {
      for frame in [
        Shapes.mirror(17, Shapes.udp(port, Shapes.bytes(payload))),
        Shapes.mirror(17, Shapes.udp(49152, Shapes.bytes(payload), source: port)),
      ] {
        let inner = try #require(Self.packet(frame), "\(name) on \(port)")
        #expect(inner.offset == 14 && !inner.isCarried, "\(name) on \(port)")
      }
    }
  }

  @Test("a carrier on another port is not looked for")
  func otherPorts() {
    let frame = Shapes.mirror(17, Shapes.udp(4790, Shapes.bytes("08000000 00303900") + Shapes.inner))
    #expect(Self.packet(frame)?.isCarried == false)
    let toClient = Shapes.mirror(17, Shapes.udp(49152, Shapes.bytes("08000000 00303900") + Shapes.inner, source: 4789))
    #expect(Self.packet(toClient)?.isCarried == false)
  }

  @Test(
    "VXLAN without a valid VNI, or that holds no frame, is no VXLAN", arguments: ["00000000", "10000000", "80000000"])
  func withoutIdentifier(flags: String) {
    #expect(Self.packet(Shapes.vxlan(Shapes.inner, flags: flags))?.isCarried == false)
    let noFrame = Shapes.vxlan([UInt8](repeating: 0xAB, count: 80))
    #expect(Self.packet(noFrame)?.isCarried == false)
  }

  // RFC 7348 section 5: reserved fields "MUST be set to zero on transmission and ignored on receipt".
  @Test(
    "what is reserved in VXLAN is ignored where the frame inside carries IP, and only there",
    arguments: ["18000000", "08000001", "08010000", "88010000", "0C000003", "FFFFFFFF"])
  func reservedBits(flags: String) {
    #expect(Self.packet(Shapes.vxlan(Shapes.inner, flags: flags))?.isCarried == true)
    let isPlain = Shapes.vxlan(Shapes.inner[..<12] + Shapes.bytes("0806 0001"), flags: flags)
    #expect(Self.packet(isPlain)?.isCarried == false)
    let cut = Shapes.vxlan(Array(Shapes.inner.prefix(14 + 19)), flags: flags)
    #expect(Self.packet(cut)?.isCarried == false)
  }

  /// Datagrams that differ in one thing from what the carrier sends.
  static let misfits: [(name: String, port: Int, payload: [UInt8])] = [
    ("CAPWAP over DTLS", 5247, Shapes.bytes("01 000000 16FEFF0001") + Shapes.inner),
    ("CAPWAP of another binding", 5247, Shapes.bytes("00 100600 00000000") + Shapes.inner),
    ("CAPWAP with reserved bits", 5247, Shapes.bytes("00 100201 00000000") + Shapes.inner),
    ("CAPWAP whose length is not that of its fields", 5247, Shapes.bytes("00 180200 00000000 00000000") + Shapes.inner),
    ("CAPWAP of a place without a fragment", 5247, Shapes.bytes("00 100200 00000008") + Shapes.inner),
    ("CAPWAP of no frame", 5247, Shapes.bytes("00 100200 00000000") + [UInt8](repeating: 0xAB, count: 80)),
    ("CAPWAP of no Wi-Fi", 5247, Shapes.bytes("00 100300 00000000") + [UInt8](repeating: 0xAB, count: 80)),
    (
      "Teredo between other addresses", 3544,
      Shapes.ipv6(4, Shapes.packet)
    ),
    ("Teredo of IPv4", 3544, Shapes.packet),
    ("GRE in UDP of another payload", 4754, Shapes.bytes("0000 88CC") + Shapes.packet),
    ("GRE in UDP of version 1", 4754, Shapes.bytes("3081 880B 01000007 00000001 00000002 FF03 0021") + Shapes.packet),
    ("GRE in UDP of IPv6 that is not", 4754, Shapes.bytes("0000 86DD") + Shapes.packet),
    ("MPLS in UDP of a packet with bytes behind it", 6635, Shapes.bytes("00064140") + Shapes.packet + [0]),
    ("MPLS in UDP of something", 6635, Shapes.bytes("00064140 F0F0F0F0 0000")),
  ]

  @Test("what a carrier's header does not fit is no carrier's", arguments: misfits.indices)
  func noCarrier(index: Int) throws {
    let (name, port, payload) = Self.misfits[index]
    let inner = try #require(Self.packet(Shapes.mirror(17, Shapes.udp(port, payload))), "\(name)")
    #expect(!inner.isCarried, "\(name)")
  }

  static func mayCarry(_ protocolNumber: UInt8, _ transport: [UInt8]) -> Bool {
    Decapsulation.mayCarry(protocolNumber: protocolNumber, transport: transport.raw)
  }

  @Test("what the walk asks about is what may carry, and nothing of TCP")
  func mayCarry() {
    let segment = Array(SampleFrames.tlsClientHello[34...])
    #expect(!Self.mayCarry(IPProtocol.tcp, segment))
    #expect(!Self.mayCarry(IPProtocol.tcp, Shapes.udp(4789, [])))
    #expect(!Self.mayCarry(IPProtocol.udp, Shapes.udp(443, [])))
    #expect(!Self.mayCarry(IPProtocol.udp, Array(Shapes.udp(4789, []).prefix(3))))
    #expect(!Self.mayCarry(50, segment))
    for port in 0...65535 {
      #expect(Self.mayCarry(IPProtocol.udp, Shapes.udp(port, [])) == Self.ports.contains(port))
      #expect(Self.mayCarry(IPProtocol.udp, Shapes.udp(5000, [], source: port)) == Self.serverPorts.contains(port))
    }
    for number in [4, 41, 47, 51, 97, 137, 143] as [UInt8] { #expect(Self.mayCarry(number, segment)) }
  }
}
