import Observations
import Testing
import Tracking

@Suite("segments that vanish before the capture point")
struct MissingSegmentsTests {
  /// A server's answer of two full segments and a small one, of which only the small one comes; the client asks for the
  /// rest at each time, and the server, except where it is dead, answers what the client says.
  private static func answer(
    missing: Int = 2_920, asked times: [Double], serverLives: Bool = true
  ) -> (packets: Packets, connection: TCPConnection) {
    var packets = Packets()
    var connection = packets.open(at: 0)
    packets.send(.client, Array("GET / HTTP/1.1\r\n\r\n".utf8), on: &connection, at: 0.1)
    packets.tcp(
      at: 0.2, from: connection.server, to: connection.client, sequence: connection.serverNext &+ UInt32(missing),
      acknowledgment: connection.clientNext, [UInt8](repeating: 1, count: 200))
    for time in times {
      packets.send(.client, [], on: &connection, at: time)
      guard serverLives else { continue }
      packets.tcp(
        at: time + 0.04, from: connection.server, to: connection.client,
        sequence: connection.serverNext &+ UInt32(missing) &+ 200, acknowledgment: connection.clientNext, [])
    }
    return (packets, connection)
  }

  @Test("a gap of full segments that the receiver asks for and nothing fills is told, at once and at the end")
  func told() throws {
    let segments = try Self.answer(asked: [0.3, 6, 12, 24]).packets.tracked().events.stuck
    #expect(segments.map(\.retransmissions) == [3, 4])
    let last = try #require(segments.last)
    #expect(last.sender == .server && last.missingBytes == 2_920 && last.length == 1_500)
    #expect(last.largestDelivered == 240 && last.receiverAlive && last.dontFragment && !last.acknowledged)
    #expect(last.firstSent == Packets.time(0.3) && last.lastSent == Packets.time(24))
  }

  @Test("a gap that is filled is ordinary loss")
  func filled() throws {
    var (packets, connection) = Self.answer(asked: [0.3, 6, 12, 24])
    packets.send(.server, [UInt8](repeating: 1, count: 1_460), on: &connection, at: 25)
    packets.send(.server, [UInt8](repeating: 1, count: 1_460), on: &connection, at: 25.1)
    packets.send(.client, [], on: &connection, at: 25.2)
    #expect(try packets.tracked().events.stuck.last?.acknowledged == true)
    var early = Self.answer(asked: [0.3, 0.5])
    early.packets.send(.server, [UInt8](repeating: 1, count: 1_460), on: &early.connection, at: 1)
    early.packets.send(.client, [], on: &early.connection, at: 1.1)
    #expect(try early.packets.tracked().events.stuck.isEmpty)
  }

  @Test("what the receiver has is missing in the capture only")
  func captureLoss() throws {
    var (packets, connection) = Self.answer(asked: [])
    connection.advance(.server, by: 3_120)
    for time in [0.3, 6, 12, 24] {
      packets.send(.client, [], on: &connection, at: time)
      packets.send(.server, [], on: &connection, at: time + 0.04)
    }
    #expect(try packets.tracked().events.stuck.isEmpty)
  }

  @Test("a sender that is heard no more is dead, and a gap of a moment or of small segments is no MTU matter")
  func otherReasons() throws {
    #expect(try Self.answer(asked: [0.3, 6, 12, 24], serverLives: false).packets.tracked().events.stuck.isEmpty)
    #expect(try Self.answer(asked: [0.3, 1, 3, 5]).packets.tracked().events.stuck.isEmpty)
    #expect(try Self.answer(missing: 900, asked: [0.3, 6, 12, 24]).packets.tracked().events.stuck.isEmpty)
  }

  @Test("without a SYN nobody knows how large the missing segments were")
  func startsLate() throws {
    var packets = Packets()
    let (client, server) = (Packets.client, Packets.gateway)
    packets.tcp(at: 0, from: server, to: client, sequence: 1_000, acknowledgment: 500, [1, 2, 3])
    packets.tcp(at: 0.1, from: server, to: client, sequence: 3_923, acknowledgment: 500, [1, 2, 3])
    for time in [0.3, 6, 12, 24] {
      packets.tcp(at: time, from: client, to: server, sequence: 500, acknowledgment: 1_003, [])
      packets.tcp(at: time + 0.04, from: server, to: client, sequence: 3_926, acknowledgment: 500, [])
    }
    #expect(try packets.tracked().events.stuck.isEmpty)
  }
}
