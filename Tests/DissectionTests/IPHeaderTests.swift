import Observations
import Testing

@testable import Dissection

@Suite("IP headers")
struct IPHeaderTests {
  @Test("an IPv4 header has the fields that Wireshark shows")
  func ipv4() {
    let frame = SampleFrames.tcpSYN
    guard let ip = IPv4Header(packet(in: frame.raw)) else {
      Issue.record("no header")
      return
    }
    #expect(ip.headerLength == 20)
    #expect(ip.totalLength == 60)
    #expect(ip.identification == 0x53A2)
    #expect(ip.dontFragment == true)
    #expect(ip.moreFragments == false)
    #expect(ip.isFragment == false)
    #expect(ip.fragmentOffset == 0)
    #expect(ip.timeToLive == 64)
    #expect(ip.protocolNumber == IPProtocol.tcp)
    #expect(ip.source.description == "198.51.100.10")
    #expect(ip.destination.description == "203.0.113.20")
    #expect(ip.options.byteCount == 0)
    #expect(ip.payload.byteCount == 40)
  }

  @Test("IPv4 options and a fragment's place are read")
  func ipv4Fragment() {
    let frame = SampleFrames.ipv4OptionsFragment
    guard let ip = IPv4Header(packet(in: frame.raw)) else {
      Issue.record("no header")
      return
    }
    #expect(ip.headerLength == 24)
    #expect(ip.options.array == [0x94, 0x04, 0, 0])
    #expect(ip.dontFragment == false)
    #expect(ip.moreFragments == true)
    #expect(ip.isFragment == true)
    #expect(ip.isLaterFragment == true)
    #expect(ip.fragmentOffset == 1480)
    #expect(ip.payload.byteCount == 28)
  }

  /// A header with that total length, followed by 40 bytes, of which the last 10 may be padding.
  func ipv4(totalLength: UInt16) -> [UInt8] {
    [0x45, 0, UInt8(totalLength >> 8), UInt8(totalLength & 255)] + [0, 0, 0, 0, 64, 17, 0, 0]
      + [10, 0, 0, 1, 10, 0, 0, 2] + Array(repeating: 7, count: 40)
  }

  @Test(
    "the payload ends at the total length, or at the captured end when that is no help",
    arguments: [
      (UInt16(50), 30), (20, 0), (60, 40), (1500, 40), (0, 40), (19, 40),
    ])
  func ipv4Payload(totalLength: UInt16, payload: Int) {
    let bytes = ipv4(totalLength: totalLength)
    #expect(IPv4Header(bytes.raw)?.payload.byteCount == payload)
    #expect(IPv4Header(bytes.raw)?.totalLength == Int(totalLength))
  }

  @Test("a header of another version, or one shorter than it may be, is none")
  func notIPv4() {
    var bytes = ipv4(totalLength: 60)
    for first: UInt8 in [0x44, 0x40, 0x55, 0x65, 0x05] {
      bytes[0] = first
      #expect(IPv4Header(bytes.raw)?.headerLength == nil)
    }
    bytes[0] = 0x4F
    #expect(IPv4Header(bytes.raw)?.headerLength == 60)
    #expect(IPv4Header(bytes.raw.upTo(59))?.headerLength == nil)
  }

  @Test("extension headers before a first fragment are passed over")
  func ipv6FirstFragment() {
    let frame = SampleFrames.ipv6FirstFragment
    guard let ip = IPv6Header(packet(in: frame.raw)) else {
      Issue.record("no header")
      return
    }
    #expect(ip.source.description == "2001:db8::10")
    #expect(ip.destination.description == "2001:db8:1::20")
    #expect(ip.payloadLength == 48)
    #expect(ip.totalLength == 88)
    #expect(ip.headerLength == 64)
    #expect(ip.hopLimit == 63)
    #expect(ip.protocolNumber == IPProtocol.udp)
    #expect(ip.isFragment == true)
    #expect(ip.isLaterFragment == false)
    #expect(ip.moreFragments == true)
    #expect(ip.fragmentOffset == 0)
    #expect(ip.identification == 0xDEAD_BEEF)
    #expect(ip.payload.byteCount == 24)
  }

