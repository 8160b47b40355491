import Capture
import Dissection
import Observations
import Testing

@testable import CaseBundle

/// Frames made to hide a name or an address where nobody looks.
@Suite("Rebuilding of packets")
struct RebuildingTests {
  /// What was rebuilt does not read as what it was.
  private struct Unreadable: Error {}

  private static let client: [UInt8] = [198, 51, 100, 10]
  private static let gateway: [UInt8] = [203, 0, 113, 20]
  private static let name = Array("vpn.example.com".utf8)
  private static let macs: [UInt8] = [0x8E, 0x7B, 0x98, 0x95, 0x03, 0xEA, 0xC2, 0x1A, 0x32, 0x01, 0x79, 0x6F]

  private static func big16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }

  private static func ipv4(_ number: UInt8, _ payload: [UInt8], options: [UInt8] = []) -> [UInt8] {
    let length = 20 + options.count + payload.count
    return [0x40 | UInt8(5 + options.count / 4), 0] + big16(length) + [0, 1, 0x40, 0, 64, number, 0, 0] + client
      + gateway
      + options + payload
  }

  private static func tcp(_ payload: [UInt8], options: [UInt8] = []) -> [UInt8] {
    big16(40_000) + big16(443) + [
      0, 0, 0, 1, 0, 0, 0, 2, UInt8(5 + options.count / 4) << 4, 0x18, 0xFF, 0xFF, 0, 0, 0, 0,
    ]
      + options + payload
  }

  private static func udp(_ payload: [UInt8], port: Int = 443) -> [UInt8] {
    big16(40_000) + big16(port) + big16(8 + payload.count) + [0x12, 0x34] + payload
  }

  private static func record(_ type: UInt8, _ fragment: [UInt8]) -> [UInt8] {
    [type, 3, 3] + big16(fragment.count) + fragment
  }

  private static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [type, 0] + big16(body.count) + body
  }

  private static func hello(_ extensions: [(Int, [UInt8])]) -> [UInt8] {
    let list = extensions.flatMap { big16($0.0) + big16($0.1.count) + $0.1 }
    return [3, 3] + (0..<32).map { UInt8($0 + 100) } + [15] + name + [0, 4, 0x13, 1, 0x13, 2, 1, 0] + big16(list.count)
      + list
  }

  private static func serverName(_ name: [UInt8]) -> [UInt8] {
    big16(name.count + 3) + [0] + big16(name.count) + name
  }

  private func treated(_ frame: [UInt8], linkType: UInt16 = 1) throws -> PacketTreatment.Treated? {
    var writer = PcapNGWriter()
    let interface = writer.addInterface(linkTypeNumber: linkType)
    unsafe writer.addPacket(
      frame.span.bytes, originalLength: frame.count, time: Timestamp(nanoseconds: 1), interface: interface)
    let scratch = Scratch()
    let written = frames(of: scratch.file("frame.pcapng", writer.takeBytes()))
    let packet = try #require(written.first)
    var treatment = PacketTreatment(try Samples.anonymous())
    return unsafe treatment.treat(
      packet.bytes.span.bytes, capture: 0, interface: packet.interface, originalLength: packet.originalLength)
  }

  private func check(_ bytes: [UInt8]) {
    for secret in [Self.client, Self.gateway, Self.name, Array(Self.macs[..<6]), Array(Self.macs[6...])] {
      let isThere = bytes.holds(secret) || bytes.holds(secret.reversed())
      #expect(!isThere, "\(secret)")
    }
  }

  @Test("addresses in IP and TCP options go, sizes stay")
  func options() throws {
    let route: [UInt8] = [7, 11, 12] + Self.gateway + Self.client + [0]
    let odd: [UInt8] = [2, 4, 5, 0xB4, 254, 6] + Self.client + [8, 10] + Self.client + Self.gateway
    let frame = Self.macs + [8, 0] + Self.ipv4(6, Self.tcp([], options: odd), options: route)
    let result = try #require(try treated(frame))
    check(result.bytes)
    #expect(result.bytes.count == frame.count)
    let packet = unsafe result.bytes.span.bytes
    guard let ip = IPv4Header(packet.from(14)) else { throw Unreadable() }
    let length = ip.headerLength
    #expect(length == 32)
    guard let segment = TCPHeader(ip.payload) else { throw Unreadable() }
    let mss = segment.maximumSegmentSize
    #expect(mss == 0x05B4)
  }

  @Test("of a ClientHello the server's alias, suites and versions stay; names in other extensions go")
  func clientHello() throws {
    let body = Self.hello([
      (0, Self.serverName(Self.name)), (16, [0, 16, 15] + Self.name), (0xFE0D, Self.client + Self.name),
      (43, [2, 3, 4]),
    ])
    let frame = Self.macs + [0x81, 0, 0, 5, 8, 0] + Self.ipv4(6, Self.tcp(Self.record(22, Self.message(1, body))))
    let result = try #require(try treated(frame))
    check(result.bytes)
    #expect(result.bytes.count == frame.count)
    let span = unsafe result.bytes.span.bytes
    guard let ip = IPv4Header(span.from(18)) else { throw Unreadable() }
    guard let segment = TCPHeader(ip.payload) else { throw Unreadable() }
    var records = TLSRecords(segment.payload)
    guard let record = records.next() else { throw Unreadable() }
    var messages = TLSHandshakeMessages(record.fragment)
    guard let message = messages.next() else { throw Unreadable() }
    guard let hello = ClientHello(message.body, transport: .stream) else { throw Unreadable() }
    let (name, versions, suites) = (hello.serverName, hello.supportedVersions, hello.cipherSuites.array)
    let (identifier, hasProtocols, random) = (hello.sessionID.byteCount, hello.extensions.contains(16), hello.random)
    let pseudonyms = try #require(Pseudonyms(key: Samples.key))
    #expect(name == pseudonyms.alias(ofName: "vpn.example.com"))
    #expect(versions == [0x0304])
    #expect(suites == [0x1301, 0x1302])
    #expect(identifier == 15)
    #expect(hasProtocols)
    #expect(random.words.0 == 0x6465_6667_6869_6A6B)
  }

  @Test("a name where the hello's own lengths do not agree becomes zeros")
  func malformedName() throws {
    var list = Self.serverName(Self.name)
    list[1] += 1
    let frame = Self.macs + [8, 0] + Self.ipv4(6, Self.tcp(Self.record(22, Self.message(1, Self.hello([(0, list)])))))
    check(try #require(try treated(frame)).bytes)
    let two = Self.serverName(Self.name) + [0] + Self.big16(15) + Self.name
    let second = Self.macs + [8, 0] + Self.ipv4(6, Self.tcp(Self.record(22, Self.message(1, Self.hello([(0, two)])))))
    check(try #require(try treated(second)).bytes)
  }

  @Test("certificates, alerts too long for one and tickets become zeros; data is cut")
  func otherRecords() throws {
    let payload =
      Self.record(22, Self.message(11, Self.name + Self.gateway)) + Self.record(21, Self.name)
      + Self.record(22, Self.message(4, Self.client + Self.name)) + Self.record(23, Self.name + Self.client)
    let frame = Self.macs + [8, 0] + Self.ipv4(6, Self.tcp(payload))
    let result = try #require(try treated(frame))
    check(result.bytes)
    // The header of the data's record is the last that stays.
    #expect(result.bytes.count == frame.count - 19)
    #expect(result.originalLength == frame.count)
  }

  @Test("HTTP, DNS and whatever else a payload holds is cut")
  func payloads() throws {
    let http = Self.macs + [8, 0] + Self.ipv4(6, Self.tcp(Array("GET / HTTP/1.1\r\nHost: ".utf8) + Self.name))
    #expect(try #require(try treated(http)).bytes.count == 54)
    let dns =
      Self.macs + [8, 0] + Self.ipv4(17, Self.udp([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 15] + Self.name, port: 53))
    let result = try #require(try treated(dns))
    #expect(result.bytes.count == 42)
    check(result.bytes)
  }

  @Test("what an ICMP error quotes is rebuilt as well, extensions behind it stay away")
  func icmpQuote() throws {
    let quoted = Self.ipv4(17, Self.udp(Self.name), options: [7, 7, 8] + Self.client + [0])
    let frame = Self.macs + [8, 0] + Self.ipv4(1, [3, 4, 0, 0, 0, 0, 5, 0x43] + quoted + Self.client + Self.name)
    let result = try #require(try treated(frame))
    check(result.bytes)
    let span = unsafe result.bytes.span.bytes
    guard let ip = IPv4Header(span.from(14)) else { throw Unreadable() }
    guard let message = ICMPv4Message(ip.payload) else { throw Unreadable() }
    let mtu = message.nextHopMTU
    #expect(mtu == 1347)
    guard let quote = QuotedPacket(message.quoted) else { throw Unreadable() }
    let ends = (quote.source == ip.source, quote.destination == ip.destination, quote.destinationPort)
    #expect(ends == (true, true, 443))
  }

  @Test("ARP, echo requests, GRE and IPv6 extension headers stay behind")
  func leftOut() throws {
    let arp = [0, 1, 8, 0, 6, 4, 0, 1] + Self.macs[6...] + Self.client + Self.macs[..<6] + Self.gateway
    #expect(try treated(Self.macs + [8, 6] + arp) == nil)
    #expect(try treated(Self.macs + [8, 0] + Self.ipv4(1, [8, 0, 0, 0, 0, 1, 0, 1] + Self.client)) == nil)
    #expect(try treated(Self.macs + [8, 0] + Self.ipv4(47, Self.client)) == nil)
    let addresses = [UInt8](repeating: 0x20, count: 16) + [UInt8](repeating: 0x21, count: 16)
    let hopByHop: [UInt8] = [0x60, 0, 0, 0, 0, 16, 0, 64] + addresses + [17, 0, 1, 4] + Self.client + Self.udp([])
    #expect(try treated(Self.macs + [0x86, 0xDD] + hopByHop) == nil)
    #expect(try treated(Self.macs + [8, 0] + Self.ipv4(6, []), linkType: 147) == nil)
  }

  @Test("padding behind a short packet becomes zeros")
  func padding() throws {
    let frame = Self.macs + [8, 0] + Self.ipv4(6, Self.tcp([])) + Self.client + [1, 2]
    let result = try #require(try treated(frame))
    #expect(result.bytes.count == frame.count)
    #expect(result.bytes.suffix(6).allSatisfy { $0 == 0 })
  }

  @Test("link layers other than Ethernet are left away")
  func linkLayers() throws {
    let cooked: [UInt8] = [0, 0, 0, 1, 0, 6] + Self.macs[..<6] + [0, 0, 8, 0]
    let packet = Self.ipv4(6, Self.tcp([]))
    let result = try #require(try treated(cooked + packet, linkType: 113))
    #expect(result.linkTypeNumber == 101)
    #expect(result.bytes.count == packet.count && result.originalLength == packet.count)
    check(result.bytes)
  }

  // Captures of many protocols and many malformed ones lie beside the project and are not part of it.
  @Test("no odd or malformed packet ends the program or keeps its address", .enabled(if: !Self.odd.isEmpty))
  func corpora() throws {
    var count = 0
    var anonymous = PacketTreatment(try Samples.anonymous())
    var cut = PacketTreatment(.withoutPayload)
    for path in Self.odd {
      for frame in frames(of: path) {
        let bytes = unsafe frame.bytes.span.bytes
        let original = frame.originalLength
        _ = cut.treat(bytes, capture: 0, interface: frame.interface, originalLength: original)
        guard let result = anonymous.treat(bytes, capture: 0, interface: frame.interface, originalLength: original),
          let packet = PacketGlance(bytes, linkType: frame.interface.linkType, missingBytes: 0)
        else { continue }
        count += 1
        #expect(result.bytes.count <= result.originalLength)
        // Files made by fuzzing hold addresses of one repeated byte, which occur anywhere. So does 127.0.0.1, which is
        // nobody's: a checksum, an urgent pointer and an option without effect look like it.
        for address in [packet.source, packet.destination]
        where Set(address.bytes).count > 2 && address.bytes.first != 127 {
          let isThere = result.bytes.holds(address.bytes)
          #expect(!isThere, "\(address) in \(path)")
        }
      }
    }
    #expect(count > 100)
  }

  private static let odd = shell(
    "find '\(Samples.folder)/../shared/corpora' -type f \\( -name '*.pcap' -o -name '*.pcapng' -o -name '*.cap' \\) 2>/dev/null | sort"
  ).output.split(separator: "\n").map(String.init)
}
