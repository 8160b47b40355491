import Families
import Observations
import Testing
import Tracking

@Suite("TLS connections")
struct TLSTrackingTests {
  private static let hello = TLSBytes.clientHello(random: 1, padding: 1600)

  /// Each piece as its own segment, in the order given; a piece is a range of the hello's bytes.
  private static func hellos(inPieces pieces: [Range<Int>]) throws -> [Opening] {
    var packets = Packets()
    let connection = packets.open(at: 0)
    for (index, piece) in pieces.enumerated() {
      packets.tcp(
        at: 0.1 + Double(index) * 0.01, from: connection.client, to: connection.server,
        sequence: connection.clientNext &+ UInt32(piece.lowerBound), acknowledgment: connection.serverNext,
        Array(hello[piece]))
    }
    var server = connection
    packets.send(.server, TLSBytes.serverHello(), on: &server, at: 1)
    return try packets.tracked().events.openings(.tls)
  }

  private static func expectWhole(_ hellos: [Opening]) throws {
    #expect(hellos.count == 1)
    let hello = try #require(hellos.first)
    #expect(hello.token == TLSBytes.random(1))
    #expect(hello.serverName == "vpn.example.com")
    #expect(hello.applicationProtocols == ["h2"])
  }

  @Test("a ClientHello in one segment is emitted with its names and how TCP opened")
  func whole() throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 0.1)
    packets.send(.server, TLSBytes.serverHello(suite: 0xC030), on: &connection, at: 0.2)
    let tracked = try packets.tracked()
    try Self.expectWhole(tracked.events.openings(.tls))
    let hello = try #require(tracked.events.openings(.tls).first)
    #expect(hello.flow == Flow(client: Packets.client, server: Packets.gateway))
    #expect(
      hello.connection
        == TCPOpening(
          synTime: Packets.time(0), syn: Packets.frame(1), clientMSS: 1460, synAck: Packets.frame(2), serverMSS: 1380))
    #expect(tracked.observations.first?.source == .frame(Packets.frame(4)))
    #expect(
      tracked.observations.first?.origin == .packet(time: Packets.time(0.1), point: 3, frame: Packets.frame(4)))
    #expect(tracked.events.messages(.tls).map(\.cipherSuite) == [CipherSuite(0xC030)])
    #expect(tracked.events.messages(.tls).map(\.version) == [.tls12])
    #expect(tracked.events.messages(.tls).map(\.stage) == [.answer])
    #expect(tracked.events.messages(.tls).map(\.name.rawValue) == ["ServerHello"])
  }

  @Test("all that is said of a connection has one identity, which its SYN gives")
  func identity() throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 0.1)
    packets.send(.server, TLSBytes.serverHello(), on: &connection, at: 0.2)
    let events = try packets.tracked().events
    let id = HandshakeID(.tls, firstFrame: Packets.frame(1))
    #expect(events.openings(.tls).map(\.id) == [id])
    #expect(events.messages(.tls).map(\.id) == [id])
    #expect(events.summaries(.tls).map(\.id) == [id])
  }

  @Test(
    "a ClientHello over two or three segments is put together", arguments: [[0, 1000], [0, 3, 1200], [0, 600, 1200]])
  func split(starts: [Int]) throws {
    let ends = starts.dropFirst() + [Self.hello.count]
    try Self.expectWhole(Self.hellos(inPieces: zip(starts, ends).map { $0..<$1 }))
  }

  @Test("pieces that are sent again, whole or overlapping, change nothing")
  func repeated() throws {
    let end = Self.hello.count
    try Self.expectWhole(Self.hellos(inPieces: [0..<600, 0..<600, 600..<1200, 300..<1300, 1200..<end, 1200..<end]))
  }

  @Test("a piece that came too early comes again and completes the hello")
  func outOfOrder() throws {
    let end = Self.hello.count
    try Self.expectWhole(Self.hellos(inPieces: [0..<600, 1200..<end, 600..<1200, 1200..<end]))
  }

  @Test("a hello whose later piece overtakes the first is emitted, with its name if it comes again")
  func overtaken() throws {
    let end = Self.hello.count
    try Self.expectWhole(Self.hellos(inPieces: [1000..<end, 0..<1000, 1000..<end]))
  }

  @Test("a hello that is never whole is emitted from what is there when the server answers")
  func neverWhole() throws {
    let hellos = try Self.hellos(inPieces: [0..<1000])
    #expect(hellos.map(\.token) == [TLSBytes.random(1)])
    #expect(hellos.map(\.serverName) == [nil])
  }

  @Test(
    "a hello that a snap length cuts is emitted as far as it goes", arguments: [(96, 32), (40 + 5 + 4 + 2 + 10, 10)])
  func cut(snapLength: Int, randomBytes: Int) throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 0.1, keeping: snapLength)
    let hello = try #require(try packets.tracked().events.openings(.tls).first)
    #expect(hello.token?.byteCount == randomBytes)
    #expect(hello.token?.words.0 == 1)
    #expect(hello.serverName == nil)
  }

  @Test("at the limit of reassemblies a hello is read from its first segment, and it is counted")
  func reassemblyLimit() throws {
    var packets = Packets()
    let connection = packets.open(at: 0)
    packets.tcp(
      at: 0.1, from: connection.client, to: connection.server, sequence: connection.clientNext,
      Array(Self.hello[..<1000]))
    var limits = TrackingLimits()
    limits.reassemblies = 0
    let tracked = try packets.tracked(limits: limits)
    #expect(tracked.events.openings(.tls).map(\.token) == [TLSBytes.random(1)])
    #expect(tracked.counters.skippedReassemblies == 1)
  }

  @Test("a hello in an offload super-packet is read, though its size says nothing")
  func superPacket() throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, Self.hello, on: &connection, at: 0.1)
    packets.send(
      .server, TLSBytes.serverHello() + TLSBytes.record(22, [11] + [UInt8](repeating: 0, count: 3000)), on: &connection,
      at: 0.2)
    let tracked = try packets.tracked()
    try Self.expectWhole(tracked.events.openings(.tls))
    #expect(tracked.events.messages(.tls).count == 1)
    #expect(tracked.quality.superPackets == 2)
  }

  // MARK: How connections end

  @Test(
    "a connection ends with its first FIN or RST",
    arguments: [
      (Side.client, true, ConnectionEnding.clientClosed), (.server, true, .serverClosed),
      (.client, false, .clientReset),
      (.server, false, .serverReset),
    ])
  func ending(side: Side, isOrderly: Bool, expected: ConnectionEnding) throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 0.1)
    packets.send(.server, TLSBytes.serverHello(), on: &connection, at: 0.2)
    packets.close(side, isOrderly ? .fin.union(.ack) : .rst, on: connection, at: 30)
    packets.close(side.opposite, on: connection, at: 30.1)
    let connections = try packets.tracked().events.summaries(.tls)
    #expect(connections.map(\.ending) == [expected])
    #expect(connections.map(\.end) == [Packets.time(30)])
    #expect(connections.map(\.start) == [Packets.time(0)])
    #expect(connections.map(\.token) == [TLSBytes.random(1)])
  }

  @Test("a connection that is open at the end of the capture is emitted as open, with what each side sent")
  func open() throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 0.1)
    packets.send(.server, TLSBytes.serverHello(), on: &connection, at: 0.2)
    packets.send(.client, TLSBytes.applicationData(100), on: &connection, at: 20)
    let it = try #require(try packets.tracked().events.summaries(.tls).first)
    #expect(it.ending == .open)
    #expect(
      it.client == PayloadTotals(packets: 2, bytes: TLSBytes.clientHello(random: 1).count + 105, last: Packets.time(20))
    )
    #expect(it.server == PayloadTotals(packets: 1, bytes: TLSBytes.serverHello().count, last: Packets.time(0.2)))
  }

  @Test("requests count in the first five seconds, turns after them")
  func requestsAndTurns() throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 0.1)
    packets.send(.server, TLSBytes.serverHello(), on: &connection, at: 0.2)
    for time in [0.3, 0.5, 0.7] {
      packets.send(.client, TLSBytes.applicationData(), on: &connection, at: time)
      packets.send(.server, TLSBytes.applicationData(), on: &connection, at: time + 0.1)
    }
    for time in [20.0, 40] {
      packets.send(.client, TLSBytes.applicationData(), on: &connection, at: time)
      packets.send(.server, TLSBytes.applicationData(), on: &connection, at: time + 0.1)
      packets.send(.server, TLSBytes.applicationData(), on: &connection, at: time + 0.2)
    }
    let it = try #require(try packets.tracked().events.summaries(.tls).first)
    #expect(it.openingRequests == 3)
    #expect(it.turns == 4)
  }

  @Test("the packets by which turns come to 8 and to each doubling are marked")
  func turnMarks() throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 0.1)
    packets.send(.server, TLSBytes.serverHello(), on: &connection, at: 0.2)
    for exchange in 0..<9 {
      packets.send(.client, TLSBytes.applicationData(), on: &connection, at: 20 + Double(exchange))
      packets.send(.server, TLSBytes.applicationData(), on: &connection, at: 20.5 + Double(exchange))
    }
    let it = try #require(try packets.tracked().events.summaries(.tls).first)
    #expect(it.turns == 18)
    #expect(it.turnMarks?.map(\.time) == [Packets.time(23.5), Packets.time(27.5)])
  }

  // MARK: Ports that are used again

  @Test("a SYN with another sequence number on the same ports is a new connection")
  func portReuse() throws {
    var packets = Packets()
    for (start, number) in [(0.0, UInt64(1)), (60, 2)] {
      var connection = packets.open(at: start, sequence: UInt32(number) * 100_000)
      packets.send(.client, TLSBytes.clientHello(random: number), on: &connection, at: start + 0.1)
      packets.send(.server, TLSBytes.serverHello(), on: &connection, at: start + 0.2)
    }
    let events = try packets.tracked().events
    #expect(events.openings(.tls).map(\.token) == [TLSBytes.random(1), TLSBytes.random(2)])
    #expect(events.summaries(.tls).map(\.start) == [Packets.time(0), Packets.time(60)])
    #expect(events.summaries(.tls).map(\.ending) == [.open, .open])
  }

  @Test("ports used again after an orderly end are a new connection")
  func portReuseAfterEnd() throws {
    var packets = Packets()
    for (start, number) in [(0.0, UInt64(1)), (60, 2)] {
      var connection = packets.open(at: start, sequence: UInt32(number) * 100_000)
      packets.send(.client, TLSBytes.clientHello(random: number), on: &connection, at: start + 0.1)
      packets.close(.client, on: connection, at: start + 30)
    }
    let events = try packets.tracked().events
    #expect(events.summaries(.tls).map(\.ending) == [.clientClosed, .clientClosed])
  }

  @Test("a SYN that is sent again is the same connection, which began with the first")
  func synRepeated() throws {
    var packets = Packets()
    packets.tcp(at: 0, from: Packets.client, to: Packets.gateway, .syn, sequence: 1000, mss: 1460)
    var connection = packets.open(at: 1)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 1.1)
    let events = try packets.tracked().events
    #expect(events.summaries(.tls).map(\.start) == [Packets.time(0)])
    #expect(events.openings(.tls).first?.connection?.syn == Packets.frame(1))
  }

  @Test("plain HTTP is no TLS")
  func plain() throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, Array("GET / HTTP/1.1\r\n\r\n".utf8), on: &connection, at: 0.1)
    packets.send(.server, Array("HTTP/1.1 200 OK\r\n\r\n".utf8), on: &connection, at: 0.2)
    #expect(try packets.tracked().events.isEmpty)
  }

  @Test("a connection that is under way when the capture begins is emitted without a start")
  func underWay() throws {
    var packets = Packets()
    packets.tcp(at: 0, from: Packets.client, to: Packets.gateway, sequence: 500, TLSBytes.applicationData())
    packets.tcp(at: 1, from: Packets.gateway, to: Packets.client, sequence: 700, TLSBytes.applicationData())
    let it = try #require(try packets.tracked().events.summaries(.tls).first)
    #expect(!it.sawStart && it.token == nil)
    #expect(it.flow == Flow(client: Packets.client, server: Packets.gateway), "the lower port is the server's")
  }
}