  @Test("a later IPv6 fragment has its place and no transport header")
  func ipv6LaterFragment() {
    let frame = SampleFrames.ipv6LaterFragment
    guard let ip = IPv6Header(packet(in: frame.raw)) else {
      Issue.record("no header")
      return
    }
    #expect(ip.isLaterFragment == true)
    #expect(ip.moreFragments == false)
    #expect(ip.fragmentOffset == 1448)
    #expect(ip.payload.array == Array(0..<16))
  }

  @Test("routing and authentication headers are passed over")
  func ipv6RoutingAndAuthentication() {
    let frame = SampleFrames.ipv6RoutingAndAuthentication
    #expect(IPv6Header(packet(in: frame.raw))?.protocolNumber == IPProtocol.tcp)
    #expect(TCPHeader(transport(in: frame.raw))?.maximumSegmentSize == 1440)
  }

  /// An IPv6 packet of `count` destination-options headers before a UDP header, its payload length as given.
  func ipv6(extensions count: Int, payloadLength: Int? = nil) -> [UInt8] {
    let length = payloadLength ?? count * 8 + 8
    var bytes: [UInt8] = [0x60, 0, 0, 0, UInt8(length >> 8), UInt8(length & 255), count == 0 ? 17 : 60, 64]
    bytes += Array(repeating: 1, count: 32)
    for index in 0..<count { bytes += [index == count - 1 ? 17 : 60, 0, 1, 4, 0, 0, 0, 0] }
    return bytes + [0xC3, 0x50, 0x01, 0xBB, 0, 8, 0, 0]
  }

  @Test("a chain of extension headers is walked to a bound")
  func ipv6ExtensionBound() {
    let sixteen = ipv6(extensions: 16)
    #expect(IPv6Header(sixteen.raw)?.protocolNumber == IPProtocol.udp)
    #expect(IPv6Header(sixteen.raw)?.payload.byteCount == 8)
    let seventeen = ipv6(extensions: 17)
    #expect(IPv6Header(seventeen.raw)?.protocolNumber == 60)
    #expect(IPv6Header(seventeen.raw)?.payload.byteCount == 0)
  }

  @Test("a cut extension header ends the chain with an empty payload")
  func ipv6CutExtension() {
    let bytes = ipv6(extensions: 2)
    for count in 40..<56 {
      #expect(IPv6Header(bytes.raw.upTo(count))?.protocolNumber == 60)
      #expect(IPv6Header(bytes.raw.upTo(count))?.payload.byteCount == 0)
    }
    #expect(IPv6Header(bytes.raw.upTo(56))?.protocolNumber == IPProtocol.udp)
  }

  @Test("a payload length of 0 means that the packet does not say")
  func ipv6NoLength() {
    let bytes = ipv6(extensions: 1, payloadLength: 0)
    #expect(IPv6Header(bytes.raw)?.totalLength == 0)
    #expect(IPv6Header(bytes.raw)?.payload.byteCount == 8)
    let short = ipv6(extensions: 0, payloadLength: 3)
    #expect(IPv6Header(short.raw)?.payload.byteCount == 3)
  }

  @Test("a whole packet with a fragment header is no fragment")
  func ipv6AtomicFragment() {
    var bytes = ipv6(extensions: 1)
    bytes[6] = 44
    bytes.replaceSubrange(40..<48, with: [17, 0, 0, 0, 0, 0, 0, 9])
    #expect(IPv6Header(bytes.raw)?.isFragment == false)
    #expect(IPv6Header(bytes.raw)?.identification == 9)
    #expect(IPv6Header(bytes.raw)?.protocolNumber == IPProtocol.udp)
  }
}
