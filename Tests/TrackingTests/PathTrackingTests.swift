import Families
import Observations
import Testing
import Tracking

@Suite("ICMP errors, path MTU and MSS")
struct PathTrackingTests {
  private static let server = Endpoint(IPAddress(v4: 0x0A01_0050), 80)
  private static let inner = Endpoint(IPAddress(v4: 0x0A08_0005), 51_000)

  /// A server sends `count` DF packets of 1418 bytes to a client that offered 1378, and a router says 1347.
  private static func note(packets count: Int = 1, mtu: UInt16 = 1347) -> Packets {
    var packets = Packets()
    var connection = packets.open(at: 0, client: inner, server: server, clientMSS: 1378, serverMSS: 1460)
    packets.send(.client, Array("GET / HTTP/1.1\r\n\r\n".utf8), on: &connection, at: 0.1)
    let big = Packets.tcpPacket(server, inner, sequence: connection.serverNext, [UInt8](repeating: 1, count: 1378))
    for index in 0..<count {
      packets.send(.server, [UInt8](repeating: 1, count: 1378), on: &connection, at: 0.2 + Double(index) * 0.001)
    }
    packets.unreachable(
      at: 0.3, code: 4, nextHopMTU: mtu, from: Packets.router, to: server.address, quoting: big)
    return packets
  }

  // MARK: Unreachable

