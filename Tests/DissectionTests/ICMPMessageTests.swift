import Observations
import Testing

@testable import Dissection

@Suite("ICMP messages")
struct ICMPMessageTests {
  @Test("fragmentation needed tells its MTU and quotes the packet")
  func fragmentationNeeded() {
    let frame = SampleFrames.icmpFragmentationNeeded
    guard let icmp = ICMPv4Message(transport(in: frame.raw)), let quote = QuotedPacket(icmp.quoted) else {
      Issue.record("no message")
      return
    }
    #expect(icmp.type == 3)
    #expect(icmp.code == 4)
    #expect(icmp.isError == true)
    #expect(icmp.destinationUnreachableCode == .fragmentationNeeded)
    #expect(icmp.nextHopMTU == 1400)
    #expect(icmp.quoted.byteCount == 548)
    #expect(quote.source.description == "198.51.100.10")
    #expect(quote.destination.description == "203.0.113.20")
    #expect(quote.protocolNumber == IPProtocol.udp)
    #expect(quote.totalLength == 1500)
    #expect(quote.dontFragment == true)
    #expect(quote.hasPorts == true)
    #expect(quote.sourcePort == 33368)
    #expect(quote.destinationPort == 443)
    #expect(quote.transport.byteCount == 528)
  }

  @Test("an extension behind the quote is no part of it")
  func quoteLength() {
    let frame = SampleFrames.icmpWithExtension
    guard let icmp = ICMPv4Message(transport(in: frame.raw)), let quote = QuotedPacket(icmp.quoted) else {
      Issue.record("no message")
      return
    }
    #expect(icmp.nextHopMTU == 1347)
    #expect(icmp.quoted.byteCount == 128)
    #expect(quote.totalLength == 1418)
    #expect(quote.source.description == "10.0.0.5")
    #expect(quote.destinationPort == 443)
  }

  @Test("ICMPv6 port unreachable quotes the datagram")
  func ipv6PortUnreachable() {
    let frame = SampleFrames.icmpv6PortUnreachable
    guard let icmp = ICMPv6Message(transport(in: frame.raw)), let quote = QuotedPacket(icmp.quoted) else {
      Issue.record("no message")
      return
    }
    #expect(icmp.type == 1)
    #expect(icmp.code == 4)
    #expect(icmp.destinationUnreachableCode == .port)
    #expect(icmp.mtu == 0)
    #expect(quote.source.description == "::1")
    #expect(quote.destinationPort == 45999)
    #expect(quote.totalLength == 68)
    #expect(quote.transport.byteCount == 28)
  }

  @Test("ICMPv6 packet too big tells its MTU")
  func ipv6PacketTooBig() {
    let frame = SampleFrames.icmpv6PacketTooBig
    guard let icmp = ICMPv6Message(transport(in: frame.raw)), let quote = QuotedPacket(icmp.quoted) else {
      Issue.record("no message")
      return
    }
    #expect(icmp.isError == true)
    #expect(icmp.mtu == 1280)
    #expect(icmp.destinationUnreachableCode == nil)
    #expect(quote.totalLength == 1440)
    #expect(quote.dontFragment == true)
    #expect(quote.protocolNumber == IPProtocol.tcp)
    #expect(quote.sourcePort == 51000)
  }

  @Test("only error messages quote, and only fragmentation needed has an MTU")
  func notErrors() {
    let echo: [UInt8] = [8, 0, 0, 0, 0, 1, 5, 0x78] + SampleFrames.tcpSYN.dropFirst(14)
    #expect(ICMPv4Message(echo.raw)?.isError == false)
    #expect(ICMPv4Message(echo.raw)?.quoted.byteCount == 0)
    #expect(ICMPv4Message(echo.raw)?.nextHopMTU == 0)
    #expect(ICMPv4Message(echo.raw)?.destinationUnreachableCode == nil)
    let port: [UInt8] = [3, 3, 0, 0, 0, 0, 5, 0x78] + SampleFrames.tcpSYN.dropFirst(14)
    #expect(ICMPv4Message(port.raw)?.nextHopMTU == 0)
    #expect(ICMPv4Message(port.raw)?.destinationUnreachableCode == .port)
    let echo6: [UInt8] = [128, 0, 0, 0, 0, 0, 5, 0] + SampleFrames.tcpSYN.dropFirst(14)
    #expect(ICMPv6Message(echo6.raw)?.isError == false)
    #expect(ICMPv6Message(echo6.raw)?.quoted.byteCount == 0)
  }

  @Test("a quote of header and 8 bytes has ports, one of header and 3 has not")
  func shortQuotes() {
    let quoted = Array(SampleFrames.tcpSYN.dropFirst(14))
    #expect(QuotedPacket(quoted.raw.upTo(28))?.hasPorts == true)
    #expect(QuotedPacket(quoted.raw.upTo(24))?.destinationPort == 443)
    #expect(QuotedPacket(quoted.raw.upTo(23))?.hasPorts == false)
    #expect(QuotedPacket(quoted.raw.upTo(23))?.destinationPort == 0)
    #expect(QuotedPacket(quoted.raw.upTo(20))?.destination.description == "203.0.113.20")
    #expect(QuotedPacket(quoted.raw.upTo(19))?.totalLength == nil)
    var later = quoted
    later[7] = 185
    #expect(QuotedPacket(later.raw)?.hasPorts == false)
  }

  @Test("of an IPv6 header whose end is cut off, the network of the destination is read, and no more")
  func cutIPv6Quotes() throws {
    let header =
      SampleFrames.bytes("60000000 0020 11 40 20010DB8000000000000000000000005 20010DB8000200000000000000000080")
      + [UInt8](repeating: 7, count: 32)
    let other = try #require(IPAddress("2001:db8:2::99"))
    let far = try #require(IPAddress("2001:db8:3::80"))
    for count in 32..<40 {
      guard let quoted = QuotedPacket(header.raw.upTo(count)) else {
        Issue.record("nothing is read of \(count) bytes")
        continue
      }
      #expect(!quoted.isWhole && !quoted.hasPorts && quoted.mayHavePorts)
      #expect(quoted.source.description == "2001:db8::5" && quoted.totalLength == 72)
      #expect(quoted.mayBeFor(other) && !quoted.mayBeFor(far))
    }
    #expect(QuotedPacket(header.raw.upTo(31))?.totalLength == nil)
    guard let whole = QuotedPacket(header.raw.upTo(40)) else {
      Issue.record("a whole header is not read")
      return
    }
    #expect(whole.isWhole && !whole.mayBeFor(other))
    #expect(whole.destination.description == "2001:db8:2::80" && whole.mayBeFor(whole.destination))
  }

  @Test("every code of destination unreachable has a case of its own")
  func codes() {
    #expect(Set((0...15).map { ICMPv4DestinationUnreachableCode($0) }).count == 16)
    for code: UInt8 in 0...15 { #expect(ICMPv4DestinationUnreachableCode(code) != .unknown(code)) }
    #expect(ICMPv4DestinationUnreachableCode(13) == .communicationProhibited)
    #expect(ICMPv4DestinationUnreachableCode(16) == .unknown(16))
  }
}
