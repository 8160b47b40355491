import Families
import Observations
import Testing
import Tracking

/// A tunnel's TCP connection one side of which is not heard any more, and what is refused afterwards.
@Suite("silence and refusal of connections")
struct ConnectionSilenceTests {
  /// A TLS connection with data both ways until second 1; then the client sends a segment at 2 and again at each time.
  private static func dead(at times: [Double]) -> (packets: Packets, connection: TCPConnection) {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 0.1)
    packets.send(.server, TLSBytes.serverHello(), on: &connection, at: 0.2)
    packets.send(.client, [0x17, 3, 3, 0, 4, 1, 2, 3, 4], on: &connection, at: 0.9)
    packets.send(.server, [0x17, 3, 3, 0, 4, 1, 2, 3, 4], on: &connection, at: 1)
    for time in [2] + times {
      packets.tcp(
        at: time, from: connection.client, to: connection.server, sequence: connection.clientNext,
        acknowledgment: connection.serverNext, [0x17, 3, 3, 0, 4, 9, 9, 9, 9])
    }
    return (packets, connection)
  }

  private static func silences(_ packets: Packets) throws -> [Silence] {
    try packets.tracked().events.compactMap { if case .silence(let silence) = $0 { silence } else { nil } }
  }

  @Test("a side that a segment is sent to again and again for ten seconds, and that is not heard, is silent")
  func silent() throws {
    let silences = try Self.silences(Self.dead(at: [2.5, 3.5, 5.5, 9.5, 17.5]).packets)
    let silence = try #require(silences.last)
    #expect(silences.count == 1)
    #expect(silence.silentSide == .server && !silence.heardAgain)
    #expect(silence.lastHeard == Packets.time(1) && silence.unansweredSince == Packets.time(2.5))
    #expect(silence.packets == 5)
    #expect(silence.id == HandshakeID(.tls, firstFrame: Packets.frame(1)))
  }

  @Test("shorter, or while the other side is heard, it is ordinary loss")
  func ordinaryLoss() throws {
    #expect(try Self.silences(Self.dead(at: [2.5, 3.5, 5.5, 9.5]).packets).isEmpty)
    var (packets, connection) = Self.dead(at: [2.5, 3.5, 5.5])
    packets.send(.server, [0x17, 3, 3, 0, 1, 1], on: &connection, at: 8)
    packets.tcp(
      at: 17, from: connection.client, to: connection.server, sequence: connection.clientNext,
      acknowledgment: connection.serverNext, [0x17, 3, 3, 0, 4, 9, 9, 9, 9])
    #expect(try Self.silences(packets).isEmpty)
  }

  @Test("a side that is heard again ends the silence")
  func heardAgain() throws {
    var (packets, connection) = Self.dead(at: [2.5, 3.5, 5.5, 9.5, 17.5])
    connection.advance(.client, by: 9)
    packets.send(.server, [], on: &connection, at: 18)
    #expect(try Self.silences(packets).map(\.heardAgain) == [false, true])
  }

  @Test("of a connection that is no tunnel's nothing is said")
  func plain() throws {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, Array("GET / HTTP/1.1\r\n\r\n".utf8), on: &connection, at: 0.1)
    packets.send(.server, Array("HTTP/1.1 200 OK\r\n\r\n".utf8), on: &connection, at: 0.2)
    for time in [2, 2.5, 3.5, 5.5, 9.5, 17.5] {
      packets.tcp(
        at: time, from: connection.client, to: connection.server, sequence: connection.clientNext,
        acknowledgment: connection.serverNext, Array("GET /".utf8))
    }
    #expect(try Self.silences(packets).isEmpty)
  }
}

@Suite("refused TLS connections")
struct TLSRefusalTests {
  private static func refuse(port: UInt16, at seconds: Double, server: Endpoint, in packets: inout Packets) {
    let client = Endpoint(Packets.client.address, port)
    packets.tcp(at: seconds, from: client, to: server, .syn, sequence: 1, mss: 1460)
    packets.tcp(at: seconds + 0.01, from: server, to: client, .rst.union(.ack), sequence: 0, acknowledgment: 2)
  }

  /// A TLS connection, and then a refused one to `server`.
  private static func refusals(by server: Endpoint, limits: TrackingLimits = TrackingLimits()) throws -> [Refusal] {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, TLSBytes.clientHello(random: 1), on: &connection, at: 0.1)
    packets.send(.server, TLSBytes.serverHello(), on: &connection, at: 0.2)
    packets.close(.server, on: connection, at: 5)
    refuse(port: 50_100, at: 6, server: server, in: &packets)
    return try packets.tracked(limits: limits).events.compactMap {
      if case .refused(let refusal) = $0 { refusal } else { nil }
    }
  }

  @Test("a reset that answers the SYN to a port at which the client spoke TLS refuses TLS")
  func refused() throws {
    let refusal = try #require(try Self.refusals(by: Packets.gateway).first)
    #expect(refusal.kind == .reset && refusal.id.channel == .tls && refusal.quotedSide == .client)
    #expect(refusal.flow == Flow(client: Endpoint(Packets.client.address, 50_100), server: Packets.gateway))
  }

  @Test("a port alone is no TLS")
  func otherPort() throws {
    #expect(try Self.refusals(by: Endpoint(Packets.gateway.address, 8_443)).isEmpty)
  }

  @Test("beyond the limit of ports a refusal is not told")
  func limit() throws {
    var limits = TrackingLimits()
    limits.tlsServices = 0
    #expect(try Self.refusals(by: Packets.gateway, limits: limits).isEmpty)
  }
}
