import Dissection
import Observations
import Testing

@Suite("walk from the frame to the packet")
struct PacketWalkTests {
  private static let ipv4: [UInt8] = [
    0x45, 0, 0, 24, 0, 1, 0x40, 0, 64, 17, 0, 0, 198, 51, 100, 10, 203, 0, 113, 20, 1, 2, 3, 4,
  ]
  private static let ipv6: [UInt8] =
    [0x60, 0, 0, 0, 0, 4, 6, 64] + [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
    + [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [2] + [1, 2, 3, 4]

  /// The header of the packet in a frame and the bytes behind it; nil when there is none.
  private static func walk(
    _ frame: [UInt8], _ linkType: LinkType = .rawIP, missing: Int = 0
  ) -> (header: IPHeader, payload: Int)? {
    var found: (IPHeader, Int)?
    let unread = unsafe PacketWalk.walk(frame.span.bytes, linkType: linkType, missingBytes: missing) {
      payload, packet, _ in found = (packet, payload.byteCount)
    }
    #expect((unread == nil) == (found != nil))
    return found
  }

  @Test("both versions of IP say the same things")
  func versions() throws {
    let four = try #require(Self.walk(Self.ipv4))
    #expect(four.header.source == IPAddress("198.51.100.10"))
    #expect(four.header.destination == IPAddress("203.0.113.20"))
    #expect(four.header.length == 24 && four.header.headerLength == 20 && four.header.payloadLength == 4)
    #expect(four.header.protocolNumber == 17 && four.header.dontFragment && !four.header.isIPv6)
    #expect(four.header.tcpOverhead == 40)
    #expect(four.payload == 4)
    let six = try #require(Self.walk(Self.ipv6))
    #expect(six.header.destination == IPAddress("2001:db8::2"))
    #expect(six.header.length == 44 && six.header.headerLength == 40)
    #expect(six.header.protocolNumber == 6 && six.header.dontFragment && six.header.isIPv6)
    #expect(six.header.tcpOverhead == 60)
  }

  @Test(
    "fragments are told apart: whole, first, later",
    arguments: [([0x40, 0], false, false), ([0x20, 0], true, false), ([0, 1], true, true), ([0x20, 1], true, true)]
      as [([UInt8], Bool, Bool)])
  func fragments(field: [UInt8], isFragment: Bool, isLater: Bool) throws {
    var packet = Self.ipv4
    packet.replaceSubrange(6..<8, with: field)
    let found = try #require(Self.walk(packet))
    #expect(found.header.isFragment == isFragment)
    #expect(found.header.isLaterFragment == isLater)
  }

  @Test("where segmentation offload left the length 0, what was on the wire stands in")
  func offload() throws {
    var packet = Self.ipv4
    packet[3] = 0
    #expect(try #require(Self.walk(packet, missing: 100)).header.length == 124)
  }

  @Test("a frame without an IP packet, and one that is cut in its header, hold none")
  func none() {
    #expect(Self.walk(Self.ipv4, .unknown(9_999)) == nil)
    #expect(Self.walk([UInt8](repeating: 0, count: 12) + [0x08, 0x06] + Self.ipv4, .ethernet) == nil)
    for count in 0..<20 { #expect(Self.walk(Array(Self.ipv4.prefix(count))) == nil) }
    for count in 0..<40 { #expect(Self.walk(Array(Self.ipv6.prefix(count))) == nil) }
  }

  // MARK: ICMP errors

  private static func error(_ message: [UInt8], isIPv6: Bool) -> (isTooBig: Bool, type: UInt8, mtu: Int)? {
    guard let error = unsafe ICMPError(message.span.bytes, isIPv6: isIPv6) else { return nil }
    return (error.isTooBig, error.type, error.nextHopMTU)
  }

  @Test("errors of both versions say whether a packet was too big, and for which MTU")
  func errors() throws {
    let needed = try #require(Self.error([3, 4, 0, 0, 0, 0, 0x05, 0x43] + Self.ipv4, isIPv6: false))
    #expect(needed.isTooBig && needed.type == 3 && needed.mtu == 1347)
    let port = try #require(Self.error([3, 3, 0, 0, 0, 0, 0, 0] + Self.ipv4, isIPv6: false))
    #expect(!port.isTooBig && port.mtu == 0)
    let tooBig = try #require(Self.error([2, 0, 0, 0, 0, 0, 0x05, 0x14] + Self.ipv6, isIPv6: true))
    #expect(tooBig.isTooBig && tooBig.type == 2 && tooBig.mtu == 1300)
    let noRoute = try #require(Self.error([1, 0, 0, 0, 0, 0, 0, 0] + Self.ipv6, isIPv6: true))
    #expect(!noRoute.isTooBig && noRoute.type == 1)
  }

  @Test("other messages, and errors that quote no whole IP header, are none")
  func noErrors() {
    #expect(Self.error([8, 0, 0, 0, 0, 0, 0, 0] + Self.ipv4, isIPv6: false) == nil)
    #expect(Self.error([3, 0, 0, 0, 0, 0, 0, 0] + Self.ipv6, isIPv6: true) == nil)
    #expect(Self.error([3, 3, 0, 0, 0, 0, 0, 0] + Self.ipv4.prefix(19), isIPv6: false) == nil)
  }

  @Test("alerts have the names of the RFCs, and one without a name its number")
  func alerts() {
    #expect(TLSAlertDescription(40).name == "handshake_failure")
    #expect(TLSAlertDescription(86).name == "inappropriate_fallback")
    #expect(TLSAlertDescription(200).name == "alert 200")
    let names = (0...255).map { TLSAlertDescription(UInt8($0)).name }
    #expect(Set(names).count == 256)
  }

  @Test("what an authentication header protects is read as if it were not there, once")
  func authenticated() {
    let header = CarrierShapes.bytes("1104 0000 00000001 00000001 000000000000000000000000")
    let datagram = CarrierShapes.udp(443, [UInt8](repeating: 7, count: 40))
    let frame = CarrierShapes.mirror(51, header + datagram)
    var seen: [(UInt8, Int, Int)] = []
    let unread = unsafe PacketWalk.walk(frame.span.bytes, linkType: .ethernet, missingBytes: 0) { payload, packet, _ in
      seen.append((packet.protocolNumber, payload.byteCount, packet.payloadLength))
    }
    #expect(unread == nil)
    #expect(seen.count == 1)
    #expect(seen.first?.0 == IPProtocol.udp)
    #expect(seen.first?.1 == datagram.count && seen.first?.2 == datagram.count)
    let twice = CarrierShapes.mirror(
      51, CarrierShapes.bytes("3304 0000 00000001 00000001 000000000000000000000000") + header + datagram)
    _ = unsafe PacketWalk.walk(twice.span.bytes, linkType: .ethernet, missingBytes: 0) { _, packet, _ in
      #expect(packet.protocolNumber == IPProtocol.authenticationHeader)
    }
  }

  /// A QoS data frame of two packets: bit 7 of the QoS control says that there are several.
  private static var aggregated: [UInt8] {
    let packet = CarrierShapes.packet
    let part =
      [UInt8](repeating: 4, count: 12) + CarrierShapes.u16(packet.count + 8)
      + CarrierShapes.bytes("aaaa030000000800") + packet
    let padding = [UInt8](repeating: 0, count: (4 - part.count % 4) % 4)
    return CarrierShapes.bytes("88010000") + [UInt8](repeating: 2, count: 20) + CarrierShapes.bytes("8000") + part
      + padding + part
  }

  @Test("an aggregated Wi-Fi frame gives each packet that it holds; what is cut off is told")
  func aggregatedWiFi() {
    let frame = Self.aggregated
    for length in 0...frame.count {
      var lengths: [Int] = []
      let part = Array(frame.prefix(length))
      let unread = unsafe PacketWalk.walk(part.span.bytes, linkType: .wiFi, missingBytes: 0) { _, packet, _ in
        lengths.append(packet.length)
      }
      #expect(lengths.allSatisfy { $0 == CarrierShapes.packet.count })
      if length == frame.count {
        #expect(lengths.count == 2)
        #expect(unread == nil)
      } else if lengths.isEmpty {
        #expect(unread != nil)
      }
    }
  }

  @Test("an aggregated Wi-Fi frame behind radiotap is read the same")
  func aggregatedWiFiWithRadiotap() {
    let frame = CarrierShapes.bytes("0000080000000000") + Self.aggregated
    var packets = 0
    let unread = unsafe PacketWalk.walk(frame.span.bytes, linkType: .wiFiRadiotap, missingBytes: 0) { _, _, _ in
      packets += 1
    }
    #expect(packets == 2)
    #expect(unread == nil)
  }
}