  @Test("an error that quotes a channel's packet refuses it")
  func refusal() throws {
    var packets = Packets()
    let hello = DTLSBytes.clientHello(random: 1)
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, hello)
    packets.unreachable(
      at: 0.1, code: 13, from: Packets.router, to: Packets.client.address,
      quoting: Packets.udpPacket(Packets.client, Packets.gateway, hello))
    let error = try #require(try packets.tracked().events.refusals.first)
    #expect(error.id == HandshakeID(.dtls, firstFrame: Packets.frame(1)))
    #expect(error.flow == Flow(client: Packets.client, server: Packets.gateway))
    #expect(error.quotedSide == .client)
    #expect(error.kind == .icmp(type: 3, code: 13, isIPv6: false))
    #expect(error.reporter == Packets.router)
    #expect(
      error.quoted
        == QuotedFlow(
          transport: .udp, source: Packets.client, destination: Packets.gateway, length: 28 + hello.count))
  }

  /// The client's hellos from two ports, and an error about the second of them whose quote the snap length cut.
  private static func cutQuote(keeping snapLength: Int, first: Double) throws -> [Refusal] {
    var packets = Packets()
    let hello = DTLSBytes.clientHello(random: 1)
    let other = Endpoint(Packets.client.address, 50_001)
    packets.udp(at: first, from: Packets.client, to: Packets.gateway, hello)
    packets.udp(at: 30, from: other, to: Packets.gateway, DTLSBytes.clientHello(random: 2))
    packets.unreachable(
      at: 30.1, code: 3, from: Packets.router, to: Packets.client.address,
      quoting: Packets.udpPacket(other, Packets.gateway, hello), keeping: snapLength)
    return try packets.tracked().events.refusals
  }

  // Behind 20 bytes of IP and 8 of ICMP the quoted header has 20: at 50 the source port is left, at 48 no port.
  @Test(
    "an error whose quoted ports are cut off is about the only conversation that it can be about",
    arguments: [(50, 0.0), (48, 0.0), (50, 29.0)])
  func cutPorts(snapLength: Int, first: Double) throws {
    let error = try #require(try Self.cutQuote(keeping: snapLength, first: first).first)
    #expect(error.id == HandshakeID(.dtls, firstFrame: Packets.frame(2)))
    #expect(error.quoted.source.port == 50_001 && error.quoted.destination == Packets.gateway)
    #expect(error.quoted.isCut == true)
  }

  @Test("an error that is shorter than it says was cut, also where the capture forgot how long it was")
  func cutAndForgotten() throws {
    var packets = Packets()
    let hello = DTLSBytes.clientHello(random: 1)
    let opening = Packets.udpPacket(Packets.client, Packets.gateway, hello)
    packets.add(opening, at: 0)
    let quoted = [3, 3, 0, 0, 0, 0, 0, 0] + opening.prefix(28)
    let error = Packets.ip(
      protocolNumber: 1, from: Packets.gateway.address, to: Packets.client.address, quoted)
    packets.add(Array(error.prefix(50)), at: 0.1)
    let refusals = try packets.tracked().events.refusals
    #expect(refusals.map(\.quoted.destination) == [Packets.gateway] && refusals.first?.quoted.isCut == true)
  }

  // Behind 40 bytes of IPv6 and 8 of ICMPv6 the quoted header has 34 of its 40: a snap length of 96 behind Ethernet.
  @Test(
    "an error whose quoted IPv6 destination is cut off is about the only conversation with that network",
    arguments: ["2001:db8:2::20", "2001:db8:3::20"])
  func cutAddress(other: String) throws {
    var packets = Packets()
    let client = Endpoint(try #require(IPAddress("2001:db8:1::10")), 50_000)
    let gateway = Endpoint(try #require(IPAddress("2001:db8:2::80")), 443)
    let hello = DTLSBytes.clientHello(random: 1)
    packets.udp(
      at: 0, from: client, to: Endpoint(try #require(IPAddress(other)), 443), DTLSBytes.clientHello(random: 2))
    packets.udp(at: 0.1, from: client, to: gateway, hello)
    let quoted = [1, 4, 0, 0, 0, 0, 0, 0] + Packets.udpPacket(client, gateway, hello)
    packets.add(
      Packets.ip(protocolNumber: 58, from: gateway.address, to: client.address, quoted), at: 0.2, keeping: 40 + 8 + 34)
    let refusals = try packets.tracked().events.refusals
    #expect(refusals.map(\.quoted.destination) == (other.contains("db8:3") ? [gateway] : []))
    #expect(refusals.allSatisfy { $0.quoted.isCut == true && $0.quoted.source == client })
  }

  @Test("where it can be about two conversations it says nothing, nor where the quoted addresses are cut off")
  func ambiguous() throws {
    #expect(try Self.cutQuote(keeping: 48, first: 29).isEmpty)
    #expect(try Self.cutQuote(keeping: 44, first: 0).isEmpty)
  }

  @Test("an error that quotes the gateway's packet says so, and is about the handshake of that time")
  func refusedGateway() throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, DTLSBytes.clientHello(random: 1))
    packets.udp(at: 30, from: Packets.client, to: Packets.gateway, DTLSBytes.clientHello(random: 2))
    packets.udp(at: 30.1, from: Packets.gateway, to: Packets.client, DTLSBytes.serverHello())
    packets.unreachable(
      at: 30.2, code: 3, from: Packets.client.address, to: Packets.gateway.address,
      quoting: Packets.udpPacket(Packets.gateway, Packets.client, DTLSBytes.serverHello()))
    let errors = try packets.tracked().events.refusals
    #expect(errors.map(\.quotedSide) == [.server])
    #expect(errors.map(\.id) == [HandshakeID(.dtls, firstFrame: Packets.frame(2))])
  }

  @Test("an error about a flow that was never seen says nothing, about a hello or a size", arguments: [UInt8(3), 4])
  func unknownFlow(code: UInt8) throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, DTLSBytes.clientHello(random: 1))
    packets.unreachable(
      at: 0.1, code: code, nextHopMTU: 1300, from: Packets.router, to: Packets.client.address,
      quoting: Packets.udpPacket(Endpoint(Packets.client.address, 50_999), Packets.gateway, [1, 2, 3]))
    let events = try packets.tracked().events
    #expect(events.refusals.isEmpty && events.tooBigs.isEmpty && events.oversized.isEmpty)
  }

  @Test("an error about a direction in which nothing was sent is forged", arguments: [UInt8(3), 4])
  func otherDirection(code: UInt8) throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, DTLSBytes.clientHello(random: 1))
    packets.unreachable(
      at: 0.1, code: code, nextHopMTU: 1300, from: Packets.router, to: Packets.gateway.address,
      quoting: Packets.udpPacket(Packets.gateway, Packets.client, [1, 2, 3]))
    let events = try packets.tracked().events
    #expect(events.refusals.isEmpty && events.tooBigs.isEmpty)
  }

  @Test("an error before the hello was seen does not count")
  func tooEarly() throws {
    var packets = Packets()
    let hello = DTLSBytes.clientHello(random: 1)
    packets.unreachable(
      at: 0, code: 3, from: Packets.router, to: Packets.client.address,
      quoting: Packets.udpPacket(Packets.client, Packets.gateway, hello))
    packets.udp(at: 1, from: Packets.client, to: Packets.gateway, hello)
    #expect(try packets.tracked().events.refusals.isEmpty)
  }

  @Test("an error about a flow that is no channel is nothing")
  func noChannel() throws {
    var packets = Packets()
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, [1, 2, 3, 4])
    packets.unreachable(
      at: 0.1, code: 3, from: Packets.gateway.address, to: Packets.client.address,
      quoting: Packets.udpPacket(Packets.client, Packets.gateway, [1, 2, 3, 4]))
    #expect(try packets.tracked().events.isEmpty)
  }

  @Test("errors about one flow are emitted up to a limit")
  func errorLimit() throws {
    var packets = Packets()
    let hello = DTLSBytes.clientHello(random: 1)
    packets.udp(at: 0, from: Packets.client, to: Packets.gateway, hello)
    for time in 1...20 {
      packets.unreachable(
        at: Double(time), code: 3, from: Packets.gateway.address, to: Packets.client.address,
        quoting: Packets.udpPacket(Packets.client, Packets.gateway, hello))
    }
    var limits = TrackingLimits()
    limits.errorsPerFlow = 5
    #expect(try packets.tracked(limits: limits).events.refusals.count == 5)
  }

  // MARK: Path MTU

  @Test("an error about a packet that is too large is emitted with the sizes and the offer that led to it")
  func tooBig() throws {
    let error = try #require(try Self.note().tracked().events.tooBigs.first)
    #expect(error.nextHopMTU == 1347)
    #expect(error.reporter == Packets.router)
    #expect(error.quoted.length == 1418)
    #expect(error.largest == 1418)
    #expect(error.largestFrame == Packets.frame(5))
    #expect(error.offeredMSS == 1378)
    #expect(error.offerFrame == Packets.frame(1))
    #expect(error.offerTime == Packets.time(0))
  }

  @Test("the time of an offer is its own packet's, in a SYN-ACK too")
  func offerInSynAck() throws {
    var packets = Packets()
    var connection = packets.open(at: 0, client: Self.inner, server: Self.server, clientMSS: 1460, serverMSS: 1378)
    let big = Packets.tcpPacket(
      Self.inner, Self.server, sequence: connection.clientNext, [UInt8](repeating: 1, count: 1378))
    packets.send(.client, [UInt8](repeating: 1, count: 1378), on: &connection, at: 0.2)
    packets.unreachable(
      at: 0.3, code: 4, nextHopMTU: 1347, from: Packets.router, to: Self.inner.address, quoting: big)
    let error = try #require(try packets.tracked().events.tooBigs.first)
    #expect(error.offerFrame == Packets.frame(2))
    #expect(error.offerTime == Packets.time(0.01))
  }

  @Test("what was too large before the error and after it is summed up at the end")
  func summary() throws {
    var packets = Self.note(packets: 3)
    let connection = TCPConnection(
      client: Self.inner, server: Self.server, clientNext: 1019, serverNext: 9001 + 3 * 1378)
    for (index, time) in [0.5, 2.0, 3.0].enumerated() {
      packets.tcp(
        at: time, from: Self.server, to: Self.inner, sequence: connection.serverNext &+ UInt32(index * 1370),
        acknowledgment: 1019, [UInt8](repeating: 1, count: 1370))
    }
    let path = try #require(try packets.tracked().events.oversized.first)
    #expect(path.source == Self.server.address && path.destination == Self.inner.address)
    #expect(path.mtu == 1347 && path.largest == 1418 && path.errors == 1)
    #expect(path.packets == 6)
    #expect(path.packetsAfterwards == 2, "one came within the second in which the error travels")
  }

  @Test("a sender that obeys adds nothing")
  func obeys() throws {
    var packets = Self.note()
    packets.tcp(
      at: 5, from: Self.server, to: Self.inner, sequence: 9001, acknowledgment: 1019, [UInt8](repeating: 1, count: 1307)
    )
    let path = try #require(try packets.tracked().events.oversized.first)
    #expect(path.packets == 1 && path.packetsAfterwards == 0)
  }

  @Test(
    "a later SYN towards which the path is known is judged",
    arguments: [(UInt16(1378), true), (1308, true), (1307, false)])
  func laterSYN(mss: UInt16, isTold: Bool) throws {
    var packets = Self.note()
    _ = packets.open(at: 10, client: Endpoint(Self.inner.address, 51_001), server: Self.server, clientMSS: mss)
    let offers = try packets.tracked().events.offers
    #expect(offers.map(\.mss) == (isTold ? [Int(mss)] : []))
    #expect(offers.allSatisfy { $0.pathMTU == 1347 && $0.sender == .client })
  }

  @Test("a SYN of a host towards which nothing is known is not judged")
  func otherSYN() throws {
    var packets = Self.note()
    _ = packets.open(
      at: 10, client: Endpoint(IPAddress(v4: 0x0A08_0099), 51_001), server: Self.server, clientMSS: 1460)
    #expect(try packets.tracked().events.offers.isEmpty)
  }

  @Test("an MTU that no path has is not believed", arguments: [UInt16(0), 67])
  func impossible(mtu: UInt16) throws {
    let events = try Self.note(mtu: mtu).tracked().events
    #expect(events.tooBigs.map(\.nextHopMTU) == [nil])
    #expect(events.oversized.isEmpty)
  }

  @Test("super-packets of segmentation offload are no sizes, and are counted")
  func superPackets() throws {
    var packets = Packets()
    var connection = packets.open(at: 0, client: Self.inner, server: Self.server, clientMSS: 1378, serverMSS: 1460)
    let big = Packets.tcpPacket(Self.server, Self.inner, sequence: 9001, [UInt8](repeating: 1, count: 1378))
    packets.send(.server, [UInt8](repeating: 1, count: 8268), on: &connection, at: 0.2)
    packets.unreachable(
      at: 0.3, code: 4, nextHopMTU: 1347, from: Packets.router, to: Self.server.address, quoting: big)
    packets.send(.server, [UInt8](repeating: 1, count: 8268), on: &connection, at: 5)
    let tracked = try packets.tracked()
    #expect(tracked.events.tooBigs.map(\.largest) == [1418], "what the error quotes, not the 8308 of the capture")
    #expect(tracked.events.oversized.map(\.largest) == [1418])
    #expect(tracked.events.oversized.map(\.packetsAfterwards) == [0])
    #expect(tracked.quality.superPackets == 2)
  }

  @Test("packets that may be fragmented are never too large")
  func withoutDF() throws {
    var packets = Self.note()
    packets.tcp(
      at: 5, from: Self.server, to: Self.inner, sequence: 10_379, acknowledgment: 1019,
      [UInt8](repeating: 1, count: 1378), dontFragment: false)
    #expect(try packets.tracked().events.oversized.map(\.packets) == [1])
  }

  @Test("paths beyond the limit are counted")
  func pathLimit() throws {
    var limits = TrackingLimits()
    limits.paths = 0
    let tracked = try Self.note().tracked(limits: limits)
    #expect(tracked.events.oversized.isEmpty)
    #expect(tracked.events.tooBigs.count == 1)
    #expect(tracked.counters.skippedPaths == 1)
  }
}
